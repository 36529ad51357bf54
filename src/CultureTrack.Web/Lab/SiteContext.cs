using System.Globalization;
using CultureTrack.Domain.Records;

namespace CultureTrack.Web.Lab;

/// <summary>The site a screen belongs to: its clock, its zone, and how instants are written there. Cascades to every component.</summary>
public sealed record SiteContext(string SiteId, string Name, string Zone, bool Rehearsal, TimeProvider Clock)
{
    public DateTimeOffset Now => Clock.GetUtcNow();

    public DateTimeOffset Local(DateTimeOffset at) => SiteTime.Local(Zone, at);

    /// <summary>Date and time with offset, in the reader's language: <c>2 Mar 2026 10:40 +01:00</c>.</summary>
    public string Text(DateTimeOffset at) => Local(at).ToString("d MMM yyyy HH:mm zzz", CultureInfo.CurrentCulture);

    /// <summary>The shortest unmistakable form beside the current day: time today, day and time this year, else the whole date.</summary>
    public string Short(DateTimeOffset at)
    {
        var local = Local(at);
        var today = Local(Now);
        return local.ToString(local.Date == today.Date ? "HH:mm" : local.Year == today.Year ? "d MMM HH:mm" : "d MMM yyyy HH:mm", CultureInfo.CurrentCulture);
    }

    /// <summary>The instant at which a day of the site begins, such as <c>2026-03-02</c> of a date field; null for anything else.</summary>
    public DateTimeOffset? StartOf(string? day, int days = 0)
    {
        if (!DateTime.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || date.Year is < 2000 or > 9000) return null;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Zone);
        var midnight = date.AddDays(days);
        // Where a change of the clock leaves no midnight, the day begins after it.
        if (zone.IsInvalidTime(midnight)) midnight = midnight.AddHours(1);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    public static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
