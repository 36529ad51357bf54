using System.Globalization;
using CultureTrack.Instruments.Content;
using CultureTrack.Instruments.Values;

namespace CultureTrack.Instruments.Recordings;

/// <summary>One value of a transport logger, °C.</summary>
public readonly record struct TransportReading(DateTimeOffset At, decimal Celsius);

/// <summary>What a transport logger's file came to; <see cref="Reason"/> says why nothing could be read.</summary>
/// <param name="Skipped">Lines below the heading that gave no value.</param>
/// <param name="MissingMin">Minutes between two readings beyond 2.5 usual steps, as for telemetry.</param>
public sealed record TransportLogOutcome(IReadOnlyList<TransportReading> Readings, int Skipped, decimal MissingMin, string? Reason)
{
    public static TransportLogOutcome Refused(string reason) => new([], 0, 0, reason);
}

/// <summary>
/// Reads the table of a transport logger, whatever its make: the first line that names a time and a temperature is the heading, and every line below with both is
/// a reading. Date and time may stand in two columns; local times need the zone of the logger's clock.
/// </summary>
public static class TransportLog
{
    private const int RowsMax = 200_000, HeadingWithin = 60;
    private const double CoversSteps = 2.5;
    private static readonly string[] TimeWords = ["time", "date", "zeit", "datum", "heure", "timestamp"], TemperatureWords = ["temp", "°c", "celsius", "(c)"];
    private static readonly string[] LocalForms =
        ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy/MM/dd HH:mm:ss", "yyyy/MM/dd HH:mm", "dd.MM.yyyy HH:mm:ss", "dd.MM.yyyy HH:mm"];

    /// <summary>Content never throws; the stream is left open.</summary>
    /// <param name="zone">Of times without offset.</param>
    public static TransportLogOutcome Read(Stream stream, TimeZoneInfo? zone, long bytesMax)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (Limited.Read(stream, bytesMax) is not { } bytes) return TransportLogOutcome.Refused($"The file is larger than {bytesMax / (1024 * 1024)} MiB.");
        try
        {
            return Read(new FileContent(bytes, RowsMax).Table, zone);
        }
        catch (UnreadableContentException e)
        {
            return TransportLogOutcome.Refused($"The file cannot be read: {e.Message}");
        }
    }

    private static TransportLogOutcome Read(Grid table, TimeZoneInfo? zone)
    {
        if (Heading(table) is not { } heading) return TransportLogOutcome.Refused("No line names a time and a temperature, so nothing says what the columns are.");
        var (row, times, temperature) = heading;
        var below = table.Rows.Skip(row + 1).ToList();
        var format = NumberFormat.Decide(below.Take(1000).Select(r => r.Text(temperature)), null);
        if (format.Value is not { } numbers) return TransportLogOutcome.Refused(format.Contradiction ?? format.Question!.Text);
        var readings = new SortedDictionary<DateTimeOffset, decimal>();
        var (skipped, local) = (0, false);
        foreach (var line in below)
        {
            var stamp = string.Join(' ', times.Select(c => line.Text(c)).Where(t => t.Length > 0));
            var at = Instant(stamp, zone, out var isLocal);
            local |= isLocal;
            if (at is { } when && numbers.Parse(line.Text(temperature)) is { } value and > -273.15m and < 1000m && !line.CutOff) readings[when] = value;
            else skipped++;
        }
        if (readings.Count == 0 && local && zone is null) return TransportLogOutcome.Refused("The times have no offset. Name the zone of the logger's clock, such as Europe/Paris.");
        return readings.Count == 0 ? TransportLogOutcome.Refused($"None of {below.Count} lines gave a time and a temperature.")
            : new([.. readings.Select(r => new TransportReading(r.Key, r.Value))], skipped, Missing([.. readings.Keys]), null);
    }

    private static (int Row, IReadOnlyList<int> Times, int Temperature)? Heading(Grid table)
    {
        for (var i = 0; i < Math.Min(HeadingWithin, table.Rows.Count); i++)
        {
            var keys = table.Rows[i].Cells.Select(c => CellText.Key(CellText.Of(c))).ToList();
            var temperature = keys.FindIndex(k => TemperatureWords.Any(k.Contains));
            var times = keys.Select((k, n) => (k, n)).Where(x => x.n != temperature && TimeWords.Any(x.k.Contains)).Select(x => x.n).Take(2).ToList();
            if (temperature >= 0 && times.Count > 0) return (i, times, temperature);
        }
        return null;
    }

    private static DateTimeOffset? Instant(string stamp, TimeZoneInfo? zone, out bool isLocal)
    {
        isLocal = DateTime.TryParseExact(stamp, LocalForms, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var local);
        if (isLocal) return zone is null || zone.IsInvalidTime(local) ? null : new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        return stamp.Length > 10 && (stamp.EndsWith('Z') || stamp[10..].Contains('+') || stamp[10..].Contains('-'))
            && DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var at) ? at : null;
    }

    private static decimal Missing(List<DateTimeOffset> times)
    {
        var steps = times.Zip(times.Skip(1), (a, b) => b - a).ToList();
        if (steps.Count == 0) return 0;
        var covers = steps.Order().ElementAt(steps.Count / 2) * CoversSteps;
        return Math.Round((decimal)steps.Where(s => s > covers).Sum(s => (s - covers).TotalMinutes), 1);
    }
}
