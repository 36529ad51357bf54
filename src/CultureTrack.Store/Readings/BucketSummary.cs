using CultureTrack.Store.Readings.Rollups;

namespace CultureTrack.Store.Readings;

/// <summary>
/// Folds values in time order into buckets with their coverage. The buckets are equal; in a period of <see cref="LongPeriod"/> or more, where they are
/// <see cref="WholeHours"/> or longer, the borders inside the period lie on the nearest whole hours (UTC), so that hours summed up before can be used.
/// </summary>
public sealed class BucketSummary
{
    /// <summary>Buckets of this length or more may be made of whole hours.</summary>
    public static readonly TimeSpan WholeHours = TimeSpan.FromHours(4);

    /// <summary>From this period on nobody divides by hand, and borders may move by up to half an hour.</summary>
    public static readonly TimeSpan LongPeriod = TimeSpan.FromDays(62);

    sealed class Bucket
    {
        public double Min = double.PositiveInfinity, Max = double.NegativeInfinity;
        public CarefulSum Sum;
        public int Count;
        public long CoveredTicks;
    }

    readonly DateTimeOffset _from, _to;
    readonly TimeSpan _covers;
    readonly Bucket[] _buckets;
    readonly DateTimeOffset[] _edges;
    DateTimeOffset? _last;
    int _at;

    /// <param name="buckets">1 to 100 000.</param>
    /// <param name="covers">How long a value counts at most.</param>
    public BucketSummary(DateTimeOffset from, DateTimeOffset to, int buckets, TimeSpan covers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        ArgumentOutOfRangeException.ThrowIfLessThan(buckets, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(buckets, 100_000);
        (_from, _to, _covers) = (from, to, covers);
        _buckets = [.. Enumerable.Range(0, buckets).Select(_ => new Bucket())];
        _edges = [.. Enumerable.Range(0, buckets + 1).Select(i => from.AddTicks((long)((Int128)(to - from).Ticks * i / buckets)))];
        if (!OnWholeHours(from, to, buckets)) return;
        for (var i = 1; i < buckets; i++)
            _edges[i] = _edges[i].AddTicks((_edges[i].UtcTicks + TimeSpan.TicksPerHour / 2) / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour - _edges[i].UtcTicks);
    }

    /// <summary>True where the borders between the buckets are whole hours.</summary>
    public static bool OnWholeHours(DateTimeOffset from, DateTimeOffset to, int buckets) =>
        (to - from) / buckets >= WholeHours && (to - from >= LongPeriod || (from.UtcTicks % TimeSpan.TicksPerHour == 0 && (to - from).Ticks % (buckets * TimeSpan.TicksPerHour) == 0));

    /// <summary>Adds a value; one before the period only covers its beginning.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is before the previous one.</exception>
    public void Add(DateTimeOffset time, double value)
    {
        if (_last is { } last)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(time, last, nameof(time));
            Cover(last, time);
        }
        _last = time;
        if (time < _from || time >= _to) return;
        var bucket = _buckets[IndexOf(time)];
        (bucket.Min, bucket.Max) = (Math.Min(bucket.Min, value), Math.Max(bucket.Max, value));
        bucket.Sum.Add(value);
        bucket.Count++;
    }

    /// <summary>True when no border lies within the stretch, so that it can be added as one.</summary>
    public bool IsWithinOne(DateTimeOffset from, DateTimeOffset to)
    {
        if (from < _from || to > _to) return false;
        var at = _at;    // only looked at: what comes before is perhaps not covered yet
        while (Edge(at + 1) <= from) at++;
        return to <= Edge(at + 1);
    }

    /// <summary>Adds the values of a stretch that lies within one bucket.</summary>
    /// <param name="covered">What its values cover between the first and the last of them.</param>
    public void Add(in Stretch values, TimeSpan covered)
    {
        if (_last is { } last) Cover(last, values.First);
        _last = values.Last;
        var bucket = _buckets[IndexOf(values.First)];
        (bucket.Min, bucket.Max) = (Math.Min(bucket.Min, values.Min), Math.Max(bucket.Max, values.Max));
        bucket.Sum.Add(values.Sum);
        bucket.Count += values.Count;
        bucket.CoveredTicks += covered.Ticks;
    }

    public IReadOnlyList<ReadingBucket> Finish()
    {
        if (_last is { } last) Cover(last, _to);
        _last = null;
        return [.. _buckets.Select((b, i) =>
        {
            var missing = TimeSpan.FromTicks(Edge(i + 1).Ticks - Edge(i).Ticks - b.CoveredTicks).TotalSeconds;
            return b.Count == 0
                ? new ReadingBucket(Edge(i), Edge(i + 1), null, null, null, 0, missing)
                : new ReadingBucket(Edge(i), Edge(i + 1), b.Min, b.Sum.Value / b.Count, b.Max, b.Count, missing);
        })];
    }

    DateTimeOffset Edge(int index) => _edges[index];

    // Times only go on, and so does the bucket they fall into.
    int IndexOf(DateTimeOffset time)
    {
        while (_at + 1 < _buckets.Length && time >= _edges[_at + 1]) _at++;
        return _at;
    }

    void Cover(DateTimeOffset start, DateTimeOffset next)
    {
        var end = start + _covers < next ? start + _covers : next;
        if (start < _from) start = _from;
        if (end > _to) end = _to;
        if (start >= end) return;
        for (var i = IndexOf(start); i < _buckets.Length && Edge(i) < end; i++)
        {
            var from = Edge(i) > start ? Edge(i) : start;
            var to = Edge(i + 1) < end ? Edge(i + 1) : end;
            _buckets[i].CoveredTicks += (to - from).Ticks;
        }
    }
}
