using System.Collections.Immutable;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Alarms;

/// <summary>
/// Silence by receipt time (domain.md 4.6, K-12): no message of a channel for 5 min is an action alarm, for 15 min a critical one while vessels or
/// containers are inside. All channels silent are one alarm. Armed from InService on.
/// </summary>
/// <param name="Channels">Registered channels.</param>
/// <param name="ArmedAt">When the equipment went into service; null: not in service.</param>
/// <param name="LastReceivedAt">Receipt of the last accepted message of a channel, buffered or live.</param>
public sealed record CommsWatch(IReadOnlyList<string> Channels, DateTimeOffset? ArmedAt, ImmutableDictionary<string, DateTimeOffset> LastReceivedAt)
{
    private static readonly TimeSpan ActionAfter = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CriticalAfter = TimeSpan.FromMinutes(15);
    private static readonly AlarmPoint AllSilent = new(AlarmKind.CommsLost, null);

    public static CommsWatch Of(IEnumerable<string> channels, DateTimeOffset? armedAt) => new([.. channels], armedAt, ImmutableDictionary<string, DateTimeOffset>.Empty);

    /// <summary>A message of a channel was accepted.</summary>
    public CommsWatch Received(string channel, DateTimeOffset at) =>
        LastReceivedAt.TryGetValue(channel, out var last) && last >= at ? this : this with { LastReceivedAt = LastReceivedAt.SetItem(channel, at) };

    /// <summary>Conditions of every point: each channel's own, and the one of all.</summary>
    public IEnumerable<AlarmCondition> Conditions(DateTimeOffset now, bool isOccupied)
    {
        var severities = Channels.ToDictionary(c => c, c => SeverityOf(c, now, isOccupied), StringComparer.Ordinal);
        var all = Channels.Count > 0 && severities.Values.All(s => s is not null);
        // The last channel to fall silent decides how long everything has been silent.
        yield return new(AllSilent, all ? severities.Values.Min() : null);
        foreach (var (channel, severity) in severities) yield return new(new(AlarmKind.CommsLost, channel), all ? null : severity);
    }

    /// <summary>Next instant after <paramref name="now"/> at which a condition changes by silence alone.</summary>
    public DateTimeOffset? NextDue(DateTimeOffset now) => Channels.Select(SilentSince).OfType<DateTimeOffset>()
        .SelectMany(s => new[] { s + ActionAfter, s + CriticalAfter }).Where(t => t > now).Select(t => (DateTimeOffset?)t).Min();

    private DateTimeOffset? SilentSince(string channel) =>
        ArmedAt is not { } armed ? null : LastReceivedAt.TryGetValue(channel, out var last) && last > armed ? last : armed;

    private Severity? SeverityOf(string channel, DateTimeOffset now, bool isOccupied)
    {
        if (SilentSince(channel) is not { } since || now - since < ActionAfter) return null;
        return isOccupied && now - since >= CriticalAfter ? Severity.Critical : Severity.Action;
    }
}

/// <summary>The door: open longer than 5 min is an action alarm, than 15 min a critical one; more than 12 openings a day an action alarm.</summary>
public static class DoorWatch
{
    private static readonly TimeSpan AlertAfter = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ActionAfter = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CriticalAfter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan JustAfter = TimeSpan.FromMilliseconds(1);
    private const int MostOpeningsADay = 12;

    public static IEnumerable<AlarmCondition> Conditions(DoorLog door, DateTimeOffset now, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(door);
        var open = OpenFor(door, now);
        yield return new(new(AlarmKind.Door, Channels.Door, "open"), open > CriticalAfter ? Severity.Critical : open > ActionAfter ? Severity.Action : null);
        yield return new(new(AlarmKind.Door, Channels.Door, "openings"), OpeningsOn(door, now, zone) > MostOpeningsADay ? Severity.Action : null);
    }

    /// <summary>State shown beside the door: <c>ok</c>, <c>alert</c>, <c>action</c> or <c>critical</c>.</summary>
    public static string StateOf(DoorLog door, DateTimeOffset now) => OpenFor(door, now) switch
    {
        var t when t > CriticalAfter => "critical",
        var t when t > ActionAfter => "action",
        var t when t > AlertAfter => "alert",
        _ => "ok",
    };

    /// <summary>Openings of the local day that <paramref name="now"/> lies in.</summary>
    public static int OpeningsOn(DoorLog door, DateTimeOffset now, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(door);
        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        return door.Openings.Count(o => o.From <= now && TimeZoneInfo.ConvertTime(o.From, zone).Date == today);
    }

    /// <summary>Next instant at which a condition changes without a reading: an open door's delays, and midnight after too many openings.</summary>
    public static DateTimeOffset? NextDue(DoorLog door, DateTimeOffset now, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(door);
        var due = new List<DateTimeOffset?>();
        if (door.IsOpen) due.AddRange([door.Openings[^1].From + ActionAfter + JustAfter, door.Openings[^1].From + CriticalAfter + JustAfter]);
        if (OpeningsOn(door, now, zone) > MostOpeningsADay)
        {
            var midnight = TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(1);
            while (zone.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(1);
            due.Add(new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime());
        }
        return due.Where(t => t > now).Min();
    }

    private static TimeSpan OpenFor(DoorLog door, DateTimeOffset now) => door.IsOpen && door.Openings[^1].From < now ? now - door.Openings[^1].From : TimeSpan.Zero;
}

/// <summary>Power, device alarm, decontamination and clock: conditions without limits (domain.md 4.1, 4.3.1).</summary>
public static class StateWatch
{
    private static readonly TimeSpan PowerCriticalAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan JustAfter = TimeSpan.FromMilliseconds(1);
    private static readonly AlarmPoint Power = new(AlarmKind.DeviceAlarm, Channels.Power);

    /// <summary>Mains lost: action at once, critical when longer than 10 min. <paramref name="lostSince"/> null: mains ok.</summary>
    public static AlarmCondition OfPower(DateTimeOffset? lostSince, DateTimeOffset now) =>
        new(Power, lostSince is not { } since ? null : now - since > PowerCriticalAfter ? Severity.Critical : Severity.Action);

    /// <summary>When a power loss becomes critical.</summary>
    public static DateTimeOffset? NextDue(DateTimeOffset? powerLostSince, DateTimeOffset now) =>
        powerLostSince + PowerCriticalAfter + JustAfter is { } due && due > now ? due : null;

    /// <summary>The device's own alarm contact.</summary>
    public static AlarmCondition OfDeviceAlarm(bool isActive) => new(new(AlarmKind.DeviceAlarm, Channels.DeviceAlarm), isActive ? Severity.Action : null);

    /// <summary>A message on the device's alarm topic, told apart by its code.</summary>
    public static AlarmCondition OfDeviceMessage(string code, bool isActive) => new(new(AlarmKind.DeviceAlarm, null, code), isActive ? Severity.Action : null);

    /// <summary>A decontamination cycle with vessels inside is critical at once.</summary>
    public static AlarmCondition OfDecon(bool isRunning, bool isOccupied) =>
        new(new(AlarmKind.DeviceAlarm, Channels.Decon), isRunning && isOccupied ? Severity.Critical : null);

    /// <summary>The clock of a device is off by more than 60 s, judged by live messages.</summary>
    public static AlarmCondition OfSkew(TimeSpan skew) => new(new(AlarmKind.ClockSkew, null), skew.Duration() > EffectiveTime.AlarmAbove ? Severity.Action : null);
}
