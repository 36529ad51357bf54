namespace CultureTrack.Grains.Time;

/// <summary>
/// The clock of a rehearsal (contract 3.2): stands still until it is put forward. Everything that is stored or judged follows it; keep-alives, log
/// times and TLS do not, because they do not ask it.
/// </summary>
public sealed class ManualLabClock(DateTimeOffset start) : TimeProvider
{
    private long _nowMs = start.ToUnixTimeMilliseconds();

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _nowMs));

    internal void Set(DateTimeOffset now)
    {
        if (now < GetUtcNow()) throw new InvalidOperationException($"The clock stands at {GetUtcNow():O} and never goes back to {now:O}.");
        Interlocked.Exchange(ref _nowMs, now.ToUnixTimeMilliseconds());
    }
}

/// <summary>The real clock, cut to the millisecond precision that is stored (G-1).</summary>
public sealed class SystemLabClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(base.GetUtcNow().ToUnixTimeMilliseconds());
}
