using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

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
    private const int RationaleMinLength = 20;

    public static void Check(ExcursionAssessed e, Judgement j)
    {
        j.Require(e.Criteria.Count > 0, Codes.ValRequired, "data.criteria", "Name the criteria whose impact is assessed.");
        j.Require(e.Rationale.Length >= RationaleMinLength, Codes.ValReason, "data.rationale", $"A rationale of at least {RationaleMinLength} characters is needed.");
        for (var i = 0; i < e.Criteria.Count; i++)
        {
            var band = j.Facts.Environment.Metrics.FirstOrDefault(m => m.Id == e.Criteria[i])?.Band;
            j.Require(band == ExposureBand.ASSESS, Codes.StateGuard, $"data.criteria[{i}]",
                $"{e.Criteria[i]} is {(band is null ? "not known" : band)}; only what is in band ASSESS is assessed.");
        }
        foreach (var id in e.ExcursionIds)
            j.Require(End(j.State, id) is not null, Codes.StateGuard, "data.excursionIds", $"Excursion {id} is {(Opened(j.State, id) is null ? "unknown" : "still open")}.");
        CheckIndependence(e, j);
    }

    private static Recorded<ExcursionOpened>? Opened(BatchState state, string id) => state.Of<ExcursionOpened>().FirstOrDefault(o => o.Data.ExcursionId == id);

    private static DateTimeOffset? End(BatchState state, string id) =>
        state.Of<ExcursionAmended>().LastOrDefault(a => a.Data.ExcursionId == id)?.Data is { } amended
            ? amended.Status == ExcursionStatus.Open ? null : amended.EndAt ?? amended.ClosedAt ?? amended.OpenedAt
            : state.Of<ExcursionClosed>().LastOrDefault(c => c.Data.ExcursionId == id)?.Data.EndAt;

    // R-22. Without a named excursion (missing data, time outside, calibration) the window is the whole culture.
    private static void CheckIndependence(ExcursionAssessed e, Judgement j)
    {
        var windows = e.ExcursionIds.Select(id => (From: Opened(j.State, id)?.Data.StartAt, To: End(j.State, id))).ToList();
        if (windows.Count == 0) windows.Add((null, null));
        var work = windows.Select(w => Independence.WorkOf(j.State, j.Entry.Actor.UserId, w.From, w.To)).FirstOrDefault(w => w is not null);
        j.Require(work is null, Codes.SodAssessor, "data.excursionIds", $"{j.Entry.Actor.UserId} worked on the batch in that time ({work?.Type} {work?.OccurredAt:u}).");
    }
}
