using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>Limits of the built-in profiles as values (domain.md 4.1, 4.7).</summary>
public sealed class EquipmentProfileTests
{
    private static ChannelProfile Of(string profile, string channel) => EquipmentProfiles.Get(profile).Find(channel)!;

    [Theory]
    [InlineData("P37-5", Channels.Temperature, 36.5, 37.5, 36.0, 38.0, 34.0, 39.0)]
    [InlineData("P37-5", Channels.Co2, 4.5, 5.5, 4.0, 6.0, 2.0, 8.0)]
    [InlineData("P37-10", Channels.Co2, 9.5, 10.5, 8.5, 11.5, 7.0, 13.0)]
    [InlineData("P37-5-O5", Channels.O2, 4.5, 5.5, 4.0, 6.0, 1.0, 9.0)]
    [InlineData("P37-5", Channels.Humidity, 88.0, null, 80.0, null, 60.0, null)]
    [InlineData("F-80", Channels.Temperature, null, -75.0, null, -70.0, null, -60.0)]
    [InlineData("F-20", Channels.Temperature, null, -18.0, null, -15.0, null, -10.0)]
    [InlineData("LN2-V", Channels.Temperature, null, -165.0, null, -150.0, null, -135.0)]
    [InlineData("R-5", Channels.Temperature, 2.5, 7.5, 2.0, 8.0, 0.0, 12.0)]
    public void Limits_are_values_whether_written_as_offsets_or_not(string profile, string channel, double? alertLow, double? alertHigh, double? low, double? high, double? criticalLow, double? criticalHigh)
    {
        var c = Of(profile, channel);
        (c.AlertOf(Side.Low), c.AlertOf(Side.High)).ShouldBe((alertLow, alertHigh));
        (c.LimitOf(Severity.Action, Side.Low), c.LimitOf(Severity.Action, Side.High)).ShouldBe((low, high));
        (c.LimitOf(Severity.Critical, Side.Low), c.LimitOf(Severity.Critical, Side.High)).ShouldBe((criticalLow, criticalHigh));
        c.IsJudged.ShouldBeTrue();
    }

    [Theory]
    [InlineData("P37-5", Channels.Temperature, 36.2, 37.8, 34.2, 38.8)]
    [InlineData("P37-5", Channels.Humidity, 82.0, null, 62.0, null)]
    [InlineData("R-5", Channels.Temperature, 3.0, 7.0, 1.0, 11.0)]
    [InlineData("LN2-V", Channels.Temperature, null, -155.0, null, -140.0)]
    public void A_value_is_clear_at_the_limit_less_or_plus_the_deadband(string profile, string channel, double? low, double? high, double? criticalLow, double? criticalHigh)
    {
        var c = Of(profile, channel);
        (c.ClearOf(Severity.Action, Side.Low), c.ClearOf(Severity.Action, Side.High), c.ClearOf(Severity.Critical, Side.Low), c.ClearOf(Severity.Critical, Side.High)).ShouldBe((low, high, criticalLow, criticalHigh));
    }

    [Theory]
    [InlineData("P37-5", Channels.Temperature, 10, 5, 10, 2)]
    [InlineData("P37-5", Channels.Co2, 10, 10, 5, 5)]
    [InlineData("P37-5-O5", Channels.O2, 20, 20, 10, 10)]
    public void A_delay_is_that_of_its_side_and_severity(string profile, string channel, double low, double high, double criticalLow, double criticalHigh)
    {
        var c = Of(profile, channel);
        new[] { c.OnDelay(Severity.Action, Side.Low), c.OnDelay(Severity.Action, Side.High), c.OnDelay(Severity.Critical, Side.Low), c.OnDelay(Severity.Critical, Side.High) }
            .Select(d => d.TotalMinutes).ShouldBe([low, high, criticalLow, criticalHigh]);
        c.OffDelay.TotalMinutes.ShouldBe(5);
    }

    [Fact]
    public void A_channel_limited_on_one_side_is_judged_and_one_on_none_is_not()
    {
        var none = new ChannelProfile { Channel = "shake", Unit = "rpm" };
        none.IsJudged.ShouldBeFalse();
        (none with { Action = new(Low: 1) }).IsJudged.ShouldBeTrue();
        (none with { Action = new(High: 1) }).IsJudged.ShouldBeTrue();
        none.StateOf(1e6).ShouldBe("ok");
        none.OnDelay(Severity.Action, Side.High).ShouldBe(TimeSpan.Zero);
        (none with { Critical = new(High: 5) }).StateOf(5.1).ShouldBe("critical");
        (none with { Alert = new(High: 5) }).StateOf(5.1).ShouldBe("alert");
        (none with { Alert = new(Low: 5) }).StateOf(4.9).ShouldBe("alert");
    }

    [Theory]
    [InlineData(39.1, Side.High, Side.High)]
    [InlineData(38.1, Side.High, null)]
    [InlineData(37.0, null, null)]
    [InlineData(35.9, Side.Low, null)]
    [InlineData(33.9, Side.Low, Side.Low)]
    public void A_value_is_beyond_on_the_side_it_lies_on(double value, Side? action, Side? critical) =>
        (Of("P37-5", Channels.Temperature).Beyond(Severity.Action, value), Of("P37-5", Channels.Temperature).Beyond(Severity.Critical, value)).ShouldBe((action, critical));

    [Fact]
    public void A_profile_nobody_knows_is_none_and_a_channel_it_does_not_have_neither()
    {
        EquipmentProfiles.Find("P99").ShouldBeNull();
        Should.Throw<ArgumentOutOfRangeException>(() => EquipmentProfiles.Get("P99"));
        EquipmentProfiles.Get("F-80").Find(Channels.Co2).ShouldBeNull();
        EquipmentProfiles.All.Select(p => p.Id).ShouldBe(["P37-5", "P37-10", "P37-5-O5", "P37-5-ALI", "F-80", "F-20", "LN2-V", "R-5", "BSC"], ignoreOrder: true);
    }
}
