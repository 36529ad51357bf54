using System.Globalization;

namespace CultureTrack.Domain.Telemetry;

public sealed partial class SensorWatch
{
    // Without limits of its own a channel is expected within so many accuracies of its set point.
    private const int AccuraciesAround = 5;

    /// <summary>
    /// Channels whose values are another's: two of one message that fit each other's range and not their own, or one that cannot be of its channel at all
    /// and shows what another one shows. Channels with ranges that overlap (CO2 and O2 both controlled at 5 %) and the probes of two incubators cannot be told
    /// apart so; a probe that hangs in another chamber gives itself away by not answering the door (4.3.10).
    /// </summary>
    private void TakeSwaps(Device device, SensorMessage message, List<SensorFinding> news)
    {
        var odd = message.Numbers.Where(n => _profile.Find(n.Key) is { } p && RangeOf(p) is { } range && !range.Holds(n.Value)).ToList();
        if (odd.Count == 0 && !device.Pending.Any(p => p.StartsWith("swap/", StringComparison.Ordinal))) return;
        foreach (var (channel, _) in message.Numbers)
        {
            var (as_, other, value) = odd.Where(o => o.Key == channel).Select(o => Suspect(o, message.Numbers)).FirstOrDefault();
            var state = device.Look($"swap/{channel}", message.At, as_ is not null, SwappedFor, _hold);
            Stand($"swap/{device.Id}/{channel}", state.Stands, message.At, news, () => new(SensorFindingKind.Swapped, channel, device.Id, state.Since!.Value, message.ReceivedAt, null,
                string.Create(CultureInfo.InvariantCulture, $"{channel} shows {value:0.00}, which fits {as_}{(other is { } o ? $", and {as_} shows {o:0.00}, which fits {channel}" : " and cannot be of its own channel")}.")));
        }
    }

    /// <summary>The channel whose values these are likely to be, and what that one shows if the two are exchanged; nothing when none fits.</summary>
    private (string? As, double? Other, double Value) Suspect(KeyValuePair<string, double> odd, IReadOnlyList<KeyValuePair<string, double>> all)
    {
        var own = _profile.Find(odd.Key)!;
        foreach (var (name, value) in all)
        {
            if (name == odd.Key || _profile.Find(name) is not { } other || RangeOf(other) is not { } range || !range.Holds(odd.Value)) continue;
            if (!range.Holds(value) && RangeOf(own)!.Value.Holds(value)) return (name, value, odd.Value);
            if (!IsPhysical(own, odd.Value) && Math.Abs(odd.Value - value) <= 2 * (double)other.Accuracy!.Value) return (name, null, odd.Value);
        }
        return default;
    }

    private static Range? RangeOf(ChannelProfile channel)
    {
        if (channel.SetPoint is not { } set || channel.Accuracy is not { } accuracy) return null;
        return new((channel.LimitOf(Severity.Action, Side.Low) ?? (double)(set - AccuraciesAround * accuracy)),
            channel.LimitOf(Severity.Action, Side.High) ?? Math.Min((double?)channel.Physical.High ?? double.MaxValue, (double)(set + AccuraciesAround * accuracy)));
    }

    private readonly record struct Range(double Low, double High)
    {
        public bool Holds(double value) => value >= Low && value <= High;
    }
}
