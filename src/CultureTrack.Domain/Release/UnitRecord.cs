using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>What verified inspections say of the filled units, and what follows from their sizes.</summary>
internal static class UnitRecord
{
    private const decimal TrayCm2 = 95m;
    private static readonly Limit LeastOfTray = Limit.OfNumber(LimitSense.AtLeast, "95.0"), LeastOfInsert = Limit.OfNumber(LimitSense.AtLeast, "40.0");
    private static readonly Limit LeastOfSheet = Limit.OfNumber(LimitSense.AtLeast, "10.0"), LeastOfOrder = Limit.OfNumber(LimitSense.AtLeast, "90"),
        MostOfOrder = Limit.OfNumber(LimitSense.AtMost, "110"), LeastAttached = Limit.OfNumber(LimitSense.AtLeast, "80"), LargestTear = Limit.OfNumber(LimitSense.AtMost, "2");

    private sealed record Seen(Container Container, InspectedUnit Unit, Guid EventId, IReadOnlyList<Guid> Grounds);

    /// <summary>C-09.</summary>
    public static ProcessValue Inspection(BatchState state)
    {
        var (units, missing) = OfFilled(state);
        if (missing is not null) return missing;
        var failed = units.Where(u => u.Unit.Result == UnitResult.Fail).Select(u => u.Container.Id).ToList();
        return ProcessValue.Met(failed.Count == 0, $"{units.Count - failed.Count} of {units.Count} units pass",
            failed.Count == 0 ? "Every unit passed." : $"Failed: {string.Join(", ", failed)}.", Evidence(units));
    }

    /// <summary>BLS-01: 95 cm² of a tray, 40 cm² of an insert. A unit whose construct is not named is held to the larger size it may be.</summary>
    public static ProcessValue Areas(BatchState state)
    {
        var (units, missing) = OfFilled(state);
        if (missing is not null) return missing;
        if (units.FirstOrDefault(u => Area(u) is null) is { } open) return ProcessValue.Missing($"The area of {open.Container.Id} is not measured.");
        var small = units.Where(u => (IsInsert(state, u) ? LeastOfInsert : LeastOfTray).Judge(Area(u)!.Value) == LimitOutcome.Fail).Select(u => u.Container.Id).ToList();
        return ProcessValue.Met(small.Count == 0, Range(units.Select(u => Area(u)!.Value), "cm²"), small.Count == 0 ? "Every unit is large enough." : $"Too small: {string.Join(", ", small)}.", Evidence(units));
    }

    private static bool IsInsert(BatchState state, Seen u) =>
        (state.Culture.Vessels.GetValueOrDefault(u.Container.Id) ?? state.Culture.Vessels.GetValueOrDefault(u.Container.SourceId ?? "")) is { } construct && construct.AreaCm2 < TrayCm2;

    /// <summary>MSS-01: each at least 10 cm², all together 90 to 110 % of the order.</summary>
    public static ProcessValue AreaOfOrder(BatchState state)
    {
        var (units, missing) = OfFilled(state);
        if (missing is not null) return missing;
        if (units.FirstOrDefault(u => Area(u) is null) is { } open) return ProcessValue.Missing($"The area of {open.Container.Id} is not measured.");
        var order = state.Registration!;
        var pct = order.OrderedQty <= 0 ? 0 : 100 * (order.OrderedUnit == OrderUnit.cm2 ? units.Sum(u => Area(u)!.Value) : units.Count) / order.OrderedQty;
        var observed = string.Create(CultureInfo.InvariantCulture, $"{Range(units.Select(u => Area(u)!.Value), "cm²")}, {pct:0.#} % of the order");
        var met = units.All(u => LeastOfSheet.Judge(Area(u)!.Value) == LimitOutcome.Pass) && LeastOfOrder.Judge(pct) == LimitOutcome.Pass && MostOfOrder.Judge(pct) == LimitOutcome.Pass;
        return ProcessValue.Met(met, observed, met ? "Within 90–110 % of the order, each at least 10.0 cm²." : "Not within 90–110 % of the order, or a unit is below 10.0 cm².", Evidence(units));
    }

    /// <summary>BLS-11: tear and thickness of each unit.</summary>
    public static IReadOnlyList<ProcessValue> Integrity(BatchState state)
    {
        var (units, missing) = OfFilled(state);
        return missing is not null ? [missing] : [Measured(units, u => u.TearMm, "tear"), Measured(units, u => u.ThicknessMm, "thickness")];
    }

    /// <summary>MSS-07: the scaffold's lot, tears, and what had attached after a day.</summary>
    public static IReadOnlyList<ProcessValue> Scaffold(BatchEvaluation e)
    {
        var (units, missing) = OfFilled(e.State);
        var tear = missing is not null ? missing with { Part = "tear" } : Measured(units, u => u.TearMm, "tear");
        return [ScaffoldLot(e), tear, Attachment(e.State)];
    }

    private static ProcessValue ScaffoldLot(BatchEvaluation e)
    {
        var used = e.State.Of<ScaffoldSeeded>().ToList();
        if (used.Count == 0) return ProcessValue.Missing("No scaffold used yet.", "lot");
        foreach (var seeded in used)
        {
            if (!e.Facts.Lots.TryGetValue(seeded.Data.ScaffoldLot, out var lot)) return ProcessValue.Missing($"Scaffold lot {seeded.Data.ScaffoldLot} is not in the register.", "lot", seeded.EventId);
            if (lot.WhyNotUsable(seeded.OccurredAt) is { } why) return ProcessValue.Met(false, lot.LotId, $"Scaffold lot {lot.LotId} {why}.", [seeded.EventId], "lot");
        }
        return ProcessValue.Met(true, string.Join(", ", used.Select(s => s.Data.ScaffoldLot).Distinct()), "Released and in date at use.", used.Select(s => s.EventId), "lot");
    }

    private static ProcessValue Attachment(BatchState state)
    {
        var final = state.Of<AttachmentAssessed>().Where(a => ConstructRules.IsFinal(a.Data)).ToList();
        var live = state.Culture.Vessels.Values.Where(v => v is { IsConstruct: true, Status: not VesselStatus.Discarded }).Select(v => v.Id);
        if (final.Count == 0 || live.Any(id => !final.Any(a => a.Data.ConstructIds.Contains(id)))) return ProcessValue.Missing("Not every construct is assessed at 24 h.", "attachment");
        return ProcessValue.Measured(final.Select(a => a.Data.AttachedPct), final.Select(a => a.EventId), "attachment");
    }

    /// <summary>SPR-03: cells on a cm² of the area to treat, from the approved concentration.</summary>
    public static ProcessValue ApplicationDensity(BatchEvaluation e)
    {
        if (ProcessRecord.Fill(e.State) is null) return ProcessRecord.NoFill(e.State);
        if (e.State.Registration is not { OrderedQty: > 0, OrderedUnit: OrderUnit.cm2 } order) return ProcessValue.Missing("No area to treat is ordered (cm2).");
        var result = e.State.Qc.ResultsOf("SPR-01").LastOrDefault(r => r.Counts && r.Kind == ResultKind.Final && Readings.IsApproved(e.State, r));
        return result?.Values.FirstOrDefault(v => v.Value is not null) is { Value: { } perMl } && result is not null
            ? ProcessValue.Measured([perMl * e.State.Product.Filled.Sum(c => c.VolumeMl) / order.OrderedQty], [.. Grounds.Filled(e.State), result.EventId, result.ApprovedEventId!.Value])
            : ProcessValue.Missing("No approved concentration yet.", null, Grounds.NotForAll(e.State));
    }

    private static ProcessValue Measured(IReadOnlyList<Seen> units, Func<InspectedUnit, decimal?> value, string part) =>
        units.FirstOrDefault(u => value(u.Unit) is null) is { } open
            ? ProcessValue.Missing($"{part} of {open.Container.Id} is not recorded.", part, open.EventId)
            : ProcessValue.Measured(units.Select(u => value(u.Unit)!.Value), Evidence(units), part);

    private static decimal? Area(Seen u) => u.Unit.AreaCm2;

    private static IEnumerable<Guid> Evidence(IEnumerable<Seen> units) => units.SelectMany(u => u.Grounds).Distinct();

    private static string Range(IEnumerable<decimal> values, string unit)
    {
        var all = values.ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{all.Min():0.##}–{all.Max():0.##} {unit} ({all.Count} units)");
    }

    // The latest verified inspection of a unit speaks for it.
    private static (IReadOnlyList<Seen> Units, ProcessValue? Missing) OfFilled(BatchState state)
    {
        if (ProcessRecord.Fill(state) is null) return ([], ProcessRecord.NoFill(state));
        var found = new Dictionary<string, (InspectedUnit Unit, Guid EventId)>(StringComparer.Ordinal);
        foreach (var inspection in state.Of<UnitsInspected>().Where(state.IsVerified))
            foreach (var unit in inspection.Data.Units) found[unit.ContainerId] = (unit, inspection.EventId);
        var filled = state.Product.Filled.ToList();
        var all = Grounds.Filled(state).ToList();
        return filled.Count == 0 || filled.Any(c => !found.ContainsKey(c.Id))
            ? ([], ProcessValue.Missing("Not every filled unit has a verified inspection.", null, Grounds.NotForAll(state)))
            : ([.. filled.Select(c => new Seen(c, found[c.Id].Unit, found[c.Id].EventId, [.. Grounds.Counted(state, state.Event(found[c.Id].EventId)!), .. all]))], null);
    }
}
