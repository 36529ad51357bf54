namespace CultureTrack.Instruments;

/// <summary>Order of day and month in dates such as 3/5/2026.</summary>
public enum DateOrder { DayFirst, MonthFirst }

/// <summary>The sign between whole and fraction.</summary>
public enum DecimalMark { Point, Comma }

/// <summary>What is known about the instrument that wrote the file, and how much is read at most.</summary>
/// <param name="Kind">Instrument family, or null to recognise it by content.</param>
/// <param name="Zone">Zone of the instrument's clock. Instruments write wall-clock time; without a zone the offset stays open.</param>
/// <param name="DateOrder">Answer to the question about day and month; only used where the file itself does not settle it.</param>
/// <param name="DecimalMark">Answer to the question about the decimal mark; only used where the file itself does not settle it.</param>
/// <param name="FileBytesMax">Larger files are rejected unread.</param>
/// <param name="RowsMax">Files with more rows are rejected.</param>
public sealed record ReadSettings(
    string? Kind = null,
    TimeZoneInfo? Zone = null,
    DateOrder? DateOrder = null,
    DecimalMark? DecimalMark = null,
    long FileBytesMax = 50L * 1024 * 1024,
    int RowsMax = 500_000);
