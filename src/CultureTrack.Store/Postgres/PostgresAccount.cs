#pragma warning disable CA1416 // EmbeddedPostgres.StartAsync, the only way in, refuses Windows.
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Store.Postgres;

/// <summary>
/// Whom PostgreSQL runs as. It refuses root, so a server started as root hands it to <c>postgres</c>, or to <c>nobody</c> where that
/// user does not exist. An ordinary user runs it directly.
/// </summary>
sealed class PostgresAccount
{
    readonly string? _user;

    PostgresAccount(string? user) => _user = user;

    public static PostgresAccount Choose()
    {
        if (!Environment.IsPrivilegedProcess) return new PostgresAccount(null);
        var known = File.ReadLines("/etc/passwd").Select(line => line.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
        string[] preferred = ["postgres", "nobody"];
        return new PostgresAccount(preferred.FirstOrDefault(known.Contains)
            ?? throw new PostgresUnavailableException("PostgreSQL cannot run as root and neither the user postgres nor nobody exists. Create one: useradd --system postgres"));
    }

    /// <summary>A start of <paramref name="program"/> as this account, in a directory that account can be in.</summary>
    public ProcessStartInfo Start(string program, params IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo { WorkingDirectory = "/", UseShellExecute = false };
        var words = _user is null ? [program, .. arguments] : As(_user, [program, .. arguments]);
        info.FileName = words[0];
        foreach (var word in words.Skip(1)) info.ArgumentList.Add(word);
        info.Environment["LC_ALL"] = "C";
        // The secrets of the server's own settings are no business of the database processes.
        foreach (var name in info.Environment.Keys.Where(k => k.StartsWith("CULTURETRACK_", StringComparison.OrdinalIgnoreCase) || k.StartsWith("PG", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        return info;
    }

    static string[] As(string user, string[] command) =>
        OnPath("setpriv") ? ["setpriv", $"--reuid={user}", $"--regid={GroupOf(user)}", "--clear-groups", "--", .. command]
        : OnPath("runuser") ? ["runuser", "-u", user, "--", .. command]
        : throw new PostgresUnavailableException("PostgreSQL cannot run as root, and neither setpriv nor runuser is installed. Install them with: apt-get install -y util-linux");

    static string GroupOf(string user) =>
        File.ReadLines("/etc/passwd").Select(line => line.Split(':')).First(fields => fields[0] == user)[3];

    static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Makes <paramref name="folder"/> and gives it to this account; folders above are made passable, not readable.</summary>
    public async Task Give(string folder, ILogger logger, CancellationToken ct)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (_user is null) return;
        await PostgresCommand.Run(new ProcessStartInfo("chown", ["-R", $"{_user}:{GroupOf(_user)}", folder]), ct);
        for (var above = Directory.GetParent(folder); above is not null; above = above.Parent)
        {
            var mode = File.GetUnixFileMode(above.FullName);
            if (mode.HasFlag(UnixFileMode.OtherExecute)) continue;
            logger.LogInformation("Making {Folder} passable for the user {User}, who runs PostgreSQL", above.FullName, _user);
            File.SetUnixFileMode(above.FullName, mode | UnixFileMode.OtherExecute);
        }
    }
}

/// <summary>Runs a short program to its end.</summary>
static class PostgresCommand
{
    /// <exception cref="PostgresUnavailableException">The program ended with another code than 0; its last words are in the message.</exception>
    public static async Task Run(ProcessStartInfo start, CancellationToken ct)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start) ?? throw new PostgresUnavailableException($"{start.FileName} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var error = process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new PostgresUnavailableException($"{start.FileName} {string.Join(' ', start.ArgumentList)} failed: {(await error).Trim()} {(await output).Trim()}");
    }
}
