using System.Diagnostics.CodeAnalysis;

namespace CultureTrack.Store.Readings.Sealed;

/// <summary>Puts in order what comes nearly in order: what continues the order is queued, the few others wait apart.</summary>
/// <param name="order">Of those of one time.</param>
sealed class InTimeOrder<T>(IComparer<T> order)
{
    readonly Queue<(DateTimeOffset Time, T Item)> _run = new();
    readonly PriorityQueue<T, (DateTimeOffset Time, T Item)> _others = new(Comparer<(DateTimeOffset Time, T Item)>.Create((a, b) => Compare(a, b, order)));
    (DateTimeOffset Time, T Item) _last;

    static int Compare((DateTimeOffset Time, T Item) a, (DateTimeOffset Time, T Item) b, IComparer<T> order) =>
        a.Time != b.Time ? a.Time.CompareTo(b.Time) : order.Compare(a.Item, b.Item);

    public void Add(DateTimeOffset time, T item)
    {
        if (_run.Count > 0 && Compare(_last, (time, item), order) > 0)
        {
            _others.Enqueue(item, (time, item));
            return;
        }
        _last = (time, item);
        _run.Enqueue(_last);
    }

    /// <summary>Takes the first of those before a time.</summary>
    public bool TryTake(DateTimeOffset before, [MaybeNullWhen(false)] out T item)
    {
        var fromRun = _run.TryPeek(out var first);
        if (_others.TryPeek(out _, out var other) && (!fromRun || Compare(other, first, order) < 0)) (fromRun, first) = (false, other);
        else if (!fromRun) first = (DateTimeOffset.MaxValue, default!);
        item = first.Item;
        if (first.Time >= before) return false;
        if (fromRun) _run.Dequeue();
        else _others.Dequeue();
        return true;
    }
}
