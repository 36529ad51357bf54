using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Marten;

namespace CultureTrack.Grains.Batches;

/// <summary>What one batch takes from all others: ids of vessels and containers, storage positions; and what it gives them: values to compare with.</summary>
internal static class LabWideUse
{
    public static string Vessel(string id) => $"vessel/{id}";
    public static string Container(string id) => $"container/{id}";

    public static void Store(IDocumentOperations operations, BatchState state, IReadOnlyList<Recorded> appended)
    {
        StoreIds(operations, state, appended);
        StorePositions(operations, state, appended);
        StoreValues(operations, state, appended);
        StoreRuns(operations, state, appended);
    }

    private static void StoreRuns(IDocumentOperations operations, BatchState state, IReadOnlyList<Recorded> appended) =>
        operations.Store(appended.Select(e => e.Body).OfType<QcResultRecorded>().Where(r => r.RunId is not null)
            .Select(r => new Controls.ResultInRun { Id = $"{state.BatchId}/{r.ResultId}", RunId = r.RunId!, BatchId = state.BatchId, ResultId = r.ResultId }).ToArray());

    /// <summary>Ids an event brings into use; unique in the whole lab.</summary>
    public static IEnumerable<string> Introduced(EventData data) => data switch
    {
        VesselsSeeded s => s.Vessels.Select(v => Vessel(v.Id)),
        SourceCellsAllocated s => (s.Vessels ?? []).Select(v => Vessel(v.Id)).Concat((s.ContainerIds ?? []).Select(Container)),
        DermalEquivalentCast c => (c.Constructs ?? []).Select(v => Vessel(v.Id)),
        ScaffoldSeeded c => (c.Constructs ?? []).Select(v => Vessel(v.Id)),
        FeederPlated f => f.VesselIds.Select(Vessel),
        FillPerformed f => f.Containers.Select(c => Container(c.Id)),
        CellsFrozen f => f.Containers.Select(c => Container(c.Id)),
        _ => [],
    };

    /// <summary>Ids an event takes from or gives away, which must still be the batch's own.</summary>
    public static IEnumerable<string> Named(EventData data) => data switch
    {
        SampleTaken s => s.SourceIds.SelectMany(id => new[] { Vessel(id), Container(id) }),
        CellsThawed t => t.ContainerIds.Select(Container),
        Shipped s => s.ContainerIds.Select(Container),
        _ => [],
    };

    // A container's id is never given back: it stands on a label that may have left the lab.
    public static IEnumerable<string> Freed(EventData data) => data switch
    {
        PassagePerformed p => p.FromVesselIds.Select(Vessel),
        HarvestPerformed h => h.VesselIds.Select(Vessel),
        SheetDetached d => d.Sheets.Select(s => Vessel(s.FromVesselId)),
        VesselDiscarded v => v.Ids.Select(Vessel),
        BatchDiscarded b => b.Ids.Select(Vessel),
        _ => [],
    };

    private static void StoreIds(IDocumentOperations operations, BatchState state, IReadOnlyList<Recorded> appended)
    {
        var introduced = appended.SelectMany(e => Introduced(e.Body)).Distinct().ToList();
        if (introduced.Count > 0)
        {
            var known = state.History.Where(e => e.Version < appended[0].Version).SelectMany(e => Introduced(e.Body)).ToHashSet(StringComparer.Ordinal);
            // What a source hands over keeps its id and changes its owner.
            var takenOver = appended.Select(e => e.Body).OfType<SourceCellsAllocated>()
                .SelectMany(a => a.SourceIds.Select(Vessel).Concat((a.ContainerIds ?? []).Select(Container))).ToHashSet(StringComparer.Ordinal);
            var fresh = introduced.Where(id => !known.Contains(id)).Select(id => new IdInUse { Id = id, BatchId = state.BatchId }).ToList();
            operations.Store(fresh.Where(i => takenOver.Contains(i.Id)).ToArray());
            // Insert, not upsert: of two batches that take the same id at the same moment the second one fails.
            operations.Insert(fresh.Where(i => !takenOver.Contains(i.Id)).ToArray());
        }
        foreach (var a in appended.Select(e => e.Body).OfType<SourceCellsAllocated>())
            operations.Store(new Allocation { Id = $"{a.SourceBatchId}/{state.BatchId}", SourceBatchId = a.SourceBatchId, BatchId = state.BatchId });
        var freed = appended.SelectMany(e => Freed(e.Body)).Concat(Emptied(state, appended)).Distinct().ToList();
        if (freed.Count > 0) operations.DeleteWhere<IdInUse>(i => i.BatchId == state.BatchId && i.Id.IsOneOf(freed));
    }

    // Collecting the medium ends every culture of the batch.
    private static IEnumerable<string> Emptied(BatchState state, IReadOnlyList<Recorded> appended) =>
        appended.Any(e => e.Body is ConditionedMediumCollected) ? state.Culture.Vessels.Values.Where(v => v.Status == VesselStatus.Emptied).Select(v => Vessel(v.Id)) : [];

    /// <summary>
    /// All that the batch takes and gives, from its whole past. What another batch has taken over since belongs to that one: <paramref name="takenOver"/>
    /// tells by vessel which batch was the last to.
    /// </summary>
    public static void Rebuild(IDocumentOperations operations, BatchState state, IReadOnlyList<Recorded> events, IReadOnlyDictionary<string, string> takenOver)
    {
        operations.DeleteWhere<IdInUse>(i => i.BatchId == state.BatchId);
        operations.DeleteWhere<Allocation>(a => a.BatchId == state.BatchId);
        var held = new HashSet<string>(StringComparer.Ordinal);
        foreach (var e in events)
        {
            held.UnionWith(Introduced(e.Body));
            held.ExceptWith(Freed(e.Body));
        }
        held.ExceptWith(Emptied(state, events));
        operations.Store(held.Where(id => takenOver.GetValueOrDefault(id, state.BatchId) == state.BatchId).Select(id => new IdInUse { Id = id, BatchId = state.BatchId }).ToArray());
        foreach (var a in events.Select(e => e.Body).OfType<SourceCellsAllocated>())
            operations.Store(new Allocation { Id = $"{a.SourceBatchId}/{state.BatchId}", SourceBatchId = a.SourceBatchId, BatchId = state.BatchId });
        StorePositions(operations, state, events, whole: true);
        StoreValues(operations, state, events, whole: true);
        operations.DeleteWhere<Controls.ResultInRun>(r => r.BatchId == state.BatchId);
        StoreRuns(operations, state, events);
    }

    /// <summary>Vessels that a batch keeps under the id they had in its source.</summary>
    public static IEnumerable<string> TakenOver(SourceCellsAllocated a) => (a.Vessels ?? []).Select(v => v.Id).Where(a.SourceIds.Contains).Select(Vessel);

    private static void StorePositions(IDocumentOperations operations, BatchState state, IReadOnlyList<Recorded> appended, bool whole = false)
    {
        if (!whole && !appended.Any(e => e.Body is StoredAt or RemovedFromStorage or CellsThawed or Shipped or VesselDiscarded or BatchDiscarded or RecordCorrected)) return;
        var taken = whole ? [] : appended.Select(e => e.Body).OfType<StoredAt>().SelectMany(s => s.Positions).ToHashSet(StringComparer.Ordinal);
        var now = state.Product.Containers.Values.Where(c => c is { Position: not null, StoredIn: not null, Withdrawn: false })
            .Select(c => new StoragePosition { Id = c.Position!, BatchId = state.BatchId, ContainerId = c.Id, EquipmentId = c.StoredIn! }).ToList();
        operations.DeleteWhere<StoragePosition>(p => p.BatchId == state.BatchId);
        operations.Store(now.Where(p => !taken.Contains(p.Id)).ToArray());
        // As with ids: of two batches that take a position at the same moment the second one fails.
        operations.Insert(now.Where(p => taken.Contains(p.Id)).ToArray());
    }

    private static void StoreValues(IDocumentOperations operations, BatchState state, IReadOnlyList<Recorded> appended, bool whole = false)
    {
        if (!whole && !appended.Any(e => e.Body is QcResultApproved or QcResultInvalidated or RecordCorrected)) return;
        operations.DeleteWhere<LotValue>(v => v.BatchId == state.BatchId);
        operations.Store(LotValues(state).ToArray());
    }

    /// <summary>The last approved final value of each criterion and part; a censored value is no value to compare with.</summary>
    private static IEnumerable<LotValue> LotValues(BatchState state) =>
        from result in state.Qc.Results.Values
        where result is { Kind: ResultKind.Final, Counts: true, ApprovedEventId: not null }
        orderby result.ApprovedVersion
        from value in result.Values
        where value is { Value: not null, Qualifier: null or "=" }
        let key = value.Part is null ? result.CriterionId : $"{result.CriterionId}({value.Part})"
        group (result, value) by key into last
        select new LotValue
        {
            Id = $"{state.BatchId}/{last.Key}",
            BatchId = state.BatchId,
            ProductType = state.ProductType,
            Criterion = last.Key,
            Value = last.Last().value.Value!.Value,
            ApprovedAt = state.History.First(e => e.EventId == last.Last().result.ApprovedEventId).OccurredAt,
        };
}
