using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Telemetry;

/// <summary>What an incubator is, as far as judging its readings goes.</summary>
/// <param name="IncubatorId">Such as <c>INC-02</c>.</param>
/// <param name="Profile">Limits.</param>
/// <param name="Period">Sampling period, 60 s unless registered otherwise.</param>
/// <param name="Resolutions">Resolution of channels in the register; a missing one is the profile's default.</param>
public sealed record JudgeSetup(string IncubatorId, EquipmentProfile Profile, TimeSpan Period, IReadOnlyDictionary<string, decimal>? Resolutions = null);

/// <summary>Everything remembered of an incubator's readings. Immutable and serializable.</summary>
/// <param name="Channels">Judged channels that had a reading.</param>
/// <param name="Door">Door openings.</param>
/// <param name="IsDecon">The decontamination cycle runs.</param>
public sealed record IncubatorMemory(ImmutableSortedDictionary<string, ChannelMemory> Channels, DoorLog Door, bool IsDecon)
{
    public static readonly IncubatorMemory Empty = new(ImmutableSortedDictionary.Create<string, ChannelMemory>(StringComparer.Ordinal), DoorLog.Empty, false);

    /// <summary>Time of the last reading of any judged channel or the door.</summary>
    [JsonIgnore] public DateTimeOffset? TakenUpTo => Channels.Values.Select(c => c.TakenUpTo).Append(Door.LastAt).Max();
}

/// <summary>Something the readings show that others must learn of.</summary>
public abstract record TelemetryFact(DateTimeOffset At);

public sealed record ExcursionBegan(DateTimeOffset At, Excursion Excursion) : TelemetryFact(At);

public sealed record ExcursionEnded(DateTimeOffset At, Excursion Excursion) : TelemetryFact(At);

/// <summary>Late data or a stuck sensor changed an excursion that was told before; the id is the same.</summary>
public sealed record ExcursionRevised(DateTimeOffset At, Excursion Before, Excursion Excursion) : TelemetryFact(At);

/// <summary>Late data or a stuck sensor took an excursion away.</summary>
public sealed record ExcursionTakenBack(DateTimeOffset At, Excursion Excursion) : TelemetryFact(At);

/// <summary>The sensor is stuck, or its readings have been faulty for longer than one reading covers.</summary>
public sealed record SensorFaultRaised(DateTimeOffset At, string Channel, DateTimeOffset Since, GapCause Cause) : TelemetryFact(At);

public sealed record SensorFaultCleared(DateTimeOffset At, string Channel) : TelemetryFact(At);

public sealed record DoorMoved(DateTimeOffset At, bool IsOpen) : TelemetryFact(At);

/// <summary>Result of one reading: the next memory, or <see cref="IsLate"/> when a replay from an older memory is needed (nothing taken).</summary>
public readonly record struct Judged(IncubatorMemory Memory, IReadOnlyList<TelemetryFact> Facts, bool IsLate);

/// <summary>Judges all readings of one incubator. Holds no state: memory in, memory and facts out.</summary>
public sealed class IncubatorJudge
{
    private readonly Dictionary<string, ChannelJudge> _channels;

    public IncubatorJudge(JudgeSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        (Setup, Hold) = (setup, 2.5 * setup.Period);
        _channels = setup.Profile.Channels.Where(c => c.IsJudged).ToDictionary(
            c => c.Channel,
            c => new ChannelJudge(setup.IncubatorId, c, setup.Period, setup.Resolutions is { } r && r.TryGetValue(c.Channel, out var value) ? value : null),
            StringComparer.Ordinal);
    }

    public JudgeSetup Setup { get; }

    /// <summary>Longest time one reading covers (G).</summary>
    public TimeSpan Hold { get; }

    /// <summary>Channels with action limits: those that can have excursions.</summary>
    public IReadOnlyCollection<string> JudgedChannels => _channels.Keys;

    /// <summary>
    /// Takes one reading. Within one instant the door comes first (<see cref="InOrder"/>). A reading that is not later than what was taken of its
    /// channel, or a door change not later than what was taken of any channel, is late: replay instead.
    /// </summary>
    public Judged Take(IncubatorMemory memory, Reading reading)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (reading.Channel == Channels.Door) return TakeDoor(memory, reading);
        if (reading.Channel == Channels.Decon) return new(memory with { IsDecon = reading.Value != 0 }, [], false);
        if (!_channels.TryGetValue(reading.Channel, out var judge)) return new(memory, [], false);
        var before = memory.Channels.GetValueOrDefault(reading.Channel) ?? ChannelMemory.Empty;
        if (reading.At <= before.TakenUpTo) return new(memory, [], true);
        var after = judge.Take(before, reading, memory.Door, memory.IsDecon);
        return new(memory with { Channels = memory.Channels.SetItem(reading.Channel, after) }, FactsOf(judge, before, after, reading.At), false);
    }

    /// <summary>Takes many readings, in any order and with conflicts, on top of a memory that holds none of them from its own time on.</summary>
    public IncubatorMemory Replay(IncubatorMemory memory, IEnumerable<Reading> readings)
    {
        foreach (var reading in InOrder(readings))
        {
            var judged = Take(memory, reading);
            // Readings this memory has taken already come again when another channel of it lags behind.
            if (!judged.IsLate) memory = judged.Memory;
        }
        return memory;
    }

    /// <summary>Readings in the order they are judged in: by time, the door before the rest, conflicting values reduced to the one farther from the set point.</summary>
    public IEnumerable<Reading> InOrder(IEnumerable<Reading> readings)
    {
        // One message a minute from every incubator comes through here: a sort in place, no groups.
        var ordered = readings.ToArray();
        var arrival = Enumerable.Range(0, ordered.Length).ToArray();
        Array.Sort(arrival, (a, b) => Compare(ordered[a], ordered[b]) is var c and not 0 ? c : a.CompareTo(b));
        for (var i = 0; i < arrival.Length; i++)
        {
            var reading = ordered[arrival[i]];
            for (; i + 1 < arrival.Length && Compare(reading, ordered[arrival[i + 1]]) == 0; i++)
                reading = Reading.Farther(reading, ordered[arrival[i + 1]], SetPointOf(reading.Channel));
            yield return reading;
        }
    }

    private static int Compare(Reading a, Reading b)
    {
        var time = a.At.CompareTo(b.At);
        if (time != 0) return time;
        var turn = Turn(a).CompareTo(Turn(b));
        return turn != 0 ? turn : string.CompareOrdinal(a.Channel, b.Channel);
    }

    private static int Turn(Reading reading) => reading.Channel is Channels.Door or Channels.Decon ? 0 : 1;

    /// <summary>Ledgers of all judged channels; those without any reading are silent.</summary>
    public IncubatorLedger Ledger(IncubatorMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return new(Setup.IncubatorId, Setup.Profile, _channels.ToImmutableSortedDictionary(
            c => c.Key,
            c => memory.Channels.GetValueOrDefault(c.Key) is { } m ? c.Value.Ledger(m) : ChannelLedger.Silent(c.Key, Hold),
            StringComparer.Ordinal));
    }

    /// <summary>Set point of a channel; states rest at 0.</summary>
    private double SetPointOf(string channel) => (double)(Setup.Profile.Find(channel)?.SetPoint ?? 0m);

    private Judged TakeDoor(IncubatorMemory memory, Reading reading)
    {
        if (reading.Quality != ReadingQuality.Good) return new(memory, [], false);
        var isOpen = reading.Value != 0;
        if (reading.At <= memory.Door.LastAt) return new(memory, [], true);
        var door = memory.Door.Take(reading.At, isOpen, Hold);
        var moved = isOpen != memory.Door.IsOpen || door.Openings.Count > memory.Door.Openings.Count;
        // An open door excuses readings from its time on; if some were judged without knowing, they are judged again.
        if ((moved || isOpen) && memory.Channels.Values.Any(c => c.TakenUpTo >= reading.At)) return new(memory, [], true);
        memory = memory with { Door = door };
        if (!moved) return new(memory, [], false);
        foreach (var (name, judge) in _channels)
            if (memory.Channels.GetValueOrDefault(name) is { } channel)
                memory = memory with { Channels = memory.Channels.SetItem(name, isOpen ? judge.DoorOpened(channel, reading.At) : ChannelJudge.DoorClosed(channel, reading.At)) };
        return new(memory, [new DoorMoved(reading.At, isOpen)], false);
    }

    private static List<TelemetryFact> FactsOf(ChannelJudge judge, ChannelMemory before, ChannelMemory after, DateTimeOffset at)
    {
        var facts = new List<TelemetryFact>();
        var channel = judge.Profile.Channel;
        if (after.FaultRaised && !before.FaultRaised)
            facts.Add(new SensorFaultRaised(at, channel, after.State.InvalidSince ?? at, after.State.Invalid ?? GapCause.NoData));
        if (before.FaultRaised && !after.FaultRaised) facts.Add(new SensorFaultCleared(at, channel));
        if (before.State.HasOpenExcursion || after.State.HasOpenExcursion || before.State.Pending.Excursions.Count != after.State.Pending.Excursions.Count)
            facts.AddRange(LedgerDiff.Between(Told(judge, before), Told(judge, after, before.Settled.Excursions.Count), at).Facts);
        return facts;
    }

    private static IReadOnlyList<Excursion> Told(ChannelJudge judge, ChannelMemory memory, int? settledBefore = null) =>
        [.. memory.Settled.Excursions.Skip(settledBefore ?? memory.Settled.Excursions.Count), .. memory.State.Pending.Excursions, .. judge.OpenExcursions(memory.State)];
}

/// <summary>Ledgers of one incubator's judged channels.</summary>
public sealed record IncubatorLedger(string IncubatorId, EquipmentProfile Profile, ImmutableSortedDictionary<string, ChannelLedger> Channels)
{
    /// <summary>All excursions, by start.</summary>
    [JsonIgnore]
    public IEnumerable<Excursion> Excursions => Channels.Values.SelectMany(c => c.Facts.Excursions).OrderBy(e => e.StartAt).ThenBy(e => e.ExcursionId, StringComparer.Ordinal);

    /// <summary>The part that can matter for [from, to].</summary>
    public IncubatorLedger Slice(DateTimeOffset from, DateTimeOffset to) =>
        this with { Channels = Channels.ToImmutableSortedDictionary(c => c.Key, c => c.Value.Slice(from, to), StringComparer.Ordinal) };
}
