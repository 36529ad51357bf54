using System.Globalization;

namespace CultureTrack.Domain.Telemetry;

/// <summary>
/// Judges the readings of one channel in order of effective time: gaps, time beyond limits, excursions, sensor faults, stuck sensors (domain.md
/// 4.3.3 to 4.3.10). Pure: the same readings in the same order give the same memory, one by one or from scratch.
/// </summary>
public sealed class ChannelJudge
{
    private static readonly TimeSpan DoorResponseWithin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DoorOpenAtLeast = TimeSpan.FromSeconds(20);
    private readonly string _idPrefix;
    private readonly Watched[] _watched;
    private readonly TimeSpan _doorWindow;
    private readonly TimeSpan? _flatAfter;

    /// <param name="incubatorId">Part of the excursion ids.</param>
    /// <param name="profile">Limits of the channel.</param>
    /// <param name="period">Sampling period; a reading covers at most 2.5 of it.</param>
    /// <param name="resolution">Resolution of the channel in the equipment register; null: the profile's default.</param>
    public ChannelJudge(string incubatorId, ChannelProfile profile, TimeSpan period, decimal? resolution = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        (Profile, Hold, _idPrefix) = (profile, 2.5 * period, $"{incubatorId}-{profile.Channel}");
        _doorWindow = TimeSpan.FromMinutes(profile.DoorWindowMin);
        var fine = profile.Stuck is { FineMin: not null } s && (resolution ?? profile.DefaultResolution) <= s.FineResolution;
        if (profile.Stuck is { } rule) _flatAfter = TimeSpan.FromMinutes(fine ? rule.FineMin!.Value : rule.CoarseMin);
        _watched = [.. from severity in new[] { Severity.Action, Severity.Critical }
                       from side in new[] { Side.Low, Side.High }
                       where profile.LimitOf(severity, side) is not null
                       select new Watched(profile.Channel, side, severity, profile.LimitOf(severity, side)!.Value,
                           profile.ClearOf(severity, side)!.Value, profile.OnDelay(severity, side), profile.OffDelay)];
    }

    public ChannelProfile Profile { get; }

    /// <summary>Longest time one reading covers (G), 2.5 periods.</summary>
    public TimeSpan Hold { get; }

    /// <summary>Takes the next reading. Readings come in order; one at or before <see cref="ChannelMemory.TakenUpTo"/> needs a rebuild instead.</summary>
    public ChannelMemory Take(ChannelMemory memory, Reading reading, DoorLog door, bool isDecon = false)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (reading.At <= memory.TakenUpTo) throw new ArgumentException($"{reading.Channel} at {reading.At:O} is not later than {memory.TakenUpTo:O}.", nameof(reading));
        var next = memory with { TakenUpTo = reading.At };
        if (CauseOfFault(memory.State, reading, door, isDecon) is { } fault) return Invalid(next, reading.At, fault);
        next = TakeDoorCheck(TakeFlat(next, reading), reading);
        if (next.StuckAt is not null) return Invalid(next, reading.At, GapCause.Stuck);
        next = next with { FaultRaised = false, State = TakeValid(next.State, reading.At, reading.Value, door) };
        return next.Flat!.Since == reading.At && next.Door is null ? Settle(next) : next;
    }

    /// <summary>The door opened: the channel's answer is awaited (4.3.10), unless its data are too old to compare with.</summary>
    public ChannelMemory DoorOpened(ChannelMemory memory, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (Profile.Stuck is not { DoorResponse: true } || memory.Door is not null || memory.StuckAt is not null) return memory;
        return memory.State.LastAt + Hold >= at ? memory with { Door = new(at, memory.State.LastValue, 0, 0, memory.State) } : memory;
    }

    /// <summary>The door closed: an opening shorter than 20 s asks for no answer.</summary>
    public static ChannelMemory DoorClosed(ChannelMemory memory, DateTimeOffset at) =>
        memory is { Door: { } check } && at - check.OpenedAt < DoorOpenAtLeast ? memory with { Door = null } : memory;

    /// <summary>The ledger as of the last reading, open excursions included.</summary>
    public ChannelLedger Ledger(ChannelMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        var state = memory.State;
        var facts = memory.Settled.Append(state.Pending);
        facts = facts with { Spans = facts.Spans.AddRange(state.Running), Excursions = facts.Excursions.AddRange(OpenExcursions(state)) };
        if (state.Hour is { } hour) facts = facts.With(hour);
        return new(Profile.Channel, Hold, state.FirstAt, state.LastAt, state.Invalid ?? GapCause.NoData, facts);
    }

    /// <summary>Excursions open after the last reading.</summary>
    internal IEnumerable<Excursion> OpenExcursions(ChannelState state) =>
        !state.HasOpenExcursion ? [] : _watched.Select(w => state.Tracker(w.Severity, w.Side).ToExcursion(w)).OfType<Excursion>();

    private GapCause? CauseOfFault(ChannelState state, Reading reading, DoorLog door, bool isDecon)
    {
        if (reading.Quality == ReadingQuality.ClockUncertain) return GapCause.ClockUncertain;
        var physical = isDecon && Profile.PhysicalDecon is { } decon ? decon : Profile.Physical;
        if (reading.Quality != ReadingQuality.Good || !double.IsFinite(reading.Value)) return GapCause.BadQuality;
        if (reading.Value < (double?)physical.Low || reading.Value > (double?)physical.High) return GapCause.BadQuality;
        if (Profile.RateLimitPerMin is not { } limit || state.LastAt is not { } last || isDecon) return null;
        // A millionth of slack: 37.0 to 42.0 in a minute is 5.0, whatever binary arithmetic makes of it.
        var isTooFast = Math.Abs(reading.Value - state.LastValue) > limit * (reading.At - last).TotalMinutes + 1e-6;
        return isTooFast && !door.WasOpen(last, reading.At, Hold) ? GapCause.BadQuality : null;
    }

    private ChannelMemory Invalid(ChannelMemory memory, DateTimeOffset at, GapCause cause)
    {
        var state = memory.State with { Invalid = memory.State.Invalid ?? cause, InvalidSince = memory.State.InvalidSince ?? at };
        var isLasting = memory.StuckAt is not null || at - (state.LastAt ?? state.InvalidSince) > Hold;
        return memory with { State = state, FaultRaised = memory.FaultRaised || isLasting };
    }

    private ChannelMemory TakeFlat(ChannelMemory memory, Reading reading)
    {
        if (memory.StuckAt is { } stuck && HasMoved(memory, stuck, reading.Value)) memory = memory with { StuckAt = null, StuckByDoor = false };
        if (memory.Flat is not { } flat || flat.Value != reading.Value)
            return memory with { Flat = new(reading.At, reading.Value, TimeSpan.Zero, memory.State) };
        var covered = flat.Covered + Cover(memory.State.LastAt ?? flat.Since, reading.At);
        memory = memory with { Flat = flat with { Covered = covered } };
        return memory.StuckAt is null && covered >= _flatAfter ? Stick(memory, flat.Before, flat.Since, reading.Value) : memory;
    }

    private bool HasMoved(ChannelMemory memory, double stuckAt, double value) =>
        memory.StuckByDoor ? Math.Abs(value - stuckAt) >= 3 * (double)Profile.Sigma - 1e-9 : value != stuckAt;

    private ChannelMemory TakeDoorCheck(ChannelMemory memory, Reading reading)
    {
        if (memory.Door is not { } check) return memory;
        if (memory.StuckAt is not null) return memory with { Door = null };
        if (reading.At <= check.OpenedAt + DoorResponseWithin)
            check = check with { LargestChange = Math.Max(check.LargestChange, Math.Abs(reading.Value - check.Reference)), Readings = check.Readings + 1 };
        if (reading.At < check.OpenedAt + DoorResponseWithin) return memory with { Door = check };
        memory = memory with { Door = null };
        if (check.Readings < 2 || check.LargestChange >= 3 * (double)Profile.Sigma - 1e-9) return memory;
        var flatSinceBefore = memory.Flat is { } flat && flat.Since <= check.OpenedAt;
        var stuck = flatSinceBefore ? Stick(memory, memory.Flat!.Before, memory.Flat.Since, check.Reference)
            : Stick(memory, check.Before, check.OpenedAt, check.Reference);
        return stuck with { StuckByDoor = true };
    }

    private static ChannelMemory Stick(ChannelMemory memory, ChannelState before, DateTimeOffset since, double value) => memory with
    {
        StuckAt = value,
        FaultRaised = true,
        Door = null,
        State = before with { Invalid = GapCause.Stuck, InvalidSince = since },
    };

    // What was pending can no longer be taken back: the value has moved and no door opening is being judged.
    private static ChannelMemory Settle(ChannelMemory memory)
    {
        var before = memory.Flat!.Before;
        if (before.Pending.IsEmpty) return memory;
        // The reading just taken may have closed facts as well; those stay with the run it began.
        return memory with
        {
            Settled = memory.Settled.Append(before.Pending),
            State = memory.State with { Pending = Minus(memory.State.Pending, before.Pending) },
            Flat = memory.Flat with { Before = before with { Pending = LedgerPart.Empty } },
        };
    }

    private static LedgerPart Minus(LedgerPart all, LedgerPart first) => new(
        all.Spans.RemoveRange(0, first.Spans.Count), all.Excursions.RemoveRange(0, first.Excursions.Count),
        all.Samples.RemoveRange(0, first.Samples.Count), all.Hours.RemoveRange(0, first.Hours.Count));

    private TimeSpan Cover(DateTimeOffset last, DateTimeOffset at) => at - last < Hold ? at - last : Hold;

    private ChannelState TakeValid(ChannelState state, DateTimeOffset at, double value, DoorLog door)
    {
        var covered = state.LastAt is { } last ? Cover(last, at) : TimeSpan.Zero;
        var beyond = Profile.Beyond(Severity.Action, value);
        var critical = Profile.Beyond(Severity.Critical, value);
        var isExempt = beyond is { } side && critical is null && IsExempt(state, side, at, door);
        var next = TakeSpans(state, at, beyond, critical, isExempt);
        foreach (var watched in _watched)
        {
            var before = next.Tracker(watched.Severity, watched.Side);
            var (tracker, closed) = before.Take(watched, at, value, covered, isExempt && watched.Side == beyond);
            if (ReferenceEquals(before, tracker)) continue;
            if (tracker.OpenedAt is not null && before.OpenedAt is null) tracker = tracker with { Id = NewId(watched, tracker.StartAt!.Value) };
            next = next.With(watched.Severity, watched.Side, tracker);
            if (closed is not null) next = next with { Pending = next.Pending.With(closed) };
        }
        next = TakeExtremes(next, at, value, isNoted: beyond is not null && !isExempt || next.HasOpenExcursion || state.HasOpenExcursion);
        return next with { FirstAt = state.FirstAt ?? at, LastAt = at, LastValue = value, Invalid = null, InvalidSince = null };
    }

    private string NewId(Watched watched, DateTimeOffset start) => string.Join('-', _idPrefix,
        watched.Side == Side.High ? "high" : "low", watched.Severity == Severity.Critical ? "critical" : "action",
        start.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture));

    private bool IsExempt(ChannelState state, Side side, DateTimeOffset at, DoorLog door) =>
        Profile.DoorExempt.Contains(side)
        && door.WindowStart(at, _doorWindow, Hold) is { } windowStart
        && !(state.Tracker(Severity.Action, side).StartAt < windowStart);

    private ChannelState TakeSpans(ChannelState state, DateTimeOffset at, Side? beyond, Side? critical, bool isExempt)
    {
        var gapFrom = state.LastAt + Hold;
        if (beyond is null && state.Running.IsEmpty && !(gapFrom < at)) return state;
        var pending = state.Pending;
        if (gapFrom < at) pending = pending.With(new Span(SpanKind.Missing, gapFrom.Value, at, state.Invalid ?? GapCause.NoData));
        var kinds = Kinds(beyond, critical, isExempt);
        var running = state.Running.Clear();
        foreach (var span in state.Running)
            if (span.To >= at && kinds.Contains(span.Kind)) running = running.Add(span with { To = at + Hold });
            else pending = pending.With(span.To > at ? span with { To = at } : span);
        foreach (var kind in kinds)
            if (!running.Exists(s => s.Kind == kind)) running = running.Add(new(kind, at, at + Hold));
        return state with { Pending = pending, Running = running };
    }

    private static SpanKind[] Kinds(Side? beyond, Side? critical, bool isExempt) => (beyond, critical, isExempt) switch
    {
        (null, _, _) => [],
        (_, _, true) => [SpanKind.Door],
        (Side.Low, null, _) => [SpanKind.ActionLow],
        (Side.High, null, _) => [SpanKind.ActionHigh],
        (Side.Low, _, _) => [SpanKind.ActionLow, SpanKind.CriticalLow],
        _ => [SpanKind.ActionHigh, SpanKind.CriticalHigh],
    };

    private static ChannelState TakeExtremes(ChannelState state, DateTimeOffset at, double value, bool isNoted)
    {
        if (isNoted) return state with { Pending = state.Pending.With(new Sample(at, value, state.LastIsNoted)), LastIsNoted = true };
        var hour = new DateTimeOffset(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero);
        if (state.Hour is not { } current) return state with { Hour = new(hour, value, value), LastIsNoted = false };
        if (current.Hour == hour)
            return value >= current.Min && value <= current.Max && !state.LastIsNoted ? state
                : state with { Hour = new(hour, Math.Min(current.Min, value), Math.Max(current.Max, value)), LastIsNoted = false };
        return state with { Pending = state.Pending.With(current), Hour = new(hour, value, value), LastIsNoted = false };
    }
}
