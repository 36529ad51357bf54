using System.Diagnostics;
using System.Globalization;
using CultureTrack.Store.Postgres;
using Npgsql;

namespace CultureTrack.Store.Backups;

/// <summary>Runs PostgreSQL's own programs against a database.</summary>
internal static class PostgresClient
{
    private const int LinesKept = 5;

    /// <param name="told">Told each line the program says of its progress.</param>
    /// <exception cref="BackupException">The program is not installed, or it failed; the message holds what it said last.</exception>
    public static async Task Run(PostgresBinaries binaries, string name, string connectionString, IEnumerable<string> words, Action<string>? told, CancellationToken ct)
    {
        var program = binaries.Program(name);
        if (!File.Exists(program)) throw new BackupException($"{name} was not found beside the other PostgreSQL programs in {binaries.Directory}. Install PostgreSQL's client programs, or name their folder in Postgres:BinDirectory.");
        var at = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(program, ["--no-password", "--verbose", .. words]) { RedirectStandardError = true };
        // Not on the command line, where every account of the machine could read it.
        Environment(start, "PGPASSWORD", at.Password);
        Environment(start, "PGHOST", at.Host);
        Environment(start, "PGPORT", at.Port.ToString(CultureInfo.InvariantCulture));
        Environment(start, "PGUSER", at.Username);
        Environment(start, "PGDATABASE", at.Database);
        Environment(start, "PGSSLMODE", at.SslMode switch { SslMode.VerifyCA => "verify-ca", SslMode.VerifyFull => "verify-full", var other => other.ToString().ToLowerInvariant() });
        Environment(start, "PGSSLROOTCERT", at.RootCertificate);
        using var process = Process.Start(start) ?? throw new BackupException($"{program} could not be started.");
        var last = new Queue<string>();
        try
        {
            while (await process.StandardError.ReadLineAsync(ct) is { } line)
            {
                if (last.Count == LinesKept) last.Dequeue();
                last.Enqueue(line);
                told?.Invoke(line);
            }
            await process.WaitForExitAsync(ct);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
        if (process.ExitCode != 0) throw new BackupException($"{name} failed: {string.Join(" / ", last)}");
    }

    private static void Environment(ProcessStartInfo start, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) start.Environment[name] = value;
    }
}
