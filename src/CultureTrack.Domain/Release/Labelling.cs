using CultureTrack.Domain.Batches;

namespace CultureTrack.Domain.Release;

/// <summary>Labelling (C-03): the texts 3.8 demands on every container, and the reconciliation of labels.</summary>
internal static class Labelling
{
    public static ProcessValue Evaluate(BatchEvaluation e)
    {
        var state = e.State;
        if (ProcessRecord.Fill(state) is null) return ProcessRecord.NoFill(state);
        foreach (var container in state.Product.Filled)
        {
            var label = state.Of<LabelsPrinted>().LastOrDefault(l => l.Data.ContainerIds.Contains(container.Id));
            if (label is null) return ProcessValue.Missing($"No label printed for {container.Id}.", null, Grounds.Unfilled(state));
            var missing = LabelTexts.Missing(label.Data.Texts, state, e.Facts);
            if (missing.Count > 0) return Open($"The label of {container.Id} lacks: {string.Join("; ", missing)}.", label.EventId);
        }
        if (state.Last<LabelsReconciled>() is not { } counted) return ProcessValue.Missing("Labels are not reconciled yet.", null, Grounds.Unfilled(state));
        if (!state.IsVerified(counted)) return ProcessValue.Missing("The reconciliation is not verified by a second person.", null, counted.EventId);
        var d = counted.Data;
        var observed = $"{state.Product.Filled.Count()} units; {d.Printed} printed, {d.Applied} applied, {d.Destroyed} destroyed, {d.Retained} retained";
        return IsReconciled(d)
            ? ProcessValue.Met(true, observed, "Texts are complete and the labels are reconciled.", [.. Grounds.Filled(state), .. InForce(state), .. Grounds.Counted(state, counted)])
            : Open($"Labels do not add up: {observed}.", counted.EventId);
    }

    // The label that counts for a unit is the last one printed for it.
    private static IEnumerable<Guid> InForce(BatchState state) => state.Product.Filled
        .Select(c => state.Of<LabelsPrinted>().Where(l => l.Data.ContainerIds.Contains(c.Id)).ToList()).Where(all => all.Count == 1).Select(all => all[0].EventId).Distinct();

    public static bool IsReconciled(LabelsReconciled labels) => labels.Printed == (long)labels.Applied + labels.Destroyed + labels.Retained;

    // Labels can be printed and counted again: what is wrong with them blocks, it does not condemn the product (2.4: "C-03 not Pass").
    private static ProcessValue Open(string why, Guid evidence) => new(null, [], Outcome.Pending, why, [evidence]);
}
