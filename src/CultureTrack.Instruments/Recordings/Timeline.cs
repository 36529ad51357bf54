namespace CultureTrack.Instruments.Recordings;

/// <summary>Collects the entries of one recording and turns their stamps into instants.</summary>
internal sealed class Timeline(RecordingSettings settings)
{
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), Latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private const int UsualStepsInGap = 3;
    private readonly List<RecordedEntry> _entries = [];
    private readonly List<SkippedLine> _skipped = [];

    public int LinesRead { get; private set; }

    public void Add(RecordedEntry entry)
    {
        LinesRead++;
        if (entry.Values.Count == 0) _skipped.Add(new(entry.Line, "the device answered without a value"));
        else _entries.Add(entry);
    }

    public void Skip(int line, string reason)
    {
        LinesRead++;
        _skipped.Add(new(line, reason));
    }

    public (IReadOnlyList<RecordedSample> Samples, RecordingReport Report) Settle()
    {
        var instants = Instants();
        var samples = new List<RecordedSample>();
        var seen = new Dictionary<(string?, string, DateTimeOffset), HashSet<decimal>>();
        var (repeats, conflicts) = (0, 0);
        foreach (var (entry, at) in instants)
            foreach (var value in entry.Values)
            {
                var key = (entry.Device, value.Channel, at);
                if (!seen.TryGetValue(key, out var values)) seen[key] = values = [];
                else if (values.Contains(value.Value)) { repeats++; continue; }
                else conflicts++;
                values.Add(value.Value);
                samples.Add(new RecordedSample(at, value.Channel, value.Value, value.Unit, entry.Device, entry.ArrivedAt));
            }
        DateTimeOffset? first = instants.Count == 0 ? null : instants.Min(i => i.At), last = instants.Count == 0 ? null : instants.Max(i => i.At);
        return (samples, new RecordingReport(LinesRead, [.. _skipped.OrderBy(s => s.Line)], Gaps(instants), repeats, conflicts, first, last));
    }

    private List<(RecordedEntry Entry, DateTimeOffset At)> Instants()
    {
        var local = settings.Zone is { } zone ? LocalTimes.Resolve([.. _entries.Where(e => e.Local is not null)], zone) : [];
        var instants = new List<(RecordedEntry, DateTimeOffset)>(_entries.Count);
        foreach (var entry in _entries)
        {
            var at = entry.At ?? Elapsed(entry) ?? (local.TryGetValue(entry, out var resolved) ? resolved.At : null);
            if (at is null) _skipped.Add(new(entry.Line, local.TryGetValue(entry, out resolved) ? resolved.Why! : "it has no time"));
            else if (at < Earliest || at >= Latest) _skipped.Add(new(entry.Line, "its time is before 2000 or after 2199"));
            else instants.Add((entry, at.Value.ToUniversalTime()));
        }
        return instants;
    }

    private DateTimeOffset? Elapsed(RecordedEntry entry) =>
        entry.ElapsedSeconds is { } seconds and >= 0 and < 1e10m && settings.StartedAt is { } start ? start + TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;

    private List<RecordedGap> Gaps(List<(RecordedEntry Entry, DateTimeOffset At)> instants)
    {
        var gaps = new List<RecordedGap>();
        foreach (var device in instants.GroupBy(i => i.Entry.Device))
        {
            var ordered = device.OrderBy(i => i.At).ToList();
            var steps = ordered.Zip(ordered.Skip(1), (a, b) => b.At - a.At).Where(s => s > TimeSpan.Zero).Order().ToList();
            if (steps.Count == 0) continue;
            var longest = settings.LongestStep ?? steps[steps.Count / 2] * UsualStepsInGap;
            gaps.AddRange(ordered.Zip(ordered.Skip(1)).Where(p => p.Second.At - p.First.At > longest).Select(p => new RecordedGap(p.First.At, p.Second.At, p.First.Entry.Line, device.Key)));
        }
        return gaps;
    }
}
