namespace CultureTrack.Store.Readings;

/// <summary>What has to be written so that every value of some messages is stored exactly once and none is lost.</summary>
/// <param name="Rows">New rows; several of one key have different parts and no channel in common.</param>
/// <param name="Conflicts">Values that contradict a stored one.</param>
/// <param name="DuplicateValues">Number of values that were there already.</param>
public sealed record MergedReadings(IReadOnlyList<ReadingRow> Rows, IReadOnlyList<ReadingRow> Conflicts, int DuplicateValues)
{
    public static readonly MergedReadings Nothing = new([], [], 0);

    /// <summary>Both together; these come first.</summary>
    public MergedReadings With(MergedReadings more) =>
        this == Nothing ? more : new([.. Rows, .. more.Rows], [.. Conflicts, .. more.Conflicts], DuplicateValues + more.DuplicateValues);
}

/// <summary>
/// Identity of a value is (incubator, device, channel, key time). The same value again adds nothing; another value becomes a conflict;
/// a channel that the time does not have yet goes into a further part of the key, because rows never change.
/// </summary>
public static class ReadingMerge
{
    sealed class Known
    {
        public readonly Dictionary<string, double> Values = new(StringComparer.Ordinal);
        public HashSet<(string Channel, double Value)>? Conflicts;
        public short NextPart;
    }

    /// <param name="stored">All rows and conflicts that the keys of <paramref name="incoming"/> have in the store.</param>
    /// <param name="incoming">New readings in order of arrival; their <see cref="ReadingRow.Part"/> is not looked at.</param>
    public static MergedReadings Merge(IEnumerable<ReadingRow> stored, IReadOnlyList<ReadingRow> incoming)
    {
        var known = Index(stored);
        var first = new Dictionary<ReadingKey, int>(incoming.Count);
        List<ReadingRow> rows = new(incoming.Count), conflicts = [];
        var duplicates = 0;
        foreach (var reading in incoming)
        {
            var key = reading.Key;
            if (!known.TryGetValue(key, out var there))
            {
                if (first.TryAdd(key, rows.Count))
                {
                    rows.Add(Part(reading, 0, reading.Values));    // by far the most frequent case: nothing is known of this time
                    continue;
                }
                known.Add(key, there = Remember(rows[first[key]]));
            }
            duplicates += Add(reading, there, rows, conflicts);
        }
        return new MergedReadings(rows, conflicts, duplicates);
    }

    static Dictionary<ReadingKey, Known> Index(IEnumerable<ReadingRow> stored)
    {
        var known = new Dictionary<ReadingKey, Known>();
        foreach (var row in stored)
        {
            if (!known.TryGetValue(row.Key, out var there)) known.Add(row.Key, there = new Known());
            if (row.IsConflict)
            {
                foreach (var (channel, value) in row.Values.All()) (there.Conflicts ??= []).Add((channel, value));
                continue;
            }
            foreach (var (channel, value) in row.Values.All()) there.Values[channel] = value;
            there.NextPart = Math.Max(there.NextPart, (short)(row.Part + 1));
        }
        return known;
    }

    static Known Remember(ReadingRow row)
    {
        var there = new Known { NextPart = 1 };
        foreach (var (channel, value) in row.Values.All()) there.Values[channel] = value;
        return there;
    }

    static int Add(ReadingRow reading, Known there, List<ReadingRow> rows, List<ReadingRow> conflicts)
    {
        ChannelValues? fresh = null, contrary = null;
        var duplicates = 0;
        foreach (var (channel, value) in reading.Values.All())
        {
            if (!there.Values.TryGetValue(channel, out var kept))
            {
                (fresh ??= new ChannelValues())[channel] = value;
                there.Values.Add(channel, value);
            }
            else if (kept.Equals(value) || (there.Conflicts ??= []).Contains((channel, value)))
            {
                duplicates++;
            }
            else
            {
                (contrary ??= new ChannelValues())[channel] = value;
                there.Conflicts.Add((channel, value));
            }
        }
        if (fresh is not null) rows.Add(Part(reading, there.NextPart++, fresh));
        if (contrary is not null) conflicts.Add(Part(reading, 0, contrary, conflict: true));
        return duplicates;
    }

    static ReadingRow Part(ReadingRow from, short part, ChannelValues values, bool conflict = false) =>
        !conflict && part == from.Part && !from.IsConflict && ReferenceEquals(values, from.Values) ? from : new ReadingRow
        {
            IncubatorId = from.IncubatorId,
            DeviceId = from.DeviceId,
            At = from.At,
            Part = part,
            EffectiveAt = from.EffectiveAt,
            ReceivedAt = from.ReceivedAt,
            Values = values,
            Quality = from.Quality,
            Flags = from.Flags,
            Seq = from.Seq,
            IsConflict = conflict,
        };
}
