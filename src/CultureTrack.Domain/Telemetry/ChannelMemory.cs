using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Telemetry;

/// <summary>State of a channel after its last reading, apart from what is needed to take readings back. Immutable.</summary>
public sealed record ChannelState
{
    public static readonly ChannelState Empty = new();

    public DateTimeOffset? FirstAt { get; init; }

    /// <summary>Last valid reading.</summary>
    public DateTimeOffset? LastAt { get; init; }

    public double LastValue { get; init; }

    public bool LastIsNoted { get; init; }

    /// <summary>Spans the last reading is part of; they end where it stops covering.</summary>
    public ImmutableList<Span> Running { get; init; } = [];

    /// <summary>The hour under way.</summary>
    public HourExtreme? Hour { get; init; }

    /// <summary>Cause of the invalid readings since the last valid one.</summary>
    public GapCause? Invalid { get; init; }

    /// <summary>First invalid reading since the last valid one.</summary>
    public DateTimeOffset? InvalidSince { get; init; }

    public ExcursionTracker ActionLow { get; init; } = ExcursionTracker.Idle;

    public ExcursionTracker ActionHigh { get; init; } = ExcursionTracker.Idle;

    public ExcursionTracker CriticalLow { get; init; } = ExcursionTracker.Idle;

    public ExcursionTracker CriticalHigh { get; init; } = ExcursionTracker.Idle;

    /// <summary>Closed facts that may still be taken back, should the sensor prove stuck.</summary>
    public LedgerPart Pending { get; init; } = LedgerPart.Empty;

    [JsonIgnore]
    public bool HasOpenExcursion =>
        ActionLow.OpenedAt is not null || ActionHigh.OpenedAt is not null || CriticalLow.OpenedAt is not null || CriticalHigh.OpenedAt is not null;

    internal ExcursionTracker Tracker(Severity severity, Side side) => (severity, side) switch
    {
        (Severity.Action, Side.Low) => ActionLow,
        (Severity.Action, Side.High) => ActionHigh,
        (Severity.Critical, Side.Low) => CriticalLow,
        _ => CriticalHigh,
    };

    internal ChannelState With(Severity severity, Side side, ExcursionTracker tracker) => (severity, side) switch
    {
        (Severity.Action, Side.Low) => this with { ActionLow = tracker },
        (Severity.Action, Side.High) => this with { ActionHigh = tracker },
        (Severity.Critical, Side.Low) => this with { CriticalLow = tracker },
        _ => this with { CriticalHigh = tracker },
    };
}

/// <summary>A run of identical values; the state before it is kept so that the run can be taken back.</summary>
/// <param name="Since">First reading of the run.</param>
/// <param name="Value">The value.</param>
/// <param name="Covered">Time the run's readings covered.</param>
/// <param name="Before">State before the run.</param>
public sealed record FlatRun(DateTimeOffset Since, double Value, TimeSpan Covered, ChannelState Before);

/// <summary>Waiting for a channel's response to a door opening.</summary>
/// <param name="OpenedAt">When the door opened.</param>
/// <param name="Reference">Last value before.</param>
/// <param name="LargestChange">Farthest from the reference since.</param>
/// <param name="Readings">Readings since.</param>
/// <param name="Before">State when it opened.</param>
public sealed record DoorCheck(DateTimeOffset OpenedAt, double Reference, double LargestChange, int Readings, ChannelState Before);

/// <summary>Everything remembered of one channel. Immutable and serializable: a checkpoint is a reference, a restart loses nothing.</summary>
public sealed record ChannelMemory
{
    public static readonly ChannelMemory Empty = new();

    /// <summary>Last reading taken, valid or not.</summary>
    public DateTimeOffset? TakenUpTo { get; init; }

    public ChannelState State { get; init; } = ChannelState.Empty;

    public FlatRun? Flat { get; init; }

    public DoorCheck? Door { get; init; }

    /// <summary>Value at which the sensor is stuck; null while it is not.</summary>
    public double? StuckAt { get; init; }

    /// <summary>The sensor failed to answer a door opening: it is believed again when it moves by 3 σ, not at the next digit.</summary>
    public bool StuckByDoor { get; init; }

    /// <summary>A fault has been reported and has not ended.</summary>
    public bool FaultRaised { get; init; }

    /// <summary>Facts that nothing but late data can change.</summary>
    public LedgerPart Settled { get; init; } = LedgerPart.Empty;
}
