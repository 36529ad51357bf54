using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MysticMind.PostgresEmbed;

namespace CultureTrack.Store.Postgres;

/// <summary>A folder of PostgreSQL programs and their major version.</summary>
public sealed partial record PostgresBinaries(string Directory, int Major)
{
    /// <summary>The oldest major version whose partitioning and grants the schema relies on.</summary>
    public const int MajorMin = 14;

    /// <summary>What is fetched where no PostgreSQL is installed.</summary>
    const int PackagedMajor = 17;

    static readonly string[] Programs = ["postgres", "initdb", "pg_ctl"];

    public string Program(string name) => Path.Combine(Directory, name);

    /// <summary>
    /// Finds programs of version 14 or later: the setting, then <c>PATH</c>, then the usual install folders, then the binaries package.
    /// </summary>
    /// <param name="clusterMajor">Major version an existing cluster was made with; only that version can open it.</param>
    /// <exception cref="PostgresUnavailableException">Nothing usable was found; the message names the command that installs it.</exception>
    public static async Task<PostgresBinaries> Find(PostgresOptions options, int? clusterMajor, ILogger logger, CancellationToken ct)
    {
        if (options.BinDirectory is { Length: > 0 } named)
            return await Inspect(named, ct) is { } given && Fits(given, clusterMajor)
                ? given
                : throw new PostgresUnavailableException($"Postgres:BinDirectory is {named}, which holds no {Wanted(clusterMajor)}.");

        foreach (var folder in Candidates())
            if (await Inspect(folder, ct) is { } found && Fits(found, clusterMajor))
                return found;

        return await FromPackage(options, clusterMajor, logger, ct);
    }

    static bool Fits(PostgresBinaries found, int? clusterMajor) => found.Major >= MajorMin && (clusterMajor ?? found.Major) == found.Major;

    static string Wanted(int? clusterMajor) =>
        clusterMajor is { } major ? $"PostgreSQL {major}, the version of the existing cluster" : $"PostgreSQL {MajorMin} or later";

    static IEnumerable<string> Candidates()
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var postgres = new FileInfo(Path.Combine(folder, "postgres"));
            // A link in PATH points to the folder that also holds the other programs and the libraries.
            if (postgres.Exists)
                yield return (postgres.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? postgres).DirectoryName!;
        }
        string[] roots = ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/usr"];
        var versions = roots.Where(System.IO.Directory.Exists)
            .SelectMany(root => System.IO.Directory.EnumerateDirectories(root))
            .Where(folder => VersionedFolder().IsMatch(folder))
            .OrderByDescending(folder => int.Parse(LastNumber().Match(folder).Value, CultureInfo.InvariantCulture));
        foreach (var folder in versions)
            yield return Path.Combine(folder, "bin");
        yield return "/usr/local/pgsql/bin";
    }

    [GeneratedRegex(@"/(postgresql/|postgresql@|pgsql-)\d+$")]
    private static partial Regex VersionedFolder();

    [GeneratedRegex(@"\d+$")]
    private static partial Regex LastNumber();

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionText();

    static async Task<PostgresBinaries?> Inspect(string folder, CancellationToken ct)
    {
        if (!Programs.All(name => File.Exists(Path.Combine(folder, name)))) return null;
        var start = new ProcessStartInfo(Path.Combine(folder, "postgres"), "--version") { RedirectStandardOutput = true };
        using var process = Process.Start(start);
        if (process is null) return null;
        var text = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        var match = VersionText().Match(text);
        return match.Success ? new PostgresBinaries(folder, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)) : null;
    }

    static async Task<PostgresBinaries> FromPackage(PostgresOptions options, int? clusterMajor, ILogger logger, CancellationToken ct)
    {
        var version = (clusterMajor ?? PackagedMajor).ToString(CultureInfo.InvariantCulture);
        logger.LogInformation("No {Wanted} is installed; fetching version {Version}", Wanted(clusterMajor), version);
        Exception? failure = null;
        await using var server = new PgServer(new PgServerOptions
        {
            PgVersion = version,
            DbDir = options.DataDirectory,
            BinariesDir = Path.Combine(options.DataDirectory, "postgres-binaries"),
        });
        try
        {
            await server.InstallAsync(ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failure = e;    // whatever went wrong, the answer below names the way that needs no download
        }
        return failure is null && await Inspect(server.PgBinDir, ct) is { } found && Fits(found, clusterMajor)
            ? found
            : throw new PostgresUnavailableException(
                $"No {Wanted(clusterMajor)} was found and none could be fetched. Install it with: sudo apt-get install -y postgresql "
                + "(or name its folder in Postgres:BinDirectory, or an existing server in ConnectionStrings:CultureTrack).", failure);
    }
}
