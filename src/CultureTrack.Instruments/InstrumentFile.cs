using CultureTrack.Instruments.CellCounters;
using CultureTrack.Instruments.Content;
using CultureTrack.Instruments.Imaging;
using CultureTrack.Instruments.Metabolites;

namespace CultureTrack.Instruments;

/// <summary>Reads result files of laboratory instruments. The kind is recognised by content; the file name decides nothing.</summary>
public static class InstrumentFile
{
    private static readonly IReadOnlyList<ResultReader> Readers =
    [
        new ViCellBluReader(), new ViCellXrReader(), new NucleoViewReader(), new NcViewReader(), new CellacaMatrixReader(), new CedexHiResReader(),
        new CedexBioHtReader(), new NovaFlex2Reader(), new IncucyteReader(), new IncucytePlateMapReader(), new Gen5CytationReader(),
    ];

    /// <summary>The instrument families that can be read.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. Readers.Select(r => r.Kind).Distinct()];

    /// <summary>Reads one file to its end. The stream need not be seekable and is left open.</summary>
    /// <param name="stream">The bytes as the instrument wrote them.</param>
    /// <param name="fileName">Only named in reasons.</param>
    /// <param name="settings">Zone, answers to earlier questions, limits.</param>
    public static ReadOutcome Read(Stream stream, string? fileName = null, ReadSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        settings ??= new ReadSettings();
        if (Limited.Read(stream, settings.FileBytesMax) is not { } bytes)
            return new ReadOutcome.Rejected(null, $"{Named(fileName)} is larger than {settings.FileBytesMax / (1024 * 1024)} MB and was not read.");
        if (bytes.Length == 0)
            return new ReadOutcome.Rejected(null, $"{Named(fileName)} has no content yet. If the instrument is still writing, wait and try again.");
        try
        {
            return Recognise(new FileContent(bytes, settings.RowsMax), fileName, settings);
        }
        catch (UnreadableContentException e)
        {
            return new ReadOutcome.Rejected(settings.Kind, $"{Named(fileName)}: {e.Message}");
        }
    }

    private static ReadOutcome Recognise(FileContent content, string? fileName, ReadSettings settings)
    {
        var fitting = Readers.Where(r => r.Recognises(content)).ToList();
        if (settings.Kind is { } kind)
        {
            if (Readers.All(r => r.Kind != kind)) return new ReadOutcome.Rejected(kind, $"There is no reader called {kind}. Known are {string.Join(", ", Kinds)}.");
            if (fitting.Find(r => r.Kind == kind) is { } asked) return asked.Read(content, settings);
            var instead = fitting.Count > 0 ? $" It looks like {string.Join(" or ", fitting.Select(r => r.Kind))}." : "";
            return new ReadOutcome.Rejected(kind, $"{Named(fileName)} is not an export of {kind}.{instead}");
        }
        return fitting switch
        {
            [] => new ReadOutcome.Rejected(null, $"{Named(fileName)} is not an export of any known instrument. Known are {string.Join(", ", Kinds)}."),
            [var only] => only.Read(content, settings),
            _ => new ReadOutcome.Ambiguous([.. fitting.Select(r => r.Kind)],
                [new ReadQuestion("kind", $"{Named(fileName)} fits more than one instrument. Which one wrote it?", [.. fitting.Select(r => r.Kind)])]),
        };
    }

    private static string Named(string? fileName) => string.IsNullOrWhiteSpace(fileName) ? "The file" : Path.GetFileName(fileName);
}
