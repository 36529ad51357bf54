using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Controls;
using CultureTrack.Grains.Lab;
using CultureTrack.Store.Events;
using Marten;
using Npgsql;

namespace CultureTrack.Grains.Release;

/// <summary>Which batches are asked about.</summary>
/// <param name="From">Registered at or after.</param>
/// <param name="To">Registered before.</param>
public sealed record WhatIfScope(IReadOnlyList<LifeState>? States = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>
/// Judges many batches under another specification, straight from their streams: nothing is written. The environment, and the batch that cells
/// came from, are taken as their streams tell them.
/// </summary>
public sealed class ManyVerdicts(IDocumentStore store, NpgsqlDataSource source, Lab.Specifications specifications, TimeProvider clock)
{
    private const int AtOnce = 64;
    private readonly ConcurrentDictionary<(string, int), Specification> _known = new();

    /// <summary>What the registers say, read once for all batches.</summary>
    /// <param name="Alike">Criteria that the specification asked about words as another, by the name of that.</param>
    private sealed record LabRecord(IReadOnlyDictionary<string, LotFact> Lots, ILookup<string, EmSessionFact> Rooms, ConcurrentDictionary<string, IReadOnlySet<string>> Alike);

    /// <summary>What is known of some batches and those they were made of.</summary>
    private sealed record KnownOfBatches(LabRecord Lab, IReadOnlyDictionary<string, List<Recorded>> Histories, IReadOnlyDictionary<string, PatientFact> People, IReadOnlyDictionary<string, RunFact> Runs);

    public async Task<int> Count(Specification spec, WhatIfScope scope, CancellationToken ct) => (await Ids(spec, scope, ct)).Count;

    /// <summary>One result a batch, in no order, as they come.</summary>
    public async IAsyncEnumerable<WhatIfResult> Ask(Specification spec, WhatIfScope scope, [EnumeratorCancellation] CancellationToken ct)
    {
        var ids = await Ids(spec, scope, ct);
        var lab = new LabRecord(await Lots(ct), await Rooms(ct), new(StringComparer.Ordinal));
        var results = Channel.CreateBounded<WhatIfResult>(AtOnce * 4);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var judging = Task.Run(async () =>
        {
            try
            {
                await Parallel.ForEachAsync(ids.Chunk(AtOnce), new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount), CancellationToken = stop.Token },
                    async (chunk, token) =>
                    {
                        foreach (var result in await Judge(chunk, spec.WithCommon(), lab, token)) await results.Writer.WriteAsync(result, token);
                    });
                results.Writer.Complete();
            }
            catch (Exception e) { results.Writer.Complete(e); }    // thrown to the reader
        }, stop.Token);
        try
        {
            await foreach (var result in results.Reader.ReadAllAsync(ct)) yield return result;
        }
        finally
        {
            await stop.CancelAsync();
            await judging;
        }
    }

    private async Task<IReadOnlyList<string>> Ids(Specification spec, WhatIfScope scope, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var query = session.Query<BatchSummary>().Where(b => b.ProductType == spec.ProductType);
        if (scope.States is { Count: > 0 } states) { LifeState[] asked = [.. states]; query = query.Where(b => b.State.IsOneOf(asked)); }
        if (scope.From is { } from) query = query.Where(b => b.RegisteredAt >= from);
        if (scope.To is { } to) query = query.Where(b => b.RegisteredAt < to);
        return await query.OrderBy(b => b.Id).Select(b => b.Id).ToListAsync(ct);
    }

    private async Task<IReadOnlyDictionary<string, LotFact>> Lots(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return (await session.Query<Material>().ToListAsync(ct)).ToDictionary(m => m.LotId, m => m.Fact(), StringComparer.Ordinal);
    }

    private async Task<ILookup<string, EmSessionFact>> Rooms(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return (await session.Query<EmSession>().ToListAsync(ct)).Select(s => (s.BatchIds, Fact: s.Fact()))
            .SelectMany(s => s.BatchIds.Select(b => (Batch: b, s.Fact))).ToLookup(p => p.Batch, p => p.Fact, StringComparer.Ordinal);
    }

    private async Task<IReadOnlyList<WhatIfResult>> Judge(string[] ids, Specification spec, LabRecord lab, CancellationToken ct)
    {
        var histories = await WithSources(ids, ct);
        await using var session = store.QuerySession();
        var people = await People(session, histories.Values, ct);
        var runs = await ControlRegister.Runs(session, [.. histories.Values.SelectMany(b => b).Select(e => (e.Body as QcResultRecorded)?.RunId).OfType<string>().Distinct()], ct);
        var known = new KnownOfBatches(lab, histories, people, runs);
        var results = new List<WhatIfResult>(ids.Length);
        foreach (var history in ids.Select(histories.GetValueOrDefault).OfType<List<Recorded>>())
        {
            var (then, at) = WhatIf.Moment(history, clock.GetUtcNow());
            var state = BatchFold.Fold(then);
            if (state is not { Registration: { } r, Definition: { } product } || await Own(r, ct) is not { } own) continue;
            var present = history.Skip(then.Count).Aggregate(state, BatchFold.Apply).State;
            results.Add(WhatIf.Compare(state, present, own, spec, await Facts(state, product, own, at, known, ct), at, lab.Alike.GetOrAdd(own.Name, _ => WhatIf.Alike(own, spec))));
        }
        return results;
    }

    /// <summary>The histories asked for, with those of the batches that their cells came from.</summary>
    private async Task<IReadOnlyDictionary<string, List<Recorded>>> WithSources(string[] ids, CancellationToken ct)
    {
        var histories = new Dictionary<string, List<Recorded>>(StringComparer.Ordinal);
        while (ids.Length > 0)
        {
            var read = await BatchStreams.Read(source, ids, ct);
            foreach (var (id, history) in read) histories[id] = history;
            ids = [.. read.Values.SelectMany(h => h).Select(e => e.Body).OfType<SourceCellsAllocated>().Select(a => a.SourceBatchId).Distinct().Where(id => !histories.ContainsKey(id))];
        }
        return histories;
    }

    private async ValueTask<LabFacts> Facts(BatchState state, ProductType product, Specification own, DateTimeOffset at, KnownOfBatches known, CancellationToken ct) => new()
    {
        Product = product,
        Spec = own,
        Patient = known.People.GetValueOrDefault(state.Registration?.PatientRef ?? ""),
        Lots = known.Lab.Lots,
        EmSessions = [.. known.Lab.Rooms[state.BatchId].OrderBy(s => s.StartAt)],
        Runs = known.Runs,
        Source = await SourceOf(state, at, known, ct),
        Environment = RecordedEnvironment.Of(state, at),
    };

    // Lineage has no cycles, so this ends with a batch that was made of tissue.
    private async ValueTask<SourceFact?> SourceOf(BatchState state, DateTimeOffset at, KnownOfBatches known, CancellationToken ct)
    {
        var id = state.Last<SourceCellsAllocated>()?.Data.SourceBatchId;
        if (id is null || id == state.BatchId || !known.Histories.TryGetValue(id, out var history)) return null;
        var madeOf = TwoClocks.Fold(history, null, knownAt: at);
        if (madeOf is not { Registration: { } r, Definition: { } product } || await Own(r, ct) is not { } own) return null;
        return SourceRecord.FactOf(madeOf, own, await Facts(madeOf, product, own, at, known, ct), at);
    }

    // A version never changes: what was read once is read for good.
    private async ValueTask<Specification?> Own(BatchRegistered r, CancellationToken ct)
    {
        if (_known.TryGetValue((r.SpecId, r.SpecVersion), out var known)) return known;
        if (await specifications.Find(r.SpecId, r.SpecVersion, ct) is not { } found) return null;
        return _known.GetOrAdd((r.SpecId, r.SpecVersion), found);
    }

    private static async Task<IReadOnlyDictionary<string, PatientFact>> People(IQuerySession session, IEnumerable<List<Recorded>> batches, CancellationToken ct)
    {
        var refs = batches.Select(b => (b[0].Body as BatchRegistered)?.PatientRef).OfType<string>().Distinct().ToArray();
        return refs.Length == 0 ? new Dictionary<string, PatientFact>()
            : (await session.LoadManyAsync<Patient>(ct, refs)).ToDictionary(p => p.PatientRef, p => new PatientFact(p.PatientRef, p.SecondIdentifier), StringComparer.Ordinal);
    }
}
