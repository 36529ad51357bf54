using CultureTrack.Simulator;
using Shouldly;
using Xunit;

namespace CultureTrack.Instruments.Tests.Simulator;

/// <summary>The resulting numbers of domain.md 4.2.</summary>
public sealed class ChamberTests
{
    [Fact]
    public void Thirty_seconds_of_open_door_cool_the_air_to_33_5_and_it_is_back_in_minutes()
    {
        var chamber = Opened(30);
        chamber.TemperatureCelsius.ShouldBe(33.5, 0.05);
        chamber.Co2Pct.ShouldBe(1.15, 0.01);
        chamber.HumidityPct.ShouldBe(47, 0.5);
        MinutesUntil(Opened(30), c => c.TemperatureCelsius >= 36.0).ShouldBe(3.2, 0.05);
        MinutesUntil(Opened(30), c => c.TemperatureCelsius >= 36.5).ShouldBe(4.9, 0.05);
        MinutesUntil(Opened(30), c => c.Co2Pct >= 4.0).ShouldBe(2.0, 0.05);
        MinutesUntil(Opened(30), c => c.Co2Pct >= 4.5).ShouldBe(3.1, 0.05);
        MinutesUntil(Opened(30), c => c.HumidityPct >= 80).ShouldBe(11.5, 0.1);
        MinutesUntil(Opened(30), c => c.HumidityPct >= 88).ShouldBe(19.2, 0.1);
    }

    [Fact]
    public void Controlled_oxygen_takes_twenty_minutes_to_return()
    {
        var chamber = Opened(30, new(o2Set: 5.0));
        chamber.O2Pct.ShouldBe(17.4, 0.1);
        MinutesUntil(chamber, c => c.O2Pct <= 6.0).ShouldBe(20.1, 0.1);
        new Chamber().O2Pct.ShouldBe(18.7);
    }

    [Fact]
    public void A_minute_of_open_door_cools_the_air_to_30_7()
    {
        var chamber = Opened(60);
        chamber.TemperatureCelsius.ShouldBe(30.7, 0.05);
        chamber.Co2Pct.ShouldBe(0.29, 0.01);
        MinutesUntil(Opened(60), c => c.TemperatureCelsius >= 36.0).ShouldBe(4.6, 0.05);
        MinutesUntil(Opened(60), c => c.Co2Pct >= 4.0).ShouldBe(2.3, 0.05);
    }

    [Fact]
    public void The_medium_hardly_notices_a_short_opening()
    {
        var chamber = Opened(30);
        Enumerable.Range(0, 1800).Min(_ => { chamber.Advance(TimeSpan.FromSeconds(1)); return chamber.MediumCelsius; }).ShouldBe(36.6, 0.1);
    }

    [Fact]
    public void The_controller_overshoots_by_two_tenths_at_most()
    {
        var chamber = Opened(30);
        var (t, co2) = (0.0, 0.0);
        for (var s = 0; s < 7200; s++)
        {
            chamber.Advance(TimeSpan.FromSeconds(1));
            (t, co2) = (Math.Max(t, chamber.TemperatureCelsius), Math.Max(co2, chamber.Co2Pct));
        }
        t.ShouldBeInRange(37.1, 37.2);
        co2.ShouldBeInRange(5.1, 5.2);
        chamber.TemperatureCelsius.ShouldBe(37.0, 0.01);
    }

    [Theory]
    [InlineData(false, 15.5, 49.8)]
    [InlineData(true, 46.5, 149.5)]
    public void Without_power_the_jacket_decides_how_fast_it_cools(bool isWaterJacketed, double to36Min, double to34Min)
    {
        MinutesUntil(new Chamber(isWaterJacketed: isWaterJacketed) { IsPowerLost = true }, c => c.TemperatureCelsius <= 36.0).ShouldBe(to36Min, 0.1);
        MinutesUntil(new Chamber(isWaterJacketed: isWaterJacketed) { IsPowerLost = true }, c => c.TemperatureCelsius <= 34.0).ShouldBe(to34Min, 0.1);
    }

    [Fact]
    public void Without_supply_CO2_falls_to_four_percent_in_67_minutes() =>
        MinutesUntil(new Chamber { IsCo2Empty = true }, c => c.Co2Pct <= 4.0).ShouldBe(67.5, 0.1);

    [Fact]
    public void A_runaway_heater_rises_steadily_to_its_cut_out()
    {
        var chamber = new Chamber { RunawayPerMin = 0.2 };
        MinutesUntil(chamber, c => c.TemperatureCelsius >= 39.0).ShouldBe(10, 0.05);
        chamber.Advance(TimeSpan.FromHours(2));
        chamber.TemperatureCelsius.ShouldBe(42.0, 1e-9);
    }

    [Fact]
    public void A_dry_pan_loses_one_and_a_half_percent_an_hour()
    {
        var chamber = new Chamber { IsPanDry = true };
        chamber.Advance(TimeSpan.FromHours(10));
        chamber.HumidityPct.ShouldBe(80, 1e-9);
        chamber.Advance(TimeSpan.FromHours(100));
        chamber.HumidityPct.ShouldBe(45);
    }

    private static Chamber Opened(int seconds, Chamber? chamber = null)
    {
        chamber ??= new Chamber();
        chamber.IsDoorOpen = true;
        for (var s = 0; s < seconds; s++) chamber.Advance(TimeSpan.FromSeconds(1));
        chamber.IsDoorOpen = false;
        return chamber;
    }

    private static double MinutesUntil(Chamber chamber, Func<Chamber, bool> reached)
    {
        for (var s = 0; s < 24 * 3600; s++)
        {
            if (reached(chamber)) return s / 60.0;
            chamber.Advance(TimeSpan.FromSeconds(1));
        }
        throw new InvalidOperationException("Never reached.");
    }
}
