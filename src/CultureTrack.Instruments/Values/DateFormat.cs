using System.Globalization;
using System.Text.RegularExpressions;
using CultureTrack.Instruments.Content;

namespace CultureTrack.Instruments.Values;

/// <summary>The order of day and month of one file, decided from all of its dates together.</summary>
internal sealed partial record DateFormat(DateOrder Order)
{
    private static readonly DateTime Earliest = new(1980, 1, 1), Latest = new(2200, 1, 1);

    /// <summary>Decides from the cells, then from the setting; otherwise asks.</summary>
    public static Decided<DateFormat> Decide(IEnumerable<string> cells, DateOrder? setting)
    {
        string? dayFirst = null, monthFirst = null, open = null;
        foreach (var cell in cells)
        {
            if (Numeric().Match(cell) is not { Success: true } m) continue;
            var (first, second) = (Int(m.Groups["a"]), Int(m.Groups["b"]));
            if (first > 12 && second <= 12 || m.Groups["separator"].Value == ".") dayFirst ??= cell; // dates with dots are written day first everywhere
            else if (second > 12 && first <= 12) monthFirst ??= cell;
            else if (first <= 12 && second <= 12 && first != second) open ??= cell;
        }
        return (dayFirst, monthFirst, open, setting) switch
        {
            (not null, not null, _, _) => new($"The file has dates with the day first ({dayFirst}) and with the month first ({monthFirst}). It was edited or damaged; export it again."),
            (not null, null, _, DateOrder.MonthFirst) => new($"The setting says month first, but {dayFirst} has the day first."),
            (null, not null, _, DateOrder.DayFirst) => new($"The setting says day first, but {monthFirst} has the month first."),
            (not null, null, _, _) => new(new DateFormat(DateOrder.DayFirst)),
            (null, not null, _, _) => new(new DateFormat(DateOrder.MonthFirst)),
            (null, null, not null, null) => new(new ReadQuestion("dateOrder", $"Is {open.Trim()} written day first or month first?", ["DayFirst", "MonthFirst"])),
            _ => new(new DateFormat(setting ?? DateOrder.DayFirst)),
        };
    }

    /// <summary>Reads a date and time; null when the cell holds none that exists.</summary>
    /// <param name="cell">Text in any form listed in docs/instruments.md, a workbook date, or a workbook serial number.</param>
    /// <param name="zone">Zone of the instrument's clock. In the hour that exists twice, and in the one that does not exist, the offset stays open.</param>
    public MeasuredTime? Parse(object? cell, TimeZoneInfo? zone)
    {
        var (local, dateOnly) = cell switch
        {
            DateTime time => (time, false),
            double serial when serial is > 29221 and < 109576 => (DateTime.FromOADate(serial), false), // 1980 to 2200
            double => (default, false),
            _ => ParseText(CellText.Of(cell)),
        };
        if (local < Earliest || local >= Latest) return null;
        local = ToSecond(local, cell);
        var certain = zone is not null && !zone.IsAmbiguousTime(local) && !zone.IsInvalidTime(local);
        return new MeasuredTime(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), certain ? zone!.GetUtcOffset(local) : null, dateOnly);
    }

    // A workbook stores a time as a fraction of a day; the last bits are rounding, the instrument wrote whole seconds.
    private static DateTime ToSecond(DateTime time, object? cell) =>
        cell is string ? time : new DateTime((time.Ticks + TimeSpan.TicksPerSecond / 2) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond);

    private (DateTime, bool) ParseText(string text)
    {
        var match = Iso().Match(text);
        if (!match.Success) match = Compact().Match(text);
        if (!match.Success) match = Named().Match(text);
        if (!match.Success) match = Numeric().Match(text);
        if (!match.Success) return default;
        var (year, month, day) = DateOf(match);
        if (month is < 1 or > 12 || year is < 1 or > 9999 || day < 1 || day > DateTime.DaysInMonth(year, month)) return default;
        var date = new DateTime(year, month, day);
        if (!match.Groups["hour"].Success) return (date, true);
        return TimeOf(match) is { } time ? (date + time, false) : default;
    }

    private (int Year, int Month, int Day) DateOf(Match m)
    {
        var year = Int(m.Groups["year"]);
        if (m.Groups["year"].Length == 2) year += 2000; // none of these instruments is older than that
        if (m.Groups["name"].Success)
        {
            var names = CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames;
            return (year, 1 + Array.FindIndex(names, n => n.Equals(m.Groups["name"].Value, StringComparison.OrdinalIgnoreCase)), Int(m.Groups["day"]));
        }
        if (m.Groups["month"].Success) return (year, Int(m.Groups["month"]), Int(m.Groups["day"]));
        var (a, b) = (Int(m.Groups["a"]), Int(m.Groups["b"]));
        return Order == DateOrder.DayFirst ? (year, b, a) : (year, a, b);
    }

    private static TimeSpan? TimeOf(Match m)
    {
        var (hour, minute, second) = (Int(m.Groups["hour"]), Int(m.Groups["minute"]), m.Groups["second"].Success ? Int(m.Groups["second"]) : 0);
        var half = m.Groups["half"].Value.ToUpperInvariant();
        if (hour > 23 || minute > 59 || second > 59 || half == "AM" && hour > 12) return null;
        if (half == "PM" && hour < 12) hour += 12; // "15:02:50 PM" is seen too and means what it says
        if (half == "AM" && hour == 12) hour = 0;
        var fraction = m.Groups["fraction"].Success ? decimal.Parse("0." + m.Groups["fraction"].Value, CultureInfo.InvariantCulture) : 0m;
        return new TimeSpan(hour, minute, second) + TimeSpan.FromTicks((long)(fraction * TimeSpan.TicksPerSecond));
    }

    private static int Int(Group group) => int.Parse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture);

    private const string Clock = @"(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2})(:(?<second>[0-9]{2})([.](?<fraction>[0-9]{1,7}))?)?(\s*(?<half>[AaPp][Mm]))?";

    [GeneratedRegex(@"^(?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})([T\s]+" + Clock + ")?$", RegexOptions.CultureInvariant)]
    private static partial Regex Iso();

    [GeneratedRegex(@"^(?<year>[0-9]{4})(?<month>[0-9]{2})(?<day>[0-9]{2})(\s+(?<hour>[0-9]{2})(?<minute>[0-9]{2})(?<second>[0-9]{2}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Compact();

    [GeneratedRegex(@"^(?<day>[0-9]{1,2})[\s-]+(?<name>[A-Za-z]{3})[\s-]+(?<year>[0-9]{4})(\s+" + Clock + ")?$", RegexOptions.CultureInvariant)]
    private static partial Regex Named();

    [GeneratedRegex(@"^(?<a>[0-9]{1,2})(?<separator>[/.-])(?<b>[0-9]{1,2})\k<separator>(?<year>[0-9]{4}|[0-9]{2})(\s+" + Clock + ")?$", RegexOptions.CultureInvariant)]
    private static partial Regex Numeric();
}
