using CultureTrack.Instruments.Content;

namespace CultureTrack.Instruments.Recordings;

/// <summary>Reads recordings of incubator and room sensors, so that past telemetry can be imported like a backlog of the device.</summary>
public static class Recording
{
    private const int RowsMax = 20_000_000;

    private static readonly IReadOnlyList<RecordingReader> Readers =
    [
        new MemmertLog(), new MemmertWindow(), new CsvRecording(CsvLayouts.EmbryoIncubator), new CsvRecording(CsvLayouts.BioreactorElapsed),
        new CsvRecording(CsvLayouts.BioreactorLocal), new IotIncubator(), new CozirLog(), new CsvRecording(CsvLayouts.Nab), new CsvRecording(CsvLayouts.OfficeCo2),
    ];

    /// <summary>The formats that can be read, as given to <see cref="RecordingSettings.Format"/>.</summary>
    public static IReadOnlyList<string> Formats { get; } = [.. Readers.Select(r => r.Format)];

    /// <summary>Reads one recording to its end; content never throws. The stream is left open.</summary>
    /// <param name="fileName">Only named in reasons.</param>
    public static RecordingOutcome Read(Stream stream, string? fileName = null, RecordingSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        settings ??= new RecordingSettings();
        var name = string.IsNullOrWhiteSpace(fileName) ? "The recording" : Path.GetFileName(fileName);
        if (Limited.Read(stream, settings.FileBytesMax) is not { } bytes)
            return new RecordingOutcome.Rejected(null, $"{name} is larger than {settings.FileBytesMax / (1024 * 1024)} MB and was not read.");
        try
        {
            return Recognise(new FileContent(bytes, RowsMax), name, settings);
        }
        catch (UnreadableContentException e)
        {
            return new RecordingOutcome.Rejected(settings.Format, $"{name}: {e.Message}");
        }
    }

    private static RecordingOutcome Recognise(FileContent content, string name, RecordingSettings settings)
    {
        if (settings.Format is { } format)
            return Readers.FirstOrDefault(r => r.Format == format) is { } asked
                ? ReadAs(asked, content, name, settings)
                : new RecordingOutcome.Rejected(format, $"There is no recording format called {format}. Known are {string.Join(", ", Formats)}.");
        var fitting = Readers.Where(r => r.Recognises(content)).ToList();
        return fitting switch
        {
            [var only] => ReadAs(only, content, name, settings),
            [] => new RecordingOutcome.Rejected(null, $"{name} is not a known recording. Name its format; known are {string.Join(", ", Formats)}."),
            _ => new RecordingOutcome.Rejected(null, $"{name} could be {string.Join(" or ", fitting.Select(r => r.Format))}. Name its format."),
        };
    }

    private static RecordingOutcome ReadAs(RecordingReader reader, FileContent content, string name, RecordingSettings settings)
    {
        if (reader.NeedsZone && settings.Zone is null)
            return new RecordingOutcome.Rejected(reader.Format, $"{name} has local times without a zone. Name the zone of the device's clock, for example Europe/Berlin.");
        if (reader.NeedsStart && settings.StartedAt is null)
            return new RecordingOutcome.Rejected(reader.Format, $"{name} only counts seconds and does not say when it began. Name the start time.");
        var timeline = new Timeline(settings);
        reader.Read(content, timeline);
        if (timeline.LinesRead == 0) return new RecordingOutcome.Rejected(reader.Format, $"{name} holds no reading of the format {reader.Format}.");
        var (samples, report) = timeline.Settle();
        return samples.Count == 0
            ? new RecordingOutcome.Rejected(reader.Format, $"None of {report.LinesRead} lines of {name} gave a value; the first reason: {report.Skipped[0].Reason}")
            : new RecordingOutcome.Parsed(reader.Format, samples, report);
    }
}
