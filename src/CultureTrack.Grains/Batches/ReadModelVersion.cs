using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CultureTrack.Grains.Batches;

/// <summary>Which build of the read models a store holds. Raise <see cref="Current"/> when events would now give other rows than they gave before.</summary>
public static class ReadModelVersion
{
    public const int Current = 2;
    private const string Name = "batches";
    private const long LockKey = 4021196301;    // any number, the same in every version

    public static async Task<bool> IsCurrent(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select exists (select from read_models where name = $1 and version = $2)");
        command.Parameters.AddWithValue(Name);
        command.Parameters.AddWithValue(Current);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Rebuilds and notes the version; null when another process is at it.</summary>
    public static async Task<RebuildResult?> Rebuild(NpgsqlDataSource source, IDocumentStore store, Action<int, int>? progress, CancellationToken ct)
    {
        await using var guard = await source.OpenConnectionAsync(ct);    // the lock ends with the connection, also when we are killed
        await using var take = new NpgsqlCommand("select pg_try_advisory_lock($1)", guard) { Parameters = { new() { Value = LockKey } } };
        if (await take.ExecuteScalarAsync(ct) is not true) return null;
        try
        {
            var result = await new BatchRebuild(store, source).Run(progress, ct);
            await using var note = new NpgsqlCommand("insert into read_models (name, version) values ($1, $2) on conflict (name) do update set version = excluded.version, built_at = now()", guard);
            note.Parameters.AddWithValue(Name);
            note.Parameters.AddWithValue(Current);
            await note.ExecuteNonQueryAsync(ct);
            return result;
        }
        finally
        {
            // The connection goes back to the pool as it is; one that is broken has lost the lock already.
            await using var release = new NpgsqlCommand("select pg_advisory_unlock($1)", guard) { Parameters = { new() { Value = LockKey } } };
            if (guard.FullState == System.Data.ConnectionState.Open) await release.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }
}

/// <summary>After a change of version the read models are rebuilt while the server is already at work.</summary>
public sealed class ReadModelsOnStart(NpgsqlDataSource source, IDocumentStore store, ILogger<ReadModelsOnStart> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await ReadModelVersion.IsCurrent(source, stoppingToken)) return;
            if (await ReadModelVersion.Rebuild(source, store, null, stoppingToken) is { Batches: > 0 } done)
                log.LogInformation("Read models of {Batches} batches rebuilt from {Events} events for version {Version}", done.Batches, done.Events, ReadModelVersion.Current);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            log.LogInformation("Rebuilding the read models was interrupted; the next start begins anew");
        }
        catch (Exception e)
        {
            log.LogError(e, "The read models could not be rebuilt: lists, lineage and blast radius may lack what happened before this version. Run: culturetrack migrate --rebuild");
        }
    }
}
