using System.Text;
using CultureTrack.Grains.Lab;
using CultureTrack.Instruments.Recordings;
using CultureTrack.Server.Hosting;
using CultureTrack.Store.Events;
using CultureTrack.Store.Readings;
using Marten;
using Npgsql;

namespace CultureTrack.Server.Imports;

/// <summary>What became of the values of a recording.</summary>
/// <param name="Duplicates">Values that were stored before.</param>
/// <param name="Conflicts">Values that contradict a stored one; kept beside it.</param>
internal sealed record StoredCounts(long Values, long Duplicates, long Conflicts);

/// <summary>What an import read and stored; <paramref name="Stored"/> is null for a dry run.</summary>
internal sealed record ImportReport(
    string Format, string IncubatorId, string DeviceId, int LinesRead, int Values, int Repeats, int ConflictsInFile, DateTimeOffset? First, DateTimeOffset? Last,
    IReadOnlyList<SkippedLine> Skipped, IReadOnlyList<RecordedGap> Gaps, StoredCounts? Stored);

/// <summary>The values of this recording cannot be taken for that incubator.</summary>
public sealed class ImportRefusedException(string message) : Exception(message);

/// <summary>Stores a recording as the backlog of a device: buffered, received now, with the times the device gave.</summary>
internal sealed class TelemetryImport(RecordingOutcome.Parsed recording, string incubatorId, string deviceId, string? sensor)
{
    private const int Chunk = 4000;
    private readonly IReadOnlyList<RecordedSample> _samples = [.. recording.Samples.Where(s => sensor is null || s.Device == sensor)];

    public ImportReport Report(StoredCounts? stored) => new(
        recording.Format, incubatorId, deviceId, recording.Report.LinesRead, _samples.Count, recording.Report.Repeats, recording.Report.Conflicts,
        _samples.Count == 0 ? null : _samples.Min(s => s.DeviceTime), _samples.Count == 0 ? null : _samples.Max(s => s.DeviceTime),
        recording.Report.Skipped, [.. recording.Report.Gaps.Where(g => sensor is null || g.Device == sensor)], stored);

    /// <summary>Stores the values, each once, whatever was stored of them before.</summary>
    /// <param name="progress">Told the share stored, 0 to 1.</param>
    /// <exception cref="ImportRefusedException">The incubator is not registered, or the sensor is not in the recording.</exception>
    public async Task<StoredCounts> Store(Database database, Action<double>? progress, ILoggerFactory logs, CancellationToken ct)
    {
        if (_samples.Count == 0) throw new ImportRefusedException($"The recording has no sensor {sensor}.");
        await using var source = NpgsqlDataSource.Create(database.RuntimeConnectionString);
        await EnsureRegistered(source);
        await using var writer = new ReadingWriter(source, new ReadingWriterOptions { GroupMessagesMax = Chunk }, TimeProvider.System, logs.CreateLogger<ReadingWriter>());
        long values = 0, duplicates = 0, conflicts = 0;
        writer.Committed = group =>
        {
            foreach (var row in group.Readings)
                if (row.IsConflict) conflicts += row.Values.Count;
                else values += row.Values.Count;
            duplicates += group.DuplicateValues;
        };
        var messages = Messages(TimeProvider.System.GetUtcNow());
        for (var i = 0; i < messages.Count; i += Chunk)
        {
            await writer.Append(messages.GetRange(i, Math.Min(Chunk, messages.Count - i)), ct);
            progress?.Invoke(Math.Min(1, (double)(i + Chunk) / messages.Count));
        }
        return new(values, duplicates, conflicts);
    }

    /// <summary>One message a time of a sensor; a value that contradicts an earlier one of the same time goes into a message of its own.</summary>
    internal List<TelemetryMessage> Messages(DateTimeOffset receivedAt)
    {
        receivedAt = WholeMicroseconds(receivedAt);
        var messages = new List<TelemetryMessage>();
        var open = new Dictionary<(string Device, DateTimeOffset At), TelemetryMessage>();
        foreach (var sample in _samples)
        {
            var key = (DeviceOf(sample), WholeMicroseconds(sample.DeviceTime));
            if (!open.TryGetValue(key, out var message) || message.Values[sample.Channel] is not null)
            {
                message = new() { IncubatorId = incubatorId, DeviceId = key.Item1, DeviceTime = key.Item2, ReceivedAt = receivedAt, Values = new(), Buffered = true };
                open[key] = message;
                messages.Add(message);
            }
            message.Values[sample.Channel] = (double)sample.Value;
        }
        return messages;
    }

    // Several sensors of one recording are several devices.
    private string DeviceOf(RecordedSample sample)
    {
        if (sensor is not null || sample.Device is null) return deviceId;
        var name = new StringBuilder(deviceId).Append('-');
        foreach (var c in sample.Device) name.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_');
        return name.ToString();
    }

    private async Task EnsureRegistered(NpgsqlDataSource source)
    {
        await using var store = DocumentStore.For(options =>
        {
            options.Connection(source);
            EventStore.Configure(options, Features.All, ownsSchema: false);
        });
        if (await new EquipmentSource(store).Find(incubatorId) is null)
            throw new ImportRefusedException($"{incubatorId} is not in the register of this lab. An administrator registers it first.");
    }

    private static DateTimeOffset WholeMicroseconds(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
}
