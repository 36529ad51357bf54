using CultureTrack.Store.Events;
using CultureTrack.Store.Migrations;
using CultureTrack.Store.Proof;
using CultureTrack.Store.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CultureTrack.Server.Hosting;

/// <summary>The database of this server, embedded or external, brought to the schema of this program.</summary>
public sealed class Database(string runtime, string? owner, EmbeddedPostgres? embedded) : IAsyncDisposable
{
    public string RuntimeConnectionString { get; } = runtime;
    public string? OwnerConnectionString { get; } = owner;
    public int? EmbeddedPort => embedded?.Port;

    /// <exception cref="SettingException">An external database cannot be used as it is named.</exception>
    /// <exception cref="SchemaMismatchException">It is at another schema, and its owner is not known here.</exception>
    public static async Task<Database> Open(LabSettings settings, ILoggerFactory logs, CancellationToken ct)
    {
        var log = logs.CreateLogger<Database>();
        if (settings.Runtime is { } runtime) return await OpenExternal(runtime, settings.Owner, log, ct);
        if (settings.Owner is not null)
            throw new SettingException("ConnectionStrings:CultureTrackOwner is set without ConnectionStrings:CultureTrack. Set both, or none for the embedded database.");
        var options = new PostgresOptions
        {
            DataDirectory = settings.DataDirectory,
            BinDirectory = settings.PostgresBinDirectory,
            Port = settings.PostgresPort,
        };
        var cluster = await EmbeddedPostgres.StartAsync(options, log, ct);
        var database = new Database(cluster.RuntimeConnectionString, cluster.OwnerConnectionString, cluster);
        try
        {
            await Migrate(cluster.OwnerConnectionString, cluster.RuntimeConnectionString, log, ct);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Migrates where the owner is known; otherwise checks that somebody has.</summary>
    private static async Task<Database> OpenExternal(string runtime, string? owner, ILogger log, CancellationToken ct)
    {
        if (owner is not null) await MigrateExternal(owner, runtime, log, ct);
        await Named("ConnectionStrings:CultureTrack", runtime, async () =>
        {
            await SchemaMigrations.EnsureCurrent(runtime, ct);
            return true;
        });
        return new(runtime, owner, null);
    }

    /// <returns>The names of the scripts applied now.</returns>
    /// <exception cref="SettingException">The database cannot be used as it is named.</exception>
    public static Task<IReadOnlyList<string>> MigrateExternal(string owner, string runtime, ILogger log, CancellationToken ct) =>
        Named("ConnectionStrings:CultureTrackOwner", owner, () => Migrate(owner, runtime, log, ct));

    private static async Task<T> Named<T>(string setting, string connectionString, Func<Task<T>> use)
    {
        NpgsqlConnectionStringBuilder at;
        try { at = new(connectionString); }
        catch (Exception e) when (e is ArgumentException or FormatException) { throw new SettingException($"{setting} is no connection string: {e.Message}"); }
        try { return await use(); }
        catch (NpgsqlException e)
        {
            var reason = e is PostgresException refused ? refused.MessageText : e.InnerException?.Message ?? e.Message;
            throw new SettingException($"The database {at.Database} at {at.Host}:{at.Port}, user {at.Username}, cannot be used: {reason.TrimEnd('.')}. Start it, or correct {setting}.");
        }
    }

    private static Task<IReadOnlyList<string>> Migrate(string owner, string runtime, ILogger log, CancellationToken ct) =>
        SchemaMigrations.Run(owner, runtime, [new EventStoreMigration(Features.All), new ChainStart()], log, ct);

    /// <summary>Completes when the embedded database is down for good; never for an external one, which may come back.</summary>
    public Task WhenEnded() => embedded?.WhenEnded() ?? Task.Delay(Timeout.Infinite);

    public ValueTask DisposeAsync() => embedded?.DisposeAsync() ?? ValueTask.CompletedTask;
}
