using System.Globalization;
using System.Text.RegularExpressions;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record LabelsPrinted(
    IReadOnlyList<string> ContainerIds, int Copies, IReadOnlyList<string> Texts, bool Reprint, string? Reason = null) : EventData;

public sealed record LabelsReconciled(int Printed, int Applied, int Destroyed, int Retained) : EventData;

internal static class LabelRules
{
    public static void Check(LabelsPrinted e, Judgement j)
    {
        j.Require(e.ContainerIds.Count > 0, Codes.ValRequired, Judgement.Data("containerIds"), "Name the labels.");
        j.Range("copies", e.Copies, 1, 100);
        if (e.Reprint)
        {
            EntryRules.RequireReason(e.Reason ?? j.Entry.Reason, Judgement.Data("reason"), j);
            j.Flag(Flags.Unreconciled, "reprint", "false", true);
        }
        var missing = LabelTexts.Missing(e.Texts, j.State, j.Facts);
        j.Require(missing.Count == 0, Codes.ValRequired, Judgement.Data("texts"), $"The label lacks: {string.Join("; ", missing)}.");
        var forbidden = LabelTexts.Forbidden(j.State).Where(f => e.Texts.Any(t => t.Contains(f, StringComparison.OrdinalIgnoreCase))).ToList();
        j.Require(forbidden.Count == 0, Codes.ValFormat, Judgement.Data("texts"), $"The label must not say: {string.Join("; ", forbidden)}.");
    }

    public static void Check(LabelsReconciled e, Judgement j)
    {
        j.Range("printed", e.Printed, 0, null);
        j.Range("applied", e.Applied, 0, null);
        j.Range("destroyed", e.Destroyed, 0, null);
        j.Range("retained", e.Retained, 0, null);
        var accounted = (decimal)e.Applied + e.Destroyed + e.Retained;
        j.FlagIf(e.Printed != accounted, Flags.Unreconciled, "printed", accounted.ToString(CultureInfo.InvariantCulture), (decimal)e.Printed);
    }
}

/// <summary>Where a text has its place on a label.</summary>
internal enum LabelPlace { Statement, Batch, Patient, Din, Storage }

/// <summary>A text a label needs, how it is recognised, and how the software prints it.</summary>
internal sealed record LabelText(string Text, Func<string, bool> IsThis)
{
    private readonly string? _printed;

    public string Printed { get => _printed ?? Text; init => _printed = value; }
    public LabelPlace Place { get; init; }

    public static LabelText Containing(params string[] parts) =>
        new(string.Join(" … ", parts), t => parts.All(p => t.Contains(p, StringComparison.OrdinalIgnoreCase)));

    public bool IsOn(IReadOnlyList<string> texts) => texts.Any(IsThis);
}

/// <summary>What the software prints on the labels of a batch: all that 3.8 asks for at this moment, by the same rule that judges what was printed.</summary>
public sealed record LabelWording(IReadOnlyList<string> Statements, string? Patient, string? Din, string? Storage, string Product, IReadOnlyList<string> Texts)
{
    public static LabelWording Of(BatchState state, LabFacts facts)
    {
        var required = LabelTexts.Required(state, facts).ToList();
        string? At(LabelPlace place) => required.FirstOrDefault(r => r.Place == place)?.Printed;
        var product = state.Definition?.Name ?? state.ProductType;
        return new([.. required.Where(r => r.Place == LabelPlace.Statement).Select(r => r.Printed)], At(LabelPlace.Patient), At(LabelPlace.Din), At(LabelPlace.Storage), product,
            [.. required.Select(r => r.Printed), product]);
    }

    /// <summary>Labels of each container that the record counts as printed.</summary>
    public static IReadOnlyDictionary<string, long> Recorded(BatchState state) => state.Of<LabelsPrinted>()
        .SelectMany(l => l.Data.ContainerIds.Select(id => (Id: id, l.Data.Copies))).GroupBy(l => l.Id, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.Sum(l => (long)l.Copies), StringComparer.Ordinal);
}

/// <summary>Labelling of C-03 (3.8, K-08): what the texts of a batch's labels must and must not say. Expiry is printed by the system.</summary>
internal static class LabelTexts
{
    public const string Autologous = "FOR AUTOLOGOUS USE ONLY", NotEvaluated = "NOT EVALUATED FOR INFECTIOUS SUBSTANCES", SterilityPending = "STERILITY TEST PENDING";

    private static readonly string[] TrialWords = ["new drug", "trial", "investigational"];

    /// <summary>Required texts that are on none of the lines.</summary>
    public static IReadOnlyList<string> Missing(IReadOnlyList<string> texts, BatchState state, LabFacts facts) =>
        [.. Required(state, facts).Where(r => !r.IsOn(texts)).Select(r => r.Text)];

    public static IEnumerable<LabelText> Required(BatchState state, LabFacts facts)
    {
        var registration = state.Registration!;
        if (registration.Autologous) yield return LabelText.Containing(Autologous);
        // Of allocated cells the source's donor was tested.
        if (facts.Source is { } source ? source.MarkersMissing.Count > 0 : DonorTesting.Missing(state).Any()) yield return LabelText.Containing(NotEvaluated);
        if (DonorTesting.Reactive(state).Any() || state.Last<DonorEligibilityDetermined>() is { Data.Status: EligibilityStatus.Ineligible })
        {
            yield return LabelText.Containing("biohazard") with { Printed = "BIOHAZARD" };
            yield return LabelText.Containing("warning") with { Printed = "WARNING: donor screening or testing found a risk of communicable disease" };
        }
        yield return LabelText.Containing(state.BatchId) with { Place = LabelPlace.Batch };
        if (registration.Autologous)
            yield return LabelText.Containing(facts.Patient?.SecondIdentifier ?? registration.PatientRef!) with
            {
                Printed = string.Join(' ', new[] { registration.PatientRef, facts.Patient?.SecondIdentifier }.OfType<string>()),
                Place = LabelPlace.Patient,
            };
        if (state.Last<TissueReceived>() is { } receipt) yield return LabelText.Containing(receipt.Data.Din) with { Printed = $"DIN {receipt.Data.Din}", Place = LabelPlace.Din };
        if (state.Definition?.ExpiryFor(registration.Storage, state.Of<Lyophilised>().Any() ? ProductForm.Lyophilised : ProductForm.AsFilled) is { } storage)
            yield return new(storage.StorageText, t => StatesRange(t, storage)) { Printed = $"Store at {storage.StorageText}", Place = LabelPlace.Storage };
        // "Caution: new drug" or the local equivalent.
        if (registration.IntendedUse == IntendedUse.Trial)
            yield return new("Caution: new drug", t => TrialWords.Any(w => t.Contains(w, StringComparison.OrdinalIgnoreCase)));
        if (state.Definition is { ConditionalAllowed: true } && registration.Storage == Storage.Fresh && !ApprovedResults.FoundNothing(state, "C-06"))
            yield return LabelText.Containing(SterilityPending);
        if (state.Of<FeederPlated>().Any()) yield return LabelText.Containing("murine", "feeder") with { Printed = "Xenotransplantation product: made with murine feeder cells" };
        foreach (var text in state.Definition?.LabelTexts ?? []) yield return LabelText.Containing(text);
    }

    public static IEnumerable<string> Forbidden(BatchState state)
    {
        foreach (var text in state.Definition?.ForbiddenTexts ?? []) yield return text;
        if (!state.Registration!.Autologous) yield return Autologous;
    }

    // "2-8 °C", "2 to 8 °C"; for deep cold "≤ -150 °C", "below −150 °C".
    private static bool StatesRange(string text, ExpiryRule storage)
    {
        var plain = text.Replace('−', '-').Replace('–', '-');
        if (!plain.Contains('C', StringComparison.Ordinal)) return false;
        var (low, high) = (Number(storage.StorageMinC), Number(storage.StorageMaxC));
        return storage.StorageMinC <= -200
            ? Regex.IsMatch(plain, $@"(?<![\d.]){Regex.Escape(high)}(?![\d.])")
            : Regex.IsMatch(plain, $@"(?<![\d.]){Regex.Escape(low)}\s*(°\s*C)?\s*(-|to)\s*\+?{Regex.Escape(high)}(?![\d.])", RegexOptions.IgnoreCase);
    }

    private static string Number(decimal value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
