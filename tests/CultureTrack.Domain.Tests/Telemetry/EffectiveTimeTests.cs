using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

public sealed class EffectiveTimeTests
{
    private static readonly DateTimeOffset Noon = At("2026-03-02T12:00:00Z");

    [Fact]
    public void X7_a_live_message_42_s_off_is_placed_at_its_receipt_and_tagged()
    {
        var time = EffectiveTime.Of(new(), Noon, Noon.AddSeconds(42), buffered: false);
        time.At.ShouldBe(Noon.AddSeconds(42));
        time.IsSkewed.ShouldBeTrue();
        time.IsUncertain.ShouldBeFalse();
        time.Skew.ShouldBe(TimeSpan.FromSeconds(-42));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public void A_live_message_within_5_s_keeps_its_device_time(int seconds)
    {
        var time = EffectiveTime.Of(new(), Noon.AddSeconds(seconds), Noon, buffered: false);
        time.At.ShouldBe(Noon.AddSeconds(seconds));
        time.IsSkewed.ShouldBeFalse();
    }

    [Fact]
    public void A_message_without_a_time_is_placed_at_its_receipt_and_measures_no_skew()
    {
        var time = EffectiveTime.Of(new(TimeSpan.FromSeconds(9)), null, Noon, buffered: false);
        time.At.ShouldBe(Noon);
        time.Next.LastSkew.ShouldBe(TimeSpan.FromSeconds(9));
        time.Skew.ShouldBeNull();
    }

    [Fact]
    public void Buffered_readings_are_corrected_by_the_last_measured_skew()
    {
        var live = EffectiveTime.Of(new(), Noon.AddSeconds(30), Noon, buffered: false);
        var buffered = EffectiveTime.Of(live.Next, Noon.AddSeconds(-600), Noon, buffered: true);
        buffered.At.ShouldBe(Noon.AddSeconds(-630));
        buffered.IsUncertain.ShouldBeFalse();
        EffectiveTime.Of(new(), Noon.AddSeconds(-600), Noon, buffered: true).At.ShouldBe(Noon.AddSeconds(-600));
    }

    [Fact]
    public void Buffered_readings_of_a_clock_more_than_60_s_off_are_uncertain()
    {
        var live = EffectiveTime.Of(new(), Noon.AddSeconds(61), Noon, buffered: false);
        EffectiveTime.Of(live.Next, Noon.AddSeconds(-600), Noon, buffered: true).IsUncertain.ShouldBeTrue();
        EffectiveTime.Of(new(TimeSpan.FromSeconds(60)), Noon.AddSeconds(-600), Noon, buffered: true).IsUncertain.ShouldBeFalse();
    }

    [Fact]
    public void A_time_in_the_future_is_never_trusted()
    {
        var time = EffectiveTime.Of(new(), Noon.AddSeconds(6), Noon, buffered: true);
        time.At.ShouldBe(Noon);
        time.IsUncertain.ShouldBeTrue();
    }

    [Theory]
    [InlineData("2000-01-01T00:00:00Z", true)]
    [InlineData("1999-12-31T23:59:59Z", false)]
    [InlineData("2026-03-03T12:00:00Z", true)]
    [InlineData("2026-03-03T12:00:01Z", false)]
    public void Only_times_from_2000_to_a_day_ahead_are_read(string device, bool readable) => EffectiveTime.IsReadable(At(device), Noon).ShouldBe(readable);
}
