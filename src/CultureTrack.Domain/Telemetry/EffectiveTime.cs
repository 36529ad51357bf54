namespace CultureTrack.Domain.Telemetry;

/// <summary>What is known of a device's clock.</summary>
/// <param name="LastSkew">Device minus server at the last live message; null while there was none.</param>
public sealed record SkewState(TimeSpan? LastSkew = null);

/// <summary>The effective time of one message and what follows from it.</summary>
/// <param name="At">Effective time, UTC.</param>
/// <param name="IsUncertain">The readings count as missing: their time cannot be known.</param>
/// <param name="IsSkewed">Readings are tagged <c>ClockSkew</c>.</param>
/// <param name="Skew">Device minus server of a live message with a time; null otherwise. Above 60 s it raises a device alarm.</param>
/// <param name="Next">The clock state after this message.</param>
public readonly record struct EffectiveTime(DateTimeOffset At, bool IsUncertain, bool IsSkewed, TimeSpan? Skew, SkewState Next)
{
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(5);

    /// <summary>Skew above which a device alarm is raised and buffered readings are no longer placed in time.</summary>
    public static readonly TimeSpan AlarmAbove = TimeSpan.FromSeconds(60);

    /// <summary>Oldest device time that is read at all.</summary>
    public static readonly DateTimeOffset Oldest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Farthest device time ahead of the server that is read at all.</summary>
    public static readonly TimeSpan FarthestAhead = TimeSpan.FromHours(24);

    /// <summary>True for a time a message may carry: from 2000-01-01 to 24 h ahead of the server.</summary>
    public static bool IsReadable(DateTimeOffset deviceAt, DateTimeOffset receivedAt) => deviceAt >= Oldest && deviceAt <= receivedAt + FarthestAhead;

    /// <summary>
    /// The rule of domain.md 4.3.1. Live: device time when within 5 s of the server, else receipt time. Buffered: device time less the last
    /// measured skew, missing when that exceeds 60 s. A time more than 5 s in the future is never trusted. Without a device time: receipt time.
    /// </summary>
    public static EffectiveTime Of(SkewState state, DateTimeOffset? deviceAt, DateTimeOffset receivedAt, bool buffered)
    {
        ArgumentNullException.ThrowIfNull(state);
        receivedAt = Milliseconds(receivedAt);
        if (deviceAt is not { } device) return new(receivedAt, false, false, null, state);
        device = Milliseconds(device);
        if (!buffered) return OfLive(device, receivedAt);
        var skew = state.LastSkew ?? TimeSpan.Zero;
        var corrected = device - skew;
        var isFuture = corrected > receivedAt + Trusted;
        var isUncertain = isFuture || skew.Duration() > AlarmAbove;
        return new(isFuture ? receivedAt : corrected, isUncertain, isUncertain || skew.Duration() > Trusted, null, state);
    }

    // Instants are kept in UTC with millisecond precision (G-1), so that what is stored is what was judged.
    private static DateTimeOffset Milliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    private static EffectiveTime OfLive(DateTimeOffset device, DateTimeOffset receivedAt)
    {
        var skew = device - receivedAt;
        var isTrusted = skew.Duration() <= Trusted;
        return new(isTrusted ? device : receivedAt, false, !isTrusted, skew, new(skew));
    }
}
