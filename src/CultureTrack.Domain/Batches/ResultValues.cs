using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Batches;

/// <summary>How many earlier lots a value is compared with; with fewer there is no trend (2.4).</summary>
public static class ResultTrend
{
    public const int Lots = 20;

    /// <summary>Mean and standard deviation of the last lots, oldest first; null while there are fewer than 20, or while all are alike.</summary>
    public static Controls.ControlLimits? Limits(IReadOnlyList<decimal> lots) =>
        lots.Count < Lots ? null : Controls.ControlLimits.Of([.. lots.TakeLast(Lots).Select(v => (double)v)]);
}

/// <summary>What one reported value must be: of a known part, in the specification's unit, possible, and not too early.</summary>
internal static class ResultValueRules
{
    public static void Check(QcResultRecorded e, int index, QcTest test, Criterion criterion, BatchEvaluation evaluation, Judgement j)
    {
        var value = e.Values[index];
        var field = $"data.values[{index}]";
        var part = criterion.LaboratoryPart(value.Part);
        if (part is null)
        {
            j.Reject(criterion.HasNamedParts && value.Part is null ? Codes.ValRequired : Codes.ValFormat, $"{field}.part",
                criterion.HasNamedParts ? $"{criterion.Id} has the parts {string.Join(", ", criterion.LaboratoryParts.Select(p => p.Name))}." : $"{criterion.Id} has one value without a part.");
            return;
        }
        j.Require(value.UnitId is null || IsUnit(value.UnitId, j.State), Codes.ValFormat, $"{field}.unitId", $"{value.UnitId} is no sheet, construct or container of this batch.");
        var (range, complete) = evaluation.RangeOf(part);
        var sound = range?.IsQualitative == true ? CheckWord(value, criterion, range, field, j) : CheckNumber(value, part, field, j);
        CheckIncubation(e, value, part, test, criterion, field, j);
        if (!sound || !complete || value.Value is not { } number || value.Qualifier is "<" or ">") return;
        j.FlagIf(evaluation.Judged(part, value)?.Value is { } judged && range?.IsNear(judged) == true, Flags.NearLimit, $"values[{index}].value", range?.Text(part.Unit), number);
        FlagTrend(number, criterion, part, index, j);
    }

    private static bool IsUnit(string id, BatchState state) =>
        state.Product.Containers.ContainsKey(id) || state.Product.Sheets.ContainsKey(id) || state.Culture.Vessels.ContainsKey(id);

    private static bool CheckWord(ResultValue value, Criterion criterion, AcceptanceRange range, string field, Judgement j)
    {
        if (!j.Require(value.Value is null, Codes.ValFormat, $"{field}.value", $"{criterion.Id} is reported in words.")) return false;
        if (!j.Require(value.Qualitative is not null, Codes.ValRequired, $"{field}.qualitative", $"{criterion.Id} is reported as {range.Text(null)} or the opposite.")) return false;
        j.Require(value.Lod is null or > 0m, Codes.ValRange, $"{field}.lod", "A detection limit is more than 0.");
        if (range.LodUnit is { } unit && value.LodUnit is { } given)
            j.Require(Units.Same(given, unit), Codes.ValUnit, $"{field}.lodUnit", $"The detection limit is in {unit}.");
        return j.Require(range.Knows(value.Qualitative!.Value), Codes.ValFormat, $"{field}.qualitative",
            $"{criterion.Id} is reported as {range.Text(null)} or the opposite, not as {value.Qualitative}.");
    }

    private static bool CheckNumber(ResultValue value, CriterionPart part, string field, Judgement j)
    {
        if (!j.Require(value.Qualitative is null, Codes.ValFormat, $"{field}.qualitative", "A number is expected here.")) return false;
        if (!j.Require(value.Value is not null, Codes.ValRequired, $"{field}.value", "A number is expected here.")) return false;
        j.Require(value.Qualifier is null or "=" or "<" or ">", Codes.ValFormat, $"{field}.qualifier", "The qualifier is =, < or >.");
        j.Require(value.Unit is null || (part.Unit is { } unit && Units.Same(value.Unit, unit)), Codes.ValUnit, $"{field}.unit",
            $"The unit of the specification is {part.Unit ?? "none"}, not {value.Unit}.");
        return j.Require(value.Value >= 0m && (part.Unit != "%" || value.Value <= 100m), Codes.ValRange, $"{field}.value",
            part.Unit == "%" ? "A percentage lies between 0 and 100." : "The value cannot be negative.");
    }

    // A negative is final only after the validated incubation; an interim negative means at least 48 h.
    private static void CheckIncubation(QcResultRecorded e, ResultValue value, CriterionPart part, QcTest test, Criterion criterion, string field, Judgement j)
    {
        if (value.Qualitative is not (Qualitative.NoGrowth or Qualitative.Negative or Qualitative.NotDetected or Qualitative.Pass)) return;
        var needed = e.Kind == ResultKind.Final ? part.IncubationHours : part.InterimHours ?? (part.IncubationHours is null ? null : InterimAtLeastHours);
        if (needed is not { } hours) return;
        var earliest = test.IncubationStartedAt + TimeSpan.FromHours((double)hours);
        j.Require(earliest <= j.At, Codes.ValSterEarly, $"{field}.qualitative",
            earliest is { } at ? $"{criterion.Id} can be negative from {at:u} on ({hours} h of incubation)." : "The start of the incubation was not recorded.");
    }

    private const decimal InterimAtLeastHours = 48m;

    private static void FlagTrend(decimal number, Criterion criterion, CriterionPart part, int index, Judgement j)
    {
        var key = part.Name is null ? criterion.Id : $"{criterion.Id}({part.Name})";
        if (ResultTrend.Limits(j.Facts.EarlierLots.GetValueOrDefault(key) ?? []) is not { } trend) return;
        j.FlagIf(Math.Abs(trend.Z((double)number)) > 3, Flags.Trend, $"values[{index}].value",
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{trend.Mean - 3 * trend.Sd:G4}–{trend.Mean + 3 * trend.Sd:G4}"), number);
    }
}
