using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Grains.Incubators;
using CultureTrack.Store.Documents;
using CultureTrack.Store.Events;
using Marten;

namespace CultureTrack.Grains.Batches;

/// <summary>Collects what a decision about a batch may know of the rest of the lab.</summary>
public sealed class BatchFacts(ILabFactsSource lab, Lab.Specifications specifications, Lab.ProductTypes products, Lab.TestMethods methods, IDocumentStore store, IGrainFactory grains, AttachmentStore attachments)
{
    /// <param name="at">As of when the source of allocated cells is asked; null: now.</param>
    public async Task<CollectedFacts> Collect(BatchState state, IReadOnlyList<Entry> entries, EnvironmentReport environment, DateTimeOffset? at = null)
    {
        var registration = state.Registration ?? entries.Select(e => e.Data).OfType<BatchRegistered>().FirstOrDefault();
        var batchId = state.HasStarted ? state.BatchId : registration?.BatchId ?? "";
        var bodies = entries.Select(e => e.Data).ToList();
        var judged = NeedsWholeRecord(entries) ? bodies.Concat(state.History.Select(e => e.Body)) : bodies;
        var lots = judged.SelectMany(LotsUsed.Named).Select(n => n.LotId).ToHashSet(StringComparer.Ordinal);
        var equipment = bodies.SelectMany(EquipmentOf).ToHashSet(StringComparer.Ordinal);
        var snapshot = await lab.Collect(new(batchId, registration?.Site, registration?.PatientRef, registration?.DonorRef, lots, equipment));
        var inUse = await IdsInUse(store, batchId, bodies.SelectMany(b => LabWideUse.Introduced(b).Concat(LabWideUse.Named(b))).ToList());
        var spec = registration is null ? null : await specifications.Find(registration.SpecId, registration.SpecVersion, CancellationToken.None);
        // A batch under way is made by the definition it was registered with.
        var product = state.Definition is null && registration is not null ? await products.InForce(registration.ProductType, CancellationToken.None) : null;
        return new(new LabFacts
        {
            Product = state.Definition ?? product?.Definition ?? UnknownProduct,
            ProductVersion = product?.Version ?? 1,
            Spec = spec,
            Site = snapshot.Site,
            Patient = snapshot.Patient,
            Donor = snapshot.Donor,
            Lots = snapshot.Lots,
            Equipment = snapshot.Equipment,
            EmSessions = snapshot.EmSessions,
            IdsInUse = inUse,
            EarlierLots = await EarlierLots(state, bodies),
            Methods = bodies.Any(b => b is QcTestStarted or QcResultRecorded) ? [.. (await methods.All(CancellationToken.None)).SelectMany(m => m.Facts())] : [],
            Runs = await Runs(state, bodies),
            Environment = environment,
            Source = await Source(state, bodies, at),
            Attachments = await Attachments(bodies),
            Shelvings = NeedsWholeRecord(entries) ? await Shelvings() : [],
        });
    }

    private async Task<IReadOnlyDictionary<string, long>> Attachments(List<EventData> bodies) =>
        (await attachments.Find([.. bodies.OfType<AttachmentAdded>().Select(a => a.AttachmentId).Distinct()], CancellationToken.None))
        .ToDictionary(a => a.AttachmentId, a => a.Bytes, StringComparer.Ordinal);

    private async Task<IReadOnlyDictionary<string, RunFact>> Runs(BatchState state, List<EventData> bodies)
    {
        var ids = state.Qc.Results.Values.Select(r => r.RunId).Concat(bodies.OfType<QcResultRecorded>().Select(r => r.RunId)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (ids.Count == 0) return new Dictionary<string, RunFact>();
        await using var session = store.QuerySession();
        return await Controls.ControlRegister.Runs(session, ids, CancellationToken.None);
    }

    // Asked of the source's own grain, which answers between its turns: a source never waits for what was made of it.
    private async Task<SourceFact?> Source(BatchState state, List<EventData> bodies, DateTimeOffset? at)
    {
        var id = bodies.OfType<SourceCellsAllocated>().FirstOrDefault()?.SourceBatchId ?? state.Last<SourceCellsAllocated>()?.Data.SourceBatchId;
        return id is null || id == state.BatchId ? null : await grains.GetGrain<IBatchGrain>(id).AsSource(at);
    }

    // Few, of all incubators; which of them concern the batch its stays decide.
    private async Task<IReadOnlyList<ShelvedFact>> Shelvings()
    {
        var shelved = await store.EventsOf<AlarmShelved>(CancellationToken.None);
        if (shelved.Count == 0) return [];
        await using var session = store.QuerySession();
        var alarms = (await session.LoadManyAsync<AlarmRecord>([.. shelved.Select(s => s.Data.AlarmId).Distinct()])).ToDictionary(a => a.Id, StringComparer.Ordinal);
        return [.. shelved.Where(s => alarms.ContainsKey(s.Data.AlarmId)).Select(s => new ShelvedFact(s.EventId, s.Data.AlarmId, alarms[s.Data.AlarmId].IncubatorId,
            alarms[s.Data.AlarmId].Alarm.Point.Channel ?? alarms[s.Data.AlarmId].Alarm.Point.Kind.ToString(), s.ActorId, s.OccurredAt, s.Data.UntilAt, s.Data.Reason))];
    }

    // A verdict looks at every lot ever used (C-13); an entry at the bench only at its own.
    private static bool NeedsWholeRecord(IReadOnlyList<Entry> entries) =>
        entries.Count == 0 || entries.Any(e => e.Data is DispositionSigned or RecordReviewed or ReviewSubmitted);

    internal static ProductType ProductOf(BatchRegistered? registration) => ProductRegister.BuiltIn.GetValueOrDefault(registration?.ProductType ?? "") ?? UnknownProduct;

    // The registration rules refuse a product code that is not in the register; until then nothing of it is used.
    private static readonly ProductType UnknownProduct = new(
        "", "", new Dictionary<string, IReadOnlyList<string>>(), new Dictionary<string, int>(), new Dictionary<string, string>(), [], LifeState.Harvested,
        false, false, 0, 0, []);

    internal static async Task<IReadOnlyDictionary<string, string>> IdsInUse(IDocumentStore store, string batchId, List<string> ids)
    {
        if (ids.Count == 0) return new Dictionary<string, string>();
        await using var session = store.QuerySession();
        var found = await session.LoadManyAsync<IdInUse>([.. ids]);
        return found.Where(i => i.BatchId != batchId).GroupBy(i => i.Id[(i.Id.IndexOf('/') + 1)..], StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First().BatchId, StringComparer.Ordinal);
    }

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<decimal>>> EarlierLots(BatchState state, List<EventData> bodies)
    {
        var found = new Dictionary<string, IReadOnlyList<decimal>>(StringComparer.Ordinal);
        var started = bodies.OfType<QcTestStarted>().ToLookup(t => t.TestId, t => t.CriterionId);
        var keys = from result in bodies.OfType<QcResultRecorded>()
                   let criterion = state.Qc.Tests.GetValueOrDefault(result.TestId)?.CriterionId ?? started[result.TestId].FirstOrDefault()
                   where criterion is not null
                   from value in result.Values
                   where value.Value is not null
                   select value.Part is null ? criterion : $"{criterion}({value.Part})";
        await using var session = store.QuerySession();
        foreach (var key in keys.Distinct().ToList())
        {
            var last = await session.Query<LotValue>().Where(v => v.Criterion == key && v.ProductType == state.ProductType && v.BatchId != state.BatchId)
                .OrderByDescending(v => v.ApprovedAt).Take(ResultTrend.Lots).Select(v => v.Value).ToListAsync();
            found[key] = [.. last.Reverse()];
        }
        return found;
    }

    internal static IEnumerable<string> EquipmentOf(EventData data) => data switch
    {
        MovedIntoIncubator m => [m.IncubatorId],
        MovedOutOfIncubator m => [m.IncubatorId],
        StoredAt s => [s.EquipmentId],
        _ => [],
    };
}

/// <summary>Facts collected for one call; the same for each of its entries.</summary>
public sealed record CollectedFacts(LabFacts Base)
{
    public Specification? Spec => Base.Spec;
    public LabFacts For(BatchState state, Entry entry) => Base;
}
