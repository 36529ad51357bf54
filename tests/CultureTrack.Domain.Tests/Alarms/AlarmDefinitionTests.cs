using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Alarms;

/// <summary>Every alarm says what it means and what to do (domain.md 4.6); the most particular definition speaks.</summary>
public sealed class AlarmDefinitionTests
{
    [Theory]
    [InlineData(Channels.Temperature, "high.action", "Heat shock")]
    [InlineData(Channels.Temperature, "high.critical", "Heat shock")]
    [InlineData(Channels.Temperature, "low.action", "Growth stops")]
    [InlineData(Channels.Co2, "low.critical", "alkaline")]
    [InlineData(Channels.Co2, "high.action", "acid")]
    [InlineData(Channels.O2, "high.action", "low-oxygen")]
    [InlineData(Channels.Humidity, "low.action", "osmolality")]
    public void A_limit_alarm_tells_the_consequence_of_its_own_channel_and_side(string channel, string detail, string consequence) =>
        AlarmDefinitions.Of(new(AlarmKind.Limit, channel, detail)).Consequence.ShouldContain(consequence);

    [Fact]
    public void A_definition_is_of_the_kind_and_channel_of_its_point()
    {
        foreach (var kind in Enum.GetValues<AlarmKind>())
            foreach (var channel in new[] { null, Channels.Temperature, Channels.Co2, Channels.O2, Channels.Humidity, Channels.GasPressure, Channels.Door, Channels.Power, Channels.Decon })
                foreach (var detail in new[] { "", "high.action", "low.critical", "open", "openings" })
                {
                    var found = AlarmDefinitions.Of(new(kind, channel, detail));
                    found.Kind.ShouldBe(kind);
                    (found.Channel ?? channel).ShouldBe(channel);
                    detail.ShouldStartWith(found.Detail ?? "");
                }
    }

    [Fact]
    public void Power_and_decontamination_are_told_apart_from_other_device_alarms()
    {
        var power = AlarmDefinitions.Of(new(AlarmKind.DeviceAlarm, Channels.Power));
        var decon = AlarmDefinitions.Of(new(AlarmKind.DeviceAlarm, Channels.Decon));
        var other = AlarmDefinitions.Of(new(AlarmKind.DeviceAlarm, null, "E12"));
        (power.Channel, decon.Channel, other.Channel).ShouldBe((Channels.Power, Channels.Decon, null));
        AlarmDefinitions.Of(new(AlarmKind.Door, Channels.Door, "openings")).Detail.ShouldBe("openings");
        AlarmDefinitions.Of(new(AlarmKind.Door, Channels.Door, "open")).Detail.ShouldBeNull();
        Should.Throw<ArgumentNullException>(() => AlarmDefinitions.Of(null!));
    }
}
