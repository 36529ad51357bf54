#pragma warning disable CA1416 // EmbeddedPostgres.StartAsync, the only way in, refuses Windows.
using System.Diagnostics;
using System.Globalization;

namespace CultureTrack.Store.Postgres;

/// <summary>
/// A small shell process between us and the postmaster. It holds the reading end of a pipe whose writing end only we have: when we
/// end, however we end, the pipe closes and the supervisor shuts the database down in order. So it is never left running by accident.
/// </summary>
sealed class PostgresSupervisor : IDisposable
{
    // The reader's end of file becomes TERM for the shell, which shuts the postmaster down fast (SIGINT). A postmaster that ends without
    // being asked is started again, and again: after a kill its last children may hold the shared memory for a moment, and a full disk may
    // be emptied. Only one that refuses its first start, or that somebody has stopped in order (code 0), ends the shell, and we report why.
    // exec 3<&0 keeps the pipe, because a shell without job control gives its background commands an empty standard input.
    const string Script = """
        exec 2>/dev/null
        stopping=0; postmaster=
        trap 'stopping=1; [ -n "$postmaster" ] && kill -INT $postmaster 2>/dev/null' TERM
        trap '' INT HUP
        exec 3<&0
        log="$1"; shift
        ( trap - TERM; while read -r _ <&3; do :; done; kill -TERM $$ ) 2>/dev/null &
        watcher=$!
        exec 3<&-
        was_up=0 pause=0.3
        while [ $stopping = 0 ]; do
          began=$(date +%s)
          "$@" </dev/null >>"$log" 2>&1 &
          postmaster=$!
          [ $stopping = 1 ] && kill -INT $postmaster
          wait $postmaster; code=$?
          while kill -0 $postmaster 2>/dev/null; do wait $postmaster; code=$?; done
          [ $code -ne 0 ] || break
          if [ $code -gt 128 ] || [ $(($(date +%s) - began)) -ge 10 ]; then was_up=1 pause=0.3; fi
          [ $was_up = 1 ] || break
          [ $stopping = 1 ] || sleep $pause
          case $pause in 0.3) pause=0.6 ;; 0.6) pause=1 ;; 1) pause=2 ;; *) pause=5 ;; esac
        done
        kill -KILL $watcher 2>/dev/null
        exit $code
        """;

    readonly Process _shell;

    PostgresSupervisor(Process shell) => _shell = shell;

    public bool Ended => _shell.HasExited;

    public Task WhenEnded() => _shell.WaitForExitAsync();

    public static PostgresSupervisor Start(PostgresAccount account, string logFile, string postgres, IEnumerable<string> arguments)
    {
        // setsid: Ctrl+C in a terminal goes to the whole process group, and the database must outlive the server's orderly stop.
        var start = account.Start("setsid", ["sh", "-c", Script, "culturetrack-postgres", logFile, postgres, .. arguments]);
        start.RedirectStandardInput = true;
        return new PostgresSupervisor(Process.Start(start) ?? throw new PostgresUnavailableException("The PostgreSQL supervisor did not start."));
    }

    /// <summary>Closes the pipe and waits for the postmaster to finish its fast shutdown.</summary>
    public async Task Stop(TimeSpan patience)
    {
        _shell.StandardInput.Close();
        using var timeout = new CancellationTokenSource(patience);
        await _shell.WaitForExitAsync(timeout.Token);
    }

    public void Dispose() => _shell.Dispose();
}

/// <summary>What <c>postmaster.pid</c> says about a server on this data directory.</summary>
sealed record PostmasterFile(int ProcessId, int Port, bool Ready)
{
    const int PortLine = 3, StatusLine = 7;

    public static PostmasterFile? Read(string dataFolder)
    {
        var path = Path.Combine(dataFolder, "postmaster.pid");
        try
        {
            var lines = File.ReadAllLines(path);
            return lines.Length > PortLine && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var pid)
                && int.TryParse(lines[PortLine], CultureInfo.InvariantCulture, out var port)
                ? new PostmasterFile(pid, port, lines.Length > StatusLine && lines[StatusLine].Trim() == "ready")
                : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;    // no server, or it has just removed its file: both mean there is none
        }
    }

    /// <summary>True when the process exists and is a PostgreSQL one; a number from before a reboot may belong to anything.</summary>
    public bool Alive
    {
        get
        {
            try
            {
                using var process = Process.GetProcessById(ProcessId);
                return process.ProcessName.StartsWith("postgres", StringComparison.Ordinal) && !process.HasExited;
            }
            catch (ArgumentException)
            {
                return false;    // the documented answer for "no such process"
            }
        }
    }
}
