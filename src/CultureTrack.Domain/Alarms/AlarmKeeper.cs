using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Alarms;

/// <summary>What the alarms hear of one row of readings.</summary>
/// <param name="DeviceAt">Time the device gave; null: none.</param>
/// <param name="Values">By canonical channel name.</param>
public readonly record struct HeardRow(DateTimeOffset ReceivedAt, DateTimeOffset EffectiveAt, DateTimeOffset? DeviceAt, bool Buffered, IEnumerable<KeyValuePair<string, double>> Values);

/// <summary>
/// The alarms of one incubator as they run: readings by receipt, facts of the judge, and deadlines, each at its own time whenever it is looked at. What it
/// comes to follows from these alone, so that the same input gives the same alarms, live, after a restart or in a backtest. Not safe for several threads.
/// </summary>
/// <param name="book">Alarms that stand.</param>
/// <param name="comms">Silence.</param>
/// <param name="ranUpTo">Deadlines up to here have run.</param>
public sealed class AlarmKeeper(AlarmBook book, CommsWatch comms, DateTimeOffset ranUpTo)
{
    // Readings that a device sends afterwards call nobody for the past.
    private static readonly TimeSpan PastAfter = TimeSpan.FromMinutes(5);

    public AlarmBook Book { get; private set; } = book;
    public CommsWatch Comms { get; set; } = comms;
    public DateTimeOffset RanUpTo { get; private set; } = ranUpTo;
    public DateTimeOffset? PowerLostSince { get; set; }
    public DoorLog Door { get; set; } = DoorLog.Empty;
    public bool IsOccupied { get; private set; }
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>Goes by other circumstances from now on; what has been received is not forgotten.</summary>
    public void Apply(Circumstances now)
    {
        ArgumentNullException.ThrowIfNull(now);
        (IsOccupied, Zone) = (now.IsOccupied, TimeZoneInfo.FindSystemTimeZoneById(now.Zone));
        Comms = Comms with { Channels = [.. now.ChannelList.Select(c => c.Channel)], ArmedAt = now.InServiceSince };
    }

    /// <summary>The next instant at which something changes by time alone; it may be past. Escalation changes nothing and is not among them.</summary>
    public DateTimeOffset? NextDue() => new[]
    {
        Comms.NextDue(RanUpTo), DoorWatch.NextDue(Door, RanUpTo, Zone), StateWatch.NextDue(PowerLostSince, RanUpTo), Book.NextShelvingEnd(),
    }.Min();

    /// <summary>Runs every deadline up to an instant, in time order, each as of its own time.</summary>
    public IReadOnlyList<AlarmChange> RunTo(DateTimeOffset now)
    {
        List<AlarmChange>? changes = null;
        while (NextDue() is { } due && due <= now) (changes ??= []).AddRange(Look(due));
        if (now > RanUpTo) RanUpTo = now;
        return changes ?? (IReadOnlyList<AlarmChange>)[];
    }

    /// <summary>Brings silence, door and power in line as of an instant, or of what has run already if that is later, and ends shelvings that are over.</summary>
    public IReadOnlyList<AlarmChange> Look(DateTimeOffset at)
    {
        if (at > RanUpTo) RanUpTo = at;
        var now = RanUpTo;
        var changes = new List<AlarmChange>();
        if (Comms.ArmedAt is not null) changes.AddRange(Set(Comms.Conditions(now, IsOccupied), now));
        changes.AddRange(Set(DoorWatch.Conditions(Door, now, Zone), now));
        changes.AddRange(Set([StateWatch.OfPower(PowerLostSince, now)], now));
        (Book, var ended) = Book.EndShelvings(now);
        changes.AddRange(ended);
        return changes;
    }

    /// <summary>Hears rows of one receipt, what they showed, and what follows from both at that instant.</summary>
    /// <param name="door">After the rows.</param>
    public IReadOnlyList<AlarmChange> Hear(DateTimeOffset receivedAt, IEnumerable<HeardRow> rows, IEnumerable<TelemetryFact> facts, DoorLog door)
    {
        var changes = new List<AlarmChange>();
        foreach (var row in rows)
        {
            foreach (var (channel, value) in row.Values)
            {
                Comms = Comms.Received(channel, row.ReceivedAt);
                changes.AddRange(Heard(channel, value, row));
            }
            if (row.DeviceAt is { } device && !row.Buffered) changes.AddRange(Set([StateWatch.OfSkew(device - row.ReceivedAt)], row.ReceivedAt));
        }
        foreach (var fact in facts)
        {
            (Book, var more) = Book.Hear(fact);
            changes.AddRange(more);
        }
        Door = door;
        changes.AddRange(Look(receivedAt));
        return changes;
    }

    /// <summary>Brings the points of some conditions in line with them.</summary>
    public IReadOnlyList<AlarmChange> Set(IEnumerable<AlarmCondition> conditions, DateTimeOffset at)
    {
        (Book, var changes) = Book.Set(conditions, at);
        return changes;
    }

    /// <summary>A person's command to one alarm; null decision: no such alarm stands.</summary>
    public (AlarmDecision? Decision, IReadOnlyList<AlarmChange> Changes) Command(string alarmId, AlarmCommand command)
    {
        (var decision, Book, var changes) = Book.Command(alarmId, command);
        return (decision, changes);
    }

    /// <summary>Puts the book back to an earlier state, when what came after could not be stored.</summary>
    public void GoBackTo(AlarmBook book) => Book = book;

    private IReadOnlyList<AlarmChange> Heard(string channel, double value, HeardRow row)
    {
        if (row.Buffered && row.EffectiveAt < row.ReceivedAt - PastAfter) return [];
        switch (channel)
        {
            case Channels.Power:
                PowerLostSince = value == 0 ? null : PowerLostSince ?? row.EffectiveAt;
                return Set([StateWatch.OfPower(PowerLostSince, row.EffectiveAt)], row.EffectiveAt);
            case Channels.DeviceAlarm: return Set([StateWatch.OfDeviceAlarm(value != 0)], row.EffectiveAt);
            case Channels.Decon:
                (Book, var suppressed) = Book.Suppress(value != 0 && !IsOccupied, row.EffectiveAt);
                return [.. suppressed, .. Set([StateWatch.OfDecon(value != 0, IsOccupied)], row.EffectiveAt)];
            default: return [];
        }
    }
}
