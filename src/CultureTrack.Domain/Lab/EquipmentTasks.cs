using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

/// <summary>What is due at equipment (D-23): calibrations, and the daily walk-round of freezers, refrigerators and LN2 vessels at 09:00 site time.</summary>
public static class EquipmentTasks
{
    private const int WalkRoundHour = 9;
    private static readonly TimeSpan CalibrationLead = TimeSpan.FromDays(30), WalkRoundLead = TimeSpan.FromHours(1), WalkRoundGrace = TimeSpan.FromHours(4);

    /// <param name="zone">IANA zone of the site.</param>
    public static IEnumerable<ScheduledTask> Due(Equipment equipment, string zone)
    {
        if (equipment.Status == ServiceStatus.Retired) yield break;
        foreach (var channel in equipment.Channels)
            yield return new("D-23", channel.Channel, $"Calibrate {channel.Channel} of {equipment.EquipmentId}", nameof(CalibrationRecorded), Roles.Administrator,
                channel.DueAt, CalibrationLead, TimeSpan.Zero);
        if (StorageRules.Stores(equipment.Kind) && equipment.Status == ServiceStatus.InService)
            yield return new("D-23", "walk-round", $"Walk-round of {equipment.EquipmentId}", nameof(WalkRoundDone), Roles.Technician,
                NextWalkRound(LastLooked(equipment), zone), WalkRoundLead, WalkRoundGrace);
    }

    /// <summary>The first 09:00 that the last look did not serve; one within the lead of an hour serves it.</summary>
    public static DateTimeOffset NextWalkRound(DateTimeOffset last, string zone)
    {
        var served = last + WalkRoundLead;
        var day = SiteTime.Local(zone, served).Date;
        var at = Nine(day, zone);
        return at > served ? at : Nine(day.AddDays(1), zone);
    }

    private static DateTimeOffset Nine(DateTime day, string zone)
    {
        var local = day.AddHours(WalkRoundHour);
        return new DateTimeOffset(local, TimeZoneInfo.FindSystemTimeZoneById(zone).GetUtcOffset(local)).ToUniversalTime();
    }

    // Before the first one it counts from when the equipment last went into service.
    private static DateTimeOffset LastLooked(Equipment equipment)
    {
        var since = equipment.History.LastOrDefault(h => h.Status == ServiceStatus.InService)?.At ?? equipment.RegisteredAt;
        return equipment.LastWalkRound is { } walk && walk.At > since ? walk.At : since;
    }
}
