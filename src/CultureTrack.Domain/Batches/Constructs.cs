using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum ScaffoldKind { Fibrin, Collagen, Polymer, Dermis }

/// <summary>
/// Fibroblasts cast into a matrix. <c>Constructs</c> names each insert that was cast, so that it can be followed; without it the cast is one construct
/// of <c>AreaCm2</c>, numbered by the software. <c>SourceIds</c>: the suspensions used; without it the fibroblasts at hand.
/// </summary>
public sealed record DermalEquivalentCast(
    string MatrixLot, decimal VolumeMl, decimal AreaCm2, decimal FibroblastsPerMl, decimal Ph, IReadOnlyList<string>? SourceIds = null,
    IReadOnlyList<SeededVessel>? Constructs = null) : EventData;

/// <summary>Cells seeded on a scaffold; <c>Constructs</c> and <c>SourceIds</c> as for <see cref="DermalEquivalentCast"/>.</summary>
public sealed record ScaffoldSeeded(
    string ScaffoldLot, ScaffoldKind Kind, decimal AreaCm2, decimal CellsPerCm2, decimal? FibrinogenMgPerMl = null, decimal? ThrombinIuPerMl = null,
    decimal? GelMin = null, IReadOnlyList<string>? SourceIds = null, IReadOnlyList<SeededVessel>? Constructs = null) : EventData;

public sealed record AttachmentAssessed(IReadOnlyList<string> ConstructIds, decimal AtHours, decimal AttachedPct) : EventData;

internal static class ConstructRules
{
    private const decimal MostOfSource = 1.05m, AreaTolerance = 0.05m;
    private const int AttachmentHours = 24, AttachedPct = 80;

    public static void Check(DermalEquivalentCast e, Judgement j)
    {
        j.Lot("matrixLot", e.MatrixLot);
        var counted = j.Above("volumeMl", e.VolumeMl, 0) & j.Above("fibroblastsPerMl", e.FibroblastsPerMl, 0, 5e6m);
        j.Window("fibroblastsPerMl", e.FibroblastsPerMl, 5e4m, 5e5m);
        if (j.Range("ph", e.Ph, 0, 14)) j.Window("ph", e.Ph, 7.0m, 7.6m);
        CheckArea(e.AreaCm2, e.Constructs, j);
        if (j.StepIsLegal) CheckCells(e.SourceIds, CellLine.Fibroblast, counted ? e.FibroblastsPerMl * e.VolumeMl : 0, "fibroblastsPerMl", j);
    }

    public static void Check(ScaffoldSeeded e, Judgement j)
    {
        j.Lot("scaffoldLot", e.ScaffoldLot);
        if (j.Above("cellsPerCm2", e.CellsPerCm2, 0, 5e6m)) j.Window("cellsPerCm2", e.CellsPerCm2, 5e4m, 5e5m);
        if (j.Above("fibrinogenMgPerMl", e.FibrinogenMgPerMl, 0, 120)) j.Window("fibrinogenMgPerMl", e.FibrinogenMgPerMl, 5, 50);
        if (j.Above("thrombinIuPerMl", e.ThrombinIuPerMl, 0, 1000)) j.Window("thrombinIuPerMl", e.ThrombinIuPerMl, 1, 100);
        if (j.Range("gelMin", e.GelMin, 0, null)) j.Window("gelMin", e.GelMin, null, 60);
        CheckArea(e.AreaCm2, e.Constructs, j);
        if (!j.StepIsLegal) return;
        if (j.State.State == LifeState.Quarantined) StartingRules.CheckBegin(j);
        CheckCells(e.SourceIds, null, e.CellsPerCm2 * e.AreaCm2, "cellsPerCm2", j);
    }

    public static void Check(AttachmentAssessed e, Judgement j)
    {
        j.Above("atHours", e.AtHours, 0);
        // Earlier than a day cells may still be settling; MSS-07 asks for 24 h.
        if (j.Range("attachedPct", e.AttachedPct, 0, 100) && IsFinal(e)) j.Window("attachedPct", e.AttachedPct, AttachedPct, null);
        if (j.StepIsLegal) InCulture(e.ConstructIds, j);
    }

    /// <summary>True for an assessment late enough to speak for the attachment.</summary>
    public static bool IsFinal(AttachmentAssessed e) => Math.Round(e.AtHours, MidpointRounding.AwayFromZero) >= AttachmentHours;

    /// <summary>STATE-GUARD for ids that are no constructs in culture of this batch; returns the others.</summary>
    public static IReadOnlyList<Vessel> InCulture(IReadOnlyList<string> ids, Judgement j)
    {
        var found = CultureRules.InUse(ids, "constructIds", j);
        for (var i = 0; i < ids.Count; i++)
            if (found.FirstOrDefault(v => v.Id == ids[i]) is { IsConstruct: false }) j.Guard(false, $"constructIds[{i}]", $"{ids[i]} is no construct.");
        return [.. found.Where(v => v.IsConstruct)];
    }

    private static void CheckArea(decimal areaCm2, IReadOnlyList<SeededVessel>? constructs, Judgement j)
    {
        if (!j.Above("areaCm2", areaCm2, 0, 1000) || constructs is not { Count: > 0 }) return;
        j.NewIds("constructs", [.. constructs.Select(c => c.Id)]);
        for (var i = 0; i < constructs.Count; i++) j.Above($"constructs[{i}].areaCm2", constructs[i].AreaCm2, 0);
        var sum = constructs.Sum(c => c.AreaCm2);
        j.Require(Math.Abs(sum - areaCm2) <= AreaTolerance * areaCm2, Codes.ValRange, Judgement.Data("areaCm2"), $"The constructs add up to {sum:0.##} cm², not {areaCm2:0.##}.");
    }

    private static void CheckCells(IReadOnlyList<string>? sourceIds, CellLine? line, decimal cells, string field, Judgement j)
    {
        var c = j.State.Culture;
        for (var i = 0; i < (sourceIds?.Count ?? 0); i++)
            j.Guard(Lineage.Source(c, sourceIds![i]) is not null, $"sourceIds[{i}]", $"{sourceIds[i]} gave no cells in suspension.");
        var sources = ConstructFold.SourcesOf(c, sourceIds, line);
        if (!j.Guard(sources.Count > 0, "sourceIds", $"There are no {line?.ToString() ?? "source"} cells in suspension; detach or thaw them first.")) return;
        j.Require(line is null || sources.All(s => s.CellLine is null || s.CellLine == line), Codes.ValRange, Judgement.Data("sourceIds"), $"The cells are not {line}.");
        var (viable, used) = (sources.Sum(s => s.Viable), sources.Sum(s => s.Used + s.Discarded) + cells);
        j.Require(viable == 0 || used <= viable * MostOfSource, Codes.ValRange, Judgement.Data(field),
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"With this {used:G4} cells are used; the sources gave {viable:G4}."));
    }
}

/// <summary>Constructs are vessels of their own kind: cells in a matrix or on a carrier, which is itself what will be delivered.</summary>
internal static class ConstructFold
{
    public static IReadOnlyList<CellSource> SourcesOf(CultureState c, IReadOnlyList<string>? ids, CellLine? line) =>
        ids is { Count: > 0 } ? Lineage.Sources(c, ids) : Lineage.AtHand(c, line);

    public static CultureState Cast(CultureState c, Recorded<DermalEquivalentCast> r) => Place(
        c, r, SourcesOf(c, r.Data.SourceIds, CellLine.Fibroblast), Named(r, "D", r.Data.Constructs, r.Data.AreaCm2, c), r.Data.FibroblastsPerMl * r.Data.VolumeMl, CellLine.Fibroblast, null);

    public static CultureState Seed(CultureState c, Recorded<ScaffoldSeeded> r) => Place(
        c, r, SourcesOf(c, r.Data.SourceIds, null), Named(r, "S", r.Data.Constructs, r.Data.AreaCm2, c), r.Data.CellsPerCm2 * r.Data.AreaCm2, null, SeedingPurpose.Sheet);

    private static IReadOnlyList<SeededVessel> Named(Recorded r, string letter, IReadOnlyList<SeededVessel>? constructs, decimal areaCm2, CultureState c) =>
        constructs is { Count: > 0 } ? constructs : [new($"{r.StreamId}-{letter}{c.Vessels.Values.Count(v => v.IsConstruct) + 1}", "construct", areaCm2)];

    private static CultureState Place(
        CultureState c, Recorded r, IReadOnlyList<CellSource> sources, IReadOnlyList<SeededVessel> constructs, decimal cells, CellLine? line, SeedingPurpose? purpose)
    {
        var area = constructs.Sum(v => v.AreaCm2);
        var placed = constructs.Select(v => new Vessel(v.Id, v.Type, v.AreaCm2)
        {
            IsConstruct = true,
            Purpose = purpose,
            CellLine = line ?? sources.Select(s => s.CellLine).FirstOrDefault(l => l is not null),
            Passage = sources.Max(s => s.NextPassage) ?? 0,
            Seeded = area > 0 ? cells * v.AreaCm2 / area : 0,
            CpdlAtSeeding = sources.Select(s => s.Cpdl).DefaultIfEmpty(0).Max(),
            SeededAt = r.OccurredAt,
            SeedEventId = r.EventId,
            SourceIds = [.. sources.Select(s => s.Id)],
            Status = VesselStatus.InUse,
            ParentVesselIds = [.. sources.SelectMany(s => s.ParentVesselIds).Distinct().Order(StringComparer.Ordinal)],
        });
        return CultureFold.Draw(c, sources, cells) with { Vessels = c.Vessels.SetItems(placed.Select(v => KeyValuePair.Create(v.Id, v))) };
    }

    /// <summary>
    /// Dermal equivalents that take an epidermis. One that was never given an id of its own goes on under the ids that the epidermis is seeded to, which
    /// then carry its past.
    /// </summary>
    public static (CultureState Culture, IReadOnlyList<string> Parents) UnderEpidermis(CultureState c, Recorded<VesselsSeeded> r)
    {
        if (r.Data.Purpose != SeedingPurpose.EpidermalSeeding) return (c, []);
        var named = r.Data.Vessels.Select(v => v.Id).ToHashSet(StringComparer.Ordinal);
        var unnamed = c.Vessels.Values.Where(v => v is { IsConstruct: true, Status: VesselStatus.InUse, Purpose: null } && v.Id.StartsWith($"{r.StreamId}-D", StringComparison.Ordinal) && !named.Contains(v.Id))
            .Select(v => v.Id).ToList();
        var isNew = named.Any(id => !c.Vessels.ContainsKey(id));
        return isNew ? (CultureFold.Change(c, unnamed, v => CultureFold.Empty(v, r.OccurredAt)), unnamed) : (c, []);
    }
}
