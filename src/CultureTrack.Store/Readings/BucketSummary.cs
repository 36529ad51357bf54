namespace CultureTrack.Store.Readings;

/// <summary>Folds values in time order into equal buckets with their coverage.</summary>
public sealed class BucketSummary
{
    sealed class Bucket
    {
        public double Min = double.PositiveInfinity, Max = double.NegativeInfinity, Sum;
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
    }

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
        bucket.Sum += value;
        bucket.Count++;
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
                : new ReadingBucket(Edge(i), Edge(i + 1), b.Min, b.Sum / b.Count, b.Max, b.Count, missing);
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
