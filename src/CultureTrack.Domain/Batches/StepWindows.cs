using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>How long may lie between two steps of a product (2.2, 2.4): windows are data, a step outside is flagged.</summary>
internal static class StepWindows
{
    public static void Flag(Judgement j)
    {
        if (!j.State.HasStarted || !j.StepIsLegal) return;
        foreach (var window in j.Product.Windows ?? [])
        {
            if (!ProductSteps.Is(j.Entry.Data, window.Until)) continue;
            if (j.State.History.FirstOrDefault(e => ProductSteps.Is(e.Body, window.Since)) is not { } first) continue;
            var from = first.Body is TissueReceived receipt ? receipt.ReceivedAt : first.OccurredAt;
            if (window.MaxHours is { } hours) j.ComputedWindow("occurredAt", (j.At - from).TotalHours, null, hours, 0, Flags.Interval);
            if (window.MinDays is not null || window.MaxDays is not null) j.ComputedWindow("occurredAt", (j.At - from).TotalDays, window.MinDays, window.MaxDays, 0);
        }
    }
}
