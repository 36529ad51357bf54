using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Alarms;

public sealed class WatchTests
{
    private static readonly string[] Both = [Channels.Temperature, Channels.Co2];
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(150);

    [Fact]
    public void A_silent_channel_alarms_after_5_min_and_critically_after_15_when_occupied()
    {
        var watch = CommsWatch.Of(Both, Min(0)).Received(Channels.Co2, Min(4)).Received(Channels.Co2, Min(20));
        Standing(watch.Conditions(Min(4.9), true)).ShouldBeEmpty();
        Standing(watch.Conditions(Min(5), true)).ShouldBe([("CommsLost.temperature", Severity.Action)]);
        Standing(watch.Conditions(Min(15), true)).ShouldBe([("CommsLost.temperature", Severity.Critical)]);
        Standing(watch.Conditions(Min(15), false)).ShouldBe([("CommsLost.temperature", Severity.Action)]);
        watch.NextDue(Min(0)).ShouldBe(Min(5));
        watch.NextDue(Min(5)).ShouldBe(Min(15));
    }

    [Fact]
    public void All_channels_silent_are_one_alarm()
    {
        var watch = CommsWatch.Of(Both, Min(0)).Received(Channels.Temperature, Min(8)).Received(Channels.Co2, Min(10));
        Standing(watch.Conditions(Min(15), true)).ShouldBe([("CommsLost", Severity.Action)]);
        Standing(watch.Conditions(Min(25), true)).ShouldBe([("CommsLost", Severity.Critical)]);
        Standing(watch.Received(Channels.Co2, Min(26)).Conditions(Min(26), true)).ShouldBe([("CommsLost.temperature", Severity.Critical)]);
    }

    [Fact]
    public void Silence_is_watched_from_InService_on()
    {
        Standing(CommsWatch.Of(Both, null).Conditions(Min(60), true)).ShouldBeEmpty();
        Standing(CommsWatch.Of(Both, Min(58)).Conditions(Min(60), true)).ShouldBeEmpty();
        CommsWatch.Of(Both, null).NextDue(Min(0)).ShouldBeNull();
    }

    [Fact]
    public void One_alarm_of_silence_grows_critical_and_ends_with_the_first_message()
    {
        var (book, watch) = (AlarmBook.Empty("INC-02"), CommsWatch.Of(Both, Min(0)));
        (book, _) = book.Set(watch.Conditions(Min(5), true), Min(5));
        var first = book.All.ShouldHaveSingleItem();
        (book, _) = book.Set(watch.Conditions(Min(15), true), Min(15));
        var second = book.All.ShouldHaveSingleItem();
        (second.AlarmId, second.Severity, second.RaisedAt).ShouldBe((first.AlarmId, Severity.Critical, Min(15)));
        watch = watch.Received(Channels.Temperature, Min(16)).Received(Channels.Co2, Min(16));
        (book, _) = book.Set(watch.Conditions(Min(16), true), Min(16));
        book.All.ShouldHaveSingleItem().State.ShouldBe(AlarmState.RtnUnack);
    }

    [Fact]
    public void An_open_door_is_an_alert_an_action_and_a_critical_alarm_in_turn()
    {
        var door = DoorLog.Empty.Take(Min(0), true, Hold);
        DoorWatch.StateOf(door, Min(2)).ShouldBe("ok");
        DoorWatch.StateOf(door, Min(2.1)).ShouldBe("alert");
        Standing(DoorWatch.Conditions(door, Min(5), TimeZoneInfo.Utc)).ShouldBeEmpty();
        Standing(DoorWatch.Conditions(door, Min(5.1), TimeZoneInfo.Utc)).ShouldBe([("Door.door.open", Severity.Action)]);
        Standing(DoorWatch.Conditions(door, Min(15.1), TimeZoneInfo.Utc)).ShouldBe([("Door.door.open", Severity.Critical)]);
        DoorWatch.NextDue(door, Min(0), TimeZoneInfo.Utc).ShouldBe(Min(5).AddMilliseconds(1));
        Standing(DoorWatch.Conditions(door.Take(Min(15.2), false, Hold), Min(15.3), TimeZoneInfo.Utc)).ShouldBeEmpty();
    }

    [Fact]
    public void The_thirteenth_opening_of_a_local_day_alarms_until_midnight()
    {
        var door = Enumerable.Range(0, 13).Aggregate(DoorLog.Empty, (d, i) => d.Take(Min(i * 10 + 1), true, Hold).Take(Min(i * 10 + 2), false, Hold));
        Standing(DoorWatch.Conditions(door, Min(120), TimeZoneInfo.Utc)).ShouldBeEmpty();
        Standing(DoorWatch.Conditions(door, Min(125), TimeZoneInfo.Utc)).ShouldBe([("Door.door.openings", Severity.Action)]);
        DoorWatch.NextDue(door, Min(125), TimeZoneInfo.Utc).ShouldBe(Min(24 * 60));
        Standing(DoorWatch.Conditions(door, Min(24 * 60), TimeZoneInfo.Utc)).ShouldBeEmpty();
        // In Paris (+02:00) the first openings of the recording belong to the same day.
        DoorWatch.OpeningsOn(door, Min(125), TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).ShouldBe(13);
        DoorWatch.OpeningsOn(door, Min(125), TimeZoneInfo.FindSystemTimeZoneById("America/New_York")).ShouldBe(13);
        DoorWatch.OpeningsOn(door, Min(125), TimeZoneInfo.FindSystemTimeZoneById("Atlantic/Azores")).ShouldBe(13);
        DoorWatch.OpeningsOn(door, Min(125), TimeZoneInfo.CreateCustomTimeZone("X", TimeSpan.FromHours(-1), "X", "X")).ShouldBe(7);
    }

    [Fact]
    public void A_power_loss_is_an_action_alarm_at_once_and_critical_after_10_min()
    {
        StateWatch.OfPower(null, Min(0)).Severity.ShouldBeNull();
        StateWatch.OfPower(Min(0), Min(0)).Severity.ShouldBe(Severity.Action);
        StateWatch.OfPower(Min(0), Min(10)).Severity.ShouldBe(Severity.Action);
        StateWatch.OfPower(Min(0), StateWatch.NextDue(Min(0), Min(0))!.Value).Severity.ShouldBe(Severity.Critical);
    }

    [Theory]
    [InlineData(60, null)]
    [InlineData(61, Severity.Action)]
    [InlineData(-61, Severity.Action)]
    public void A_clock_off_by_more_than_60_s_alarms(int seconds, Severity? severity) => StateWatch.OfSkew(TimeSpan.FromSeconds(seconds)).Severity.ShouldBe(severity);

    [Fact]
    public void Decontamination_alarms_only_with_vessels_inside()
    {
        StateWatch.OfDecon(true, true).Severity.ShouldBe(Severity.Critical);
        StateWatch.OfDecon(true, false).Severity.ShouldBeNull();
        StateWatch.OfDeviceAlarm(true).Severity.ShouldBe(Severity.Action);
        StateWatch.OfDeviceMessage("E12", true).Point.ToString().ShouldBe("DeviceAlarm.E12");
    }

    private static IEnumerable<(string, Severity)> Standing(IEnumerable<AlarmCondition> conditions) =>
        conditions.Where(c => c.Severity is not null).Select(c => (c.Point.ToString(), c.Severity!.Value));
}
