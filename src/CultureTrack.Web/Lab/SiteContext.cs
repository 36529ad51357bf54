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

    public static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
