using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum DiscardReason { Contamination, GrowthFailure, EnvFail, Oos, Expired, DonorWithdrawal, Surplus }

public sealed record VesselDiscarded(IReadOnlyList<string> Ids, decimal Quantity, string Method, DiscardReason Reason, string? Unit = null) : EventData;

public sealed record BatchDiscarded(IReadOnlyList<string> Ids, decimal Quantity, string Method, DiscardReason Reason, string? Unit = null) : EventData;

public sealed record TerminationProposed(IReadOnlyList<string> Ids, decimal? Quantity, string? Method, DiscardReason Reason) : EventData;

public sealed record BatchTerminated(DiscardReason Reason, IReadOnlyList<string>? Ids = null, decimal? Quantity = null, string? Method = null) : EventData;

public sealed record BatchClosed(bool DistributionFinal, int OpenTests, int OpenDeviations, DateTimeOffset RetentionUntil) : EventData;

internal static class EndingRules
{
    private const int RetentionYears = 30;
    private const decimal Tolerance = 0.01m;

    public static void Check(VesselDiscarded e, Judgement j)
    {
        j.Range("quantity", e.Quantity, 0, null);
        j.Require(e.Ids.Count > 0, Codes.ValRequired, Judgement.Data("ids"), "Name what is discarded.");
        j.Require(e.Ids.Distinct(StringComparer.Ordinal).Count() == e.Ids.Count, Codes.ValDuplicate, Judgement.Data("ids"), "An id is named twice.");
        for (var i = 0; i < e.Ids.Count; i++) CheckDiscardable(e.Ids[i], $"ids[{i}]", j);
    }

    private static void CheckDiscardable(string id, string field, Judgement j)
    {
        var container = j.State.Product.Containers.GetValueOrDefault(id);
        if (container is not null)
        {
            j.Guard(!container.Withdrawn, field, $"{id} has been discarded already.");
            j.Guard(container.IsInHouse || container.Withdrawn, field, $"{id} has been shipped.");
            return;
        }
        if (j.State.Product.Sheets.ContainsKey(id)) return;
        if (j.State.Culture.Sources.GetValueOrDefault(id) is { } suspension)
        {
            j.Guard(suspension.Left > 0, field, $"Nothing is left of {id}.");
            return;
        }
        var vessel = j.State.Culture.Vessels.GetValueOrDefault(id);
        if (!j.Guard(vessel is not null, field, $"{id} is no vessel, suspension, sheet or container of this batch.")) return;
        j.Guard(vessel!.Status != VesselStatus.Discarded, field, $"{id} has been discarded already.");
        // Its cells live on elsewhere, and with them what the vessel went through.
        j.Guard(vessel.Status != VesselStatus.Emptied || IsQcTray(id, j.State), field, $"{id} is empty; its cells have been taken on.");
    }

    private static bool IsQcTray(string id, BatchState state) => state.Of<SheetDetached>().Any(d => d.Data.QcVesselId == id);

    public static void Check(BatchDiscarded e, Judgement j)
    {
        j.Range("quantity", e.Quantity, 0, null);
        if (!j.StepIsLegal) return;
        var product = j.State.Product;
        var left = product.Containers.Values.Where(c => c.IsInHouse).ToList();
        var gone = e.Ids.FirstOrDefault(id => product.Containers.GetValueOrDefault(id) is { IsInHouse: false });
        j.Guard(gone is null, "ids", $"{gone} is not here: administered, shipped or discarded already.");
        j.Guard(left.Count > 0 || !product.Containers.Values.Any(c => c.IsFilled), "ids", "Nothing of this product is here any more: administered, shipped or discarded already.");
        var vessels = j.State.Culture.Vessels.Values.Where(v => v.Status is VesselStatus.InUse).Select(v => v.Id).ToList();
        var missing = left.Select(c => c.Id).Concat(left.Count == 0 ? vessels : []).Except(e.Ids, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        j.Guard(missing.Count == 0, "ids", $"Not accounted for: {string.Join(", ", missing.Take(10))}.");
        if (Quantity(e, left) is { } expected)
            j.Guard(Math.Abs(expected - e.Quantity) <= Tolerance * expected, "quantity",
                $"The containers named hold {expected:G6} {e.Unit}; the quantity is not reconciled.");
    }

    // Only what was filled or frozen has a known amount.
    private static decimal? Quantity(BatchDiscarded e, IReadOnlyList<Container> left)
    {
        var named = left.Where(c => e.Ids.Contains(c.Id)).ToList();
        if (named.Count == 0) return null;
        return e.Unit switch
        {
            "cell" when named.All(c => c.Viable is not null) => named.Sum(c => c.Viable),
            "mL" => named.Sum(c => c.VolumeMl),
            "cm2" when named.All(c => c.AreaCm2 is not null) => named.Sum(c => c.AreaCm2),
            null or "vial" or "sheet" or "container" => named.Count,
            _ => null,
        };
    }

    public static void Check(TerminationProposed e, Judgement j) => j.Range("quantity", e.Quantity, 0, null);

    public static void Check(BatchTerminated e, Judgement j) => j.Range("quantity", e.Quantity, 0, null);

    /// <summary>T18: distribution final, all tests final, deviations closed; kept 30 years after expiry (R-32).</summary>
    public static void Check(BatchClosed e, Judgement j)
    {
        if (!j.StepIsLegal) return;
        var underway = j.State.Product.Filled.Where(c => c is { Shipped: true, Administered: false, Returned: false }
            || (c is { Shipped: false, Administered: false } && c.ExpiresAt > j.Now)).Select(c => c.Id).Take(5).ToList();
        j.Guard(e.DistributionFinal && underway.Count == 0, "distributionFinal",
            $"Distribution is not final{(underway.Count == 0 ? "" : $": {string.Join(", ", underway)}")}.");
        var tests = OpenTests(j.State).ToList();
        j.Guard(e.OpenTests == 0 && tests.Count == 0, "openTests",
            $"Tests are open: {(tests.Count == 0 ? "as stated" : string.Join(", ", tests))}.");
        var deviations = j.State.Deviations.Values.Where(d => d.IsOpen).Select(d => d.DeviationId).ToList();
        j.Guard(e.OpenDeviations == 0 && deviations.Count == 0, "openDeviations",
            $"Deviations are open: {(deviations.Count == 0 ? "as stated" : string.Join(", ", deviations))}.");
        if (j.State.Product.ExpiresAt is { } expiresAt)
            j.Require(e.RetentionUntil >= expiresAt.AddYears(RetentionYears), Codes.ValRange, Judgement.Data("retentionUntil"),
                $"The record is kept until {RecordJson.Text(expiresAt.AddYears(RetentionYears))} at least.");
    }

    // A criterion is settled by its latest approved result; an invalid run is followed by another test of the same criterion.
    private static IEnumerable<string> OpenTests(BatchState state)
    {
        var settled = ApprovedResults.Of(state.History).Where(r => r.Result.Kind == ResultKind.Final || r.CriterionId == "C-04")
            .Select(r => r.CriterionId).ToHashSet(StringComparer.Ordinal);
        return state.Of<QcTestStarted>().Select(t => t.Data.CriterionId).Distinct().Where(c => !settled.Contains(c));
    }
}
