using System.Text.RegularExpressions;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;

namespace CultureTrack.Domain.Release;

/// <summary>Labelling (C-03): the texts 3.8 demands on every container, and the reconciliation of labels.</summary>
public static partial class Labelling
{
    private const string AutologousOnly = "FOR AUTOLOGOUS USE ONLY", NotEvaluated = "NOT EVALUATED FOR INFECTIOUS SUBSTANCES",
        SterilityPending = "STERILITY TEST PENDING", Trial = "Caution: new drug", Biohazard = "biohazard";

    /// <summary>
    /// What the label texts of a container lack (K-08: fixed sentences, batch id, second identifier, DIN, storage range; "contains", any case), in words.
    /// </summary>
    /// <param name="finalSterilityPassed">Whether C-06 was Pass when the label was printed.</param>
    public static IReadOnlyList<string> MissingTexts(BatchState state, LabFacts facts, IEnumerable<string> texts, bool finalSterilityPassed)
    {
        var printed = texts.ToList();
        var missing = Sentences(state, facts, finalSterilityPassed).Where(s => !Contains(printed, s)).ToList();
        if (state.Of<FeederPlated>().Any() && !printed.Any(t => Contains([t], "murine") && Contains([t], "feeder"))) missing.Add("xenotransplantation statement");
        if (!HasStorage(printed, facts.Product, state)) missing.Add("storage range");
        return missing;
    }

    private static IEnumerable<string> Sentences(BatchState state, LabFacts facts, bool finalSterilityPassed)
    {
        var batch = state.Registration!;
        yield return state.BatchId;
        if (state.Last<TissueReceived>() is { } receipt) yield return receipt.Data.Din;
        if (batch.Autologous)
        {
            yield return AutologousOnly;
            yield return batch.PatientRef ?? "patient pseudonym";
            yield return facts.Patient?.SecondIdentifier ?? "second identifier";
        }
        if (DonorTesting.MissingMarkers(state).Count > 0) yield return NotEvaluated;
        if (DonorTesting.Reactive(state).Count > 0) yield return Biohazard;
        if (!finalSterilityPassed && BatchEvaluation.IsConditionalAllowed(facts.Product, state)) yield return SterilityPending;
        if (batch.IntendedUse == IntendedUse.Trial && state.Jurisdiction == Jurisdiction.US) yield return Trial;
    }

    // The range may be worded freely ("2-8 °C", "below -150 °C"): its numbers and the unit must stand in one text.
    private static bool HasStorage(List<string> texts, ProductType product, BatchState state)
    {
        if (product.Expiry.FirstOrDefault(r => r.Storage == state.Registration!.Storage) is not { } rule) return false;
        var numbers = Numbers().Matches(rule.StorageText).Select(m => m.Value).ToList();
        return texts.Any(t => Contains([t], "°C") && numbers.All(n => t.Contains(n, StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"(?<![\d])-?\d+")]
    private static partial Regex Numbers();

    private static bool Contains(IEnumerable<string> texts, string sentence) => texts.Any(t => t.Contains(sentence, StringComparison.OrdinalIgnoreCase));

    internal static ProcessValue Evaluate(BatchEvaluation e)
    {
        var state = e.State;
        if (ProcessRecord.Fill(state) is null) return ProcessRecord.NoFill(state);
        foreach (var container in state.Product.Filled)
        {
            var labels = state.Of<LabelsPrinted>().Where(l => l.Data.ContainerIds.Contains(container.Id)).ToList();
            if (labels.Count == 0) return ProcessValue.Missing($"No label printed for {container.Id}.");
            var latest = labels[^1];
            var missing = MissingTexts(state, e.Facts, latest.Data.Texts, SterilityPassedAt(state, latest.Version));
            if (missing.Count > 0)
                return Open($"The label of {container.Id} lacks: {string.Join("; ", missing)}.", latest.EventId);
        }
        if (state.Last<LabelsReconciled>() is not { } counted) return ProcessValue.Missing("Labels are not reconciled yet.");
        if (!state.IsVerified(counted)) return ProcessValue.Missing("The reconciliation is not verified by a second person.", null, counted.EventId);
        var d = counted.Data;
        var observed = $"{d.Printed} printed, {d.Applied} applied, {d.Destroyed} destroyed, {d.Retained} retained";
        var evidence = state.Of<LabelsPrinted>().Select(l => l.EventId).Append(counted.EventId);
        return IsReconciled(d)
            ? ProcessValue.Met(true, observed, "Texts are complete and the labels are reconciled.", evidence)
            : Open($"Labels do not add up: {observed}.", counted.EventId);
    }

    // Labels can be printed and counted again: what is wrong with them blocks, it does not condemn the product (2.4: "C-03 not Pass").
    private static ProcessValue Open(string why, Guid evidence) => new(null, [], Outcome.Pending, why, [evidence]);

    public static bool IsReconciled(LabelsReconciled labels) => labels.Printed == labels.Applied + labels.Destroyed + labels.Retained;

    private static bool SterilityPassedAt(BatchState state, long version) => state.Qc.ResultsOf("C-06")
        .Any(r => r.Counts && r.ApprovedVersion > 0 && r.ApprovedVersion < version && r.Values.All(v => v.Qualitative == Qualitative.NoGrowth));
}
