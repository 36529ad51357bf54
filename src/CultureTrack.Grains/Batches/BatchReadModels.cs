using System.Collections.Concurrent;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tracing;
using CultureTrack.Grains.Tracing;
using JasperFx.Events;
using Marten;
using Marten.Events.Projections;

namespace CultureTrack.Grains.Batches;

/// <summary>
/// Keeps the batch list, the due work, the ids in use and the occupancy of incubators, in the transaction of the events themselves. The grain that
/// appends leaves the state it has folded in <see cref="Folded"/>; without it (a rebuild) the stream is folded here.
/// </summary>
public sealed class BatchReadModels : IProjection
{
    /// <summary>States of appends under way, by batch and version.</summary>
    public static ConcurrentDictionary<(string BatchId, long Version), BatchState> Folded { get; } = new();

    public async Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        foreach (var stream in events.Where(e => e.Data is Recorded r && EventCatalogue.ByName.ContainsKey(r.Type)).GroupBy(e => e.StreamKey!))
        {
            var appended = stream.Select(e => (Recorded)e.Data).ToList();
            var state = Folded.TryGetValue((stream.Key, appended[^1].Version), out var known)
                ? known
                : BatchFold.Fold((await operations.Events.FetchStreamAsync(stream.Key, appended[^1].Version, token: cancellation)).Select(e => (Recorded)e.Data));
            Store(operations, state, appended);
        }
    }

    private static void Store(IDocumentOperations operations, BatchState state, IReadOnlyList<Recorded> appended)
    {
        StoreAlways(operations, state);
        LabWideUse.Store(operations, state, appended);
        StoreOccupancy(operations, state, appended);
        StoreDeviations(operations, state, appended);
        if (appended.Any(e => LineageGraph.ChangesWith(e.Body))) operations.Store(LineageGraph.Of(state));
        BatchTraces.Store(operations, state, appended);
    }

    /// <summary>Everything kept of one batch, anew from all its events; what was there is deleted first.</summary>
    /// <param name="takenOver">Vessels that went on in another batch under the same id, with that batch.</param>
    public static void Rebuild(IDocumentOperations operations, BatchState state, IReadOnlyList<Recorded> events, IReadOnlyDictionary<string, string> takenOver)
    {
        StoreAlways(operations, state);
        LabWideUse.Rebuild(operations, state, events, takenOver);
        operations.DeleteWhere<Occupancy>(o => o.BatchId == state.BatchId);
        StoreOccupancy(operations, state, events);
        operations.DeleteWhere<DeviationRecord>(d => d.BatchId == state.BatchId);
        StoreDeviations(operations, state, events);
        operations.Store(LineageGraph.Of(state));
        BatchTraces.Store(operations, state, events);
    }

    // Small enough to be written anew with every append.
    private static void StoreAlways(IDocumentOperations operations, BatchState state)
    {
        operations.Store(Summary(state));
        operations.DeleteWhere<DueWork>(d => d.BatchId == state.BatchId);
        operations.Store<DueWork>(Work(state));
    }

    private static void StoreDeviations(IDocumentOperations operations, BatchState state, IReadOnlyList<Recorded> appended)
    {
        if (!appended.Any(e => e.Body is DeviationOpened or DeviationClassified or DeviationClosed or RecordCorrected)) return;
        operations.Store(state.Deviations.Values.Select(d => Deviation(state, d)).ToArray());
    }

    private static DeviationRecord Deviation(BatchState state, Deviation d)
    {
        var closed = state.Of<DeviationClosed>().LastOrDefault(c => c.EventId == d.ClosedEventId);
        return new()
        {
            Id = $"{state.BatchId}/{d.DeviationId}",
            BatchId = state.BatchId,
            DeviationId = d.DeviationId,
            EquipmentId = Contacts.IsRecall(d.Run) ? null : d.Run?.Split('/') is [var equipment, _, ..] ? equipment : null,
            Class = d.Class,
            Text = d.Text,
            OpenedBy = d.OpenedBy,
            BySystem = d.BySystem,
            OpenedAt = d.OpenedAt,
            RootCause = closed?.Data.RootCause,
            Impact = closed?.Data.Impact,
            CapaRefs = closed?.Data.CapaRefs ?? [],
            ClosedBy = closed?.ActorId,
            ClosedAt = closed?.OccurredAt,
            Version = state.Version,
        };
    }

    /// <summary>The line of the batch list for a state.</summary>
    public static BatchSummary Summary(BatchState s)
    {
        var next = Work(s).OrderBy(w => w.DueAt).FirstOrDefault();
        var vessels = s.Culture.Vessels.Values.Where(v => v.Status == VesselStatus.InUse).ToList();
        return new()
        {
            Id = s.BatchId,
            Version = s.Version,
            ProductType = s.ProductType,
            Site = s.Registration!.Site,
            Zone = s.Zone,
            State = s.State,
            Phase = s.Phase,
            Distribution = s.Distribution,
            PatientRef = s.Registration.PatientRef,
            DonorRef = s.Registration.DonorRef,
            RegisteredAt = s.History[0].OccurredAt,
            PlannedUseAt = s.Registration.PlannedUseAt,
            ChangedAt = s.History[^1].RecordedAt,
            ExpiresAt = s.Product.ExpiresAt,
            Passage = s.Culture.Passage,
            Cpdl = s.Culture.Cpdl,
            CpdlFlag = s.Culture.P0Unknown ? "P0Unknown" : null,
            Holds = s.Holds.Count,
            OpenDeviations = s.Deviations.Values.Count(d => d.IsOpen),
            VesselsInCulture = vessels.Count,
            Incubators = [.. vessels.Select(v => v.Inside?.IncubatorId).Where(i => i is not null).Select(i => i!).Distinct().Order(StringComparer.Ordinal)],
            NextDueAt = next?.DueAt,
            NextDue = next?.Title,
            IsOpen = s.State is > LifeState.None and < LifeState.Rejected,
        };
    }

    private static List<DueWork> Work(BatchState state) =>
        [.. Schedule.Due(state, state.Definition ?? ProductRegister.BuiltIn[state.ProductType]).Select(t => new DueWork
        {
            Id = $"{state.BatchId}/{t.Row}/{t.Subject}",
            BatchId = state.BatchId,
            Task = t.Row,
            Title = t.Title,
            CompletedBy = t.CompletedBy,
            Role = t.Role,
            DueAt = t.DueAt,
            ShowFrom = t.DueAt - t.Lead,
            OverdueAt = t.DueAt + t.Grace,
            Subject = t.Subject,
        })];

    /// <summary>Events that put something into, or take it out of, an incubator or a freezer.</summary>
    public static bool ChangesOccupancy(EventData data) => data is MovedIntoIncubator or MovedOutOfIncubator or PassagePerformed or HarvestPerformed or SheetDetached
        or ConditionedMediumCollected or FillPerformed or VesselsSeeded { Purpose: SeedingPurpose.EpidermalSeeding } or VesselDiscarded or CellsFrozen or CellsThawed
        or StoredAt or RemovedFromStorage or Shipped or BatchDiscarded or RecordCorrected;

    private static void StoreOccupancy(IDocumentOperations operations, BatchState state, IReadOnlyList<Recorded> appended)
    {
        if (!appended.Any(e => ChangesOccupancy(e.Body))) return;
        // A stay that was over before the first of these events is stored already; a correction may have changed any.
        var since = appended.Any(e => e.Body is RecordCorrected) ? DateTimeOffset.MinValue : appended.Min(e => e.OccurredAt);
        foreach (var vessel in state.Culture.Vessels.Values)
            for (var i = 0; i < vessel.Stays.Count; i++)
                if (!(vessel.Stays[i].To < since))
                    operations.Store(Inside(state, vessel.Id, $"{state.BatchId}/{vessel.Id}/{i}", vessel.Stays[i].IncubatorId, vessel.Stays[i].Shelf, vessel.Stays[i].From, vessel.Stays[i].To));
        foreach (var container in state.Product.Containers.Values)
            for (var i = 0; i < container.Stays.Count; i++)
                if (!(container.Stays[i].To < since))
                    operations.Store(Inside(state, container.Id, $"{state.BatchId}/container/{container.Id}/{i}", container.Stays[i].EquipmentId, 0, container.Stays[i].From, container.Stays[i].To));
    }

    private static Occupancy Inside(BatchState state, string id, string key, string equipmentId, int shelf, DateTimeOffset from, DateTimeOffset? to) => new()
    {
        Id = key,
        BatchId = state.BatchId,
        VesselId = id,
        DonorRef = state.Registration!.DonorRef,
        IncubatorId = equipmentId,
        Shelf = shelf,
        From = from,
        To = to,
    };
}
