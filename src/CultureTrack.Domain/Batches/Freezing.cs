using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record FrozenContainer(string Id, decimal Viable, decimal VolumeMl);

public sealed record CellsFrozen(
    IReadOnlyList<FrozenContainer> Containers, decimal DmsoPct, decimal ContactMin, decimal RatePerMinC, decimal StorageC) : EventData;

public sealed record CellsThawed(IReadOnlyList<string> ContainerIds, decimal DurationMin, decimal ViabilityPct, decimal RecoveryPct) : EventData;

internal static class FreezingRules
{
    private const decimal DensestPerMl = 1e8m, MostOfSource = 1.05m;

    public static void Check(CellsFrozen e, Judgement j)
    {
        j.Range("dmsoPct", e.DmsoPct, 0, 20);
        j.Window("dmsoPct", e.DmsoPct, 5, 10);
        j.Range("contactMin", e.ContactMin, 0, 120);
        j.Window("contactMin", e.ContactMin, null, 30);
        j.Window("ratePerMinC", e.RatePerMinC, -2.0m, -0.5m);
        j.Range("storageC", e.StorageC, null, -60);
        j.Window("storageC", e.StorageC, null, -150);
        j.Require(e.Containers.Count > 0, Codes.ValRequired, Judgement.Data("containers"), "Name what was frozen.");
        for (var i = 0; i < e.Containers.Count; i++)
        {
            var c = e.Containers[i];
            var counted = j.Product.HoldsCells ? j.Above($"containers[{i}].viable", c.Viable, 0) : j.Range($"containers[{i}].viable", c.Viable, 0, 0);
            if (j.Above($"containers[{i}].volumeMl", c.VolumeMl, 0) & counted)
                j.Require(c.Viable / c.VolumeMl <= DensestPerMl, Codes.ValRange, Judgement.Data($"containers[{i}].viable"),
                    "More than 1e8 cells per mL cannot be frozen.");
        }
        // A final product frozen after the fill keeps its containers (T08); an intermediate gets new ones.
        var final = j.State.State == LifeState.Formulated;
        j.NewIds("containers", [.. e.Containers.Select(c => c.Id)], id => final && j.State.Product.Filled.Any(c => c.Id == id));
        if (!j.StepIsLegal) return;
        if (final)
            j.Guard(e.Containers.All(c => j.State.Product.Containers.ContainsKey(c.Id)), "containers", "After the fill only filled containers are frozen.");
        else
            CheckIntermediate(e, j);
    }

    private static void CheckIntermediate(CellsFrozen e, Judgement j)
    {
        foreach (var criterion in new[] { "C-04", "C-07" })
            j.Guard(j.State.Of<SampleTaken>().Any(s => s.Data.Criteria.Contains(criterion)), "containers",
                $"Before an intermediate is frozen the {criterion} sample is taken (T05).");
        var (left, frozen) = (Lineage.AtHand(j.State.Culture).Sum(s => s.Left), e.Containers.Sum(c => c.Viable));
        j.Require(frozen <= left * MostOfSource, Codes.ValRange, Judgement.Data("containers"),
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{frozen:G4} cells are frozen; {left:G4} are in suspension."));
    }

    public static void Check(CellsThawed e, Judgement j)
    {
        j.Above("durationMin", e.DurationMin, 0);
        j.Window("durationMin", e.DurationMin, null, 5);
        j.Range("viabilityPct", e.ViabilityPct, 0, 100);
        j.Window("viabilityPct", e.ViabilityPct, 70, null);
        j.Range("recoveryPct", e.RecoveryPct, 0, 110);
        j.Window("recoveryPct", e.RecoveryPct, 60, null);
        j.Require(e.ContainerIds.Count > 0, Codes.ValRequired, Judgement.Data("containerIds"), "Name what was thawed.");
        j.Ours("containerIds", e.ContainerIds);
        if (!j.StepIsLegal) return;
        var allocated = e.ContainerIds.All(id => j.State.Of<SourceCellsAllocated>().Any(a => a.Data.ContainerIds?.Contains(id) == true));
        if (j.State.State == LifeState.Quarantined || allocated) StartingRules.CheckBegin(j);
        if (j.State.State != LifeState.Quarantined && !allocated) CheckStored(e, j);
        if (j.State.Last<SourceCellsAllocated>() is not null && j.State.State == LifeState.Quarantined) j.Guard(allocated, "containerIds", "Only containers that were allocated are thawed.");
        if (j.State.State == LifeState.Cryostored) CheckBank(j);
        var viable = Frozen(j.State, e.ContainerIds) * e.RecoveryPct / 100;
        if (viable > 0) j.Compute("2.4@1", FreezeEvents(j.State, e.ContainerIds), ("viable", viable));
        if (j.State.State == LifeState.Formulated && Expiry(j) is { AfterThawHours: { } hours })
        {
            var thawed = j.At.AddHours((double)hours);
            var expiresAt = j.State.Product.ExpiresAt is { } before && before < thawed ? before : thawed;
            j.Compute("3.10@1", [], ("expiresAt", RecordJson.Text(expiresAt)));
        }
    }

    private static Products.ExpiryRule? Expiry(Judgement j) => j.Product.ExpiryFor(j.Registration.Storage);

    private static void CheckStored(CellsThawed e, Judgement j)
    {
        for (var i = 0; i < e.ContainerIds.Count; i++)
            j.Guard(j.State.Product.Containers.GetValueOrDefault(e.ContainerIds[i]) is { Withdrawn: false, Thawed: false } c && (c.StoredIn is not null || c.RemovedFor == RemovalPurpose.Thaw),
                $"containerIds[{i}]", $"{e.ContainerIds[i]} is not in storage.");
    }

    // T06: bank sterility, mycoplasma and donor status passed, no hold.
    private static void CheckBank(Judgement j)
    {
        j.Require(j.State.Holds.IsEmpty, Codes.StateHold, "type", "Frozen cells are not taken on while the batch is on hold.");
        j.Guard(ApprovedResults.FoundNothing(j.State, "C-04") || ApprovedResults.FoundNothing(j.State, "C-06"), "containerIds",
            "The sterility test of the frozen cells has not passed (T06).");
        j.Guard(ApprovedResults.FoundNothing(j.State, "C-07"), "containerIds", "The mycoplasma test of the frozen cells has not passed (T06).");
        j.Guard(DonorTesting.Passed(j.State), "containerIds", "The donor's status has not passed (T06).");
    }

    private static decimal Frozen(BatchState state, IReadOnlyList<string> ids) =>
        ids.Sum(id => state.Culture.Frozen.GetValueOrDefault(id)?.Viable ?? 0);

    private static IEnumerable<Guid> FreezeEvents(BatchState state, IReadOnlyList<string> ids) =>
        state.Of<CellsFrozen>().Where(f => f.Data.Containers.Any(c => ids.Contains(c.Id))).Select(f => f.EventId);
}

internal static class FreezingFold
{
    /// <summary>Containers take their cells from the suspensions at hand, and with them passage, doublings and parents.</summary>
    public static CultureState Freeze(CultureState c, Recorded<CellsFrozen> r)
    {
        var sources = Lineage.AtHand(c);
        if (sources.Count == 0) return c;
        c = CultureFold.Draw(c, sources, r.Data.Containers.Sum(x => x.Viable));
        var frozen = r.Data.Containers.Select(x => KeyValuePair.Create(x.Id, new CellSource(
            x.Id, sources[0].CellLine, x.Viable, 0, sources[0].NextPassage, sources.Max(s => s.Cpdl),
            [.. sources.SelectMany(s => s.ParentVesselIds).Distinct().Order(StringComparer.Ordinal)], r.OccurredAt)
        {
            EventId = r.EventId,
            ContainerIds = [x.Id],
        }));
        return c with { Frozen = c.Frozen.SetItems(frozen) };
    }

    /// <summary>Freezing and thawing add no passage and no doublings. Of a bank vial only the label knows both.</summary>
    public static CultureState Thaw(CultureState c, Recorded<CellsThawed> r)
    {
        var frozen = r.Data.ContainerIds.Select(id => c.Frozen.GetValueOrDefault(id)).OfType<CellSource>().ToList();
        if (frozen.Count == 0 && !c.FromBank) return c;
        return CultureFold.AddSource(c, new(
            r.EventId.ToString(), frozen.FirstOrDefault()?.CellLine, frozen.Sum(f => f.Viable) * r.Data.RecoveryPct / 100, 0, frozen.FirstOrDefault()?.NextPassage,
            frozen.Select(f => f.Cpdl).DefaultIfEmpty(0).Max(), [.. frozen.SelectMany(f => f.ParentVesselIds).Distinct().Order(StringComparer.Ordinal)], r.OccurredAt)
        {
            EventId = r.EventId,
            ViabilityPct = r.Data.ViabilityPct,
            ContainerIds = r.Data.ContainerIds,
        });
    }
}
