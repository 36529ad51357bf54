using System.Collections.Frozen;
using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Tracing;

/// <summary>Everything a batch or a clean-room session had to do with, from its events alone.</summary>
public static class Contacts
{
    // Hands on cells, vessels, containers or samples. Who reads, tests on paper or decides at a desk carries nothing from one culture to the next.
    private static readonly FrozenSet<string> Handling = EventCatalogue.AtTheBench
        .Concat([nameof(TissueReceived), nameof(SampleTaken), nameof(VesselDiscarded), nameof(SourceCellsAllocated)]).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The run of the deviation that a recall opens: one for each batch and lot, however often the recall is followed up.</summary>
    public static string RunOf(string lotId) => DeviationRules.RunOfRecall(lotId);

    public static bool IsRecall(string? run) => run?.StartsWith(RunOf(""), StringComparison.Ordinal) == true;

    /// <summary>True for what has to be asked again after these events, because they end or move stays or rewrite the past.</summary>
    public static bool RewritesPast(EventData data) => data is RecordCorrected;

    /// <summary>Contacts of one batch; what clean rooms say of it stands in their own streams.</summary>
    public static IReadOnlyList<Contact> Of(BatchState state)
    {
        if (state.Registration is null) return [];
        return [.. Origins(state), .. Lots(state), .. Operators(state), .. Stays(state), .. Recalls(state)];
    }

    private static IEnumerable<Contact> Origins(BatchState state)
    {
        var first = state.History[0];
        yield return new(state.BatchId, ContactKind.Donor, state.Registration!.DonorRef, "", "", first.OccurredAt, null, [first.EventId]);
        foreach (var t in state.Of<TissueReceived>().GroupBy(t => t.Data.Din))
            yield return new(state.BatchId, ContactKind.Tissue, t.Key, "", "", t.First().OccurredAt, null, [.. t.Select(e => e.EventId)]);
        foreach (var s in state.Of<SourceCellsAllocated>().GroupBy(s => s.Data.SourceBatchId))
            yield return new(state.BatchId, ContactKind.Source, s.Key, "", "", s.First().OccurredAt, null, [.. s.Select(e => e.EventId)]);
    }

    private static IEnumerable<Contact> Lots(BatchState state) =>
        from use in LotsUsed.Of(state)
        group use by use.LotId into lot
        select new Contact(state.BatchId, ContactKind.Lot, lot.Key, "", "", lot.Min(u => u.At), lot.Max(u => u.At), [.. lot.Select(u => u.EventId).Distinct()]);

    private static IEnumerable<Contact> Operators(BatchState state) =>
        from e in state.History
        where e.ActorRole is not (Roles.System or Roles.Device) && Handling.Contains(e.Type)
        from user in e.Hands.Distinct()
        group e by (user, Day: DayOf(state.Zone, e.OccurredAt)) into day
        select new Contact(state.BatchId, ContactKind.Operator, day.Key.user, day.Key.Day, "", day.Min(e => e.OccurredAt), day.Max(e => e.OccurredAt), [.. day.Select(e => e.EventId)]);

    private static string DayOf(string zone, DateTimeOffset at) => SiteTime.Local(zone, at).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static IEnumerable<Contact> Stays(BatchState state)
    {
        var moves = state.History.Where(e => IsMove(e.Body)).ToLookup(e => e.OccurredAt);
        var vessels = state.Culture.Vessels.Values.SelectMany(v => v.Stays.Select(s => (v.Id, Kind: ContactKind.Incubator, Equipment: s.IncubatorId, Part: s.Shelf.ToString(CultureInfo.InvariantCulture), s.From, s.To)));
        var containers = state.Product.Containers.Values.SelectMany(c => c.Stays.Select(s => (c.Id, Kind: ContactKind.Storage, Equipment: s.EquipmentId, Part: "", s.From, s.To)));
        foreach (var stay in vessels.Concat(containers).GroupBy(s => (s.Kind, s.Equipment, s.Part, s.From)))
        {
            DateTimeOffset? until = stay.Any(s => s.To is null) ? null : stay.Max(s => s.To);
            var named = stay.Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
            var events = stay.Select(s => s.To).OfType<DateTimeOffset>().Append(stay.Key.From).Distinct().Order().SelectMany(at => moves[at]).Where(e => Names(e.Body, named));
            yield return new(state.BatchId, stay.Key.Kind, stay.Key.Equipment, stay.Key.Part, RecordJson.Text(stay.Key.From), stay.Key.From, until, [.. events.Select(e => e.EventId).Distinct()]);
        }
    }

    private static bool IsMove(EventData data) => data is MovedIntoIncubator or MovedOutOfIncubator or PassagePerformed or HarvestPerformed or SheetDetached or ConditionedMediumCollected
        or FillPerformed or VesselsSeeded or VesselDiscarded or BatchDiscarded or StoredAt or RemovedFromStorage or CellsThawed or Shipped;

    // What names no vessel ends the stay of all of them.
    private static bool Names(EventData data, HashSet<string> ids) => data switch
    {
        MovedIntoIncubator m => m.VesselIds.Any(ids.Contains),
        MovedOutOfIncubator m => m.VesselIds.Any(ids.Contains),
        PassagePerformed p => p.FromVesselIds.Any(ids.Contains),
        HarvestPerformed h => h.VesselIds.Any(ids.Contains),
        SheetDetached d => ids.Contains(d.QcVesselId) || d.Sheets.Any(s => ids.Contains(s.FromVesselId)),
        VesselDiscarded d => d.Ids.Any(ids.Contains),
        StoredAt s => s.ContainerIds.Any(ids.Contains),
        RemovedFromStorage r => r.ContainerIds.Any(ids.Contains),
        CellsThawed t => t.ContainerIds.Any(ids.Contains),
        Shipped s => s.ContainerIds.Any(ids.Contains),
        _ => true,
    };

    private static IEnumerable<Contact> Recalls(BatchState state) =>
        from d in state.Of<DeviationOpened>()
        let lot = DeviationRules.RecalledLot(d.Data)
        where lot is not null
        select new Contact(state.BatchId, ContactKind.Recall, lot, d.Data.DeviationId!, "", d.OccurredAt, d.OccurredAt, [d.EventId]);

    /// <summary>What a clean-room session or the use of a cabinet says of the batches it names; empty for every other event.</summary>
    /// <param name="opened">The opening of the session that <paramref name="e"/> closes.</param>
    public static IReadOnlyList<Contact> OfRoom(Recorded e, Recorded<EmSessionOpened>? opened) => e switch
    {
        Recorded<EmSessionOpened> o => [.. o.Data.BatchIds.Distinct().SelectMany(b => Session(b, o, o.Data.StartAt, null, [o.EventId]))],
        Recorded<EmSessionClosed> c when opened is not null => [.. opened.Data.BatchIds.Distinct().SelectMany(b => Session(b, opened, opened.Data.StartAt, c.Data.EndAt, [opened.EventId, c.EventId]))],
        Recorded<CabinetUsed> u => [.. u.Data.BatchIds.Distinct().Select(b => new Contact(b, ContactKind.Cabinet, u.Data.CabinetId, "", u.EventId.ToString(), u.Data.StartAt, u.Data.EndAt, [u.EventId]))],
        _ => [],
    };

    private static IEnumerable<Contact> Session(string batch, Recorded<EmSessionOpened> opened, DateTimeOffset from, DateTimeOffset? to, IReadOnlyList<Guid> events)
    {
        var s = opened.Data;
        yield return new(batch, ContactKind.Cabinet, s.CabinetId, "", s.SessionId, from, to, events);
        yield return new(batch, ContactKind.Room, s.RoomId, "", s.SessionId, from, to, events);
        foreach (var user in s.OperatorIds.Distinct())
            yield return new(batch, ContactKind.Operator, user, DayOf(opened.SiteZone, from), s.SessionId, from, to ?? from, events);
    }
}
