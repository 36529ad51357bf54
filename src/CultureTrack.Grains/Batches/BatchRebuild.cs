using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Tracing;
using CultureTrack.Store.Events;
using Marten;
using Npgsql;

namespace CultureTrack.Grains.Batches;

/// <param name="Again">Batches that somebody wrote to meanwhile and that were therefore folded again.</param>
public sealed record RebuildResult(int Batches, long Events, int Again);

/// <summary>
/// Builds the read models of all batches, and what clean rooms say of them, anew from their events, while people go on writing. A few batches at a time are folded without any lock; then their
/// streams are locked for the moment of writing, and what has moved on meanwhile is folded again. So an entry waits for one short transaction at most, and
/// nothing newer is overwritten by something older.
/// </summary>
public sealed class BatchRebuild(IDocumentStore store, NpgsqlDataSource source)
{
    private const int BatchesAtOnce = 10, MostAttempts = 20;
    private static readonly int Workers = Math.Max(2, Environment.ProcessorCount);

    private int _done, _again;
    private long _events;

    /// <param name="progress">Batches done, of how many.</param>
    public async Task<RebuildResult> Run(Action<int, int>? progress, CancellationToken ct)
    {
        var ids = await BatchIds(ct);
        var takenOver = await TakenOver(ct);
        await Parallel.ForEachAsync(ids.Chunk(BatchesAtOnce), new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = ct }, async (chunk, stop) =>
        {
            IReadOnlyList<string> left = chunk;
            for (var attempt = 1; left.Count > 0; attempt++)
            {
                if (attempt > MostAttempts) throw new InvalidOperationException($"{string.Join(", ", left)} were written to without a pause; rebuild again when it is quieter.");
                var moved = await Rebuild(left, takenOver, stop);
                Interlocked.Add(ref _again, moved.Count);
                var done = Interlocked.Add(ref _done, left.Count - moved.Count);
                progress?.Invoke(done, ids.Count);
                left = moved;
            }
        });
        await RoomContacts.Rebuild(store, ct);
        return new(_done, _events, _again);
    }

    // Streams of everything else are named kind/id.
    private async Task<IReadOnlyList<string>> BatchIds(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.AdvancedSql.QueryAsync<string>($"select id from {EventStore.Schema}.mt_streams where id not like '%/%' order by id", ct);
    }

    private async Task<IReadOnlyDictionary<string, string>> TakenOver(CancellationToken ct)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var e in await store.EventsOf<SourceCellsAllocated>(ct))
            foreach (var id in LabWideUse.TakenOver(e.Data)) owners[id] = e.StreamId;
        return owners;
    }

    /// <returns>Those that moved on while they were folded; nothing of them is written.</returns>
    private async Task<IReadOnlyList<string>> Rebuild(IReadOnlyList<string> ids, IReadOnlyDictionary<string, string> takenOver, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var folded = (await BatchStreams.Read(source, ids, ct)).Values.Select(events => (State: BatchFold.Fold(events), Events: events)).ToList();
        await session.BeginTransactionAsync(ct);
        var versions = await Lock(session.Connection!, ids, ct);
        var moved = new List<string>();
        foreach (var (state, events) in folded)
        {
            if (versions[state.BatchId] != state.Version) { moved.Add(state.BatchId); continue; }
            BatchReadModels.Rebuild(session, state, events, takenOver);
            Interlocked.Add(ref _events, events.Count);
        }
        await session.SaveChangesAsync(ct);
        return moved;
    }

    // An append updates the row of its stream first, so it waits here and is never waited for.
    private static async Task<Dictionary<string, long>> Lock(NpgsqlConnection connection, IReadOnlyList<string> ids, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select id, version from {EventStore.Schema}.mt_streams where id = any($1) order by id for update", connection);
        command.Parameters.AddWithValue(ids.ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct)) versions[reader.GetString(0)] = reader.GetInt64(1);
        return versions;
    }
}
