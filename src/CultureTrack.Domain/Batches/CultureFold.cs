using System.Collections.Immutable;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>How each event changes vessels and suspensions. Reads data only, never computed values, so that corrections and later findings carry through.</summary>
internal static class CultureFold
{
    public static CultureState Step(CultureState c, Recorded e) => e switch
    {
        Recorded<TissueReceived> { Data.Tissue: TissueKind.BankVial } => c with { FromBank = true },
        Recorded<IsolationPerformed> r => AddSource(c, new(
            r.EventId.ToString(), r.Data.CellLine, r.Data.TotalNucleated * r.Data.ViabilityPct / 100, 0, 0, 0, [], e.OccurredAt)
        {
            ViabilityPct = r.Data.ViabilityPct,
            EventId = e.EventId,
        }),
        Recorded<FeederPlated> r => Each(c, r.Data.VesselIds, id =>
            (c.Vessels.GetValueOrDefault(id) ?? new Vessel(id, "", 0) { Status = VesselStatus.FeederOnly }) with { FeederArrestedAt = r.Data.ArrestedAt }),
        Recorded<VesselsSeeded> r => Seed(c, r),
        Recorded<MediumChanged> r => ChangeMedium(c, r),
        Recorded<ConfluenceObserved> r => Change(c, [r.Data.VesselId], v => v with
        {
            ConfluencePct = r.Data.Pct,
            Contaminated = v.Contaminated || r.Data.Contamination == Contamination.Suspected,
        }),
        Recorded<MovedIntoIncubator> r => Change(c, r.Data.VesselIds, v => Leave(v, e.OccurredAt) with
        {
            Stays = Leave(v, e.OccurredAt).Stays.Add(new(r.Data.IncubatorId, r.Data.Shelf, e.OccurredAt, null)),
        }),
        Recorded<MovedOutOfIncubator> r => Change(c, r.Data.VesselIds, v => Leave(v, e.OccurredAt)),
        Recorded<PassagePerformed> r => Detach(c, e, r.Data.FromVesselIds, r.Data.CellLine, r.Data.ViableHarvested, r.Data.ViabilityPct),
        Recorded<HarvestPerformed> r => Detach(c, e, r.Data.VesselIds, r.Data.CellLine, r.Data.Viable, r.Data.ViabilityPct),
        Recorded<SheetDetached> r => DetachSheets(c, r),
        Recorded<CellCounted> r => CountQcTray(c, r),
        Recorded<SourceCellsAllocated> r => SourceCellsFold.Allocate(c, r),
        Recorded<DermalEquivalentCast> r => ConstructFold.Cast(c, r),
        Recorded<ScaffoldSeeded> r => ConstructFold.Seed(c, r),
        Recorded<AirLiftStarted> r => Change(c, r.Data.ConstructIds, v => v with { AirLiftFrom = e.OccurredAt }),
        Recorded<AirLiftEnded> r => Change(c, r.Data.ConstructIds, v => v with { AirLiftTo = e.OccurredAt }),
        // Culture ends with the medium taken off, and with a construct that is packed as it grew.
        Recorded<ConditionedMediumCollected> => Change(c, InUse(c, v => v.HoldsProduct), v => Empty(v, e.OccurredAt)),
        Recorded<FillPerformed> r => Change(Draw(c, CellBalance.IntoContainers(r.Data) > 0 ? Lineage.AtHand(c) : [], CellBalance.IntoContainers(r.Data)), InUse(c, v => v.IsConstruct), v => Empty(v, e.OccurredAt)),
        Recorded<CulturesPooled> r => PoolingFold.Pool(c, r),
        Recorded<SubLotSplit> r => PoolingFold.Split(c, r),
        Recorded<CellsFrozen> r => FreezingFold.Freeze(c, r),
        Recorded<CellsThawed> r => FreezingFold.Thaw(c, r),
        Recorded<VesselDiscarded> r => DiscardSuspensions(Change(c, r.Data.Ids.Where(id => id != c.QcVesselId), v => Discard(v, e.OccurredAt)), r.Data.Ids),
        Recorded<BatchDiscarded> => Change(c, c.Vessels.Keys, v => Discard(v, e.OccurredAt)),
        _ => c,
    };

    public static CultureState AddSource(CultureState c, CellSource source) => c with { Sources = c.Sources.SetItem(source.Id, source) };

    public static CultureState Change(CultureState c, IEnumerable<string> ids, Func<Vessel, Vessel> change) =>
        c with { Vessels = c.Vessels.SetItems(ids.Distinct().Where(c.Vessels.ContainsKey).Select(id => KeyValuePair.Create(id, change(c.Vessels[id])))) };

    private static CultureState Each(CultureState c, IEnumerable<string> ids, Func<string, Vessel> make) =>
        c with { Vessels = c.Vessels.SetItems(ids.Distinct().Select(id => KeyValuePair.Create(id, make(id)))) };

    private static List<string> InUse(CultureState c, Func<Vessel, bool> which) =>
        [.. c.Vessels.Values.Where(v => v.Status == VesselStatus.InUse && which(v)).Select(v => v.Id)];

    private static Vessel Leave(Vessel v, DateTimeOffset at) =>
        v.Inside is { } stay ? v with { Stays = v.Stays.SetItem(v.Stays.Count - 1, stay with { To = at }) } : v;

    public static Vessel Empty(Vessel v, DateTimeOffset at) => Leave(v, at) with { Status = VesselStatus.Emptied, EndedAt = at };

    // The exposure of an emptied vessel stays with the cells that were taken from it.
    private static Vessel Discard(Vessel v, DateTimeOffset at) =>
        v.Status == VesselStatus.Emptied ? v : Leave(v, at) with { Status = VesselStatus.Discarded, EndedAt = at };

    private static CultureState DiscardSuspensions(CultureState c, IEnumerable<string> ids) =>
        c with { Sources = c.Sources.SetItems(ids.Where(c.Sources.ContainsKey).Distinct().Select(id => KeyValuePair.Create(id, c.Sources[id] with { Discarded = c.Sources[id].Discarded + Math.Max(0, c.Sources[id].Left) }))) };

    private static CultureState Seed(CultureState c, Recorded<VesselsSeeded> r)
    {
        var sources = Lineage.Sources(c, r.Data.SourceIds);
        var before = c;
        (c, var dermal) = ConstructFold.UnderEpidermis(c, r);
        var area = r.Data.Vessels.Sum(v => v.AreaCm2);
        var parents = sources.SelectMany(s => s.ParentVesselIds).Concat(dermal).Distinct().Order(StringComparer.Ordinal).ToList();
        var isEpidermis = r.Data.Purpose == SeedingPurpose.EpidermalSeeding;
        var seeded = r.Data.Vessels.Select(v => Construct(v.Id, (c.Vessels.GetValueOrDefault(v.Id) ?? new Vessel(v.Id, v.Type, v.AreaCm2)) with
        {
            Type = v.Type,
            AreaCm2 = v.AreaCm2,
            Purpose = r.Data.Purpose,
            CellLine = r.Data.CellLine,
            Passage = r.Data.Passage,
            Seeded = r.Data.CellsPerCm2 * v.AreaCm2,
            CpdlAtSeeding = sources.Select(s => s.Cpdl).DefaultIfEmpty(0).Max(),
            SeededAt = (isEpidermis ? c.Vessels.GetValueOrDefault(v.Id)?.SeededAt : null) ?? r.OccurredAt,
            SeedEventId = r.EventId,
            SourceIds = r.Data.SourceIds,
            MediumMl = area > 0 ? r.Data.MediumMl * v.AreaCm2 / area : 0,
            MediumAt = r.OccurredAt,
            Status = VesselStatus.InUse,
            ParentVesselIds = [.. parents.Concat(c.Vessels.GetValueOrDefault(v.Id)?.ParentVesselIds ?? []).Distinct().Order(StringComparer.Ordinal)],
        }));
        // What lies under an epidermis stays known: whose passage, and that it is one construct now.
        Vessel Construct(string id, Vessel v) => !isEpidermis ? v : v with
        {
            IsConstruct = true,
            DermalPassage = dermal.Append(id).Select(d => before.Vessels.GetValueOrDefault(d)).OfType<Vessel>().Max(d => (int?)d.Passage),
        };
        return Draw(c, sources, r.Data.ViableSeeded) with { Vessels = c.Vessels.SetItems(seeded.Select(v => KeyValuePair.Create(v.Id, v))) };
    }

    /// <summary>Takes cells out of suspensions, one after the other; what is over the count of all is booked on the last.</summary>
    public static CultureState Draw(CultureState c, IReadOnlyList<CellSource> sources, decimal viable)
    {
        for (var i = 0; i < sources.Count; i++)
        {
            var part = i == sources.Count - 1 ? viable : Math.Min(viable, Math.Max(0, sources[i].Left));
            c = AddSource(c, sources[i] with { Used = sources[i].Used + part });
            viable -= part;
        }
        return c;
    }

    private static CultureState ChangeMedium(CultureState c, Recorded<MediumChanged> r)
    {
        var vessels = r.Data.VesselIds.Where(c.Vessels.ContainsKey).Select(id => c.Vessels[id]).ToList();
        var (area, total) = (vessels.Sum(v => v.AreaCm2), vessels.Sum(v => v.MediumMl) - r.Data.RemovedMl + r.Data.AddedMl);
        return Change(c, r.Data.VesselIds, v => v with { MediumMl = area > 0 ? total * v.AreaCm2 / area : v.MediumMl, MediumAt = r.OccurredAt });
    }

    private static CultureState Detach(CultureState c, Recorded e, IReadOnlyList<string> ids, CellLine line, decimal viable, decimal viabilityPct)
    {
        if (Lineage.Measure(c, e.EventId, ids, viable, e.OccurredAt) is not { } growth) return c;
        var source = new CellSource(
            e.EventId.ToString(), line, viable, 0, growth.Passage + 1, growth.Cpdl ?? growth.CpdlBefore, [.. ids.Order(StringComparer.Ordinal)], e.OccurredAt)
        {
            ViabilityPct = viabilityPct,
            EventId = e.EventId,
        };
        return AddSource(Change(c, ids, v => Empty(v, e.OccurredAt)), source) with { Growth = c.Growth.Add(growth) };
    }

    private static CultureState DetachSheets(CultureState c, Recorded<SheetDetached> r)
    {
        var known = c.Vessels.GetValueOrDefault(r.Data.QcVesselId) is { Status: VesselStatus.Emptied };
        var growth = known ? null : Lineage.Measure(c, r.EventId, [r.Data.QcVesselId], r.Data.QcViableHarvested, r.OccurredAt);
        return Change(c, [.. r.Data.Sheets.Select(s => s.FromVesselId), r.Data.QcVesselId], v => v.Status == VesselStatus.InUse ? Empty(v, r.OccurredAt) : v) with
        {
            QcVesselId = known ? c.QcVesselId : r.Data.QcViableHarvested is null ? r.Data.QcVesselId : null,
            Growth = growth is null ? c.Growth : c.Growth.Add(growth),
        };
    }

    // The sheets grew as the tray set apart for QC did, until the detachment and not until the count.
    private static CultureState CountQcTray(CultureState c, Recorded<CellCounted> r)
    {
        if (r.Data.VesselId is not { } id || id != c.QcVesselId || c.Vessels[id].EndedAt is not { } detachedAt) return c;
        if (Lineage.Measure(c, r.EventId, [id], r.Data.ViablePerMl * r.Data.VolumeMl, detachedAt) is not { } growth) return c;
        var waiting = c.Growth.FindLastIndex(g => g.Harvested is null && g.To == detachedAt);
        return c with { QcVesselId = null, Growth = waiting < 0 ? c.Growth.Add(growth) : c.Growth.SetItem(waiting, growth) };
    }
}
