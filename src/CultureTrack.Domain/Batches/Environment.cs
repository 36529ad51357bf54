using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum ExcursionSeverity { action, critical }
public enum ExcursionSide { low, high }
public enum ExcursionStatus { Open, Closed, Withdrawn }
public enum ExposureBand { PASS, ASSESS, FAIL }
public enum AssessedImpact { None, Acceptable, Unacceptable }

public sealed record ExcursionOpened(
    string ExcursionId, string IncubatorId, string Channel, ExcursionSide Side, ExcursionSeverity Severity, DateTimeOffset StartAt, DateTimeOffset OpenedAt,
    decimal Peak, decimal DurationMin, decimal RawMin, IReadOnlyList<string> AffectedVesselIds) : EventData;

public sealed record ExcursionClosed(
    string ExcursionId, string IncubatorId, string Channel, ExcursionSide Side, ExcursionSeverity Severity, DateTimeOffset StartAt, DateTimeOffset OpenedAt,
    DateTimeOffset EndAt, DateTimeOffset ClosedAt, decimal Peak, decimal DurationMin, decimal RawMin, IReadOnlyList<string> AffectedVesselIds) : EventData;

public sealed record ExcursionAmended(
    string ExcursionId, string IncubatorId, string Channel, ExcursionSide Side, ExcursionSeverity Severity, DateTimeOffset StartAt, DateTimeOffset OpenedAt,
    DateTimeOffset? EndAt, DateTimeOffset? ClosedAt, decimal Peak, decimal DurationMin, decimal RawMin, IReadOnlyList<string> AffectedVesselIds,
    ExcursionStatus Status, Guid SupersedesEventId) : EventData;

public sealed record ExposureBandChanged(
    string CriterionId, string VesselId, ExposureBand FromBand, ExposureBand ToBand, decimal? Value, string Unit, Guid? SupersedesEventId = null) : EventData;

public sealed record ExcursionAssessed(
    IReadOnlyList<string> Criteria, IReadOnlyList<string> ExcursionIds, AssessedImpact Impact, string Rationale) : EventData;

internal static class EnvironmentRules
{
    public static void Check(ExcursionAssessed e, Judgement j) { }
}
