using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum UnitResult { Pass, Fail }

public sealed record FilledContainer(string Id, decimal VolumeMl, decimal? Viable = null, decimal? AreaCm2 = null, string? SourceId = null);

public sealed record FillPerformed(IReadOnlyList<FilledContainer> Containers, IReadOnlyList<string> Excipients, decimal StorageC, int CoiMatches) : EventData;

public sealed record InspectedUnit(
    string ContainerId, UnitResult Result, IReadOnlyList<string> Defects, decimal? AreaCm2 = null, decimal? TearMm = null, decimal? ThicknessMm = null);

public sealed record UnitsInspected(IReadOnlyList<InspectedUnit> Units) : EventData;

public sealed record ExpiryOverridden(
    IReadOnlyList<string> ContainerIds, DateTimeOffset NewExpiresAt, string Rationale, string StabilityRef) : EventData;

internal static class FillingRules
{
    public static void Check(FillPerformed e, Judgement j) { }
    public static void Check(UnitsInspected e, Judgement j) { }
    public static void Check(ExpiryOverridden e, Judgement j) { }
}
