using System.Text.Json;
using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Alarms;

/// <summary>Domain.md 4.6 and the AlarmShelved and AlarmReset rules of 2.4.</summary>
public sealed class AlarmTests
{
    private const string Reason = "Sensor is being replaced";
    private static readonly AlarmPoint Point = new(AlarmKind.Limit, Channels.Temperature, "high.action");

    [Fact]
    public void An_action_alarm_is_normal_once_acknowledged_and_returned()
    {
        Walk(Severity.Action, Ack(1), Clear(2)).ShouldBe([AlarmState.UnackActive, AlarmState.AckActive, AlarmState.Normal]);
        Walk(Severity.Action, Clear(1), Ack(2)).ShouldBe([AlarmState.UnackActive, AlarmState.RtnUnack, AlarmState.Normal]);
    }

    [Fact]
    public void A_critical_alarm_latches_until_it_is_reset()
    {
        Walk(Severity.Critical, Ack(1), Clear(2), Reset(3)).ShouldBe([AlarmState.UnackActive, AlarmState.AckActive, AlarmState.Latched, AlarmState.Normal]);
        Walk(Severity.Critical, Clear(1), Ack(2), Reset(3)).ShouldBe([AlarmState.UnackActive, AlarmState.RtnUnack, AlarmState.Latched, AlarmState.Normal]);
    }

    [Fact]
    public void An_alarm_that_comes_back_before_it_is_normal_asks_for_attention_again()
    {
        Walk(Severity.Critical, Ack(1), Clear(2), Raise(3, Severity.Critical)).ShouldBe([AlarmState.UnackActive, AlarmState.AckActive, AlarmState.Latched, AlarmState.UnackActive]);
        Walk(Severity.Action, Ack(1), Raise(2, Severity.Critical), Raise(3, Severity.Action)).ShouldBe([AlarmState.UnackActive, AlarmState.AckActive, AlarmState.UnackActive, AlarmState.UnackActive]);
    }

    [Fact]
    public void A_reset_is_refused_while_the_condition_stands_or_nobody_acknowledged()
    {
        Refusal(Alarm(Severity.Critical), Reset(1)).ShouldBe(Codes.StateGuard);
        Refusal(After(Severity.Critical, Clear(1)), Reset(2)).ShouldBe(Codes.StateGuard);
        Refusal(After(Severity.Critical, Ack(1), Clear(2)), Reset(3, "short")).ShouldBe(Codes.ValReason);
        Refusal(After(Severity.Action, Clear(1)), Reset(2)).ShouldBe(Codes.StateGuard);
    }

    [Fact]
    public void Acknowledging_names_cause_and_action_and_happens_once()
    {
        Refusal(Alarm(Severity.Action), Ack(1, cause: " ")).ShouldBe(Codes.ValRequired);
        Refusal(After(Severity.Action, Ack(1)), Ack(2)).ShouldBe(Codes.StateGuard);
    }

    [Fact]
    public void Shelving_is_for_action_alarms_for_an_hour_with_a_reason()
    {
        Refusal(Alarm(Severity.Critical), Shelve(0, 30)).ShouldBe(Codes.StateGuard);
        Refusal(Alarm(Severity.Action), Shelve(0, 61)).ShouldBe(Codes.ValRange);
        Refusal(Alarm(Severity.Action), Shelve(5, 5)).ShouldBe(Codes.ValRange);
        Refusal(Alarm(Severity.Action), Shelve(0, 30, reason: "why not")).ShouldBe(Codes.ValReason);
        After(Severity.Action, Shelve(0, 60)).State.ShouldBe(AlarmState.Shelved);
    }

    [Fact]
    public void A_second_shelving_in_a_row_is_flagged_and_a_third_refused()
    {
        var once = After(Severity.Action, Shelve(0, 60), new AlarmCommand.EndShelving(Min(60)));
        once.State.ShouldBe(AlarmState.UnackActive);
        AlarmDecider.Decide(once, Shelve(61, 90)).Flags.ShouldHaveSingleItem().Code.ShouldBe(Flags.Shelving);
        var twice = Fold(once, Shelve(61, 90), new AlarmCommand.Unshelve(Min(70), "tech01", Reason));
        Refusal(twice, Shelve(71, 90)).ShouldBe(Codes.StateGuard);
    }

    [Fact]
    public void A_shelving_ends_by_itself_and_a_one_shot_shelving_with_the_return_to_normal()
    {
        AlarmDecider.Decide(After(Severity.Action, Shelve(0, 60)), new AlarmCommand.EndShelving(Min(59))).Events.ShouldBeEmpty();
        After(Severity.Action, Shelve(0, 60, once: true), Clear(10)).State.ShouldBe(AlarmState.RtnUnack);
        After(Severity.Action, Shelve(0, 60), Clear(10)).State.ShouldBe(AlarmState.Shelved);
        After(Severity.Action, Shelve(0, 60), Raise(10, Severity.Critical)).State.ShouldBe(AlarmState.UnackActive);
    }

    [Theory]
    [InlineData(Severity.Critical, 0, 1)]
    [InlineData(Severity.Critical, 4, 1)]
    [InlineData(Severity.Critical, 5, 2)]
    [InlineData(Severity.Critical, 15, 3)]
    [InlineData(Severity.Critical, 45, 3)]
    [InlineData(Severity.Action, 14, 1)]
    [InlineData(Severity.Action, 15, 2)]
    [InlineData(Severity.Action, 30, 3)]
    public void An_unacknowledged_alarm_climbs(Severity severity, int minute, int level) => Escalation.LevelAt(Alarm(severity), Min(minute)).ShouldBe(level);

    [Fact]
    public void The_last_level_is_called_again_every_15_minutes_until_someone_acknowledges()
    {
        Escalation.Between(Alarm(Severity.Critical), Min(-1), Min(46)).ShouldBe([new(Min(0), 1), new(Min(5), 2), new(Min(15), 3), new(Min(30), 3), new(Min(45), 3)]);
        var acknowledged = After(Severity.Critical, Ack(6));
        Escalation.NextAfter(acknowledged, Min(6)).ShouldBeNull();
        Escalation.LevelAt(acknowledged, Min(60)).ShouldBe(2);
        Escalation.NextAfter(After(Severity.Action, Shelve(1, 30)), Min(2)).ShouldBeNull();
        Escalation.NextAfter(After(Severity.Critical, Clear(1)), Min(2)).ShouldBe(new EscalationStep(Min(5), 2));
    }

    [Fact]
    public void The_heat_of_the_second_worked_batch_raises_its_two_alarms()
    {
        var (_, facts) = Run(Judge(), CalmWith(-120, 240, Minutes(0, 81, m => Heat((int)m))));
        var (book, log) = (AlarmBook.Empty("INC-04"), new List<(DateTimeOffset, Severity, AlarmState)>());
        foreach (var fact in facts)
        {
            (book, var changes) = book.Hear(fact);
            log.AddRange(changes.Select(c => (c.Event.At, c.Alarm.Severity, c.Alarm.State)));
        }
        log.ShouldBe([(Min(5), Severity.Action, AlarmState.UnackActive), (Min(9), Severity.Critical, AlarmState.UnackActive),
            (Min(71), Severity.Critical, AlarmState.RtnUnack), (Min(80), Severity.Action, AlarmState.RtnUnack)]);
        book.All.Select(a => a.AlarmId).ShouldBe(["INC-04.Limit.temperature.high.action.20260426T000500000", "INC-04.Limit.temperature.high.critical.20260426T000900000"]);
        book.NextDue(Min(9)).ShouldBe(Min(14));
        var (decision, after, _) = book.Command(book.All.First().AlarmId, Ack(81));
        decision!.Events.ShouldHaveSingleItem();
        after.All.ShouldHaveSingleItem().Severity.ShouldBe(Severity.Critical);
        book.Command("unknown", Ack(81)).Decision.ShouldBeNull();
    }

    [Fact]
    public void Suppressed_and_out_of_service_alarms_keep_their_state_underneath()
    {
        var (book, _) = AlarmBook.Empty("INC-04").Set(new AlarmCondition(Point, Severity.Action), Min(0));
        (book, _) = book.Suppress(true, Min(1));
        book.All.Single().State.ShouldBe(AlarmState.Suppressed);
        (book, _) = book.Set(new AlarmCondition(Point with { Channel = Channels.Co2 }, Severity.Action), Min(2));
        book.All.ShouldAllBe(a => a.State == AlarmState.Suppressed);
        (book, _) = book.Suppress(false, Min(3));
        book.All.ShouldAllBe(a => a.State == AlarmState.UnackActive);
        book.TakeOutOfService(true, Min(4)).Book.All.ShouldAllBe(a => a.State == AlarmState.OutOfService);
    }

    [Fact]
    public void An_alarm_book_survives_storage()
    {
        var (book, _) = AlarmBook.Empty("INC-04").Set(new AlarmCondition(Point, Severity.Action, "X"), Min(0));
        (_, book, _) = book.Command(book.All.Single().AlarmId, Shelve(1, 30));
        var restored = JsonSerializer.Deserialize<AlarmBook>(JsonSerializer.Serialize(book, RecordJson.Options), RecordJson.Options)!;
        JsonSerializer.Serialize(restored).ShouldBe(JsonSerializer.Serialize(book));
        restored.All.Single().State.ShouldBe(AlarmState.Shelved);
        restored.NextDue(Min(2)).ShouldBe(Min(30));
    }

    [Fact]
    public void Alarms_that_are_no_help_are_recognised()
    {
        var flutter = Fold(Alarm(Severity.Action), Clear(0.2), Raise(0.4, Severity.Action), Clear(0.6), Raise(0.9, Severity.Action));
        AlarmQuality.IsChattering(flutter).ShouldBeTrue();
        AlarmQuality.IsChattering(Fold(Alarm(Severity.Action), Clear(1), Raise(2, Severity.Action), Clear(3), Raise(4, Severity.Action))).ShouldBeFalse();
        AlarmQuality.IsFleeting(After(Severity.Action, Clear(0.9))).ShouldBeTrue();
        AlarmQuality.IsStale(Alarm(Severity.Action), Min(24 * 60 + 1)).ShouldBeTrue();
    }

    [Fact]
    public void Every_point_has_a_definition_that_says_what_to_do()
    {
        foreach (var kind in Enum.GetValues<AlarmKind>()) AlarmDefinitions.Of(new(kind, "anything")).OperatorAction.ShouldNotBeNullOrWhiteSpace();
        AlarmDefinitions.Of(Point).Consequence.ShouldContain("Heat shock");
        AlarmDefinitions.All.ShouldAllBe(d => d.Cause.Length > 0 && d.Consequence.Length > 0 && d.RespondActionMin >= d.RespondCriticalMin && d.RespondCriticalMin > 0);
    }

    private static Alarm Alarm(Severity severity) =>
        AlarmBook.Empty("INC-04").Set(new AlarmCondition(Point, severity), Min(0)).Book.All.Single();

    private static IEnumerable<AlarmState> Walk(Severity severity, params AlarmCommand[] commands)
    {
        var alarm = Alarm(severity);
        yield return alarm.State;
        foreach (var command in commands) yield return (alarm = Fold(alarm, command)).State;
    }

    private static Alarm After(Severity severity, params AlarmCommand[] commands) => Fold(Alarm(severity), commands);

    private static Alarm Fold(Alarm alarm, params AlarmCommand[] commands) => commands.Aggregate(alarm, (a, c) =>
    {
        var decision = AlarmDecider.Decide(a, c);
        decision.Findings.ShouldBeEmpty();
        return decision.Events.Aggregate(a, AlarmDecider.Evolve);
    });

    private static string Refusal(Alarm alarm, AlarmCommand command)
    {
        var decision = AlarmDecider.Decide(alarm, command);
        decision.Events.ShouldBeEmpty();
        return decision.Findings[0].Code;
    }

    private static AlarmCommand.Raise Raise(double m, Severity severity) => new(Min(m), severity);

    private static AlarmCommand.Clear Clear(double m) => new(Min(m));

    private static AlarmCommand.Acknowledge Ack(double m, string cause = "Heater relay stuck") => new(Min(m), "tech02", cause, "Service called");

    private static AlarmCommand.Reset Reset(double m, string reason = "Relay replaced, temperature normal") => new(Min(m), "tech02", reason);

    private static AlarmCommand.Shelve Shelve(double m, double until, string reason = Reason, bool once = false) => new(Min(m), "tech01", Min(until), reason, once);
}
