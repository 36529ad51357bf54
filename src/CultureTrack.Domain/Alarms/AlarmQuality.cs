namespace CultureTrack.Domain.Alarms;

/// <summary>A time in which more alarms came than one operator can take in.</summary>
/// <param name="From">The alarm that was one too many.</param>
/// <param name="To">Null while it lasts.</param>
/// <param name="Alarms">New alarms from ten minutes before <paramref name="From"/> on.</param>
public sealed record Flood(DateTimeOffset From, DateTimeOffset? To, int Alarms);

/// <summary>Signs of alarms that are no help (domain.md 4.6). Limits and delays never change by themselves.</summary>
public static class AlarmQuality
{
    /// <summary>Age from which an active alarm is stale.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromHours(24);

    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
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

    /// <summary>True for an activation that may still count towards chattering at an instant.</summary>
    internal static bool IsRecent(DateTimeOffset activation, DateTimeOffset at) => at - activation <= Minute;

    /// <summary>Came and went within 60 s, before anyone could act.</summary>
    public static bool IsFleeting(Alarm alarm) => alarm is { IsActive: false, ClearedAt: { } cleared } && IsFleeting(alarm.RaisedAt, cleared);

    /// <summary>Active for more than 24 h.</summary>
    public static bool IsStale(Alarm alarm, DateTimeOffset now) => alarm is { IsActive: true } && now - alarm.RaisedAt > StaleAfter;

    /// <summary>An activation that went within 60 s: before anyone could act.</summary>
    public static bool IsFleeting(DateTimeOffset raisedAt, DateTimeOffset clearedAt) => clearedAt - raisedAt < Minute;

    private static bool IsFlood(int recent, bool wasFlood) => recent > FloodAbove || wasFlood && recent >= FloodEndsBelow;

    /// <summary>
    /// The floods in a series of new alarms of one operator, as known at an instant: more than ten alarms in 10 min begin one; it ends when there are fewer
    /// than five.
    /// </summary>
    /// <param name="raisedAt">When alarms were raised, any order, none after <paramref name="asOf"/> counts.</param>
    /// <param name="asOf">Now.</param>
    public static IReadOnlyList<Flood> Floods(IEnumerable<DateTimeOffset> raisedAt, DateTimeOffset asOf)
    {
        var floods = new List<Flood>();
        var window = new Queue<DateTimeOffset>();
        Flood? open = null;
        void Leave(DateTimeOffset until)
        {
            while (window.TryPeek(out var oldest) && oldest + Window <= until)
            {
                window.Dequeue();
                if (open is null || IsFlood(window.Count, true)) continue;
                floods.Add(open with { To = oldest + Window });
                open = null;
            }
        }
        foreach (var at in raisedAt.Where(t => t <= asOf).Order())
        {
            Leave(at);
            window.Enqueue(at);
            if (open is not null) open = open with { Alarms = open.Alarms + 1 };
            else if (IsFlood(window.Count, false)) open = new(at, null, window.Count);
        }
        Leave(asOf);
        if (open is not null) floods.Add(open);
        return floods;
    }
}
