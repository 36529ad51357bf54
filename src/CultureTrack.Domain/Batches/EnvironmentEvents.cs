using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Batches;

/// <summary>
/// What the incubators' readings mean for the record of one batch (4.3, 4.4): excursions that met its vessels, changes of environment bands, and the
/// deviations that follow. Compares with what the stream already says, so telling it twice changes nothing.
/// </summary>
public static class EnvironmentEvents
{
    public static IReadOnlyList<(EventData Data, DateTimeOffset At)> Since(BatchState state, ExposureInput input, DateTimeOffset after, DateTimeOffset now)
    {
        var result = Exposure.Evaluate(input, now);
        var told = Excursions(state, input, result.Excursions, now).Concat(Bands(state, input, after, now)).OrderBy(e => e.At).ToList();
        var deviations = new DeviationBook(state, result.Excursions);
        var all = new List<(EventData, DateTimeOffset)>();
        foreach (var (data, at) in told)
        {
            all.Add((data, at));
            all.AddRange(deviations.After(data, at).Select(d => (d, at)));
        }
        return all;
    }

    private static IEnumerable<(EventData Data, DateTimeOffset At)> Excursions(
        BatchState state, ExposureInput input, IReadOnlyList<ExcursionResult> found, DateTimeOffset now)
    {
        // Test cultures (CfuF, Qc) are judged for themselves and affect no product.
        var cultures = input.Vessels.Where(v => v.Use != VesselUse.Test).ToList();
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

/// <summary>
/// Which deviations the environment opens (4.4): a critical excursion or any FAIL a critical one, anything above PASS a major one, one for each run
/// of a channel and side, whose class only rises; a band reached without an excursion one for its E id (K-13). E-12 to E-14 open none.
/// </summary>
internal sealed class DeviationBook(BatchState state, IReadOnlyList<ExcursionResult> excursions)
{
    private static readonly Dictionary<string, (string Channel, Side[] Sides)> Watched = new(StringComparer.Ordinal)
    {
        ["E-01"] = (Channels.Temperature, [Side.High]),
        ["E-02"] = (Channels.Temperature, [Side.High]),
        ["E-03"] = (Channels.Temperature, [Side.High]),
        ["E-04"] = (Channels.Temperature, [Side.Low]),
        ["E-05"] = (Channels.Temperature, [Side.Low]),
        ["E-06"] = (Channels.Temperature, [Side.Low]),
        ["E-07"] = (Channels.Co2, [Side.Low, Side.High]),
        ["E-08"] = (Channels.Co2, [Side.Low, Side.High]),
        ["E-09"] = (Channels.Co2, [Side.Low, Side.High]),
        ["E-10"] = (Channels.Humidity, [Side.Low]),
        ["E-11"] = (Channels.O2, [Side.Low, Side.High]),
    };

    private readonly Dictionary<string, (string Id, DeviationClass? Class, DateTimeOffset OpenedAt)> _byRun = state.Deviations.Values
        .Where(d => d.Run is not null).GroupBy(d => d.Run!)
        .ToDictionary(g => g.Key, g => (g.Last().DeviationId, g.Last().Class, g.Last().OpenedAt), StringComparer.Ordinal);

    public IEnumerable<EventData> After(EventData data, DateTimeOffset at) => data switch
    {
        ExcursionOpened { Severity: ExcursionSeverity.critical } e => Raise(
            UnderWay(e.Channel, [e.Side == ExcursionSide.high ? Side.High : Side.Low], at), e.ExcursionId, DeviationClass.Critical, at,
            $"Critical excursion of {e.Channel} ({e.Side}) in {e.IncubatorId} since {e.StartAt:u}"),
        ExposureBandChanged b when b.ToBand > b.FromBand && Watched.TryGetValue(b.CriterionId, out var watched) => Raise(
            UnderWay(watched.Channel, watched.Sides, at), b.CriterionId, b.ToBand == ExposureBand.FAIL ? DeviationClass.Critical : DeviationClass.Major, at,
            $"{b.CriterionId} reached {b.ToBand} ({b.Value:0.##} {b.Unit}), worst vessel {b.VesselId}"),
        _ => [],
    };

    private IEnumerable<EventData> Raise(ExcursionResult? excursion, string without, DeviationClass to, DateTimeOffset at, string text)
    {
        var run = excursion?.ExcursionId ?? without;
        if (!_byRun.ContainsKey(run) && excursion is not null && OpenedBefore(excursion) is { } earlier) run = earlier;
        if (!_byRun.TryGetValue(run, out var known))
        {
            var opened = (DeviationOpened)EntryRules.WithIds(new DeviationOpened(null, text, to, run));
            _byRun[run] = (opened.DeviationId!, to, at);
            yield return opened;
        }
        else if (known.Class is null || known.Class < to)
        {
            _byRun[run] = known with { Class = to };
            yield return new DeviationClassified(known.Id, to);
        }
    }

    // A peak reaches its band before the on-delay is over; what it opened belongs to the same run (K-13).
    private string? OpenedBefore(ExcursionResult excursion) => _byRun
        .Where(r => r.Value.OpenedAt >= excursion.StartAt && Watched.TryGetValue(r.Key, out var w) && w.Channel == excursion.Channel && w.Sides.Contains(excursion.Side))
        .Select(r => r.Key).FirstOrDefault();

    // The action excursion under way at that time; a critical one lies within it.
    private ExcursionResult? UnderWay(string channel, Side[] sides, DateTimeOffset at) => excursions.LastOrDefault(
        e => e.Channel == channel && sides.Contains(e.Side) && e.Severity == Severity.Action && e.OpenedAt <= at && !(e.ClosedAt < at));
}
