using CultureTrack.Domain.Telemetry;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>What a half minute of a channel is.</summary>
internal enum Cell { In, Low, High, Door, Missing, NotKnownYet }

/// <summary>
/// Domain.md 4.3 once more, written from its text as a join of half minutes and nothing else: no memory, no checkpoints, all readings at hand. Slow, and
/// independent of what it checks.
/// </summary>
internal sealed class MinuteJoin(RandomHistory history)
{
    private const double Hold = 2.5, SilenceIsGap = 5, StillFor = 30;
    private static readonly (string Channel, double Set, double Low, double High, double CriticalLow)[] Limits =
        [(Channels.Temperature, 37, 36, 38, 34), (Channels.Co2, 5, 4, 6, 2), (Channels.Humidity, 95, 80, double.MaxValue, 60)];

    private readonly Dictionary<(string, string), (double At, double Value)[]> _valid = history.Readings
        .SelectMany(i => Limits.Select(l => (Key: (i.Key, l.Channel), Valid: Valid(i.Value, l.Channel, l.Set)))).ToDictionary(v => v.Key, v => v.Valid);

    private readonly Dictionary<(string, string, double, double), Dictionary<Cell, double>> _times = [];

    private readonly Dictionary<string, double[]> _doors = history.Readings.ToDictionary(i => i.Key, i => i.Value.Where(r => r is { Channel: Channels.Door, Value: 1 }).Select(r => M(r.At)).ToArray());

    public double End => history.EndMin;

    private static double M(DateTimeOffset at) => (at - Origin).TotalMinutes;

    public static double From(VesselCulture v) => M(v.SeededAt);

    public double To(VesselCulture v) => Math.Min(v.CultureEndAt is { } end ? M(end) : End, End);

    /// <summary>Stays within culture, as minutes.</summary>
    public IEnumerable<(string Incubator, double From, double To)> Stays(VesselCulture v) => v.Stays
        .Select(s => (s.IncubatorId, Math.Max(M(s.From), From(v)), Math.Min(s.To is { } to ? M(to) : End, To(v)))).Where(s => s.Item3 > s.Item2);

    /// <summary>Minutes of [from, to) of each kind.</summary>
    public Dictionary<Cell, double> Time(string incubator, string channel, double from, double to)
    {
        if (_times.TryGetValue((incubator, channel, from, to), out var known)) return known;
        var sums = Enum.GetValues<Cell>().ToDictionary(c => c, _ => 0.0);
        for (var t = from; t < to; t += 0.5) sums[At(incubator, channel, t, from)] += 0.5;
        return _times[(incubator, channel, from, to)] = sums;
    }

    public Cell At(string incubator, string channel, double t, double stayFrom)
    {
        var valid = _valid[(incubator, channel)];
        var i = LastUpTo(valid, t);
        if (i < 0) return valid.Length > 0 && valid[0].At < End || End - stayFrom >= SilenceIsGap ? Cell.Missing : Cell.NotKnownYet;
        var before = valid[i];
        if (t >= before.At + Hold)
            // Silence counts from the fifth minute on; a gap that a reading closed always does.
            return (i + 1 < valid.Length && valid[i + 1].At <= End) || End - before.At >= SilenceIsGap ? Cell.Missing : Cell.NotKnownYet;
        var limit = Limits.Single(l => l.Channel == channel);
        if (before.Value > limit.High) return Cell.High;
        if (before.Value >= limit.Low) return Cell.In;
        var window = channel == Channels.Humidity ? 45 : 15;
        return before.Value >= limit.CriticalLow && _doors[incubator].Any(d => before.At >= d && before.At <= d + 1 + window) ? Cell.Door : Cell.Low;
    }

    private static int LastUpTo((double At, double Value)[] valid, double t)
    {
        var (first, end) = (0, valid.Length);
        while (first < end)
            if (valid[(first + end) / 2].At <= t) first = (first + end) / 2 + 1;
            else end = (first + end) / 2;
        return first - 1;
    }

    /// <summary>Longest gap of a stay, min.</summary>
    public double LongestGap(string incubator, string channel, double from, double to)
    {
        var (longest, run) = (0.0, 0.0);
        for (var t = from; t < to; t += 0.5) longest = Math.Max(longest, run = At(incubator, channel, t, from) == Cell.Missing ? run + 0.5 : 0);
        return longest;
    }

    /// <summary>Longest high-temperature excursion within [from, to), action or critical (4.3.5, 4.3.6).</summary>
    public double LongestHeat(string incubator, double from, double to) =>
        Excursions(_valid[(incubator, Channels.Temperature)], 38, 5).Concat(Excursions(_valid[(incubator, Channels.Temperature)], 39, 2))
            .Select(e => Math.Min(e.To, to) - Math.Max(e.From, from)).Append(0).Max();

    /// <summary>Readings a vessel met, in order.</summary>
    public double[] Met(string incubator, string channel, double from, double to, bool isOver) =>
        [.. _valid[(incubator, channel)].Where(r => r.At >= from && (isOver ? r.At < to : r.At <= to)).Select(r => r.Value)];

    private IEnumerable<(double From, double To)> Excursions((double At, double Value)[] valid, double limit, double delay)
    {
        for (var i = 0; i < valid.Length;)
        {
            if (valid[i].Value <= limit) { i++; continue; }
            var (start, beyond) = (i, 0.0);
            for (; i < valid.Length && valid[i].Value > limit && beyond < delay; i++)
                if (i + 1 < valid.Length && valid[i + 1].Value > limit) beyond += Cover(valid, i);
                else break;
            if (beyond < delay) { i++; continue; }
            // Open. It ends where the clear run that lasts long enough begins.
            var (clearFrom, clear, closed) = (-1, 0.0, false);
            for (; i < valid.Length && !closed; i++)
            {
                if (valid[i].Value > limit - 0.2 + 1e-9) { (clearFrom, clear) = (-1, 0); continue; }
                if (clearFrom < 0) clearFrom = i;
                else clear += Cover(valid, i - 1);
                closed = clear >= 5;
            }
            yield return (valid[start].At, clearFrom >= 0 ? valid[clearFrom].At : End);
        }
    }

    private static double Cover((double At, double Value)[] valid, int i) => Math.Min(valid[i + 1].At - valid[i].At, Hold);

    // Good, possible, of conflicting ones the farther from the set point; without the runs in which the value stood still.
    private static (double At, double Value)[] Valid(IReadOnlyList<Reading> readings, string channel, double set)
    {
        var possible = readings.Where(r => r.Channel == channel && r.Quality == ReadingQuality.Good).GroupBy(r => r.At).OrderBy(g => g.Key)
            .Select(g => (At: M(g.Key), Value: g.Select(r => r.Value).OrderByDescending(v => Math.Abs(v - set)).ThenByDescending(v => v).First()))
            .Where(r => channel != Channels.Temperature || r.Value is >= 0 and <= 60).ToArray();
        if (channel != Channels.Temperature) return possible;
        var valid = new List<(double, double)>();
        for (var i = 0; i < possible.Length;)
        {
            var (first, still) = (i, 0.0);
            while (i + 1 < possible.Length && possible[i + 1].Value == possible[first].Value) still += Cover(possible, i++);
            if (still < StillFor) valid.AddRange(possible[first..(i + 1)]);
            i++;
        }
        return [.. valid];
    }
}
