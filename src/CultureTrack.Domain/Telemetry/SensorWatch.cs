using System.Collections.Immutable;
using System.Globalization;

namespace CultureTrack.Domain.Telemetry;

/// <summary>One message of one device, as far as its sensors are judged by it.</summary>
/// <param name="DeviceId">Who sent it.</param>
/// <param name="At">Effective time.</param>
/// <param name="DeviceTime">The device's own time, or null.</param>
/// <param name="Buffered">From the device's memory.</param>
/// <param name="Quality">What the readings are worth.</param>
/// <param name="Numbers">Values of analog channels in order of name.</param>
public sealed record SensorMessage(
    string DeviceId, DateTimeOffset At, DateTimeOffset ReceivedAt, DateTimeOffset? DeviceTime, bool Buffered, ReadingQuality Quality,
    IReadOnlyList<KeyValuePair<string, double>> Numbers);

/// <summary>Everything the watch remembers. Serializable.</summary>
public sealed record SensorMemory
{
    public static readonly SensorMemory Empty = new();

    public IReadOnlyDictionary<string, DeviceMemory> Devices { get; init; } = new Dictionary<string, DeviceMemory>();

    /// <summary>Findings that stand, by what they are about.</summary>
    public IReadOnlyDictionary<string, SensorFinding> Standing { get; init; } = new Dictionary<string, SensorFinding>();

    /// <summary>Findings that are over, oldest first.</summary>
    public IReadOnlyList<SensorFinding> Past { get; init; } = [];
}

/// <summary>What the watch remembers of one device.</summary>
public sealed record DeviceMemory(
    DateTimeOffset HeardAt, IReadOnlyDictionary<string, LastNumber> Last, IReadOnlyDictionary<string, LevelDrift> Levels,
    IReadOnlyDictionary<string, Sustained> Conditions, ValueCopyMemory Copy, DateTimeOffset? NewestDeviceTime, DateTimeOffset? MovedAt);

/// <summary>The newest number of a channel.</summary>
public sealed record LastNumber(DateTimeOffset At, double Value);

/// <summary>
/// Watches the sensors of one incubator, device by device, in the order of receipt: slow drift, old values under new times, exchanged channels, devices that
/// disagree or fall silent beside others, clocks that are off. It changes no reading and no criterion (4.3 says what is missing); it finds what those rules
/// cannot. Not safe for several threads; its owner is the incubator's single writer. The same messages give the same findings.
/// </summary>
public sealed partial class SensorWatch
{
    /// <summary>Findings that are over and kept, the oldest dropped first.</summary>
    public const int PastMax = 500;

    /// <summary>How long two devices must differ, and agree again.</summary>
    public static readonly TimeSpan DisagreeingFor = TimeSpan.FromMinutes(30);

    /// <summary>How long values must be another channel's.</summary>
    public static readonly TimeSpan SwappedFor = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan SilentAfter = ChannelLedger.SilenceIsGapAfter;
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(1);
    private readonly EquipmentProfile _profile;
    private readonly TimeSpan _hold;
    private readonly Dictionary<string, Device> _devices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SensorFinding> _standing;
    private readonly List<SensorFinding> _past;

    /// <param name="profile">Ranges and accuracies.</param>
    /// <param name="period">Sampling period.</param>
    /// <param name="memory">What an earlier watch remembered; null: nothing.</param>
    public SensorWatch(EquipmentProfile profile, TimeSpan period, SensorMemory? memory = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        memory ??= SensorMemory.Empty;
        (_profile, _hold) = (profile, 2.5 * period);
        _standing = new(memory.Standing, StringComparer.Ordinal);
        _past = [.. memory.Past];
        foreach (var (id, device) in memory.Devices) _devices[id] = new(id, device);
    }

    /// <summary>Latest calibration of each channel: an adjusted sensor starts anew.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> CalibratedAt { get; set; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    public SensorMemory Memory => new()
    {
        Devices = _devices.ToDictionary(d => d.Key, d => d.Value.Memory, StringComparer.Ordinal),
        Standing = new Dictionary<string, SensorFinding>(_standing, StringComparer.Ordinal),
        Past = [.. _past],
    };

    /// <summary>All findings, by begin.</summary>
    public IReadOnlyList<SensorFinding> Findings => [.. _past.Concat(_standing.Values).OrderBy(f => f.Since).ThenBy(f => f.Kind)];

    /// <summary>Takes the next message.</summary>
    /// <returns>Findings that began or ended by it.</returns>
    public IReadOnlyList<SensorFinding> Take(SensorMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var news = new List<SensorFinding>();
        if (!_devices.TryGetValue(message.DeviceId, out var device)) _devices[message.DeviceId] = device = new(message.DeviceId);
        if (message.ReceivedAt > device.HeardAt) device.HeardAt = message.ReceivedAt;
        TakeSilence(message, news);
        TakeClock(device, message, news);
        if (message.Quality is ReadingQuality.Good)
        {
            TakeCopy(device, message, news);
            TakeSwaps(device, message, news);
            foreach (var (channel, value) in message.Numbers)
                if (_profile.Find(channel) is { } known && IsPhysical(known, value))
                {
                    TakeLevel(device, message, known, value, news);
                    TakeDifference(device, message, known, value, news);
                    if (!(device.Last.GetValueOrDefault(channel)?.At > message.At)) device.Last[channel] = new(message.At, value);
                }
        }
        return news;
    }

    private static bool IsPhysical(ChannelProfile channel, double value) => !(value < (double?)channel.Physical.Low || value > (double?)channel.Physical.High);

    // The incubator is heard, and so no alarm of silence is due; but one of its devices is not.
    private void TakeSilence(SensorMessage message, List<SensorFinding> news)
    {
        foreach (var other in _devices.Values.ToArray())
        {
            var silence = message.ReceivedAt - other.HeardAt;
            Stand($"silent/{other.Id}", silence >= SilentAfter && silence < ForgottenAfter, message.ReceivedAt, news,
                () => new(SensorFindingKind.Silent, null, other.Id, other.HeardAt, message.ReceivedAt, null, $"{other.Id} has sent nothing since {other.HeardAt:u}, while {message.DeviceId} has."));
            if (silence >= ForgottenAfter) Forget(other.Id, message.ReceivedAt, news);
        }
    }

    // Taken away, or its credential was replaced.
    private void Forget(string deviceId, DateTimeOffset at, List<SensorFinding> news)
    {
        _devices.Remove(deviceId);
        foreach (var about in _standing.Keys.Where(k => k.Split('/').Contains(deviceId)).ToArray()) Stand(about, false, at, news, () => _standing[about]);
    }

    private void TakeClock(Device device, SensorMessage message, List<SensorFinding> news)
    {
        if (message.Buffered || message.DeviceTime is not { } time) return;
        var skew = time - message.ReceivedAt;
        Stand($"clock/{device.Id}", skew.Duration() > EffectiveTime.AlarmAbove, message.At, news, () => new(SensorFindingKind.ClockUncertain, null, device.Id, message.At, message.ReceivedAt, null,
            string.Create(CultureInfo.InvariantCulture, $"The clock of {device.Id} is off by {skew.TotalSeconds:0} s.")));
        // Live messages whose time does not go on: it stands still, or memory is sent as if it were new.
        if (!(time <= device.NewestDeviceTime)) (device.NewestDeviceTime, device.MovedAt) = (time, message.ReceivedAt);
        Stand($"standing/{device.Id}", message.ReceivedAt - device.MovedAt >= SilentAfter, message.At, news, () => new(SensorFindingKind.Restamped, null, device.Id, device.MovedAt!.Value, message.ReceivedAt, null,
            $"{device.Id} sends times no later than {device.NewestDeviceTime:u} as if they were now."));
    }

    private void TakeCopy(Device device, SensorMessage message, List<SensorFinding> news)
    {
        if (ValueCopy.PrintOf(message.Numbers) is not { } print) return;
        device.Copy.Take(print, message.At);
        Stand($"copy/{device.Id}", device.Copy.IsFound, device.LastAt ?? message.At, news, () =>
        {
            var (from, original) = device.Copy.Stretch;
            return new(SensorFindingKind.Restamped, null, device.Id, from, message.ReceivedAt, null, $"{device.Id} sends the values of {original:u} and on again, under times from {from:u} on.");
        });
        device.LastAt = message.At;
    }

    private void TakeLevel(Device device, SensorMessage message, ChannelProfile channel, double value, List<SensorFinding> news)
    {
        var before = device.Levels.GetValueOrDefault(channel.Channel) ?? LevelDrift.Empty;
        var level = before.Take(message.At, value, channel, CalibratedAt.TryGetValue(channel.Channel, out var at) ? at : null);
        if (ReferenceEquals(level, before)) return;
        device.Levels[channel.Channel] = level;
        Stand($"drift/{device.Id}/{channel.Channel}", level.Drifts, message.At, news, () => new(SensorFindingKind.Drifting, channel.Channel, device.Id, level.AwaySince ?? message.At, message.ReceivedAt, null,
            string.Create(CultureInfo.InvariantCulture, $"The level went from {level.Reference:0.00} to {level.Reference + level.Departure:0.00} {channel.Unit}, farther than the accuracy of ±{channel.Accuracy} {channel.Unit}.")));
    }

    private void TakeDifference(Device device, SensorMessage message, ChannelProfile channel, double value, List<SensorFinding> news)
    {
        if (channel.Accuracy is not { } accuracy || _devices.Count < 2) return;
        foreach (var other in _devices.Values)
        {
            if (other == device || other.Last.GetValueOrDefault(channel.Channel) is not { } last || (message.At - last.At).Duration() > _hold) continue;
            var (first, second) = string.CompareOrdinal(device.Id, other.Id) < 0 ? (device, other) : (other, device);
            var differs = Math.Abs(value - last.Value) > 2 * (double)accuracy + 1e-9;
            var state = first.Look($"differs/{second.Id}/{channel.Channel}", message.At, differs, DisagreeingFor, _hold);
            Stand($"differs/{first.Id}/{second.Id}/{channel.Channel}", state.Stands, message.At, news, () => new(SensorFindingKind.Disagreeing, channel.Channel, null, state.Since!.Value, message.ReceivedAt, null,
                string.Create(CultureInfo.InvariantCulture, $"{device.Id} shows {value:0.00} {channel.Unit} and {other.Id} {last.Value:0.00} {channel.Unit}: more apart than twice ±{accuracy} {channel.Unit}.")));
        }
    }

    private void Stand(string about, bool stands, DateTimeOffset at, List<SensorFinding> news, Func<SensorFinding> found)
    {
        if (_standing.TryGetValue(about, out var finding))
        {
            if (stands) return;
            _standing.Remove(about);
            _past.Add(finding with { Until = at > finding.Since ? at : finding.Since });
            if (_past.Count > PastMax) _past.RemoveAt(0);
            news.Add(_past[^1]);
        }
        else if (stands) news.Add(_standing[about] = found());
    }

    private sealed class Device
    {
        private readonly Dictionary<string, Sustained> _conditions = new(StringComparer.Ordinal);

        public Device(string id) => (Id, Copy) = (id, new());

        public Device(string id, DeviceMemory memory)
        {
            (Id, HeardAt, Copy, NewestDeviceTime, MovedAt) = (id, memory.HeardAt, new(memory.Copy), memory.NewestDeviceTime, memory.MovedAt);
            if (memory.Copy.AtMs is [.., var last]) LastAt = DateTimeOffset.FromUnixTimeMilliseconds(last);
            foreach (var (channel, number) in memory.Last) Last[channel] = number;
            foreach (var (channel, level) in memory.Levels) Levels[channel] = level;
            foreach (var (about, state) in memory.Conditions) _conditions[about] = state;
        }

        public string Id { get; }
        public DateTimeOffset HeardAt { get; set; }

        /// <summary>The message before, good ones only.</summary>
        public DateTimeOffset? LastAt { get; set; }
        public Dictionary<string, LastNumber> Last { get; } = new(StringComparer.Ordinal);
        public Dictionary<string, LevelDrift> Levels { get; } = new(StringComparer.Ordinal);
        public ValueCopy Copy { get; }
        public DateTimeOffset? NewestDeviceTime { get; set; }

        /// <summary>Receipt of the message that brought <see cref="NewestDeviceTime"/>.</summary>
        public DateTimeOffset? MovedAt { get; set; }

        public DeviceMemory Memory => new(HeardAt, new Dictionary<string, LastNumber>(Last), new Dictionary<string, LevelDrift>(Levels), new Dictionary<string, Sustained>(_conditions), Copy.Memory, NewestDeviceTime, MovedAt);

        public IEnumerable<string> Pending => _conditions.Where(c => c.Value != Sustained.Absent).Select(c => c.Key);

        public Sustained Look(string about, DateTimeOffset at, bool isTrue, TimeSpan lasting, TimeSpan hold)
        {
            var before = _conditions.GetValueOrDefault(about) ?? Sustained.Absent;
            var after = before.Take(at, isTrue, lasting, hold);
            if (!ReferenceEquals(before, after)) _conditions[about] = after;
            return after;
        }
    }
}
