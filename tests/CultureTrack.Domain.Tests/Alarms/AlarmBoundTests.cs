using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Alarms;

/// <summary>Limits of domain.md 4.6 from both sides, and what a change leaves of an alarm.</summary>
public sealed class AlarmBoundTests
{
    private const string Ten = "0123456789", Nine = "012345678";
    private static readonly AlarmPoint Point = new(AlarmKind.Limit, Channels.Temperature, "high.action");

    private static Alarm Raised(Severity severity = Severity.Action, string? excursion = null) => AlarmBook.Empty("INC-04").Set(new AlarmCondition(Point, severity, excursion), Min(0)).Book.All.Single();

    private static Alarm After(Alarm alarm, params AlarmCommand[] commands) => commands.Aggregate(alarm, (a, c) =>
    {
        var decision = AlarmDecider.Decide(a, c);
        decision.Findings.ShouldBeEmpty();
        return decision.Events.Aggregate(a, AlarmDecider.Evolve);
    });

    private static (string Code, string? Field)[] Refusals(Alarm alarm, AlarmCommand command) => [.. AlarmDecider.Decide(alarm, command).Findings.Select(f => (f.Code, f.Field))];

    private static AlarmCommand.Acknowledge Ack(double m, string cause = "Relay stuck", string action = "Service called") => new(Min(m), "tech02", cause, action);

    private static AlarmCommand.Shelve Shelve(double from, double until, string reason = Ten, bool once = false) => new(Min(from), "tech01", Min(until), reason, once);

    [Fact]
    public void A_reason_has_ten_characters_not_counting_blanks_around_it()
    {
        var latched = After(Raised(Severity.Critical), Ack(1), new AlarmCommand.Clear(Min(2)));
        var shelved = After(Raised(), Shelve(0, 30));
        foreach (var (reason, sound) in new[] { (Ten, true), (Nine, false), ($" {Nine} ", false), ($" {Ten} ", true) })
        {
            (string, string?)[] expected = sound ? [] : [(Codes.ValReason, "reason")];
            Refusals(latched, new AlarmCommand.Reset(Min(3), "tech02", reason)).ShouldBe(expected);
            Refusals(Raised(), Shelve(0, 30, reason)).ShouldBe(expected);
            Refusals(shelved, new AlarmCommand.Unshelve(Min(3), "tech02", reason)).ShouldBe(expected);
        }
        Refusals(Raised(), new AlarmCommand.Unshelve(Min(3), "tech02", Ten)).ShouldBe([(Codes.StateGuard, "alarmId")]);
        After(Raised(), Shelve(0, 30, $" {Ten} ")).State.ShouldBe(AlarmState.Shelved);
    }

    [Fact]
    public void Both_what_is_missing_of_an_acknowledgement_are_named_and_the_words_are_kept_trimmed()
    {
        Refusals(Raised(), Ack(1, "", " ")).ShouldBe([(Codes.ValRequired, "cause"), (Codes.ValRequired, "action")]);
        Refusals(Raised(), Ack(1, action: "")).ShouldBe([(Codes.ValRequired, "action")]);
        var done = After(Raised(), Ack(1, " Relay ", " Called "));
        (done.AcknowledgedAt, done.AcknowledgedBy, done.Cause, done.Action).ShouldBe((Min(1), "tech02", "Relay", "Called"));
    }

    [Fact]
    public void All_that_is_wrong_with_a_shelving_is_named_at_once() => Refusals(Raised(), Shelve(0, 61, Nine)).ShouldBe([(Codes.ValRange, "until"), (Codes.ValReason, "reason")]);

    [Fact]
    public void A_normal_or_already_shelved_alarm_is_not_shelved_and_one_gone_or_acknowledged_is()
    {
        Refusals(After(Raised(), Shelve(0, 30)), Shelve(1, 31)).ShouldBe([(Codes.StateGuard, "alarmId")]);
        Refusals(After(Raised(), Ack(1), new AlarmCommand.Clear(Min(2))), Shelve(3, 31)).ShouldBe([(Codes.StateGuard, "alarmId")]);
        After(Raised(), Ack(1), Shelve(2, 31)).State.ShouldBe(AlarmState.Shelved);
        After(Raised(), new AlarmCommand.Clear(Min(1)), Shelve(2, 31)).State.ShouldBe(AlarmState.Shelved);
        Refusals(After(Raised(), new AlarmCommand.TakeOutOfService(Min(1), true)), Shelve(2, 31)).ShouldBe([(Codes.StateGuard, "alarmId")]);
    }

    [Fact]
    public void A_first_shelving_is_not_flagged_and_a_shelving_ends_at_its_very_instant()
    {
        AlarmDecider.Decide(Raised(), Shelve(0, 30)).Flags.ShouldBeEmpty();
        var shelved = After(Raised(), Shelve(0, 30));
        AlarmDecider.Decide(shelved, new AlarmCommand.EndShelving(Min(29.99))).Events.ShouldBeEmpty();
        AlarmDecider.Decide(shelved, new AlarmCommand.EndShelving(Min(30))).Events.ShouldBe([new AlarmEvent.Unshelved(Min(30), null, null)]);
        AlarmDecider.Decide(Raised(), new AlarmCommand.EndShelving(Min(30))).Events.ShouldBeEmpty();
        After(shelved, new AlarmCommand.Unshelve(Min(5), "tech01", Ten)).ShelvedOnce.ShouldBeFalse();
    }

    [Fact]
    public void Raising_again_forgets_the_acknowledgement_and_the_reset_and_keeps_the_excursion_known_before()
    {
        var again = After(Raised(Severity.Critical, "X-1"), Ack(1), new AlarmCommand.Clear(Min(2)), new AlarmCommand.Raise(Min(5), Severity.Critical));
        (again.IsActive, again.RaisedAt, again.ClearedAt, again.AcknowledgedAt, again.AcknowledgedBy, again.Cause, again.Action, again.ExcursionId)
            .ShouldBe((true, Min(5), null, null, null, null, null, "X-1"));
        After(again, new AlarmCommand.Clear(Min(6)), new AlarmCommand.Raise(Min(7), Severity.Critical, "X-2")).ExcursionId.ShouldBe("X-2");
        AlarmDecider.Decide(Raised(Severity.Critical), new AlarmCommand.Raise(Min(1), Severity.Critical)).Events.ShouldBeEmpty();
        AlarmDecider.Decide(Raised(), new AlarmCommand.Raise(Min(1), Severity.Action)).Events.ShouldBeEmpty();
        AlarmDecider.Decide(Raised(), new AlarmCommand.Clear(Min(1))).Events.ShouldBe([new AlarmEvent.Cleared(Min(1))]);
        AlarmDecider.Decide(After(Raised(), new AlarmCommand.Clear(Min(1))), new AlarmCommand.Clear(Min(2))).Events.ShouldBeEmpty();
    }

    [Fact]
    public void A_shelved_action_alarm_stays_shelved_when_it_is_raised_again_and_not_when_it_turns_critical()
    {
        var shelved = After(Raised(), Shelve(0, 60), new AlarmCommand.Clear(Min(1)));
        After(shelved, new AlarmCommand.Raise(Min(2), Severity.Action)).State.ShouldBe(AlarmState.Shelved);
        After(shelved, new AlarmCommand.Raise(Min(2), Severity.Critical)).State.ShouldBe(AlarmState.UnackActive);
    }

    [Fact]
    public void An_alarm_is_reset_once()
    {
        var reset = After(Raised(Severity.Critical), Ack(1), new AlarmCommand.Clear(Min(2)), new AlarmCommand.Reset(Min(3), "tech02", Ten));
        reset.State.ShouldBe(AlarmState.Normal);
        Refusals(reset, new AlarmCommand.Reset(Min(4), "tech02", Ten)).ShouldBe([(Codes.StateGuard, "alarmId")]);
        Refusals(After(Raised(), Ack(1), new AlarmCommand.Clear(Min(2))), new AlarmCommand.Reset(Min(3), "tech02", Ten)).ShouldBe([(Codes.StateGuard, "alarmId")]);
    }

    [Fact]
    public void Suppressing_and_taking_out_of_service_happen_once_each_way()
    {
        AlarmDecider.Decide(Raised(), new AlarmCommand.Suppress(Min(1), false)).Events.ShouldBeEmpty();
        AlarmDecider.Decide(Raised(), new AlarmCommand.Suppress(Min(1), true)).Events.ShouldBe([new AlarmEvent.SuppressionChanged(Min(1), true)]);
        AlarmDecider.Decide(Raised(), new AlarmCommand.TakeOutOfService(Min(1), false)).Events.ShouldBeEmpty();
        var outOfService = After(Raised(), new AlarmCommand.Suppress(Min(1), true), new AlarmCommand.TakeOutOfService(Min(2), true));
        outOfService.State.ShouldBe(AlarmState.OutOfService);
        outOfService.Underlying.ShouldBe(AlarmState.UnackActive);
        After(outOfService, new AlarmCommand.TakeOutOfService(Min(3), false)).State.ShouldBe(AlarmState.Suppressed);
    }

    [Theory]
    [InlineData(Severity.Critical, new[] { 0.0, 5, 15, 30, 45 }, new[] { 1, 2, 3, 3, 3 })]
    [InlineData(Severity.Action, new[] { 0.0, 15, 30, 45, 60 }, new[] { 1, 2, 3, 3, 3 })]
    public void The_next_call_comes_strictly_after_the_instant_asked(Severity severity, double[] minutes, int[] levels)
    {
        var alarm = Raised(severity);
        for (var i = 0; i < minutes.Length; i++)
        {
            Escalation.NextAfter(alarm, Min(minutes[i] - 0.01)).ShouldBe(new EscalationStep(Min(minutes[i]), levels[i]));
            Escalation.NextAfter(alarm, Min(minutes[i]))!.Value.At.ShouldBeGreaterThan(Min(minutes[i]));
            Escalation.LevelAt(alarm, Min(minutes[i])).ShouldBe(levels[i]);
            Escalation.LevelAt(alarm, Min(minutes[i] - 0.01)).ShouldBe(i == 0 ? 0 : levels[i - 1]);
        }
        Escalation.Between(alarm, Min(0), Min(minutes[1])).ShouldBe([new(Min(minutes[1]), 2)]);
        Escalation.Between(alarm, Min(0), Min(minutes[1] - 0.01)).ShouldBeEmpty();
    }

    [Fact]
    public void Suppressed_out_of_service_and_latched_alarms_call_nobody()
    {
        Escalation.NextAfter(After(Raised(), new AlarmCommand.Suppress(Min(0), true)), Min(1)).ShouldBeNull();
        Escalation.NextAfter(After(Raised(), new AlarmCommand.TakeOutOfService(Min(0), true)), Min(1)).ShouldBeNull();
        Escalation.NextAfter(After(Raised(Severity.Critical), Ack(1), new AlarmCommand.Clear(Min(2))), Min(3)).ShouldBeNull();
        Escalation.LevelAt(After(Raised(), Ack(15)), Min(60)).ShouldBe(2);
        Escalation.LevelAt(After(Raised(), Ack(14.9)), Min(60)).ShouldBe(1);
    }

    private static Alarm Activated(params double[] seconds) => After(Raised(), [.. seconds.SelectMany(s => new AlarmCommand[] { new AlarmCommand.Clear(Min(s / 60 - 0.001)), new AlarmCommand.Raise(Min(s / 60), Severity.Action) })]);

    [Fact]
    public void Three_activations_within_60_s_chatter_wherever_they_lie()
    {
        AlarmQuality.IsChattering(Activated(30)).ShouldBeFalse();
        AlarmQuality.IsChattering(Activated(30, 60)).ShouldBeTrue();
        AlarmQuality.IsChattering(Activated(30, 61)).ShouldBeFalse();
        AlarmQuality.IsChattering(Activated(100, 200, 230, 260)).ShouldBeTrue();
        AlarmQuality.IsChattering(Activated(30, 60, 600, 1200)).ShouldBeTrue();
        Activated([.. Enumerable.Range(1, 12).Select(i => i * 100.0)]).Activations.ShouldBe([.. Enumerable.Range(5, 8).Select(i => Min(i * 100.0 / 60))]);
    }

    [Fact]
    public void Fleeting_and_stale_have_their_bounds()
    {
        AlarmQuality.IsFleeting(After(Raised(), new AlarmCommand.Clear(Min(1).AddMilliseconds(-1)))).ShouldBeTrue();
        AlarmQuality.IsFleeting(After(Raised(), new AlarmCommand.Clear(Min(1)))).ShouldBeFalse();
        AlarmQuality.IsFleeting(Raised()).ShouldBeFalse();
        AlarmQuality.IsStale(Raised(), Min(1440)).ShouldBeFalse();
        AlarmQuality.IsStale(Raised(), Min(1440.1)).ShouldBeTrue();
        AlarmQuality.IsStale(After(Raised(), new AlarmCommand.Clear(Min(1))), Min(2000)).ShouldBeFalse();
    }
}
