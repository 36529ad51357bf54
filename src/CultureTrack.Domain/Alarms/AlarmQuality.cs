namespace CultureTrack.Domain.Alarms;

/// <summary>Signs of alarms that are no help (domain.md 4.6). Limits and delays never change by themselves.</summary>
public static class AlarmQuality
{
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);
    private const int ChatteringFrom = 3;
    private const int FloodAbove = 10;
    private const int FloodEndsBelow = 5;

    /// <summary>Three activations or more within 60 s: a nuisance, to be mended.</summary>
    public static bool IsChattering(Alarm alarm)
    {
        ArgumentNullException.ThrowIfNull(alarm);
        for (var i = ChatteringFrom - 1; i < alarm.Activations.Count; i++)
            if (alarm.Activations[i] - alarm.Activations[i - ChatteringFrom + 1] <= Minute) return true;
        return false;
    }

    /// <summary>Came and went within 60 s, before anyone could act.</summary>
    public static bool IsFleeting(Alarm alarm) => alarm is { IsActive: false } && alarm.ClearedAt - alarm.RaisedAt < Minute;

    /// <summary>Active for more than 24 h.</summary>
    public static bool IsStale(Alarm alarm, DateTimeOffset now) => alarm is { IsActive: true } && now - alarm.RaisedAt > TimeSpan.FromHours(24);

    /// <summary>
    /// More than ten new alarms in 10 min for one operator begin a flood; it ends when there are fewer than five.
    /// </summary>
    /// <param name="raisedAt">When alarms were raised, any order.</param>
    /// <param name="now">Window end.</param>
    /// <param name="wasFlood">Whether it was a flood before.</param>
    public static bool IsFlood(IEnumerable<DateTimeOffset> raisedAt, DateTimeOffset now, bool wasFlood)
    {
        var recent = raisedAt.Count(t => t <= now && t > now.AddMinutes(-10));
        return recent > FloodAbove || wasFlood && recent >= FloodEndsBelow;
    }
}
