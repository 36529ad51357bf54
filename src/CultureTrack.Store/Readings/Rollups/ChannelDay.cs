using CultureTrack.Store.Readings.Sealed;

namespace CultureTrack.Store.Readings.Rollups;

/// <summary>
/// One channel of one incubator on one day (UTC), summed up by the hour and for the whole day. It keeps the longer gaps between values rather than the time that
/// is covered: how long a value counts is a matter of the equipment's period, which may be set anew, and of the value before the stretch, which may come late.
/// </summary>
/// <remarks>
/// As bytes: version 1; a column of how many values each of 24 hours has; of those with any: first and last − first (µs, the first from the beginning of the
/// hour), then minimum, maximum and sum; the length up to which gaps are not listed (µs); how many gaps; their beginnings (µs of the day); their lengths (µs).
/// </remarks>
sealed class ChannelDay
{
    const byte Version = 1;
    const int Hours = 24;
    static readonly TimeSpan FewerValues = TimeSpan.FromSeconds(150);

    readonly DateTimeOffset _day;
    readonly Stretch?[] _hours = new Stretch?[Hours];
    readonly List<(DateTimeOffset From, DateTimeOffset To)> _gaps = [];

    ChannelDay(DateTimeOffset day) => _day = day;

    /// <summary>Gaps up to this length are not listed; who lets a value count for less cannot use the summary.</summary>
    public TimeSpan Usual { get; private set; }

    /// <param name="day">Its beginning.</param>
    /// <param name="values">Of that day, at least one, in order of time.</param>
    public static ChannelDay Of(DateTimeOffset day, IReadOnlyList<(DateTimeOffset Time, double Value)> values)
    {
        var summary = new ChannelDay(day);
        foreach (var hour in values.GroupBy(v => (int)((v.Time - day).Ticks / TimeSpan.TicksPerHour)))
        {
            var (sum, all) = (new CarefulSum(), hour.ToList());
            foreach (var (_, value) in all) sum.Add(value);
            summary._hours[hour.Key] = new(all[0].Time, all[^1].Time, all.Count, all.Min(v => v.Value), all.Max(v => v.Value), sum.Value);
        }
        var lengths = values.Zip(values.Skip(1), (a, b) => b.Time - a.Time).Order().ToList();
        if (lengths.Count == 0) return summary;
        // Twice the distance most values have: less than the 2.5 periods that a value counts for, and few gaps are longer. Where values are few, every gap is kept.
        summary.Usual = 2 * lengths[lengths.Count / 2] is var twice && twice <= FewerValues ? twice : TimeSpan.Zero;
        summary._gaps.AddRange(values.Zip(values.Skip(1), (a, b) => (a.Time, b.Time)).Where(g => g.Item2 - g.Item1 > summary.Usual));
        return summary;
    }

    /// <summary>Adds the day to a bucket, or hour by hour to several. What a value covers at most must be <see cref="Usual"/> or more.</summary>
    public void AddTo(BucketSummary buckets, TimeSpan covers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(covers, Usual);
        if (buckets.IsWithinOne(_day, _day.AddDays(1)))
        {
            Stretch? whole = null;
            foreach (var hour in _hours)
                if (hour is { } some) whole = whole?.And(some) ?? some;
            if (whole is { } all) buckets.Add(all, Covered(all, covers));
            return;
        }
        foreach (var hour in _hours)
            if (hour is { } some) buckets.Add(some, Covered(some, covers));
    }

    TimeSpan Covered(in Stretch values, TimeSpan covers)
    {
        var covered = values.Last - values.First;
        foreach (var (from, to) in _gaps)
            if (from >= values.First && to <= values.Last && to - from > covers) covered -= to - from - covers;
        return covered;
    }

    public byte[] Pack()
    {
        var body = new List<byte> { Version };
        ColumnCodec.Write(body, [.. _hours.Select(h => h is { } some ? (long)some.Count : 0)]);
        var filled = _hours.Select((h, i) => (Stretch: h, Start: _day.AddHours(i))).Where(h => h.Stretch is not null).Select(h => (Stretch: h.Stretch!.Value, h.Start)).ToList();
        ColumnCodec.Write(body, [.. filled.Select(h => Microseconds(h.Stretch.First - h.Start))]);
        ColumnCodec.Write(body, [.. filled.Select(h => Microseconds(h.Stretch.Last - h.Stretch.First))]);
        ValueColumn.Write(body, [.. filled.Select(h => (double?)h.Stretch.Min)]);
        ValueColumn.Write(body, [.. filled.Select(h => (double?)h.Stretch.Max)]);
        ValueColumn.Write(body, [.. filled.Select(h => (double?)h.Stretch.Sum)]);
        ColumnCodec.WriteUnsigned(body, (ulong)Microseconds(Usual));
        ColumnCodec.WriteUnsigned(body, (ulong)_gaps.Count);
        ColumnCodec.Write(body, [.. _gaps.Select(g => Microseconds(g.From - _day))]);
        ColumnCodec.Write(body, [.. _gaps.Select(g => Microseconds(g.To - g.From))]);
        return [.. body];
    }

    /// <exception cref="InvalidDataException">The bytes are not a day.</exception>
    public static ChannelDay Unpack(DateTimeOffset day, ReadOnlySpan<byte> body)
    {
        if (body[0] != Version) throw new InvalidDataException($"A day of version {body[0]}; this program reads version {Version}.");
        body = body[1..];
        var summary = new ChannelDay(day);
        var counts = ColumnCodec.Read(ref body, Hours);
        var filled = Enumerable.Range(0, Hours).Where(h => counts[h] > 0).ToArray();
        long[] first = ColumnCodec.Read(ref body, filled.Length), length = ColumnCodec.Read(ref body, filled.Length);
        double[] min = Values(ref body), max = Values(ref body), sum = Values(ref body);
        for (var i = 0; i < filled.Length; i++)
        {
            var at = day.AddHours(filled[i]) + Time(first[i]);
            summary._hours[filled[i]] = new(at, at + Time(length[i]), (int)counts[filled[i]], min[i], max[i], sum[i]);
        }
        summary.Usual = Time((long)ColumnCodec.ReadUnsigned(ref body));
        var gaps = (int)ColumnCodec.ReadUnsigned(ref body);
        long[] from = ColumnCodec.Read(ref body, gaps), lengths = ColumnCodec.Read(ref body, gaps);
        for (var i = 0; i < gaps; i++) summary._gaps.Add((day + Time(from[i]), day + Time(from[i] + lengths[i])));
        return summary;

        double[] Values(ref ReadOnlySpan<byte> from)
        {
            var values = new double[filled.Length];
            ValueColumn.Read(ref from, filled.Length, (i, value) => values[i] = value);
            return values;
        }
    }

    static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
    static TimeSpan Time(long microseconds) => TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
