using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Alarms;

/// <summary>One change of one alarm, with the alarm as it is afterwards.</summary>
public sealed record AlarmChange(Alarm Alarm, AlarmEvent Event);

/// <summary>All alarms of an incubator that are not normal. Immutable and serializable.</summary>
/// <param name="IncubatorId">Whose.</param>
/// <param name="Standing">By alarm id.</param>
/// <param name="IsSuppressed">New alarms start suppressed (decontamination without vessels).</param>
/// <param name="IsOutOfService">New alarms start out of service.</param>
public sealed record AlarmBook(string IncubatorId, ImmutableSortedDictionary<string, Alarm> Standing, bool IsSuppressed = false, bool IsOutOfService = false)
{
    public static AlarmBook Empty(string incubatorId) => new(incubatorId, ImmutableSortedDictionary.Create<string, Alarm>(StringComparer.Ordinal));

    /// <summary>Activations of points whose alarm became normal within the last minute: one that comes back at once goes on chattering.</summary>
    public ImmutableSortedDictionary<string, ImmutableList<DateTimeOffset>> Recent { get; init; } =
        ImmutableSortedDictionary.Create<string, ImmutableList<DateTimeOffset>>(StringComparer.Ordinal);

    /// <summary>The alarm of a point, or null when that is normal.</summary>
    public Alarm? Find(AlarmPoint point) => Standing.Values.FirstOrDefault(a => a.Point == point);

    /// <summary>Brings the alarm of a point in line with its condition: raises, raises to a higher severity, clears or leaves it.</summary>
    public (AlarmBook Book, IReadOnlyList<AlarmChange> Changes) Set(AlarmCondition condition, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var standing = Find(condition.Point);
        if (condition.Severity is not { } severity) return standing is null ? (this, []) : Apply(standing, new AlarmCommand.Clear(at)).Result;
        return standing is not null ? Apply(standing, new AlarmCommand.Raise(at, severity, condition.ExcursionId)).Result : Raise(condition, severity, at);
    }

    /// <summary>As <see cref="Set(AlarmCondition, DateTimeOffset)"/> for several conditions.</summary>
    public (AlarmBook Book, IReadOnlyList<AlarmChange> Changes) Set(IEnumerable<AlarmCondition> conditions, DateTimeOffset at)
    {
        var (book, changes) = (this, new List<AlarmChange>());
        foreach (var condition in conditions)
        {
            (book, var more) = book.Set(condition, at);
            changes.AddRange(more);
        }
        return (book, changes);
    }

    /// <summary>Turns what the readings show into alarms: excursions and sensor faults.</summary>
    public (AlarmBook Book, IReadOnlyList<AlarmChange> Changes) Hear(TelemetryFact fact) => fact switch
    {
        ExcursionBegan f => Set(new AlarmCondition(AlarmPoint.Of(f.Excursion), f.Excursion.Severity, f.Excursion.ExcursionId), f.At),
        ExcursionEnded f => Set(new AlarmCondition(AlarmPoint.Of(f.Excursion), null), f.At),
        ExcursionRevised f => Set(new AlarmCondition(AlarmPoint.Of(f.Excursion), f.Excursion.IsOpen ? f.Excursion.Severity : null, f.Excursion.ExcursionId), f.At),
        ExcursionTakenBack f => Set(new AlarmCondition(AlarmPoint.Of(f.Excursion), null), f.At),
        SensorFaultRaised f => Set(new AlarmCondition(new(AlarmKind.SensorFault, f.Channel), Severity.Action), f.At),
        SensorFaultCleared f => Set(new AlarmCondition(new(AlarmKind.SensorFault, f.Channel), null), f.At),
        _ => (this, []),
    };

    /// <summary>A person's or the clock's command to one alarm; the decision says why when it is refused.</summary>
    /// <returns>Null decision: no such alarm stands.</returns>
    public (AlarmDecision? Decision, AlarmBook Book, IReadOnlyList<AlarmChange> Changes) Command(string alarmId, AlarmCommand command)
    {
        if (!Standing.TryGetValue(alarmId, out var alarm)) return (null, this, []);
        var (decision, result) = Apply(alarm, command);
        return (decision, result.Book, result.Changes);
    }

    /// <summary>Suppresses or restores all alarms by design, those to come included.</summary>
    public (AlarmBook Book, IReadOnlyList<AlarmChange> Changes) Suppress(bool on, DateTimeOffset at) =>
        (this with { IsSuppressed = on }).ApplyAll(new AlarmCommand.Suppress(at, on));

    /// <summary>Takes all alarms out of service or returns them, those to come included.</summary>
    public (AlarmBook Book, IReadOnlyList<AlarmChange> Changes) TakeOutOfService(bool on, DateTimeOffset at) =>
        (this with { IsOutOfService = on }).ApplyAll(new AlarmCommand.TakeOutOfService(at, on));

    /// <summary>Ends every shelving that is over.</summary>
    public (AlarmBook Book, IReadOnlyList<AlarmChange> Changes) EndShelvings(DateTimeOffset at) => ApplyAll(new AlarmCommand.EndShelving(at));

    /// <summary>Next instant after <paramref name="at"/> at which a shelving ends or an alarm escalates; null when nothing waits.</summary>
    public DateTimeOffset? NextDue(DateTimeOffset at) => Standing.Values
        .SelectMany(a => new[] { a.ShelvedUntil > at ? a.ShelvedUntil : null, Escalation.NextAfter(a, at)?.At }).Min();

    /// <summary>When the first shelving ends; null when none does.</summary>
    public DateTimeOffset? NextShelvingEnd() => Standing.Values.Min(a => a.ShelvedUntil);

    [JsonIgnore] public IEnumerable<Alarm> All => Standing.Values;

    private (AlarmBook Book, IReadOnlyList<AlarmChange> Changes) Raise(AlarmCondition condition, Severity severity, DateTimeOffset at)
    {
        var alarm = new Alarm
        {
            AlarmId = $"{IncubatorId}.{condition.Point}.{at.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture)}",
            IncubatorId = IncubatorId,
            Point = condition.Point,
            Severity = severity,
            RaisedAt = at,
            ExcursionId = condition.ExcursionId,
            IsSuppressed = IsSuppressed,
            IsOutOfService = IsOutOfService,
            Activations = Recent.GetValueOrDefault(condition.Point.ToString()) is { } recent ? [.. recent.Where(a => AlarmQuality.IsRecent(a, at))] : [],
        }.Activated(at);
        return (this with { Standing = Standing.SetItem(alarm.AlarmId, alarm), Recent = Recent.Remove(condition.Point.ToString()) }, [new(alarm, new AlarmEvent.Raised(at, severity, condition.ExcursionId))]);
    }

    private (AlarmBook Book, IReadOnlyList<AlarmChange> Changes) ApplyAll(AlarmCommand command)
    {
        var (book, changes) = (this, new List<AlarmChange>());
        foreach (var alarm in Standing.Values)
        {
            (book, var more) = book.Apply(alarm, command).Result;
            changes.AddRange(more);
        }
        return (book, changes);
    }

    private (AlarmDecision Decision, (AlarmBook Book, IReadOnlyList<AlarmChange> Changes) Result) Apply(Alarm alarm, AlarmCommand command)
    {
        var decision = AlarmDecider.Decide(alarm, command);
        var changes = new List<AlarmChange>();
        foreach (var e in decision.Events) changes.Add(new(alarm = AlarmDecider.Evolve(alarm, e), e));
        if (changes.Count == 0) return (decision, (this, changes));
        // What is normal stands no longer; one that is hidden by shelving is kept until that ends.
        return alarm.State != AlarmState.Normal
            ? (decision, (this with { Standing = Standing.SetItem(alarm.AlarmId, alarm) }, changes))
            : (decision, (this with { Standing = Standing.Remove(alarm.AlarmId), Recent = Remembered(alarm, command.At) }, changes));
    }

    private ImmutableSortedDictionary<string, ImmutableList<DateTimeOffset>> Remembered(Alarm alarm, DateTimeOffset at)
    {
        var recent = Recent.RemoveRange(Recent.Where(r => !r.Value.Any(a => AlarmQuality.IsRecent(a, at))).Select(r => r.Key));
        return alarm.Activations.Any(a => AlarmQuality.IsRecent(a, at)) ? recent.SetItem(alarm.Point.ToString(), alarm.Activations) : recent;
    }
}
