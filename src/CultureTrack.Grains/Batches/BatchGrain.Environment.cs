using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Incubators;

namespace CultureTrack.Grains.Batches;

public sealed partial class BatchGrain
{
    private DateTimeOffset? _watchedUpTo, _nextByTime;
    private Dictionary<string, IReadOnlyList<Calibration>> _judgedBy = new(StringComparer.Ordinal);

    public Task EnvironmentChanged(string incubatorId) => JudgeEnvironment();

    /// <summary>Woken in case the readings had stopped. Mostly they went on, and then nothing has to be judged.</summary>
    public async Task Due()
    {
        var now = clock.GetUtcNow();
        if (_watchedUpTo is { } before && IsExposed(_state) && !(_nextByTime <= now))
        {
            var input = await Input(_state, now);
            if (ExposureWatch.NextSilence(input, now) is { } silence && silence > now && IsCalibratedAsJudged(input) && !ExposureWatch.HasFacts(input, before, now))
            {
                WakeAt(_nextByTime < silence ? _nextByTime : silence);
                return;
            }
        }
        await JudgeEnvironment();
    }

    public async Task<ExposureView> Exposure(DateTimeOffset? at)
    {
        var when = at ?? clock.GetUtcNow();
        var state = at is null ? _state : await AsOf(at, null);
        var input = await Input(state, when);
        return ExposureViews.Of(Domain.Telemetry.Exposure.Evaluate(input, when), state) with { Sensors = [.. SensorDoubts.During(input, when).Select(SensorView.Of)] };
    }

    /// <summary>Appends what the readings of the incubators mean for this batch, and asks to be woken when time alone could change a band.</summary>
    private async Task JudgeEnvironment()
    {
        if (!IsExposed(_state)) return;
        var now = clock.GetUtcNow();
        var input = await Input(_state, now);
        var storage = await Storage(_state, now);
        var found = EnvironmentEvents.Since(_state, input, _watchedUpTo ?? _state.History[^1].RecordedAt, now, storage);
        if (found.Count > 0)
        {
            var lab = await facts.Collect(_state, [], EnvironmentReport.None);
            if (!await TrySave(BatchDecider.Record(_state, found, lab.Base, now)))
                throw new InvalidOperationException($"Batch {Id}: somebody else appended at the same moment; the environment is judged again.");
        }
        DateTimeOffset?[] byTime = [ExposureWatch.NextByTime(input, now), StorageExposure.NextCheck(storage, now)];
        (_watchedUpTo, _nextByTime) = (now, byTime.Min());
        _judgedBy = input.Incubators.ToDictionary(i => i.Key, i => i.Value.Calibrations, StringComparer.Ordinal);
        DateTimeOffset?[] next = [_nextByTime, ExposureWatch.NextSilence(input, now) is { } silence && silence > now ? silence : null];
        WakeAt(next.Min());
    }

    // A calibration found out, or recorded late, changes what past stays were worth.
    private bool IsCalibratedAsJudged(ExposureInput input) =>
        input.Incubators.All(i => _judgedBy.TryGetValue(i.Key, out var known) && known.SequenceEqual(i.Value.Calibrations));

    private void WakeAt(DateTimeOffset? at)
    {
        // The scheduler calls from outside of the grain, where only a reference may be used.
        var self = GrainFactory.GetGrain<IBatchGrain>(Id);
        scheduler.Schedule($"batch/{Id}", at, () => self.Due());
    }

    /// <summary>The E criteria, for decisions that depend on them.</summary>
    private async Task<EnvironmentReport> EnvironmentAt(BatchState state, DateTimeOffset at)
    {
        if (!IsExposed(state)) return EnvironmentReport.None;
        var stored = state.Definition?.StorageCriterion is { } id ? StorageExposure.Evaluate(id, await Storage(state, at), at) : null;
        var input = await Input(state, at);
        return ExposureViews.Report(at, [.. Domain.Telemetry.Exposure.Criteria(input, at), .. stored is null ? [] : new[] { stored }]) with { Doubts = SensorDoubts.During(input, at) };
    }

    private Task<EnvironmentReport> EnvironmentFor(IReadOnlyList<Entry> entries) =>
        entries.Any(e => e.Data is DispositionSigned or ExcursionAssessed or ReviewSubmitted or RecordReviewed)
            ? EnvironmentAt(_state, clock.GetUtcNow()) : Task.FromResult(EnvironmentReport.None);

    // What incubators did to a batch that lived before the system nobody here has measured: silence is no excursion.
    private static bool IsExposed(BatchState state) => state is { History: [{ Origin: not Origin.Imported }, ..] } && IsInside(state);

    private static bool IsInside(BatchState state) =>
        state.Culture.Vessels.Values.Any(v => v.SeededAt is not null) || state.Product.Containers.Values.Any(c => c.Stays.Count > 0);

    private Task<ExposureInput> Input(BatchState state, DateTimeOffset at) => With(CultureExposure.Vessels(state), at);

    private Task<ExposureInput> Storage(BatchState state, DateTimeOffset at) => With(CultureExposure.Containers(state), at);

    private async Task<ExposureInput> With(IReadOnlyList<VesselCulture> inside, DateTimeOffset at)
    {
        var incubators = new Dictionary<string, IncubatorEnvironment>(StringComparer.Ordinal);
        foreach (var stays in inside.SelectMany(v => v.Stays).GroupBy(s => s.IncubatorId))
        {
            var (from, to) = (stays.Min(s => s.From), stays.Max(s => s.To ?? at) + TimeSpan.FromHours(1));
            if (await GrainFactory.GetGrain<IIncubatorGrain>(stays.Key).Environment(from, to) is { } environment) incubators[stays.Key] = environment;
        }
        return new(inside, incubators);
    }
}
