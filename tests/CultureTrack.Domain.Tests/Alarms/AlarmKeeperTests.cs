using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Alarms;

/// <summary>Alarms by time: whoever looks late sees what would have been seen in time.</summary>
public sealed class AlarmKeeperTests
{
    private static readonly Circumstances Inside = new("P37-5", TimeSpan.FromMinutes(1), "co2=0.01,temperature=0.01", "UTC", Min(0), true);

    private static AlarmKeeper Keeper()
    {
        var keeper = new AlarmKeeper(AlarmBook.Empty("INC-04"), CommsWatch.Of([], null), Min(0));
        keeper.Apply(Inside);
        keeper.Hear(Min(0), [new(Min(0), Min(0), Min(0), false, [new("temperature", 37.0), new("co2", 5.0), new("power", 1)])], [], new([new(Min(0), null)], Min(0)));
        (_, _) = keeper.Command(keeper.Book.Find(new(AlarmKind.DeviceAlarm, Channels.Power))!.AlarmId, new AlarmCommand.Shelve(Min(0), "tech01", Min(7), "Mains are tested"));
        return keeper;
    }

    private static IEnumerable<string> Told(IEnumerable<AlarmChange> changes) => changes.Select(c => $"{(c.Event.At - Origin).TotalMinutes:0.#} {c.Alarm.Point} {c.Event.GetType().Name} {c.Alarm.Severity}");

    [Fact]
    public void Deadlines_that_were_missed_run_each_at_its_own_time_and_in_its_order()
    {
        Told(Keeper().RunTo(Min(60))).ShouldBe(
        [
            "5 CommsLost Raised Action", "5 Door.door.open Raised Action", "7 DeviceAlarm.power Unshelved Action", "10 DeviceAlarm.power Raised Critical",
            "15 CommsLost Raised Critical", "15 Door.door.open Raised Critical",
        ]);
    }

    [Fact]
    public void Looking_every_second_or_once_an_hour_comes_to_the_same()
    {
        var often = Keeper();
        var seen = Enumerable.Range(1, 3600).SelectMany(second => often.RunTo(Min(second / 60.0))).ToList();
        Told(seen).ShouldBe(Told(Keeper().RunTo(Min(60))));
        often.RunTo(Min(60)).ShouldBeEmpty();
        often.Look(Min(60)).ShouldBeEmpty();
    }

    [Fact]
    public void Silence_that_was_broken_in_time_is_none_and_vessels_decide_how_bad_it_is()
    {
        var keeper = Keeper();
        keeper.RunTo(Min(4.99)).ShouldBeEmpty();
        keeper.Hear(Min(4.99), [new(Min(4.99), Min(4.99), null, false, [new("temperature", 37.0), new("co2", 5.0)])], [], DoorLog.Empty);
        keeper.Apply(Inside with { IsOccupied = false });
        Told(keeper.RunTo(Min(60))).ShouldBe(["7 DeviceAlarm.power Unshelved Action", "10 CommsLost Raised Action", "10 DeviceAlarm.power Raised Critical"]);
        keeper.Apply(Inside);
        Told(keeper.Look(Min(61))).ShouldBe(["61 CommsLost Raised Critical"]);
    }

    [Fact]
    public void What_was_kept_by_a_device_calls_nobody_for_the_past_and_still_breaks_the_silence()
    {
        var keeper = Keeper();
        var old = new HeardRow(Min(20), Min(14), Min(14), true, [new("deviceAlarm", 1), new("temperature", 37.0), new("co2", 5.0)]);
        keeper.RunTo(Min(20));
        Told(keeper.Hear(Min(20), [old], [], DoorLog.Empty)).ShouldBe(["20 CommsLost Cleared Critical", "20 Door.door.open Cleared Critical"]);
        Told(keeper.Hear(Min(20), [old with { EffectiveAt = Min(15) }], [], DoorLog.Empty)).ShouldBe(["15 DeviceAlarm.deviceAlarm Raised Action"]);
    }
}
