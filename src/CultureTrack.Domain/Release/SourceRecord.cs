using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>What the record of the source says of cells that were allocated from it (CM-01, BLS-13, C-02).</summary>
public static class SourceRecord
{
    /// <summary>The batch as those see it that are made of its cells.</summary>
    /// <param name="facts">Facts of the source itself, with those of its own source.</param>
    public static SourceFact FactOf(BatchState source, Specification spec, LabFacts facts, DateTimeOffset at)
    {
        var outcomes = new BatchEvaluation(source, spec, facts, at).All().ToDictionary(c => c.Criterion.Id, c => c.Outcome, StringComparer.Ordinal);
        var culture = source.Culture;
        var cells = culture.Vessels.Values.Select(v => (v.Id, Cells: new SourceLineage(v.Passage, After(culture, v))))
            .Concat(culture.Frozen.Values.Select(f => (f.Id, Cells: new SourceLineage(f.NextPassage - 1 ?? culture.Passage, f.Cpdl))))
            .Concat(source.Product.Containers.Keys.Where(id => !culture.Frozen.ContainsKey(id)).Select(id => (Id: id, Cells: new SourceLineage(culture.Passage, culture.Cpdl))));
        var own = facts.Source;
        return new(
            source.BatchId, source.ProductType, source.Registration!.DonorRef, source.Registration.Autologous ? source.Registration.PatientRef : null, source.State,
            new(culture.Passage, culture.Cpdl), cells.DistinctBy(c => c.Id).ToDictionary(c => c.Id, c => c.Cells, StringComparer.Ordinal), outcomes,
            [.. source.Holds.Values.Select(h => $"{h.HoldId} {h.Reason}")], [.. own?.MarkersMissing ?? DonorTesting.Missing(source)],
            culture.P0Unknown || own is { P0Unknown: true },
            source.Last<DonorEligibilityDetermined>() is { Data.Status: EligibilityStatus.Ineligible } || own is { DonorIneligible: true },
            own is null ? [] : [own.BatchId, .. own.Ancestors])
        {
            Gone = [.. source.Product.Containers.Values.Where(c => c.Thawed || !c.IsInHouse).Select(c => c.Id)],
        };
    }

    // What grew in a vessel counts once it was detached; until then what its cells had when they were seeded.
    private static double? After(CultureState culture, Vessel v)
    {
        var step = culture.Growth.Where(g => g.To == v.EndedAt && g.Passage == v.Passage && g.CellLine == v.CellLine).Max(g => g.Cpdl);
        return step ?? v.CpdlAtSeeding;
    }

    /// <summary>CM-01: donor, sterility, mycoplasma and environment of the source; passage and doublings as allocated.</summary>
    internal static IReadOnlyList<ProcessValue> Read(BatchEvaluation e)
    {
        if (e.State.Last<SourceCellsAllocated>() is not { } allocated) return [ProcessValue.Missing("No cells are allocated yet.")];
        var source = e.Facts.Source;
        return
        [
            OfCriterion(source, "C-02", "donor", allocated.EventId),
            OfCriterion(source, "C-06", "sterility", allocated.EventId),
            OfCriterion(source, "C-07", "mycoplasma", allocated.EventId),
            Environment(source, allocated.EventId),
            ProcessValue.Measured([allocated.Data.Passage], [allocated.EventId], "passage"),
            ProcessValue.Measured([allocated.Data.Cpdl], [allocated.EventId], "cpdl"),
        ];
    }

    /// <summary>One criterion of the source: passed, failed, or still open, which blocks but condemns nothing.</summary>
    internal static ProcessValue OfCriterion(SourceFact? source, string criterion, string? part, Guid allocated)
    {
        if (source is null) return ProcessValue.Missing("The record of the source is not known.", part, allocated);
        if (source.IsBarred) return ProcessValue.Met(false, $"{source.BatchId} {source.State}", $"{source.BatchId} was {source.State}{(source.DonorIneligible ? ", its donor is not eligible" : "")}.", [allocated], part);
        return source.OutcomeOf(criterion) switch
        {
            Outcome.Pass or Outcome.Expired => ProcessValue.Met(true, $"{source.BatchId} {criterion} Pass", $"{criterion} of {source.BatchId} passed.", [allocated], part),
            Outcome.FailConfirmed => ProcessValue.Met(false, $"{source.BatchId} {criterion} Fail", $"{criterion} of {source.BatchId} failed.", [allocated], part),
            // A test of the source that was never asked of it, such as C-02 of another determination, is not a pass.
            var open => new(part, [], Outcome.Pending, $"{criterion} of {source.BatchId} is {open?.ToString() ?? "not known"}.", [allocated]),
        };
    }

    private static ProcessValue Environment(SourceFact? source, Guid allocated)
    {
        const string part = "environment";
        if (source is null) return ProcessValue.Missing("The record of the source is not known.", part, allocated);
        var rows = source.Outcomes.Where(o => o.Key.StartsWith("E-", StringComparison.Ordinal)).ToList();
        var failed = rows.Where(r => r.Value is Outcome.FailConfirmed or Outcome.FailUnconfirmed).Select(r => r.Key).Order(StringComparer.Ordinal).ToList();
        return rows.Count == 0 ? ProcessValue.Missing($"The exposure of {source.BatchId} is not known.", part, allocated)
            : ProcessValue.Met(failed.Count == 0, failed.Count == 0 ? "no E row failed" : string.Join(", ", failed),
                failed.Count == 0 ? $"No environment criterion of {source.BatchId} failed." : $"{string.Join(", ", failed)} of {source.BatchId} failed.", [allocated], part);
    }

    /// <summary>BLS-13: the bank's own tests, all approved and passed.</summary>
    internal static ProcessValue Bank(BatchEvaluation e)
    {
        if (e.State.Last<SourceCellsAllocated>() is not { } allocated) return ProcessValue.Missing("The cells do not come from a bank in this register.");
        if (e.Facts.Source is not { } bank) return ProcessValue.Missing("The record of the bank is not known.", null, allocated.EventId);
        if (bank.IsBarred) return ProcessValue.Met(false, $"{bank.BatchId} {bank.State}", $"The bank was {bank.State}.", [allocated.EventId]);
        var failed = bank.Outcomes.Where(o => o.Value == Outcome.FailConfirmed).Select(o => o.Key).Order(StringComparer.Ordinal).ToList();
        if (failed.Count > 0) return ProcessValue.Met(false, string.Join(", ", failed), $"Failed in the bank: {string.Join(", ", failed)}.", [allocated.EventId]);
        return bank.IsReleased
            ? ProcessValue.Met(true, $"{bank.BatchId} {bank.State}", "The bank was tested and released.", [allocated.EventId])
            : new(null, [], Outcome.Pending, $"The bank is {bank.State}, not released.", [allocated.EventId]);
    }
}
