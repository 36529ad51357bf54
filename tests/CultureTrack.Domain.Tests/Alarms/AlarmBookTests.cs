using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Alarms;

/// <summary>What the book of an incubator's alarms makes of conditions, of facts and of time.</summary>
public sealed class AlarmBookTests
{
    private static readonly AlarmPoint Heat = new(AlarmKind.Limit, Channels.Temperature, "high.action"), Gas = new(AlarmKind.Limit, Channels.Co2, "low.action");

    private static AlarmBook Book(params AlarmPoint[] points) => points.Aggregate(AlarmBook.Empty("INC-04"), (b, p) => b.Set(new AlarmCondition(p, Severity.Action), Min(0)).Book);

    private static Excursion Open(double start = 0) => new("X-1", Channels.Temperature, Side.High, Severity.Action, Min(start), Min(5), null, null, 38.4, TimeSpan.FromMinutes(5));

    [Fact]
    public void A_point_has_one_alarm_and_a_normal_point_none()
    {
        Book(Heat, Gas, Heat).All.Count().ShouldBe(2);
        Book(Heat).Find(Heat)!.Point.ShouldBe(Heat);
        Book(Heat).Find(Gas).ShouldBeNull();
        var (book, changes) = AlarmBook.Empty("INC-04").Set(new AlarmCondition(Heat, null), Min(1));
        changes.ShouldBeEmpty();
        book.All.ShouldBeEmpty();
    }

    [Fact]
    public void An_acknowledged_alarm_leaves_the_book_when_its_condition_goes_and_others_stay()
    {
        var book = Book(Heat, Gas);
        (_, book, _) = book.Command(book.Find(Heat)!.AlarmId, new AlarmCommand.Acknowledge(Min(1), "tech01", "Relay", "Called"));
        (book, var changes) = book.Set(new AlarmCondition(Heat, null), Min(2));
        changes.ShouldHaveSingleItem().Event.ShouldBe(new AlarmEvent.Cleared(Min(2)));
        book.All.ShouldHaveSingleItem().Point.ShouldBe(Gas);
    }

    [Fact]
    public void An_excursion_raises_its_alarm_and_its_end_or_withdrawal_clears_it()
    {
        var (book, changes) = AlarmBook.Empty("INC-04").Hear(new ExcursionBegan(Min(5), Open()));
        changes.ShouldHaveSingleItem().Event.ShouldBe(new AlarmEvent.Raised(Min(5), Severity.Action, "X-1"));
        foreach (var end in new TelemetryFact[] { new ExcursionEnded(Min(20), Open() with { ClosedAt = Min(20) }), new ExcursionTakenBack(Min(20), Open()), new ExcursionRevised(Min(20), Open(), Open() with { ClosedAt = Min(20) }) })
            book.Hear(end).Changes.ShouldHaveSingleItem().Event.ShouldBe(new AlarmEvent.Cleared(Min(20)));
        book.Hear(new ExcursionRevised(Min(20), Open(), Open(1))).Changes.ShouldBeEmpty();
        AlarmBook.Empty("INC-04").Hear(new ExcursionRevised(Min(20), Open(), Open(1))).Changes.ShouldHaveSingleItem().Event.ShouldBe(new AlarmEvent.Raised(Min(20), Severity.Action, "X-1"));
        book.Hear(new DoorMoved(Min(20), true)).Changes.ShouldBeEmpty();
    }

    [Fact]
    public void A_faulty_sensor_is_an_action_alarm_of_its_channel()
    {
        var (book, changes) = AlarmBook.Empty("INC-04").Hear(new SensorFaultRaised(Min(5), Channels.Co2, Min(1), GapCause.Stuck));
        (changes.ShouldHaveSingleItem().Alarm.Point, changes[0].Alarm.Severity).ShouldBe((new(AlarmKind.SensorFault, Channels.Co2), Severity.Action));
        book.Hear(new SensorFaultCleared(Min(9), Channels.Temperature)).Changes.ShouldBeEmpty();
        book.Hear(new SensorFaultCleared(Min(9), Channels.Co2)).Changes.ShouldHaveSingleItem().Event.ShouldBe(new AlarmEvent.Cleared(Min(9)));
    }

    [Fact]
    public void Every_shelving_that_is_over_ends_and_what_had_become_normal_under_it_leaves()
    {
        var book = Book(Heat, Gas);
        foreach (var (point, until) in new[] { (Heat, 30), (Gas, 40) })
            (_, book, _) = book.Command(book.Find(point)!.AlarmId, new AlarmCommand.Shelve(Min(1), "tech01", Min(until), "Sensor is replaced"));
        (_, book, _) = book.Command(book.Find(Heat)!.AlarmId, new AlarmCommand.Acknowledge(Min(2), "tech01", "Relay", "Called"));
        (book, _) = book.Set(new AlarmCondition(Heat, null), Min(3));
        book.All.Count().ShouldBe(2);
        book.NextDue(Min(3)).ShouldBe(Min(30));
        book.NextDue(Min(30)).ShouldBe(Min(40));
        (book, var changes) = book.EndShelvings(Min(35));
        changes.ShouldHaveSingleItem().Alarm.Point.ShouldBe(Heat);
        book.All.ShouldHaveSingleItem().State.ShouldBe(AlarmState.Shelved);
    }

    [Fact]
    public void The_next_due_time_is_the_earliest_of_all_alarms()
    {
        AlarmBook.Empty("INC-04").NextDue(Min(0)).ShouldBeNull();
        Book(Heat).NextDue(Min(0)).ShouldBe(Min(15));
        Book(Heat).Set(new AlarmCondition(Gas, Severity.Critical), Min(1)).Book.NextDue(Min(1)).ShouldBe(Min(6));
    }

    [Fact]
    public void Alarms_that_come_while_all_are_suppressed_or_out_of_service_begin_so()
    {
        var suppressed = AlarmBook.Empty("INC-04").Suppress(true, Min(0)).Book.Set(new AlarmCondition(Heat, Severity.Action), Min(1)).Book;
        suppressed.All.Single().State.ShouldBe(AlarmState.Suppressed);
        suppressed.Suppress(false, Min(2)).Book.All.Single().State.ShouldBe(AlarmState.UnackActive);
        AlarmBook.Empty("INC-04").TakeOutOfService(true, Min(0)).Book.Set(new AlarmCondition(Heat, Severity.Action), Min(1)).Book.All.Single().State.ShouldBe(AlarmState.OutOfService);
    }

    [Theory]
    [InlineData(Side.High, Severity.Action, "Limit.co2.high.action")]
    [InlineData(Side.Low, Severity.Critical, "Limit.co2.low.critical")]
    public void The_point_of_an_excursion_names_channel_side_and_severity(Side side, Severity severity, string name) =>
        AlarmPoint.Of(Open() with { Channel = Channels.Co2, Side = side, Severity = severity }).ToString().ShouldBe(name);

    [Fact]
    public void Watches_turn_at_their_limits()
    {
        var watch = CommsWatch.Of([Channels.Temperature], Min(0));
        watch.Received(Channels.Temperature, Min(10)).Received(Channels.Temperature, Min(5)).LastReceivedAt[Channels.Temperature].ShouldBe(Min(10));
        watch.Received(Channels.Temperature, Min(-10)).NextDue(Min(0)).ShouldBe(Min(5));
        watch.NextDue(Min(15)).ShouldBeNull();
        watch.Conditions(Min(14.99), true).ShouldContain(c => c.Severity == Severity.Action);
        CommsWatch.Of([], Min(0)).Conditions(Min(60), true).ShouldAllBe(c => c.Severity == null);
        StateWatch.OfPower(Min(0), Min(10).AddMilliseconds(1)).Severity.ShouldBe(Severity.Critical);
        StateWatch.NextDue(Min(0), Min(10)).ShouldBe(Min(10).AddMilliseconds(1));
        StateWatch.NextDue(Min(0), Min(11)).ShouldBeNull();
        StateWatch.NextDue(null, Min(0)).ShouldBeNull();
        StateWatch.OfDeviceAlarm(false).Severity.ShouldBeNull();
        StateWatch.OfDeviceMessage("E12", false).Severity.ShouldBeNull();
        StateWatch.OfDecon(false, true).Severity.ShouldBeNull();
        var door = DoorLog.Empty.Take(Min(0), true, TimeSpan.FromMinutes(60));
        foreach (var (minute, state) in new[] { (2.0, "ok"), (2.01, "alert"), (5.0, "alert"), (5.01, "action"), (15.0, "action"), (15.01, "critical") }) DoorWatch.StateOf(door, Min(minute)).ShouldBe(state);
        DoorWatch.NextDue(door, Min(6), TimeZoneInfo.Utc).ShouldBe(Min(15).AddMilliseconds(1));
        DoorWatch.NextDue(door, Min(16), TimeZoneInfo.Utc).ShouldBeNull();
        DoorWatch.Conditions(door, Min(15), TimeZoneInfo.Utc).First().Severity.ShouldBe(Severity.Action);
    }

    [Fact]
    public void Twelve_openings_a_day_are_no_alarm()
    {
        var door = Enumerable.Range(0, 12).Aggregate(DoorLog.Empty, (d, i) => d.Take(Min(i * 10 + 1), true, TimeSpan.FromMinutes(2.5)).Take(Min(i * 10 + 2), false, TimeSpan.FromMinutes(2.5)));
        DoorWatch.OpeningsOn(door, Min(125), TimeZoneInfo.Utc).ShouldBe(12);
        DoorWatch.Conditions(door, Min(125), TimeZoneInfo.Utc).ShouldAllBe(c => c.Severity == null);
        DoorWatch.NextDue(door, Min(125), TimeZoneInfo.Utc).ShouldBeNull();
        DoorWatch.OpeningsOn(door, Min(1), TimeZoneInfo.Utc).ShouldBe(1);
    }
}
