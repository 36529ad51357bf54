using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record Lyophilised(
    IReadOnlyList<string> ContainerIds, string CycleId, decimal ResidualMoisturePct, DateTimeOffset StartedAt, DateTimeOffset EndedAt) : EventData;

internal static class LyophilisingRules
{
    public static void Check(Lyophilised e, Judgement j)
    {
        j.Require(e.ContainerIds.Count > 0, Codes.ValRequired, Judgement.Data("containerIds"), "Name what was freeze-dried.");
        if (j.Range("residualMoisturePct", e.ResidualMoisturePct, 0, 100)) j.Window("residualMoisturePct", e.ResidualMoisturePct, null, 3.0m);
        j.Require(e.EndedAt <= j.At.AddSeconds(5), Codes.ValFuture, Judgement.Data("endedAt"), "The cycle ends after the entry.");
        if (j.Require(e.EndedAt > e.StartedAt, Codes.ValOrder, Judgement.Data("endedAt"), "The cycle ends before it starts."))
            j.ComputedWindow("endedAt", (e.EndedAt - e.StartedAt).TotalHours, 24, 96, 0);
        if (!j.StepIsLegal) return;
        for (var i = 0; i < e.ContainerIds.Count; i++)
            j.Guard(j.State.Product.Containers.GetValueOrDefault(e.ContainerIds[i]) is { IsFilled: true, Withdrawn: false, Lyophilised: false }, $"containerIds[{i}]",
                $"{e.ContainerIds[i]} was not filled, is withdrawn or is freeze-dried already.");
        // Dry product keeps longer, counted from the fill all the same (3.10).
        if (j.State.Product.FilledAt is { } filled && j.Product.ExpiryFor(j.Registration.Storage, ProductForm.Lyophilised) is { Form: ProductForm.Lyophilised, Months: { } months })
            j.Compute("3.10@1", j.State.Of<FillPerformed>().Select(f => f.EventId),
                ("expiresAt", RecordJson.Text(Expiry.AfterMonths(filled, months, TimeZoneInfo.FindSystemTimeZoneById(j.State.Zone)))));
    }
}
