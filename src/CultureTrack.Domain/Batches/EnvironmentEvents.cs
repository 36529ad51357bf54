using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Batches;

/// <summary>
/// What the incubators' readings mean for the record of one batch (4.3, 4.4): excursions that met its vessels, changes of environment bands, and the
/// deviations that follow. Compares with what the stream already says, so telling it twice changes nothing.
/// </summary>
public static class EnvironmentEvents
{
    /// <param name="storage">The batch's containers and the freezers they lie in; null when there are none.</param>
    public static IReadOnlyList<(EventData Data, DateTimeOffset At)> Since(
        BatchState state, ExposureInput input, DateTimeOffset after, DateTimeOffset now, ExposureInput? storage = null)
    {
        var cultures = Exposure.ExcursionsAt(input, now);
        var stored = storage is null ? [] : Exposure.ExcursionsAt(storage, now);
        // Test cultures (CfuF, Qc) are judged for themselves and affect no product.
        var affected = input.Vessels.Where(v => v.Use != VesselUse.Test).Concat(storage?.Vessels ?? []).ToList();
        var told = Excursions(state, affected, [.. cultures, .. stored], now).Concat(Bands(state, input, after, now))
            .Concat(storage is null ? [] : StorageBand(state, storage, now)).OrderBy(e => e.At).ToList();
        var deviations = new DeviationBook(state, cultures, stored);
        var all = new List<(EventData, DateTimeOffset)>();
        foreach (var (data, at) in told)
        {
            all.Add((data, at));
            all.AddRange(deviations.After(data, at).Select(d => (d, at)));
        }
        return all;
    }

    private static IEnumerable<(EventData Data, DateTimeOffset At)> Excursions(
        BatchState state, IReadOnlyList<VesselCulture> cultures, IReadOnlyList<ExcursionResult> found, DateTimeOffset now)
    {
        foreach (var e in found)
        {
            var vessels = Exposure.VesselsInside(cultures, e.IncubatorId, e.StartAt, e.EndAt ?? now);
            var known = LastTold(state, e.ExcursionId);
            if (known is null) yield return (Opened(e, vessels), e.OpenedAt);
            if (e.ClosedAt is { } closed && (known is null || IsOpen(known.Body))) yield return (Closed(e, closed, vessels), closed);
            else if (known is not null && Differs(known.Body, e)) yield return (Amended(e, vessels, Status(e), known.EventId), now);
        }
        foreach (var gone in Told(state).Where(t => found.All(f => f.ExcursionId != IdOf(t.Body)) && !IsWithdrawn(t.Body)))
            yield return (Withdrawn(gone), now);
    }

    private static IEnumerable<(EventData Data, DateTimeOffset At)> Bands(BatchState state, ExposureInput input, DateTimeOffset after, DateTimeOffset now)
    {
        var last = state.Of<ExposureBandChanged>().GroupBy(e => e.Data.CriterionId).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        var bands = last.ToDictionary(b => b.Key, b => (Band)(int)b.Value.Data.ToBand, StringComparer.Ordinal);
        return ExposureWatch.Changes(input, bands, after, now, [now]).Select(c => ((EventData)new ExposureBandChanged(
            c.CriterionId, c.VesselId ?? "", (ExposureBand)(int)c.FromBand, (ExposureBand)(int)c.ToBand, Number(c.Value), c.Unit,
            last.GetValueOrDefault(c.CriterionId)?.EventId), c.At));
    }

    private static IEnumerable<(EventData Data, DateTimeOffset At)> StorageBand(BatchState state, ExposureInput storage, DateTimeOffset now)
    {
        if (state.Definition?.StorageCriterion is not { } id || StorageExposure.Evaluate(id, storage, now) is not { } metric) yield break;
        var last = state.Of<ExposureBandChanged>().LastOrDefault(b => b.Data.CriterionId == id);
        var (before, band) = (last?.Data.ToBand ?? ExposureBand.PASS, (ExposureBand)(int)metric.Band);
        if (before != band) yield return (new ExposureBandChanged(id, metric.WorstVessel ?? "", before, band, Number(metric.Value), metric.Unit, last?.EventId), now);
    }

    private static Recorded? LastTold(BatchState state, string excursionId) => state.History.LastOrDefault(e => IdOf(e.Body) == excursionId);

    private static IEnumerable<Recorded> Told(BatchState state) =>
        state.History.Where(e => IdOf(e.Body) is not null).GroupBy(e => IdOf(e.Body)).Select(g => g.Last());

    private static string? IdOf(EventData data) => data switch
    {
        ExcursionOpened e => e.ExcursionId,
        ExcursionClosed e => e.ExcursionId,
        ExcursionAmended e => e.ExcursionId,
        _ => null,
    };

    private static bool IsOpen(EventData data) => data is ExcursionOpened or ExcursionAmended { Status: ExcursionStatus.Open };
    private static bool IsWithdrawn(EventData data) => data is ExcursionAmended { Status: ExcursionStatus.Withdrawn };
    private static ExcursionStatus Status(ExcursionResult e) => e.ClosedAt is null ? ExcursionStatus.Open : ExcursionStatus.Closed;

    // While an excursion is open its duration and peak grow by themselves; only its beginning can be amended.
    private static bool Differs(EventData told, ExcursionResult e) => told switch
    {
        ExcursionOpened o => o.StartAt != e.StartAt || o.OpenedAt != e.OpenedAt,
        ExcursionClosed c => c.StartAt != e.StartAt || c.OpenedAt != e.OpenedAt || c.EndAt != e.EndAt || c.ClosedAt != e.ClosedAt
            || c.Peak != Number(e.Peak) || c.RawMin != Number(e.RawMin),
        ExcursionAmended { Status: ExcursionStatus.Open } a => a.StartAt != e.StartAt || a.OpenedAt != e.OpenedAt,
        ExcursionAmended a => a.Status != Status(e) || a.StartAt != e.StartAt || a.OpenedAt != e.OpenedAt || a.EndAt != e.EndAt
            || a.ClosedAt != e.ClosedAt || a.Peak != Number(e.Peak) || a.RawMin != Number(e.RawMin),
        _ => false,
    };

    private static ExcursionOpened Opened(ExcursionResult e, IReadOnlyList<string> vessels) => new(
        e.ExcursionId, e.IncubatorId, e.Channel, Of(e.Side), Of(e.Severity), e.StartAt, e.OpenedAt, Number(e.Peak)!.Value, Number(e.DurationMin)!.Value,
        Number(e.RawMin)!.Value, vessels);

    private static ExcursionClosed Closed(ExcursionResult e, DateTimeOffset closedAt, IReadOnlyList<string> vessels) => new(
        e.ExcursionId, e.IncubatorId, e.Channel, Of(e.Side), Of(e.Severity), e.StartAt, e.OpenedAt, e.EndAt!.Value, closedAt, Number(e.Peak)!.Value,
        Number(e.DurationMin)!.Value, Number(e.RawMin)!.Value, vessels);

    private static ExcursionAmended Amended(ExcursionResult e, IReadOnlyList<string> vessels, ExcursionStatus status, Guid supersedes) => new(
        e.ExcursionId, e.IncubatorId, e.Channel, Of(e.Side), Of(e.Severity), e.StartAt, e.OpenedAt, e.EndAt, e.ClosedAt, Number(e.Peak)!.Value,
        Number(e.DurationMin)!.Value, Number(e.RawMin)!.Value, vessels, status, supersedes);

    private static ExcursionAmended Withdrawn(Recorded told) => told.Body switch
    {
        ExcursionOpened e => new(e.ExcursionId, e.IncubatorId, e.Channel, e.Side, e.Severity, e.StartAt, e.OpenedAt, null, null, e.Peak, e.DurationMin,
            e.RawMin, e.AffectedVesselIds, ExcursionStatus.Withdrawn, told.EventId),
        ExcursionClosed e => new(e.ExcursionId, e.IncubatorId, e.Channel, e.Side, e.Severity, e.StartAt, e.OpenedAt, e.EndAt, e.ClosedAt, e.Peak,
            e.DurationMin, e.RawMin, e.AffectedVesselIds, ExcursionStatus.Withdrawn, told.EventId),
        ExcursionAmended e => e with { Status = ExcursionStatus.Withdrawn, SupersedesEventId = told.EventId },
        _ => throw new ArgumentException($"{told.Type} tells of no excursion.", nameof(told)),
    };

    private static ExcursionSide Of(Side side) => side == Side.High ? ExcursionSide.high : ExcursionSide.low;
    private static ExcursionSeverity Of(Severity severity) => severity == Severity.Critical ? ExcursionSeverity.critical : ExcursionSeverity.action;

    // Readings come with few digits; binary noise of sums of minutes is not part of them.
    private static decimal? Number(double? value) => value is { } v ? Math.Round((decimal)v, 6) / 1.000000m : null;
}
