using CultureTrack.Store.Events;
using CultureTrack.Store.Migrations;
using CultureTrack.Store.Proof;
using CultureTrack.Store.Postgres;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Server.Hosting;

/// <summary>The database of this server, embedded or external, brought to the schema of this program.</summary>
public sealed class Database(string runtime, string? owner, EmbeddedPostgres? embedded) : IAsyncDisposable
{
    public string RuntimeConnectionString { get; } = runtime;
    public string? OwnerConnectionString { get; } = owner;
    public int? EmbeddedPort => embedded?.Port;

    public static async Task<Database> Open(LabSettings settings, ILoggerFactory logs, CancellationToken ct)
    {
        var log = logs.CreateLogger<Database>();
        if (settings.Runtime is { } external) return await Migrated(new(external, settings.Owner, null), log, ct);
        var options = new PostgresOptions
        {
            DataDirectory = settings.DataDirectory,
            BinDirectory = settings.PostgresBinDirectory,
            Port = settings.PostgresPort,
        };
        var cluster = await EmbeddedPostgres.StartAsync(options, log, ct);
        return await Migrated(new(cluster.RuntimeConnectionString, cluster.OwnerConnectionString, cluster), log, ct);
    }

    /// <summary>Migrates where the owner is known; otherwise checks that somebody has.</summary>
    private static async Task<Database> Migrated(Database database, ILogger log, CancellationToken ct)
    {
        try
        {
            if (database.OwnerConnectionString is { } owner) await Migrate(owner, database.RuntimeConnectionString, log, ct);
            else await SchemaMigrations.EnsureCurrent(database.RuntimeConnectionString, ct);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public static Task<IReadOnlyList<string>> Migrate(string owner, string runtime, ILogger log, CancellationToken ct) =>
        SchemaMigrations.Run(owner, runtime, [new EventStoreMigration(Features.All), new ChainStart()], log, ct);

    public ValueTask DisposeAsync() => embedded?.DisposeAsync() ?? ValueTask.CompletedTask;
}
