using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record AllocatedVessel(string Id, string Type, decimal AreaCm2, decimal? ConfluencePct = null);

/// <summary>
/// Cells of another batch handed over: vessels in culture, registered here under ids of their own or kept, or containers to thaw.
/// <c>SourceIds</c> are the vessels or containers of the source they come from.
/// </summary>
public sealed record SourceCellsAllocated(
    string SourceBatchId, IReadOnlyList<string> SourceIds, decimal ViableCells, int Passage, decimal Cpdl, int CoiMatches,
    IReadOnlyList<AllocatedVessel>? Vessels = null, IReadOnlyList<string>? ContainerIds = null) : EventData;

/// <summary>Passage and doublings of cells of a source, as its own record knows them.</summary>
public sealed record SourceLineage(int? Passage, double? Cpdl);

/// <summary>What another batch is to one that was made of its cells, at the time of the decision.</summary>
/// <param name="Cells">Lineage by vessel and container of the source.</param>
/// <param name="Outcomes">Outcome of each criterion of the source's own specification, by id.</param>
/// <param name="MarkersMissing">Donor markers without a result.</param>
/// <param name="Ancestors">Batches the source was itself made of, however far back.</param>
public sealed record SourceFact(
    string BatchId, string ProductType, string DonorRef, string? AutologousFor, LifeState State, SourceLineage Whole,
    IReadOnlyDictionary<string, SourceLineage> Cells, IReadOnlyDictionary<string, Release.Outcome> Outcomes, IReadOnlyList<string> Holds,
    IReadOnlyList<string> MarkersMissing, bool P0Unknown, bool DonorIneligible, IReadOnlyList<string> Ancestors)
{
    /// <summary>Rejected, revoked or given up: whatever the reason said, its cells are used for nobody.</summary>
    public bool IsBarred => DonorIneligible || State is LifeState.Rejected or LifeState.Terminated or LifeState.ReleaseRevoked or LifeState.Discarded;

    /// <summary>Containers that nobody can be given any more: thawed, shipped or discarded.</summary>
    public IReadOnlyList<string> Gone { get; init; } = [];

    public bool IsReleased => State is LifeState.Released or LifeState.ConditionallyReleased or LifeState.ReleasedExceptional or LifeState.Closed;

    public Release.Outcome? OutcomeOf(string criterion) => Outcomes.TryGetValue(criterion, out var outcome) ? outcome : null;

    public bool Passes(string criterion) => OutcomeOf(criterion) is Release.Outcome.Pass;
}

internal static class SourceCellsRules
{
    private const double CpdlTolerance = 0.05;

    public static void Check(SourceCellsAllocated e, Judgement j)
    {
        j.Range("coiMatches", e.CoiMatches, 2, null);
        j.Above("viableCells", e.ViableCells, 0);
        j.Range("passage", e.Passage, 0, null);
        j.Require(e.SourceIds.Count > 0, Codes.ValRequired, Judgement.Data("sourceIds"), "Name the vessels or containers the cells come from.");
        var (vessels, containers) = (e.Vessels ?? [], e.ContainerIds ?? []);
        j.Require(vessels.Count > 0 != containers.Count > 0, Codes.ValRequired, Judgement.Data("vessels"), "Name either vessels in culture or containers to thaw.");
        j.NewIds("vessels", [.. vessels.Select(v => v.Id)], handedOverBy: e.SourceBatchId);
        j.NewIds("containerIds", containers, handedOverBy: e.SourceBatchId);
        for (var i = 0; i < vessels.Count; i++)
        {
            j.Above($"vessels[{i}].areaCm2", vessels[i].AreaCm2, 0);
            j.Range($"vessels[{i}].confluencePct", vessels[i].ConfluencePct, 0, 100);
        }
        if (!j.Guard(j.Facts.Source is { } s && s.BatchId == e.SourceBatchId, "sourceBatchId", $"There is no batch {e.SourceBatchId}.")) return;
        CheckSource(j.Facts.Source!, j);
        CheckContainers(e, j.Facts.Source!, j);
        CheckLineage(e, j.Facts.Source!, j);
    }

    private static void CheckSource(SourceFact source, Judgement j)
    {
        j.Guard(!source.IsBarred, "sourceBatchId", source.DonorIneligible ? $"The donor of {source.BatchId} is not eligible." : $"{source.BatchId} is {source.State}; its cells are not used.");
        j.Guard(source.BatchId != j.State.BatchId && !source.Ancestors.Contains(j.State.BatchId), "sourceBatchId", $"{source.BatchId} was itself made of this batch.");
        // The cells of one person for that person: whose they are is asked here, not when they are given.
        j.Guard(source.DonorRef == j.Registration.DonorRef, "sourceBatchId", $"{source.BatchId} comes from donor {source.DonorRef}, this batch is for cells of {j.Registration.DonorRef}.");
        j.Guard(source.AutologousFor is null || source.AutologousFor == j.Registration.PatientRef, "sourceBatchId", $"{source.BatchId} was made for {source.AutologousFor} alone.");
        if (source.IsReleased || source.IsBarred) return;
        j.Flag(Flags.NotReleased, "sourceBatchId", "Released", source.State.ToString());
        j.Require(j.Entry.Actor.IsSystem || j.Entry.Actor.RoleFor([Roles.QualityAssurance]) is not null, Codes.SodRole, "type", "Cells of a batch that is not released are allocated by QA.");
    }

    // A label is of one container only: what is handed over is the source's to give. That it is given once the lab-wide list of ids sees to.
    private static void CheckContainers(SourceCellsAllocated e, SourceFact source, Judgement j)
    {
        for (var i = 0; i < (e.ContainerIds?.Count ?? 0); i++)
        {
            var id = e.ContainerIds![i];
            if (!j.Guard(source.Cells.ContainsKey(id), $"containerIds[{i}]", $"{id} is no container of {source.BatchId}.")) continue;
            j.Guard(!source.Gone.Contains(id), $"containerIds[{i}]", $"{id} of {source.BatchId} is thawed, shipped or discarded already.");
        }
    }

    // K-04: the lineage of the vessels themselves where the source knows it, else that of the whole source.
    private static void CheckLineage(SourceCellsAllocated e, SourceFact source, Judgement j)
    {
        for (var i = 0; i < e.SourceIds.Count; i++)
            j.Guard(source.Cells.ContainsKey(e.SourceIds[i]), $"sourceIds[{i}]", $"{e.SourceIds[i]} is no vessel or container of {source.BatchId}.");
        var named = e.SourceIds.Select(id => source.Cells.GetValueOrDefault(id)).OfType<SourceLineage>().DefaultIfEmpty(source.Whole).ToList();
        var passage = named.Max(n => n.Passage) ?? source.Whole.Passage;
        var cpdl = named.Max(n => n.Cpdl) ?? source.Whole.Cpdl ?? 0;
        j.Require(passage is null || passage == e.Passage, Codes.ValRange, Judgement.Data("passage"), $"The cells of {source.BatchId} are of passage {passage}.");
        j.Require(Math.Abs(cpdl - (double)e.Cpdl) <= CpdlTolerance, Codes.ValRange, Judgement.Data("cpdl"),
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The cells of {source.BatchId} have {cpdl:0.##} cumulative doublings."));
    }

    /// <summary>T03 for allocated cells: C-02 and C-07 of the source have passed; frozen ones of a source on hold are not thawed (T06).</summary>
    public static void CheckBegin(Judgement j)
    {
        if (!j.Guard(j.Facts.Source is not null, "", "The source of the cells is not known.")) return;
        var source = j.Facts.Source!;
        j.Guard(source.Passes("C-02"), "", $"Donor testing of {source.BatchId} has not passed (T03).");
        j.Guard(source.Passes("C-07"), "", $"The mycoplasma test of {source.BatchId} has not passed (T03).");
        if (j.Entry.Data is CellsThawed)
            j.Require(source.Holds.Count == 0, Codes.StateHold, "type", $"{source.BatchId} is on hold: {string.Join("; ", source.Holds)}.");
    }
}

/// <summary>What becomes of a source reaches everything that was made of it: a hold there is a hold here.</summary>
public static class SourceReactions
{
    /// <summary>Holds the software places on a batch for what its source has run into, each once.</summary>
    public static IReadOnlyList<HoldPlaced> Holds(BatchState state, SourceFact? source)
    {
        if (source is null || state.IsTerminal || state.State is LifeState.Rejected or LifeState.Terminated) return [];
        var told = state.Of<HoldPlaced>().Select(h => h.Data.Reason).ToHashSet(StringComparer.Ordinal);
        return [.. Reasons(source).Where(r => !told.Contains(r)).SelectMany(r => Reactions.Hold(r))];
    }

    private static IEnumerable<string> Reasons(SourceFact source)
    {
        foreach (var hold in source.Holds) yield return $"Source {source.BatchId} is on hold: {hold}";
        if (source.DonorIneligible) yield return $"Source {source.BatchId}: its donor is not eligible";
        if (source.State is LifeState.Rejected or LifeState.ReleaseRevoked or LifeState.Terminated) yield return $"Source {source.BatchId} became {source.State}";
    }
}

internal static class SourceCellsFold
{
    public static CultureState Allocate(CultureState c, Recorded<SourceCellsAllocated> r)
    {
        var vessels = r.Data.Vessels ?? [];
        var area = vessels.Sum(v => v.AreaCm2);
        var shared = vessels.Select(v => new Vessel(v.Id, v.Type, v.AreaCm2)
        {
            Purpose = SeedingPurpose.Expansion,
            CellLine = CellLine.Msc,
            Passage = r.Data.Passage,
            Seeded = area > 0 ? r.Data.ViableCells * v.AreaCm2 / area : 0,
            CpdlAtSeeding = (double)r.Data.Cpdl,
            SeededAt = r.OccurredAt,
            SeedEventId = r.EventId,
            SourceIds = r.Data.SourceIds,
            ConfluencePct = v.ConfluencePct,
            Status = VesselStatus.InUse,
        });
        var containers = r.Data.ContainerIds ?? [];
        var frozen = containers.Select(id => KeyValuePair.Create(id, new CellSource(
            id, null, r.Data.ViableCells / containers.Count, 0, r.Data.Passage + 1, (double)r.Data.Cpdl, [], r.OccurredAt)
        { EventId = r.EventId, ContainerIds = [id] }));
        return c with
        {
            Vessels = c.Vessels.SetItems(shared.Select(v => KeyValuePair.Create(v.Id, v))),
            Frozen = c.Frozen.SetItems(frozen),
            AllocatedPassage = r.Data.Passage,
            AllocatedCpdl = (double)r.Data.Cpdl,
        };
    }
}
