using CultureTrack.Server.Demo;

namespace CultureTrack.IntegrationTests.Demo;

public sealed class DemoAirTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private static DemoAir Air() => new(DemoEquipment.All.Single(e => e.Id == "INC-02"), Start, 7, "GW-01");

    [Fact]
    public void An_incubator_left_alone_holds_its_set_points_minute_by_minute()
    {
        var readings = Air().Until(Start.AddHours(2)).ToList();
        readings.Select(r => r.DeviceTime!.Value).ShouldBe(Enumerable.Range(0, 121).Select(m => Start.AddMinutes(m)));
        readings.ShouldAllBe(r => Math.Abs(r.Values["temperature"]!.Value - 37) < 0.5 && Math.Abs(r.Values["co2"]!.Value - 5) < 0.5 && r.Values["door"] == 0);
        readings.ShouldAllBe(r => r.ReceivedAt == r.DeviceTime && !r.Buffered);
    }

    [Fact]
    public void An_opened_door_shows_and_cools_the_air_without_reaching_a_critical_limit()
    {
        var air = Air();
        air.Open(Start.AddMinutes(10));
        var readings = air.Until(Start.AddHours(1)).ToList();
        readings.Where(r => r.Values.Count == 1).Select(r => r.Values["door"]).ShouldBe([1, 0]);
        var coldest = readings.Where(r => r.Values.Count > 1).Min(r => r.Values["temperature"]!.Value);
        coldest.ShouldBeInRange(34.0, 36.7);
        readings[^1].Values["temperature"]!.Value.ShouldBe(37, 0.3);
    }

    [Fact]
    public void People_who_come_together_open_the_door_once()
    {
        var air = Air();
        for (var minute = 10; minute < 14; minute++) air.Open(Start.AddMinutes(minute));
        air.Until(Start.AddHours(1)).Count(r => r.Values["door"] == 1).ShouldBe(1);
    }

    [Fact]
    public void A_fault_shows_its_own_values_for_as_long_as_it_lasts()
    {
        var air = Air();
        air.Add(new(Start.AddMinutes(5), 3, "co2", m => 4.0 - 0.5 * m));
        air.Until(Start.AddMinutes(9)).Skip(5).Take(3).Select(r => r.Values["co2"]!.Value).ShouldBe([4.0, 3.5, 3.0]);
        air.IsTroubled(Start.AddMinutes(7), Start.AddMinutes(20)).ShouldBeTrue();
        air.IsTroubled(Start.AddMinutes(9), Start.AddMinutes(20)).ShouldBeFalse();
    }
}
