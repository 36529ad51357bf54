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
    public static void Check(Shipped e, Judgement j) { }
    public static void Check(Delivered e, Judgement j) { }
    public static void Check(Administered e, Judgement j) { }
    public static void Check(Returned e, Judgement j) { }
    public static void Check(ShippingLoggerUploaded e, Judgement j) { }
    public static void Check(GraftTakeRecorded e, Judgement j) { }
}
