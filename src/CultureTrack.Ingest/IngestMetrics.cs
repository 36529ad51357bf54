using System.Diagnostics;
using System.Diagnostics.Metrics;
using CultureTrack.Store.Readings;

namespace CultureTrack.Ingest;

/// <summary>Counters of the way in. There is a number for everything that happens to a message and no log line.</summary>
public sealed class IngestMetrics : IDisposable
{
    public const string MeterName = "CultureTrack.Ingest";

    readonly Meter _meter = new(MeterName);
    readonly Counter<long> _messages, _bytes, _readings, _duplicates, _conflicts, _refusals, _failedGroups;
    readonly Histogram<double> _commitSeconds;
    readonly Histogram<int> _groupMessages;

    public IngestMetrics()
    {
        _messages = _meter.CreateCounter<long>("culturetrack.ingest.messages", "{message}", "Telemetry messages received");
        _bytes = _meter.CreateCounter<long>("culturetrack.ingest.bytes", "By", "Payload bytes received");
        _readings = _meter.CreateCounter<long>("culturetrack.ingest.readings", "{reading}", "Values stored");
        _duplicates = _meter.CreateCounter<long>("culturetrack.ingest.duplicates", "{reading}", "Values that were stored already");
        _conflicts = _meter.CreateCounter<long>("culturetrack.ingest.conflicts", "{reading}", "Values that contradict a stored one");
        _refusals = _meter.CreateCounter<long>("culturetrack.ingest.refusals", "{message}", "Messages and elements refused");
        _failedGroups = _meter.CreateCounter<long>("culturetrack.ingest.unacknowledged", "{connection}", "Connections closed because their message was not committed");
        _commitSeconds = _meter.CreateHistogram<double>("culturetrack.ingest.commit.duration", "s", "Time of one group's commit", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30] });
        _groupMessages = _meter.CreateHistogram<int>("culturetrack.ingest.group.size", "{message}", "Messages in one group");
    }

    public void Received(long bytes)
    {
        _messages.Add(1);
        _bytes.Add(bytes);
    }

    public void Refused(byte code, int count) => _refusals.Add(count, new KeyValuePair<string, object?>("code", code));

    public void Unacknowledged() => _failedGroups.Add(1);

    public void Committed(CommittedGroup group)
    {
        int values = 0, conflicts = 0;
        foreach (var row in group.Readings)
            if (row.IsConflict) conflicts += row.Values.Count;
            else values += row.Values.Count;
        _readings.Add(values);
        if (conflicts > 0) _conflicts.Add(conflicts);
        if (group.DuplicateValues > 0) _duplicates.Add(group.DuplicateValues);
        _commitSeconds.Record(group.Took.TotalSeconds);
        _groupMessages.Record(group.Messages);
    }

    public void Dispose() => _meter.Dispose();
}
