namespace CultureTrack.Domain.Calculations;

/// <summary>Expiry of product and media (domain.md 3.10).</summary>
public static class Expiry
{
    /// <summary>
    /// Months after an instant: the same day number in the zone, clamped to the month's end, at 23:59:59 local time; returned in UTC.
    /// Where that second is skipped or repeated by a clock change, the earlier of the possible instants counts.
    /// </summary>
    /// <param name="from">Instant of filling.</param>
    /// <param name="months">Whole months, ≥ 0.</param>
    /// <param name="zone">The batch's zone.</param>
    public static DateTimeOffset AfterMonths(DateTimeOffset from, int months, TimeZoneInfo zone)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(months);
        ArgumentNullException.ThrowIfNull(zone);
        var day = TimeZoneInfo.ConvertTime(from, zone).Date.AddMonths(months);
        var local = day.AddDays(1).AddSeconds(-1);
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(-1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>Hours after an instant, counted in UTC.</summary>
    public static DateTimeOffset AfterHours(DateTimeOffset from, double hours) => from.ToUniversalTime().AddHours(hours);
}
