using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>When somebody is there to do it (2.5).</summary>
public static class WorkingHours
{
    /// <summary>Between 18:00 and 07:00 site time nobody works: a feed moves back to 17:00, everything else forward to 08:00.</summary>
    public static DateTimeOffset Moved(NightRule rule, string zone, DateTimeOffset due)
    {
        var local = SiteTime.Local(zone, due);
        if (rule == NightRule.Stays || local.Hour is >= 7 and < 18) return due;
        var isMorning = local.Hour < 7;
        var moved = rule == NightRule.Afternoon
            ? (isMorning ? local.Date.AddDays(-1) : local.Date).AddHours(17)
            : (isMorning ? local.Date : local.Date.AddDays(1)).AddHours(8);
        return new DateTimeOffset(moved, TimeZoneInfo.FindSystemTimeZoneById(zone).GetUtcOffset(moved)).ToUniversalTime();
    }
}
