using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>
/// Reads each value of the process record where 3.11 says it comes from. An entry of G-10 counts only once it is verified; what is not there yet, or
/// does not count yet, is NotTested.
/// </summary>
internal static class ProcessRecord
{
    private const int IdentifiersNeeded = 2;

    public static IReadOnlyList<ProcessValue> Read(ValueSource source, BatchEvaluation e, Criterion criterion) => source switch
    {
        ValueSource.ChainOfIdentity => [ChainOfIdentity(e.State)],
        ValueSource.DonorTesting => [DonorEvidence.Evaluate(e.State, e.Facts.Source)],
        ValueSource.Labelling => [Labelling.Evaluate(e)],
        ValueSource.UnitInspection => [UnitRecord.Inspection(e.State)],
        ValueSource.CleanRoomParticles => [CleanRoom.Particles(e)],
        ValueSource.RecordReview => [ReviewRecord.Evaluate(e.State, e.Facts)],
        ValueSource.RawMaterials => [RawMaterials(e)],
        ValueSource.Environment => [EnvironmentRecord.Evaluate(e, criterion.Id)],
        ValueSource.SheetAreas => [SheetRecord.Areas(e.State)],
        ValueSource.SheetIntegrity => SheetRecord.Integrity(e.State),
        ValueSource.Lineage => CultureRecord.Lineage(e.State, e.Facts.Source),
        ValueSource.DoublingTime => [CultureRecord.DoublingTime(e.State)],
        ValueSource.FeederLot => [FeederLots(e)],
        ValueSource.TakeTime => [TakeTime(e.State)],
        ValueSource.DetachToFill => [SheetRecord.DetachToFill(e.State)],
        ValueSource.OrderFulfilment => [OrderFulfilment(e.State)],
        ValueSource.DoseOfLabel => [DoseOfLabel(e.State)],
        ValueSource.LinePassages => CultureRecord.LinePassages(e.State),
        ValueSource.HarvestConfluence => [CultureRecord.HarvestConfluence(e.State)],
        ValueSource.AirLiftTime => [CultureRecord.AirLiftTime(e.State)],
        ValueSource.UnitAreas => [UnitRecord.Areas(e.State)],
        ValueSource.AreaOfOrder => [UnitRecord.AreaOfOrder(e.State)],
        ValueSource.UnitIntegrity => UnitRecord.Integrity(e.State),
        ValueSource.Scaffold => UnitRecord.Scaffold(e),
        ValueSource.ApplicationDensity => [UnitRecord.ApplicationDensity(e)],
        ValueSource.SourceCells => SourceRecord.Read(e),
        ValueSource.CellBanks => [SourceRecord.Bank(e)],
        ValueSource.EndViability => [MediumRecord.EndViability(e.State)],
        ValueSource.FilterIntegrity => MediumRecord.FilterIntegrity(e.State),
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "This value is reported by a laboratory, not by the process record."),
    };

    /// <summary>The fill, once it is verified; its containers not withdrawn since are the product.</summary>
    public static Recorded<FillPerformed>? Fill(BatchState state) => state.Last<FillPerformed>() is { } fill && state.IsVerified(fill) ? fill : null;

    public static ProcessValue NoFill(BatchState state) => state.Last<FillPerformed>() is not { } fill
        ? ProcessValue.Missing("Not filled yet.") : ProcessValue.Missing("The fill is not verified by a second person.", null, fill.EventId);

    private static ProcessValue ChainOfIdentity(BatchState state)
    {
        var wrong = state.Of<CoiMismatchRecorded>().Where(m => !m.Data.CaughtBeforeUse).ToList();
        if (wrong.Count > 0)
            return ProcessValue.Met(false, "mismatch", $"Identifiers did not match at {string.Join(", ", wrong.Select(m => $"{m.Data.Point} ({m.OccurredAt:u})"))}.", wrong.Select(m => m.EventId));
        List<(Recorded Event, int Matches, bool Counts)> handovers =
        [
            .. state.Of<TissueReceived>().Select(r => ((Recorded)r, r.Data.CoiMatches, state.IsVerified(r))),
            .. state.Of<SourceCellsAllocated>().Select(a => ((Recorded)a, a.Data.CoiMatches, true)),
            .. state.Of<SampleAccepted>().Select(s => ((Recorded)s, s.Data.CoiMatches, true)),
            .. state.Of<FillPerformed>().Select(f => ((Recorded)f, f.Data.CoiMatches, state.IsVerified(f))),
        ];
        if (handovers.FirstOrDefault(h => h.Counts && h.Matches < IdentifiersNeeded) is { Event: { } bad })
            return ProcessValue.Met(false, "fewer than 2 identifiers", $"Fewer than {IdentifiersNeeded} identifiers matched at {bad.Type}.", [.. Grounds.Counted(state, bad)]);
        var start = state.Last<SourceCellsAllocated>() as Recorded ?? (state.Last<TissueReceived>() is { } r && state.IsVerified(r) ? r : null);
        if (start is null) return ProcessValue.Missing("Receipt is not recorded and verified.");
        if (Fill(state) is not { } fill) return NoFill(state);
        return ProcessValue.Met(true, "2 identifiers at each handover", "Identifiers matched at every handover.", [.. Grounds.Counted(state, start), .. Grounds.Counted(state, fill)]);
    }

    private static ProcessValue RawMaterials(BatchEvaluation e)
    {
        // An excipient that is no lot of the register, such as water from the loop, is named but not judged.
        var uses = LotsUsed.Of(e.State).Where(u => !u.IsExcipient || e.Facts.Lots.ContainsKey(u.LotId)).ToList();
        if (uses.Count == 0) return ProcessValue.Missing("No lot used yet.");
        foreach (var use in uses)
        {
            if (!e.Facts.Lots.TryGetValue(use.LotId, out var lot)) return ProcessValue.Missing($"Lot {use.LotId}, used {use.At:u}, is not in the register.", null, use.EventId);
            if (lot.WhyNotUsable(use.At) is { } why)
                return ProcessValue.Met(false, use.LotId, $"Lot {use.LotId} {why} at use {use.At:u}.", [use.EventId]);
        }
        var lots = uses.Select(u => u.LotId).Distinct().Count();
        return ProcessValue.Met(true, $"{lots} lots in {uses.Count} uses", "Every lot was released and in date at use.", uses.Select(u => u.EventId).Distinct());
    }

    private static ProcessValue FeederLots(BatchEvaluation e)
    {
        foreach (var plated in e.State.Of<FeederPlated>())
        {
            var lot = e.Facts.Lots.GetValueOrDefault(plated.Data.FeederLot);
            if (lot is null) return ProcessValue.Missing($"Feeder lot {plated.Data.FeederLot} is not in the register (plated {plated.OccurredAt:u}).", null, plated.EventId);
            var why = lot.WhyNotUsable(plated.OccurredAt) ?? (lot.ArrestControlPassed != true ? "has no passed arrest control"
                : lot.AdventitiousAgentsNegative != true ? "is not shown free of adventitious agents" : null);
            if (why is not null) return ProcessValue.Met(false, lot.LotId, $"Feeder lot {lot.LotId}, plated {plated.OccurredAt:u}, {why}.", [plated.EventId]);
        }
        var used = e.State.Of<FeederPlated>().ToList();
        return ProcessValue.Met(true, $"{string.Join(", ", used.Select(p => p.Data.FeederLot).Distinct())} in {used.Count} platings", "Released, arrested, free of adventitious agents.",
            used.Select(p => p.EventId));
    }

    private static ProcessValue TakeTime(BatchState state)
    {
        if (state.Last<TissueReceived>() is not { } receipt || !state.IsVerified(receipt)) return ProcessValue.Missing("Receipt is not recorded and verified.");
        return Fill(state) is { } fill
            ? ProcessValue.Measured([(decimal)(fill.OccurredAt - receipt.Data.ReceivedAt).TotalDays], [.. Grounds.Counted(state, receipt), .. Grounds.Counted(state, fill)])
            : NoFill(state);
    }

    private static ProcessValue OrderFulfilment(BatchState state)
    {
        if (Fill(state) is null || state.Registration is not { } order) return NoFill(state);
        var made = order.OrderedUnit switch
        {
            OrderUnit.cm2 => state.Product.Filled.Sum(c => c.AreaCm2 ?? 0m),
            OrderUnit.mL => state.Product.Filled.Sum(c => c.VolumeMl),
            OrderUnit.cell => state.Product.Filled.Sum(c => c.Viable ?? 0m),
            _ => state.Product.Filled.Count(),
        };
        var observed = string.Create(CultureInfo.InvariantCulture, $"{made:0.##} of {order.OrderedQty:0.##} {order.OrderedUnit}");
        return ProcessValue.Met(made >= order.OrderedQty, observed, $"{observed} filled.", Grounds.Filled(state));
    }

    private static ProcessValue DoseOfLabel(BatchState state)
    {
        if (Fill(state) is not { } fill || state.Registration is not { OrderedQty: > 0 } order) return NoFill(state);
        // The label states cells; another unit cannot be compared with them.
        if (order.OrderedUnit != OrderUnit.cell) return ProcessValue.Missing($"The order is in {order.OrderedUnit}, not in cells.", null, fill.EventId);
        var filled = state.Product.Filled.ToList();
        return filled.Count == 0 || filled.Any(c => c.Viable is null)
            ? ProcessValue.Missing("Not every container has its viable cells recorded.", null, fill.EventId)
            : ProcessValue.Measured([100m * filled.Sum(c => c.Viable!.Value) / order.OrderedQty], Grounds.Filled(state));
    }
}
