using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Telemetry;

/// <summary>The median of an hour's readings.</summary>
public sealed record HourLevel(DateTimeOffset Hour, double Level);

/// <summary>
/// The slow way of one sensor, hour by hour. The level of an hour is the median of one reading a minute, so that door openings do not count. The first 48
/// levels make the reference; the sensor drifts when the median of the last twelve is farther from it than the sensor's accuracy (4.1), and no longer
/// when it is back within half of it.
/// </summary>
/// <remarks>
/// What it cannot see: the drift of the very probe the chamber is controlled by, for the chamber follows it; and what happened in the first two days. What
/// it takes for no drift: a step (a level that changes by more than the accuracy from one six hours to the next starts a new reference, as do a calibration and twelve
/// hours without readings), and levels beyond an action limit, which are excursions.
/// </remarks>
public sealed record LevelDrift
{
    public const int ReferenceHours = 48;
    public const int RecentHours = 12;
    private const int MinutesAnHour = 60, LeastMinutes = 6, StepHours = 6, SettledHours = 3, LeastRecent = 9;
    private static readonly TimeSpan LongestBreak = TimeSpan.FromHours(12);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static readonly LevelDrift Empty = new();

    /// <summary>The hour under way.</summary>
    public DateTimeOffset? Hour { get; init; }

    /// <summary>One value of each minute of it.</summary>
    public ImmutableList<double> Minutes { get; init; } = [];

    public DateTimeOffset? LastAt { get; init; }

    /// <summary>Levels the reference is made from, until there are enough.</summary>
    public ImmutableList<HourLevel> First { get; init; } = [];

    public double? Reference { get; init; }

    public DateTimeOffset? ReferenceSince { get; init; }

    public ImmutableList<HourLevel> Recent { get; init; } = [];

    /// <summary>Since when the levels have been more than half the accuracy away.</summary>
    public DateTimeOffset? AwaySince { get; init; }

    public bool Drifts { get; init; }

    /// <summary>How far the last twelve hours are from the reference, in the unit of the channel; null while that is not known.</summary>
    [JsonIgnore] public double? Departure => Reference is { } r && Recent.Count >= LeastRecent ? Median(Recent.Select(l => l.Level)) - r : null;

    /// <summary>Takes a valid reading; one of an hour that is over comes too late to count.</summary>
    public LevelDrift Take(DateTimeOffset at, double value, ChannelProfile profile, DateTimeOffset? calibratedAt)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (profile.Accuracy is not { } accuracy || LastAt is { } last && at - last < Minute) return this;
        var hour = new DateTimeOffset(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero);
        var next = Hour is { } current && hour != current ? Close(profile, (double)accuracy) : this;
        if (next.ReferenceSince < calibratedAt && calibratedAt <= at || at - LastAt > LongestBreak) next = Empty;
        return next with { Hour = hour, LastAt = at, Minutes = next.Hour == hour && next.Minutes.Count < MinutesAnHour ? next.Minutes.Add(value) : [value] };
    }

    private LevelDrift Close(ChannelProfile profile, double accuracy)
    {
        if (Minutes.Count < LeastMinutes) return this;
        var level = new HourLevel(Hour!.Value, Median(Minutes));
        if (profile.Beyond(Severity.Action, level.Level) is not null) return this with { Recent = [], AwaySince = null };
        var recent = Recent.Add(level);
        if (recent.Count > RecentHours) recent = recent.RemoveAt(0);
        if (IsStep(recent, accuracy)) return Empty with { Hour = Hour, LastAt = LastAt, First = [.. recent.TakeLast(SettledHours)], Recent = [.. recent.TakeLast(SettledHours)], ReferenceSince = recent[^SettledHours].Hour };
        var next = this with { Recent = recent };
        if (Reference is not null) return next.Judge(level, accuracy);
        next = next with { First = First.Add(level), ReferenceSince = ReferenceSince ?? level.Hour };
        return next.First.Count < ReferenceHours ? next : next with { Reference = Median(next.First.Select(l => l.Level)), First = [] };
    }

    private LevelDrift Judge(HourLevel level, double accuracy)
    {
        var next = this with { AwaySince = Math.Abs(level.Level - Reference!.Value) > accuracy / 2 ? AwaySince ?? level.Hour : Drifts ? AwaySince : null };
        if (next.Departure is not { } departure) return next;
        if (!Drifts) return next with { Drifts = Math.Abs(departure) > accuracy };
        return Math.Abs(departure) > accuracy / 2 ? next : next with { Drifts = false, AwaySince = null };
    }

    private static bool IsStep(ImmutableList<HourLevel> levels, double accuracy) => levels.Count >= 2 * StepHours
        && Math.Abs(Median(levels.TakeLast(StepHours).Select(l => l.Level)) - Median(levels.SkipLast(StepHours).TakeLast(StepHours).Select(l => l.Level))) > accuracy;

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
