using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Batches;

/// <summary>
/// Which deviations the environment opens (4.4): a critical excursion or any FAIL a critical one, anything above PASS a major one, one for each run
/// of a channel and side, whose class only rises; a band reached without an excursion one for its E id (K-13). E-12 to E-14 open none.
/// </summary>
internal sealed class DeviationBook(BatchState state, IReadOnlyList<ExcursionResult> excursions, IReadOnlyList<ExcursionResult> stored)
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
            UnderWay([.. excursions, .. stored], e.IncubatorId, e.Channel, [e.Side == ExcursionSide.high ? Side.High : Side.Low], at), e.ExcursionId, DeviationClass.Critical, at,
            $"Critical excursion of {e.Channel} ({e.Side}) in {e.IncubatorId} since {e.StartAt:u}"),
        // 4.7: with containers inside the excursion itself is the deviation; there is no budget to pass first.
        ExcursionOpened e when stored.FirstOrDefault(s => s.ExcursionId == e.ExcursionId) is { } excursion => Raise(
            excursion, e.ExcursionId, DeviationClass.Major, at, $"Excursion of {e.Channel} ({e.Side}) in {e.IncubatorId} with containers inside since {e.StartAt:u}"),
        ExposureBandChanged b when b.ToBand > b.FromBand && b.CriterionId == state.Definition?.StorageCriterion => Raise(
            UnderWay(stored, null, Channels.Temperature, [Side.High], at), b.CriterionId, ClassOf(b), at, $"{b.CriterionId} reached {b.ToBand} ({b.Value:0.##} {b.Unit}), worst container {b.VesselId}"),
        ExposureBandChanged b when b.ToBand > b.FromBand && Watched.TryGetValue(b.CriterionId, out var watched) => Raise(
            UnderWay(excursions, null, watched.Channel, watched.Sides, at), b.CriterionId, ClassOf(b), at,
            $"{b.CriterionId} reached {b.ToBand} ({b.Value:0.##} {b.Unit}), worst vessel {b.VesselId}"),
        _ => [],
    };

    private static DeviationClass ClassOf(ExposureBandChanged b) => b.ToBand == ExposureBand.FAIL ? DeviationClass.Critical : DeviationClass.Major;

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
    private static ExcursionResult? UnderWay(IReadOnlyList<ExcursionResult> excursions, string? equipmentId, string channel, Side[] sides, DateTimeOffset at) => excursions.LastOrDefault(
        e => (equipmentId is null || e.IncubatorId == equipmentId) && e.Channel == channel && sides.Contains(e.Side) && e.Severity == Severity.Action && e.OpenedAt <= at && !(e.ClosedAt < at));
}
