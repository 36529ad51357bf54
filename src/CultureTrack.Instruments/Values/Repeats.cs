namespace CultureTrack.Instruments.Values;

internal static class Repeats
{
    /// <summary>Points each further measurement of a sample to the first one; nothing is overwritten.</summary>
    public static IReadOnlyList<ResultRecord> Linked(IReadOnlyList<ResultRecord> records, Func<ResultRecord, string>? what = null)
    {
        var first = new Dictionary<(string, string), int>();
        return [.. records.Select(r =>
        {
            if (r.Sample.Length == 0) return r;
            var key = (r.Sample, what?.Invoke(r) ?? "");
            return first.TryAdd(key, r.Row) ? r : r with { RepeatOfRow = first[key] };
        })];
    }
}
