namespace CultureTrack.Domain.Telemetry;

/// <summary>The limit an excursion tracker watches.</summary>
internal readonly record struct Watched(
    string Channel, Side Side, Severity Severity, double Limit, double ClearLimit, TimeSpan OnDelay, TimeSpan OffDelay)
{
    public bool IsBeyond(double value) => Side == Side.High ? value > Limit : value < Limit;

    public bool IsClear(double value) => Side == Side.High ? value <= ClearLimit : value >= ClearLimit;

    public bool IsFarther(double value, double than) => Side == Side.High ? value > than : value < than;
}

/// <summary>
/// One side and severity of one channel: a run beyond the limit that may become an excursion, or an open excursion (domain.md 4.3.5, 4.3.6).
/// </summary>
public sealed record ExcursionTracker
{
    public static readonly ExcursionTracker Idle = new();

    /// <summary>First reading of the run beyond the limit; null when there is none.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>Covered time beyond the limit that counts towards the on-delay and as raw time.</summary>
    public TimeSpan Beyond { get; init; }

    public DateTimeOffset? OpenedAt { get; init; }

    public DateTimeOffset? ClearSince { get; init; }

    public TimeSpan ClearFor { get; init; }

    public double Peak { get; init; }

    public string Id { get; init; } = "";

    /// <summary>What the previous reading was, and so what the time it covered counts for.</summary>
    public bool WasBeyond { get; init; }

    public bool WasClear { get; init; }

    /// <summary>Takes one valid reading; <paramref name="covered"/> is what the previous one covered.</summary>
    /// <returns>The next state, and the excursion this reading closed, if any.</returns>
    internal (ExcursionTracker Next, Excursion? Closed) Take(Watched watched, DateTimeOffset at, double value, TimeSpan covered, bool isExempt)
    {
        var isBeyond = watched.IsBeyond(value);
        if (StartAt is null && (!isBeyond || isExempt)) return (Idle, null);
        var next = this with
        {
            Beyond = WasBeyond ? Beyond + covered : Beyond,
            ClearFor = WasClear ? ClearFor + covered : ClearFor,
            WasBeyond = false,
            WasClear = false,
        };
        if (isExempt) return (OpenedAt is null && !isBeyond ? Idle : next, null);
        if (isBeyond) return (next.TakeBeyond(watched, at, value), null);
        if (OpenedAt is null) return (Idle, null);
        if (!watched.IsClear(value)) return (next with { ClearSince = null, ClearFor = TimeSpan.Zero }, null);
        next = next with { ClearSince = next.ClearSince ?? at, WasClear = true };
        return next.ClearFor >= watched.OffDelay
            ? (Idle, next.ToExcursion(watched)! with { EndAt = next.ClearSince, ClosedAt = at, ClearSince = null })
            : (next, null);
    }

    /// <summary>The open excursion, or null when the on-delay has not been reached.</summary>
    internal Excursion? ToExcursion(Watched watched) => OpenedAt is not { } opened ? null :
        new(Id, watched.Channel, watched.Side, watched.Severity, StartAt!.Value, opened, null, null, Peak, Beyond, ClearSince);

    private ExcursionTracker TakeBeyond(Watched watched, DateTimeOffset at, double value)
    {
        var next = this with
        {
            StartAt = StartAt ?? at,
            Peak = StartAt is null || watched.IsFarther(value, Peak) ? value : Peak,
            ClearSince = null,
            ClearFor = TimeSpan.Zero,
            WasBeyond = true,
        };
        return next.OpenedAt is null && next.Beyond >= watched.OnDelay ? next with { OpenedAt = at } : next;
    }
}
