using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Alarms;

/// <summary>The instants at which silence, doors and power turn into alarms.</summary>
public sealed class WatchBoundTests
{
    private static readonly string[] Both = [Channels.Temperature, Channels.Co2];

    [Fact]
    public void A_message_no_later_than_the_last_changes_nothing()
    {
        var watch = CommsWatch.Of(Both, Min(0)).Received(Channels.Co2, Min(4));
        watch.Received(Channels.Co2, Min(4)).ShouldBeSameAs(watch);
        watch.Received(Channels.Co2, Min(3)).ShouldBeSameAs(watch);
        watch.Received(Channels.Co2, Min(4.01)).LastReceivedAt[Channels.Co2].ShouldBe(Min(4.01));
        watch.Received(Channels.Temperature, Min(3)).LastReceivedAt.Count.ShouldBe(2);
    }

    [Fact]
    public void Everything_has_been_silent_only_as_long_as_the_last_channel_that_fell_silent()
    {
        var watch = CommsWatch.Of(Both, Min(0)).Received(Channels.Temperature, Min(2)).Received(Channels.Co2, Min(10));
        var conditions = watch.Conditions(Min(20), isOccupied: true).ToList();
        conditions.Select(c => (c.Point.ToString(), c.Severity)).ShouldBe([("CommsLost", Severity.Action), ("CommsLost.temperature", null), ("CommsLost.co2", null)]);
        watch.Conditions(Min(14.9), isOccupied: true).Select(c => (c.Point.ToString(), c.Severity)).ShouldBe([("CommsLost", null), ("CommsLost.temperature", Severity.Action), ("CommsLost.co2", null)]);
    }

    [Fact]
    public void A_message_from_before_it_went_into_service_does_not_count()
    {
        var watch = CommsWatch.Of([Channels.Temperature], Min(0)).Received(Channels.Temperature, Min(-3));
        watch.NextDue(Min(0)).ShouldBe(Min(5));
        watch.Conditions(Min(4), isOccupied: true).ShouldAllBe(c => c.Severity == null);
        watch.Conditions(Min(5), isOccupied: true).First().Severity.ShouldBe(Severity.Action);
    }

    [Fact]
    public void Without_channels_nothing_is_silent() => CommsWatch.Of([], Min(0)).Conditions(Min(60), isOccupied: true).ShouldHaveSingleItem().Severity.ShouldBeNull();

    [Fact]
    public void The_next_due_time_lies_after_the_instant_asked_and_not_at_it()
    {
        var door = DoorLog.Empty.Take(Min(0), true, TimeSpan.FromMinutes(60));
        DoorWatch.NextDue(door, Min(5).AddMilliseconds(1), TimeZoneInfo.Utc).ShouldBe(Min(15).AddMilliseconds(1));
        DoorWatch.NextDue(door, Min(15).AddMilliseconds(1), TimeZoneInfo.Utc).ShouldBeNull();
        StateWatch.NextDue(Min(0), Min(10).AddMilliseconds(1)).ShouldBeNull();
        CommsWatch.Of([Channels.Temperature], Min(0)).NextDue(Min(5)).ShouldBe(Min(15));
    }

    [Fact]
    public void A_closed_door_calls_nobody_and_one_that_opens_later_is_not_open_yet()
    {
        var closed = DoorLog.Empty.Take(Min(0), true, TimeSpan.FromMinutes(60)).Take(Min(1), false, TimeSpan.FromMinutes(60));
        DoorWatch.NextDue(closed, Min(2), TimeZoneInfo.Utc).ShouldBeNull();
        DoorWatch.StateOf(closed, Min(60)).ShouldBe("ok");
        var later = DoorLog.Empty.Take(Min(30), true, TimeSpan.FromMinutes(60));
        DoorWatch.StateOf(later, Min(10)).ShouldBe("ok");
        DoorWatch.OpeningsOn(later, Min(29), TimeZoneInfo.Utc).ShouldBe(0);
        DoorWatch.OpeningsOn(later, Min(30), TimeZoneInfo.Utc).ShouldBe(1);
    }

    [Fact]
    public void A_midnight_that_is_skipped_comes_with_the_first_minute_of_the_day()
    {
        // On 27 April 2026 clocks here go from 00:00 to 01:00.
        var rule = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(new(2026, 1, 1), new(2026, 12, 31), TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFixedDateRule(new(1, 1, 1, 0, 0, 0), 4, 27), TimeZoneInfo.TransitionTime.CreateFixedDateRule(new(1, 1, 1, 0, 0, 0), 10, 10));
        var zone = TimeZoneInfo.CreateCustomTimeZone("Skips", TimeSpan.Zero, "Skips", "Skips", "Skips in summer", [rule]);
        var hold = TimeSpan.FromMinutes(2.5);
        var door = Enumerable.Range(0, 13).Aggregate(DoorLog.Empty, (d, i) => d.Take(Min(i * 10 + 1), true, hold).Take(Min(i * 10 + 2), false, hold));
        Min(0).ShouldBe(new DateTimeOffset(2026, 4, 26, 0, 0, 0, TimeSpan.Zero));
        DoorWatch.NextDue(door, Min(125), zone).ShouldBe(Min(24 * 60));
    }

    [Fact]
    public void A_device_alarms_while_its_contact_or_its_message_says_so()
    {
        StateWatch.OfDeviceAlarm(true).ShouldBe(new AlarmCondition(new(AlarmKind.DeviceAlarm, Channels.DeviceAlarm), Severity.Action));
        StateWatch.OfDeviceAlarm(false).Severity.ShouldBeNull();
        StateWatch.OfDeviceMessage("E12", true).ShouldBe(new AlarmCondition(new(AlarmKind.DeviceAlarm, null, "E12"), Severity.Action));
        StateWatch.OfDeviceMessage("E12", false).Severity.ShouldBeNull();
        StateWatch.OfDecon(false, false).Severity.ShouldBeNull();
        StateWatch.OfSkew(TimeSpan.FromSeconds(60)).Severity.ShouldBeNull();
        StateWatch.OfSkew(TimeSpan.FromSeconds(-60)).Severity.ShouldBeNull();
    }

    [Fact]
    public void What_is_not_there_is_refused_by_its_name()
    {
        Missing("door", () => DoorWatch.Conditions(null!, Min(0), TimeZoneInfo.Utc).Count().ShouldBe(2));
        Missing("door", () => DoorWatch.OpeningsOn(null!, Min(0), TimeZoneInfo.Utc));
        Missing("door", () => DoorWatch.NextDue(null!, Min(0), TimeZoneInfo.Utc));
        Missing("excursion", () => AlarmPoint.Of(null!));
        Missing("alarm", () => AlarmDecider.Decide(null!, new AlarmCommand.Clear(Min(0))));
        Missing("alarm", () => AlarmDecider.Evolve(null!, new AlarmEvent.Cleared(Min(0))));
        Missing("alarm", () => AlarmQuality.IsChattering(null!));
        Missing("alarm", () => Escalation.LevelAt(null!, Min(0)));
        Missing("alarm", () => Escalation.NextAfter(null!, Min(0)));
        Missing("condition", () => AlarmBook.Empty("INC-04").Set((AlarmCondition)null!, Min(0)));
        Missing("point", () => AlarmDefinitions.Of(null!));

        static void Missing(string name, Action asked) => Should.Throw<ArgumentNullException>(asked).ParamName.ShouldBe(name);
    }

    [Fact]
    public void Each_command_of_a_person_is_an_entry_and_those_of_the_software_are_none()
    {
        AlarmEntries.Stream("A-1").ShouldBe("alarm/A-1");
        AlarmEntries.Of("A-1", new AlarmCommand.Acknowledge(Min(0), "u", "Relay", "Called")).ShouldBe(new AlarmAcknowledged("A-1", "Relay", "Called"));
        AlarmEntries.Of("A-1", new AlarmCommand.Shelve(Min(0), "u", Min(30), "Sensor is replaced")).ShouldBe(new AlarmShelved("A-1", "Sensor is replaced", Min(30)));
        AlarmEntries.Of("A-1", new AlarmCommand.Unshelve(Min(0), "u", "Sensor is replaced")).ShouldBe(new AlarmUnshelved("A-1", "Sensor is replaced"));
        AlarmEntries.Of("A-1", new AlarmCommand.Reset(Min(0), "u", "Sensor is replaced")).ShouldBe(new AlarmReset("A-1", "Sensor is replaced"));
        Should.Throw<ArgumentException>(() => AlarmEntries.Of("A-1", new AlarmCommand.Clear(Min(0))));
        AlarmEntries.StoredNames.Select(n => (n.Key.Name, n.Value)).ShouldBe(
            [("AlarmAcknowledged", "alarm_acknowledged"), ("AlarmShelved", "alarm_shelved"), ("AlarmUnshelved", "alarm_unshelved"), ("AlarmReset", "alarm_reset")]);
    }
}
