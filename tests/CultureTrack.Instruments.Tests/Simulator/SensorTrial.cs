using CultureTrack.Domain.Telemetry;
using CultureTrack.Simulator;

namespace CultureTrack.Instruments.Tests.Simulator;

/// <summary>Something a trial found about a sensor, by whichever rule.</summary>
/// <param name="Kind">What.</param>
/// <param name="Channel">Null: the whole device.</param>
/// <param name="Since">From when on the readings are doubted or missing.</param>
/// <param name="FoundAt">When it was found.</param>
public sealed record TrialFinding(SensorFindingKind Kind, string? Channel, DateTimeOffset Since, DateTimeOffset FoundAt);

/// <summary>
/// Readings judged as a server does it, without one: the rules of domain.md 4.3 and the watch over the sensors. Silence is looked for every minute. Time is that
/// of the readings.
/// </summary>
public sealed class SensorTrial
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly List<TrialFinding> _byRule = [];
    private readonly Dictionary<string, SensorFindingKind> _missing = new(StringComparer.Ordinal);

    public SensorTrial(EquipmentProfile profile, TimeSpan? period = null, IReadOnlyDictionary<string, decimal>? resolutions = null)
    {
        var cadence = period ?? TimeSpan.FromMinutes(1);
        Track = new(new IncubatorJudge(new("INC-02", profile, cadence, resolutions ?? new Dictionary<string, decimal> { [Channels.Temperature] = 0.01m })));
        Watch = new(profile, cadence);
    }

    public IncubatorTrack Track { get; }

    public SensorWatch Watch { get; private set; }

    /// <summary>Everything found, by the time it was found.</summary>
    public IReadOnlyList<TrialFinding> Found => [.. _byRule.Concat(Watch.Findings.Select(f => new TrialFinding(f.Kind, f.Channel, f.Since, f.FoundAt))).OrderBy(f => f.FoundAt)];

    /// <summary>Stores the watch and goes on with what was stored, as a restart does.</summary>
    public void Restart(Func<SensorMemory, SensorMemory> stored, EquipmentProfile profile, TimeSpan period) => Watch = new(profile, period, stored(Watch.Memory));

    /// <summary>Takes one message of one device.</summary>
    public void Take(string deviceId, DateTimeOffset at, IReadOnlyList<KeyValuePair<string, double>> values, bool isBad = false, DateTimeOffset? deviceTime = null, bool buffered = false, DateTimeOffset? receivedAt = null)
    {
        var quality = isBad ? ReadingQuality.Bad : ReadingQuality.Good;
        Watch.Take(new(deviceId, at, receivedAt ?? at, deviceTime ?? at, buffered, quality, [.. values.Where(v => !Channels.IsState(v.Key)).OrderBy(v => v.Key, StringComparer.Ordinal)]));
        foreach (var fact in Track.Take(values.Select(v => new Reading(at, v.Key, v.Value, quality)), out _).OfType<SensorFaultRaised>())
            _byRule.Add(new(fact.Cause == GapCause.Stuck ? SensorFindingKind.Stuck : SensorFindingKind.Impossible, fact.Channel, fact.Since, fact.At));
    }

    /// <summary>Looks for silence.</summary>
    public void Look(DateTimeOffset now)
    {
        foreach (var trust in SensorTrust.At(new(Track.Ledger, []), now))
        {
            var silent = trust.Findings.FirstOrDefault(f => f.Kind == SensorFindingKind.Silent);
            if (silent is null) _missing.Remove(trust.Channel);
            else if (_missing.TryAdd(trust.Channel, silent.Kind)) _byRule.Add(new(silent.Kind, trust.Channel, silent.Since, now));
        }
    }

    /// <summary>Lets simulated devices in one chamber run for a time: analog readings every minute, the door as it moves.</summary>
    public static SensorTrial Run(TimeSpan duration, params IReadOnlyList<IncubatorModel> devices)
    {
        ArgumentNullException.ThrowIfNull(devices);
        var trial = new SensorTrial(EquipmentProfiles.Get("P37-5"));
        var start = devices[0].Time;
        while (devices[0].Time - start < duration)
            for (var i = 0; i < devices.Count; i++) Step(trial, devices[i], $"probe-{i + 1}");
        return trial;
    }

    private static void Step(SensorTrial trial, IncubatorModel device, string id)
    {
        var moved = device.Advance(TimeSpan.FromSeconds(1));
        var isDue = device.Time.TotalSeconds % 60 == 0;
        if (isDue) trial.Look(Start + device.Time);
        if ((!moved && !isDue) || device.IsOffline) return;
        var read = isDue ? device.Read() : device.ReadStates();
        // Two devices never speak at the very same millisecond; the effective time of a clock that is off is that of receipt (4.3.1).
        var at = Start + read.ModelTime + TimeSpan.FromMilliseconds(id[^1]);
        var time = EffectiveTime.Of(new(), at + device.ClockSkew, at, buffered: false);
        trial.Take(id, time.At, [.. read.Values.Select(v => KeyValuePair.Create(v.Key, v.Value is decimal d ? (double)d : Channels.StateValue(v.Key, (string)v.Value)!.Value))],
            read.IsBad, at + device.ClockSkew, receivedAt: at);
    }
}
