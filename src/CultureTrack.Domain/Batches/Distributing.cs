using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum TakeMethod { Visual, Planimetry }

public sealed record Shipped(
    IReadOnlyList<string> ContainerIds, int CoiMatches, DateTimeOffset At, string? Carrier = null, string? ShipperId = null, decimal? LoggerMinC = null,
    decimal? LoggerMaxC = null) : EventData;

public sealed record Delivered(
    IReadOnlyList<string> ContainerIds, int CoiMatches, DateTimeOffset At, string? Carrier = null, string? ShipperId = null, decimal? LoggerMinC = null,
    decimal? LoggerMaxC = null) : EventData;

public sealed record Administered(
    IReadOnlyList<string> ContainerIds, int CoiMatches, DateTimeOffset At, string? Carrier = null, string? ShipperId = null, decimal? LoggerMinC = null,
    decimal? LoggerMaxC = null) : EventData;

public sealed record Returned(
    IReadOnlyList<string> ContainerIds, int CoiMatches, DateTimeOffset At, string? Carrier = null, string? ShipperId = null, decimal? LoggerMinC = null,
    decimal? LoggerMaxC = null) : EventData;

public sealed record ShippingLoggerUploaded(
    string ShipperId, IReadOnlyList<string> ContainerIds, string FileSha256, DateTimeOffset FromAt, DateTimeOffset ToAt,
    IReadOnlyList<LoggerReading> Readings, decimal MinC, decimal MaxC, decimal MissingMin) : EventData;

public sealed record LoggerReading(DateTimeOffset At, decimal TempC);

public sealed record GraftTakeRecorded(
    IReadOnlyList<string> ContainerIds, DateTimeOffset AssessedAt, decimal TakePct, TakeMethod Method, bool InfectionSigns,
    IReadOnlyList<string> PhotoRefs) : EventData;

internal static class DistributingRules
{
    private static readonly TimeSpan LoggerSlack = TimeSpan.FromMinutes(15);

    public static void Check(Shipped e, Judgement j)
    {
        j.Ours("containerIds", e.ContainerIds);
        CheckHandover(e.ContainerIds, e.CoiMatches, e.At, e.LoggerMinC, e.LoggerMaxC, c => !c.Shipped || c.Returned, "is on its way already", j);
        CheckReleased(e.ContainerIds, j);
        for (var i = 0; i < e.ContainerIds.Count; i++)
            if (j.State.Product.Containers.GetValueOrDefault(e.ContainerIds[i]) is { } c) StoringRules.FlagOut(c, $"containerIds[{i}]", j);
    }

    public static void Check(Delivered e, Judgement j)
    {
        CheckHandover(e.ContainerIds, e.CoiMatches, e.At, e.LoggerMinC, e.LoggerMaxC, c => c is { Shipped: true, Delivered: false, Returned: false },
            "is not on its way", j);
        CheckReleased(e.ContainerIds, j);
    }

    public static void Check(Administered e, Judgement j)
    {
        CheckHandover(e.ContainerIds, e.CoiMatches, e.At, e.LoggerMinC, e.LoggerMaxC, c => c is { Shipped: true, Returned: false }, "has not been shipped", j);
        CheckReleased(e.ContainerIds, j);
    }

    /// <summary>A product comes back also after its release was revoked, expired or on hold: that is what a recall is for.</summary>
    public static void Check(Returned e, Judgement j)
    {
        CheckHandover(e.ContainerIds, e.CoiMatches, e.At, e.LoggerMinC, e.LoggerMaxC, c => c is { Shipped: true, Returned: false }, "has not been shipped", j);
        j.Require(j.State.IsReleased || j.State.State == LifeState.ReleaseRevoked, Codes.StateTransition, "type",
            $"Nothing is returned of a batch that is {j.State.State}.");
    }

    private static void CheckHandover(
        IReadOnlyList<string> ids, int coiMatches, DateTimeOffset at, decimal? minC, decimal? maxC, Func<Container, bool> ready, string whyNot, Judgement j)
    {
        j.Range("coiMatches", coiMatches, 2, null);
        j.Require(at <= j.Now.AddSeconds(5), Codes.ValFuture, Judgement.Data("at"), "at lies in the future.");
        j.Require(ids.Count > 0, Codes.ValRequired, Judgement.Data("containerIds"), "Name the containers.");
        j.Require(ids.Distinct(StringComparer.Ordinal).Count() == ids.Count, Codes.ValDuplicate, Judgement.Data("containerIds"), "A container is named twice.");
        FlagLogger(minC, maxC, "loggerMinC", "loggerMaxC", j);
        if (!j.State.HasStarted) return;
        for (var i = 0; i < ids.Count; i++)
        {
            var container = j.State.Product.Containers.GetValueOrDefault(ids[i]);
            if (j.Guard(container is { IsFilled: true, Withdrawn: false, Administered: false }, $"containerIds[{i}]",
                $"{ids[i]} is no unit of this product that is left."))
                j.Guard(ready(container!), $"containerIds[{i}]", $"{ids[i]} {whyNot}.");
        }
    }

    private static void CheckReleased(IReadOnlyList<string> ids, Judgement j)
    {
        j.Require(j.State.IsReleased, Codes.StateTransition, "type", $"The batch is {j.State.State}, not released.");
        j.Require(j.State.Holds.IsEmpty, Codes.StateHold, "type", $"The batch is on hold: {string.Join("; ", j.State.Holds.Values.Select(h => h.Reason))}.");
        for (var i = 0; i < ids.Count; i++)
            if (j.State.Product.Containers.GetValueOrDefault(ids[i])?.ExpiresAt is { } expiresAt)
                j.Guard(j.At < expiresAt, $"containerIds[{i}]", $"{ids[i]} expired at {RecordJson.Text(expiresAt)}.");
    }

    private static void FlagLogger(decimal? minC, decimal? maxC, string minField, string maxField, Judgement j)
    {
        if (j.Product.ExpiryFor(j.Registration.Storage, j.State.Of<Lyophilised>().Any() ? Products.ProductForm.Lyophilised : Products.ProductForm.AsFilled) is not { } label) return;
        j.Window(minField, minC, label.StorageMinC, label.StorageMaxC, Flags.Transport);
        j.Window(maxField, maxC, label.StorageMinC, label.StorageMaxC, Flags.Transport);
    }

    public static void Check(ShippingLoggerUploaded e, Judgement j)
    {
        j.Require(e.Readings.Count > 0, Codes.ValRequired, Judgement.Data("readings"), "The logger holds no readings.");
        j.Require(e.FromAt <= e.ToAt, Codes.ValOrder, Judgement.Data("toAt"), "The log ends before it starts.");
        j.Require(e.MinC <= e.MaxC, Codes.ValRange, Judgement.Data("maxC"), "The highest temperature is below the lowest.");
        j.Range("missingMin", e.MissingMin, 0, null);
        j.Window("missingMin", e.MissingMin, null, 30, Flags.Transport);
        FlagLogger(e.MinC, e.MaxC, "minC", "maxC", j);
        if (MeanKineticTemperature.Celsius(Held(e)) is { } mkt) j.Compute("5.22@1", [], ("mktC", mkt));
        var shipment = j.State.Of<Shipped>().LastOrDefault(s => s.Data.ShipperId == e.ShipperId);
        if (!j.Guard(shipment is not null, "shipperId", $"Nothing was shipped with {e.ShipperId}.")) return;
        var sent = j.State.Of<Shipped>().Where(s => s.Data.ShipperId == e.ShipperId).SelectMany(s => s.Data.ContainerIds).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < e.ContainerIds.Count; i++)
            j.Guard(sent.Contains(e.ContainerIds[i]), $"containerIds[{i}]", $"{e.ContainerIds[i]} was not in {e.ShipperId}.");
        j.Require(e.FromAt <= shipment!.Data.At + LoggerSlack, Codes.ValOrder, Judgement.Data("fromAt"),
            "The log begins more than 15 min after the shipment left.");
        var delivery = j.State.Of<Delivered>().LastOrDefault(d => d.Data.ShipperId == e.ShipperId || d.Data.ContainerIds.Any(e.ContainerIds.Contains));
        j.Require(delivery is null || e.ToAt >= delivery.Data.At - LoggerSlack, Codes.ValOrder, Judgement.Data("toAt"),
            "The log ends more than 15 min before the delivery.");
    }

    // Each reading holds until the next, the last until the end of the log.
    private static List<Held> Held(ShippingLoggerUploaded e)
    {
        var readings = e.Readings.OrderBy(r => r.At).ToList();
        return [.. readings.Select((r, i) => new Held(((i + 1 < readings.Count ? readings[i + 1].At : e.ToAt) - r.At).TotalHours, (double)r.TempC))
            .Where(h => h.Hours > 0 && h.Celsius > -273)];
    }

    public static void Check(GraftTakeRecorded e, Judgement j)
    {
        if (j.Range("takePct", e.TakePct, 0, 100)) j.Window("takePct", e.TakePct, 50, null);
        j.Require(e.AssessedAt <= j.Now.AddSeconds(5), Codes.ValFuture, Judgement.Data("assessedAt"), "assessedAt lies in the future.");
        j.FlagIf(e.InfectionSigns, Flags.SuspectedContamination, "infectionSigns", "false", true);
        var given = j.State.Of<Administered>().Where(a => a.Data.ContainerIds.Any(e.ContainerIds.Contains)).ToList();
        if (!j.Guard(e.ContainerIds.Count > 0 && e.ContainerIds.All(id => given.Any(g => g.Data.ContainerIds.Contains(id))), "containerIds",
            "Not all of these were administered.")) return;
        if (j.Require(e.AssessedAt >= given.Max(g => g.Data.At), Codes.ValOrder, Judgement.Data("assessedAt"), "Assessed before it was administered."))
            j.ComputedWindow("assessedAt", (e.AssessedAt - given.Min(g => g.Data.At)).TotalDays, 7, 14, 0, Flags.Interval);
    }
}
