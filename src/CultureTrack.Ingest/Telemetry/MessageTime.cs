using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace CultureTrack.Ingest.Telemetry;

/// <summary>Reads the time a device gives: Unix milliseconds, or ISO 8601 with an offset.</summary>
static class MessageTime
{
    /// <summary>Earlier times come from clocks that were never set.</summary>
    public static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A time further ahead of the server is refused.</summary>
    public static readonly TimeSpan AheadMax = TimeSpan.FromHours(24);

    static readonly string[] WithOffset = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mmK"];
    static readonly string[] WithoutOffset = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm"];

    /// <param name="zone">The zone of times without offset; null = they are refused.</param>
    /// <param name="previous">The reading before this one in the same payload: the only clue in the hour that a change of clocks repeats.</param>
    /// <param name="time">In whole microseconds, as the store keeps it.</param>
    public static bool TryRead(JsonElement value, DateTimeOffset receivedAt, TimeZoneInfo? zone, [NotNullWhen(true)] out DateTimeOffset? time, [NotNullWhen(false)] out string? why,
        DateTimeOffset? previous = null)
    {
        time = value.ValueKind switch
        {
            JsonValueKind.Number => FromMilliseconds(value),
            JsonValueKind.String => FromText(value.GetString()!, zone, previous, receivedAt),
            _ => null,
        };
        why = time is not { } read ? "unreadable time"
            : read < Earliest ? "time before 2000-01-01"
            : read - receivedAt > AheadMax ? "time more than 24 h ahead"
            : null;
        if (why is null && time is not null) return true;
        (time, why) = (null, why ?? "unreadable time");
        return false;
    }

    static DateTimeOffset? FromMilliseconds(JsonElement value)
    {
        const long millisecondsMax = 253_402_300_799_999;    // the end of the year 9999
        return value.TryGetDouble(out var number) && Math.Abs(number) <= millisecondsMax
            ? value.TryGetInt64(out var whole) ? DateTimeOffset.FromUnixTimeMilliseconds(whole) : ToMicroseconds(DateTimeOffset.UnixEpoch.AddTicks((long)(number * TimeSpan.TicksPerMillisecond)))
            : null;
    }

    static DateTimeOffset? FromText(string text, TimeZoneInfo? zone, DateTimeOffset? previous, DateTimeOffset receivedAt)
    {
        const DateTimeStyles styles = DateTimeStyles.AdjustToUniversal;
        var local = DateTime.TryParseExact(text, WithoutOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall);
        if (local) return zone is null ? null : ToMicroseconds(InZone(wall, zone, previous, receivedAt));
        return DateTimeOffset.TryParseExact(text, WithOffset, CultureInfo.InvariantCulture, styles, out var instant) ? ToMicroseconds(instant.ToUniversalTime()) : null;
    }

    /// <summary>A wall time that happens twice is the first one that is not before the previous reading; without one, the last not after the receipt.</summary>
    static DateTimeOffset InZone(DateTime wall, TimeZoneInfo zone, DateTimeOffset? previous, DateTimeOffset receivedAt)
    {
        if (!zone.IsAmbiguousTime(wall)) return new DateTimeOffset(wall, zone.GetUtcOffset(wall)).ToUniversalTime();
        var instants = zone.GetAmbiguousTimeOffsets(wall).Select(offset => new DateTimeOffset(wall, offset).ToUniversalTime()).Order().ToArray();
        return previous is { } before
            ? instants.FirstOrDefault(i => i >= before, instants[^1])
            : instants.LastOrDefault(i => i <= receivedAt, instants[0]);
    }

    /// <summary>The store keeps microseconds; identity must not depend on what it cannot keep.</summary>
    public static DateTimeOffset ToMicroseconds(DateTimeOffset time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerMicrosecond, time.Offset);
}
