namespace CultureTrack.Instruments;

/// <summary>What reading one instrument file came to. Every file gives exactly one of the four; content never throws.</summary>
public abstract record ReadOutcome
{
    private ReadOutcome() { }

    /// <summary>The file was understood without any guess.</summary>
    /// <param name="Kind">Instrument family, the same word as in the API path, for example <c>vicell-blu</c>.</param>
    /// <param name="Records">One entry a measurement, in file order.</param>
    /// <param name="Notes">What a person should know about the whole file, for example rows that were passed over.</param>
    public sealed record Parsed(string Kind, IReadOnlyList<ResultRecord> Records, IReadOnlyList<string> Notes) : ReadOutcome;

    /// <summary>The file belongs to a known instrument and holds no result.</summary>
    public sealed record Empty(string Kind, string Reason) : ReadOutcome;

    /// <summary>The file cannot be used. <paramref name="Reason"/> is a sentence a technician can act on.</summary>
    /// <param name="Kind">The instrument family where it was recognised, otherwise null.</param>
    public sealed record Rejected(string? Kind, string Reason) : ReadOutcome;

    /// <summary>The file is readable, but not without a decision a person must take.</summary>
    /// <param name="Kinds">The instrument families it could be; one entry when only a setting is missing.</param>
    /// <param name="Questions">What to ask; each answer is one member of <see cref="ReadSettings"/>.</param>
    public sealed record Ambiguous(IReadOnlyList<string> Kinds, IReadOnlyList<ReadQuestion> Questions) : ReadOutcome;
}

/// <summary>One decision needed before the file can be read.</summary>
/// <param name="Setting">The member of <see cref="ReadSettings"/> that answers it: <c>kind</c>, <c>dateOrder</c> or <c>decimalMark</c>.</param>
/// <param name="Text">The question as a sentence, with an example from the file.</param>
/// <param name="Options">The answers possible.</param>
public sealed record ReadQuestion(string Setting, string Text, IReadOnlyList<string> Options);

/// <summary>One measurement of one sample.</summary>
/// <param name="Row">Line of the text file or row of the sheet, from 1.</param>
/// <param name="Sample">Sample identifier as written, trimmed.</param>
/// <param name="Time">When it was measured; null where the file has no readable time.</param>
/// <param name="Values">Numbers by canonical name (docs/instruments.md); densities in 10^6 cells/mL, diameters in µm. An empty cell has no entry.</param>
/// <param name="Texts">Words by canonical name, as written: operator, cell type, batch, instrument status.</param>
/// <param name="Warnings">Doubts about this record; a record with warnings is looked at by a person before it is used.</param>
/// <param name="RepeatOfRow">Row of the first measurement of the same sample in this file; both stay.</param>
public sealed record ResultRecord(
    int Row,
    string Sample,
    MeasuredTime? Time,
    IReadOnlyDictionary<string, ResultValue> Values,
    IReadOnlyDictionary<string, string> Texts,
    IReadOnlyList<string> Warnings,
    int? RepeatOfRow = null);

/// <summary>A value as the instrument gave it.</summary>
/// <param name="Value">The number in <paramref name="Unit"/>; null when the instrument gave none or marked it as not to be relied on.</param>
/// <param name="Unit">Unit after conversion; empty for a pure number.</param>
/// <param name="Qualifier"><c>=</c>, <c>&lt;</c> or <c>&gt;</c>; below or above a limit is never turned into a plain number.</param>
/// <param name="Original">The cell as written.</param>
/// <param name="Remark">What the instrument or the reader says about it, for example <c>Out of optimal range</c>.</param>
public sealed record ResultValue(decimal? Value, string Unit, char Qualifier, string Original, string? Remark = null);

/// <summary>Wall-clock time of the instrument.</summary>
/// <param name="Local">The time as the instrument's clock showed it; unspecified kind.</param>
/// <param name="Offset">Distance from UTC, from the file or from the instrument's zone; null while the zone is not known.</param>
/// <param name="DateOnly">True when the file gives the day only; <paramref name="Local"/> is then midnight.</param>
public sealed record MeasuredTime(DateTime Local, TimeSpan? Offset = null, bool DateOnly = false)
{
    /// <summary>The instant, where the offset is known.</summary>
    public DateTimeOffset? Instant => Offset is { } offset ? new DateTimeOffset(Local, offset) : null;
}
