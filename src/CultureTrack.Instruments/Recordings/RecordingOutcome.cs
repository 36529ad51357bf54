namespace CultureTrack.Instruments.Recordings;

/// <summary>What reading a recording of sensor values came to.</summary>
public abstract record RecordingOutcome
{
    private RecordingOutcome() { }

    /// <param name="Format">The recording's format, one of <see cref="Recording.Formats"/>.</param>
    /// <param name="Samples">Values in file order, repeats left out.</param>
    /// <param name="Report">What was read, skipped and missing.</param>
    public sealed record Parsed(string Format, IReadOnlyList<RecordedSample> Samples, RecordingReport Report) : RecordingOutcome;

    /// <summary>Nothing can be imported. <paramref name="Reason"/> says what to do about it.</summary>
    public sealed record Rejected(string? Format, string Reason) : RecordingOutcome;
}

/// <summary>One value of one channel at one time of the device.</summary>
/// <param name="DeviceTime">The device's time stamp as an instant in UTC.</param>
/// <param name="Channel">Canonical channel name (<c>temperature</c>, <c>co2</c>, <c>o2</c>, <c>humidity</c>, <c>gasPressure</c>) or the recording's own name.</param>
/// <param name="Value">The value in <paramref name="Unit"/>.</param>
/// <param name="Unit">°C, %, bar, or the recording's own unit; empty when it names none.</param>
/// <param name="Device">Which sensor, where one recording holds several.</param>
/// <param name="ArrivedAt">When the reading reached the recorder, where the recording says so; much later than the device time for a backlog.</param>
public sealed record RecordedSample(DateTimeOffset DeviceTime, string Channel, decimal Value, string Unit, string? Device = null, DateTimeOffset? ArrivedAt = null);

/// <summary>How much of the recording was used.</summary>
/// <param name="LinesRead">Lines or entries that hold readings, used or not.</param>
/// <param name="Skipped">Lines that gave no value, each with its reason.</param>
/// <param name="Gaps">Times without any reading, longer than the limit asked for or three usual steps.</param>
/// <param name="Repeats">Values that came again unchanged and were left out.</param>
/// <param name="Conflicts">Values that came again changed; both are in the samples.</param>
/// <param name="First">Earliest device time; null without samples.</param>
/// <param name="Last">Latest device time; null without samples.</param>
public sealed record RecordingReport(
    int LinesRead, IReadOnlyList<SkippedLine> Skipped, IReadOnlyList<RecordedGap> Gaps, int Repeats, int Conflicts, DateTimeOffset? First, DateTimeOffset? Last);

/// <param name="Line">Line of the file or number of the entry, from 1.</param>
public sealed record SkippedLine(int Line, string Reason);

/// <summary>A time without readings: after <paramref name="From"/> nothing until <paramref name="To"/>.</summary>
/// <param name="AfterLine">Line of the last reading before it.</param>
public sealed record RecordedGap(DateTimeOffset From, DateTimeOffset To, int AfterLine, string? Device);

/// <summary>What the recording does not say about itself.</summary>
/// <param name="Format">Format, or null to recognise it by content.</param>
/// <param name="Zone">Zone of local time stamps; required where stamps carry no offset.</param>
/// <param name="StartedAt">Start of the recording, where it only counts seconds.</param>
/// <param name="LongestStep">A longer time between two readings is reported as a gap; null for three times the usual step.</param>
/// <param name="FileBytesMax">Larger files are rejected unread.</param>
public sealed record RecordingSettings(
    string? Format = null, TimeZoneInfo? Zone = null, DateTimeOffset? StartedAt = null, TimeSpan? LongestStep = null, long FileBytesMax = 200L * 1024 * 1024);
