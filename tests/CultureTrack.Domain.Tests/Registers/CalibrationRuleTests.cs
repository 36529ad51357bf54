using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class CalibrationRuleTests
{
    private static readonly Equipment Incubator = new("INC-02", EquipmentKind.Incubator, "main", "P37-5", 60, 4, null, Now.AddYears(-1), 1)
    {
        Channels = [new("temperature", 0.01m, Now.AddMonths(-6), Now.AddMonths(6)), new("co2", 0.01m, Now.AddMonths(-3), Now.AddMonths(3))],
    };

    private static readonly EquipmentChannel Channel = new("temperature", 0.01m, Now.AddDays(-1), Now.AddMonths(6));
    private static readonly CalibrationRecorded Done = new("temperature", Now, Now.AddMonths(12), AsFound.Within, 0.05m, "CERT-1");
    private static readonly CabinetUsed Use = new("BSC-1", ["CEA-26-0001"], Now.AddHours(-2), Now.AddHours(-1), true, true);

    private static string[] Registering(EquipmentChannel c) => Found(Done, j => CalibrationRules.CheckChannel("P37-5", c, "channels[2]", j));
    private static string[] Calibrating(CalibrationRecorded e) => Found(e, j => CalibrationRules.Check(e, Incubator, j));
    private static string[] Using(CabinetUsed e, params CabinetUsed[] others) => Found(e, j => CalibrationRules.Check(e, others, j));
    private static ChannelState After(params CalibrationRecorded[] done) => done.Aggregate(Incubator, CalibrationRules.Apply).Channels[0];

    [Fact]
    public void The_longest_interval_is_that_of_the_channel_in_the_profile_and_else_a_year()
    {
        CalibrationRules.LongestMonths("P37-5", "co2").ShouldBe(6);
        CalibrationRules.LongestMonths("P37-5", "temperature").ShouldBe(12);
        CalibrationRules.LongestMonths("P37-5", "door").ShouldBe(12);
        CalibrationRules.LongestMonths("none", "co2").ShouldBe(12);
    }

    [Theory]
    [InlineData("temperature")]
    [InlineData("T2")]
    [InlineData("_")]
    [InlineData("co2-left_probe.1")]
    [InlineData("a123456789012345678901234567890123456789012345678901234567890123")]
    public void A_channel_may_be_named(string name) => Registering(Channel with { Channel = name }).ShouldBeEmpty();

    [Theory]
    [InlineData("gas pressure")]
    [InlineData("co2/left")]
    [InlineData("température")]
    [InlineData("a1234567890123456789012345678901234567890123456789012345678901234")]
    public void A_channel_may_not_be_named(string name) => Registering(Channel with { Channel = name }).ShouldBe(["VAL-FORMAT channels[2].channel"]);

    [Fact]
    public void A_channel_is_registered_with_its_resolution_and_a_calibration_that_has_been()
    {
        Registering(Channel with { Resolution = 0 }).ShouldBe(["VAL-RANGE channels[2].resolution"]);
        Registering(Channel with { Resolution = 0.001m }).ShouldBeEmpty();
        Registering(Channel with { CalibratedAt = Now }).ShouldBeEmpty();
        Registering(Channel with { CalibratedAt = Now.AddSeconds(1) }).ShouldBe(["VAL-FUTURE channels[2].calibratedAt"]);
        Registering(Channel with { DueAt = Channel.CalibratedAt }).ShouldBe(["VAL-ORDER channels[2].dueAt"]);
        Registering(Channel with { DueAt = Channel.CalibratedAt.AddMonths(12) }).ShouldBeEmpty();
        Registering(Channel with { DueAt = Channel.CalibratedAt.AddMonths(12).AddSeconds(1) }).ShouldBe(["VAL-RANGE channels[2].dueAt"]);
        Registering(Channel with { Channel = "co2", DueAt = Channel.CalibratedAt.AddMonths(6).AddSeconds(1) }).ShouldBe(["VAL-RANGE channels[2].dueAt"]);
    }

    [Fact]
    public void A_calibration_is_of_this_equipment_and_of_a_channel_it_has()
    {
        Calibrating(Done).ShouldBeEmpty();
        Calibrating(Done with { EquipmentId = "INC-02" }).ShouldBeEmpty();
        Calibrating(Done with { EquipmentId = "INC-03" }).ShouldBe(["VAL-FORMAT equipmentId"]);
        Calibrating(Done with { Channel = "humidity" }).ShouldBe(["VAL-FORMAT channel"]);
    }

    [Fact]
    public void A_calibration_has_been_done_give_or_take_five_seconds()
    {
        Calibrating(Done with { PerformedAt = Now.AddSeconds(5) }).ShouldBeEmpty();
        Calibrating(Done with { PerformedAt = Now.AddSeconds(5.1) }).ShouldBe(["VAL-FUTURE performedAt"]);
    }

    [Fact]
    public void It_is_due_again_after_it_was_done_and_within_the_interval()
    {
        Calibrating(Done with { DueAt = Now }).ShouldBe(["VAL-ORDER dueAt"]);
        Calibrating(Done with { DueAt = Now.AddSeconds(1) }).ShouldBeEmpty();
        Calibrating(Done with { DueAt = Now.AddMonths(12).AddSeconds(1) }).ShouldBe(["VAL-RANGE dueAt"]);
        Calibrating(Done with { Channel = "co2", DueAt = Now.AddMonths(6) }).ShouldBeEmpty();
        Calibrating(Done with { Channel = "co2", DueAt = Now.AddMonths(6).AddSeconds(1) }).ShouldBe(["VAL-RANGE dueAt"]);
    }

    [Fact]
    public void A_channel_found_out_is_flagged_with_its_error() =>
        Calibrating(Done with { AsFound = AsFound.Out, AsFoundError = -1.2m }).ShouldBe(["OutOfWindow asFound: -1.2"]);

    [Fact]
    public void A_calibration_found_within_is_the_last_good_one() =>
        After(Done).ShouldBe(new("temperature", 0.01m, Now, Now.AddMonths(12)) { LastGoodAt = Now, AsFound = AsFound.Within });

    [Fact]
    public void One_found_out_leaves_the_last_good_one_where_it_was()
    {
        var failed = Done with { AsFound = AsFound.Out };
        After(failed).ShouldBe(new("temperature", 0.01m, Now, Now.AddMonths(12)) { LastGoodAt = Now.AddMonths(-6), AsFound = AsFound.Out });
        After(failed, failed with { PerformedAt = Now.AddDays(1) }).LastGoodAt.ShouldBe(Now.AddMonths(-6), "found out twice");
        After(failed, Done with { PerformedAt = Now.AddDays(1) }).LastGoodAt.ShouldBe(Now.AddDays(1));
    }

    [Fact]
    public void The_other_channels_stay_as_they_were()
    {
        var after = CalibrationRules.Apply(Incubator, Done with { Channel = "co2" });
        after.Channels[0].ShouldBe(Incubator.Channels[0]);
        after.Channels[1].CalibratedAt.ShouldBe(Now);
        CalibrationRules.Apply(Incubator, Done with { Channel = "humidity" }).Channels.ShouldBe(Incubator.Channels);
    }

    [Fact]
    public void A_calibration_entered_late_for_an_earlier_day_changes_nothing_now()
    {
        var before = Incubator.Channels[0];
        After(Done with { PerformedAt = before.CalibratedAt.AddSeconds(-1), DueAt = Now.AddMonths(1) }).ShouldBe(before);
        After(Done with { PerformedAt = before.CalibratedAt, DueAt = Now.AddMonths(1) }).DueAt.ShouldBe(Now.AddMonths(1), "at the same moment the later entry counts");
    }

    [Fact]
    public void A_cabinet_is_used_for_a_while_and_with_its_airflow_right()
    {
        Using(Use).ShouldBeEmpty();
        Using(Use with { EndAt = Use.StartAt }).ShouldBe(["VAL-ORDER endAt"]);
        Using(Use with { EndAt = Use.StartAt.AddSeconds(1) }).ShouldBeEmpty();
        Using(Use with { AirflowOk = false }).ShouldBe(["STATE-GUARD airflowOk"]);
        Using(Use with { Cleaned = false }).ShouldBe(["NotReleased cleaned: False"]);
    }

    [Theory]
    [InlineData(-180, -120, false)]
    [InlineData(-180, -119, true)]
    [InlineData(-110, -70, true)]
    [InlineData(-61, 0, true)]
    [InlineData(-60, 0, false)]
    public void Another_batch_is_in_the_cabinet_before_or_after_but_not_meanwhile(int fromMinutes, int toMinutes, bool refused)
    {
        var other = Use with { BatchIds = ["CEA-26-0002"], StartAt = Now.AddMinutes(fromMinutes), EndAt = Now.AddMinutes(toMinutes) };
        Using(Use, other).ShouldBe(refused ? ["STATE-GUARD startAt"] : []);
        Using(Use, other with { BatchIds = Use.BatchIds }).ShouldBeEmpty("the same batch");
    }
}
