using CultureTrack.Domain.Calculations;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Calculations;

/// <summary>The vectors of domain.md 5.9 to 5.15, 5.17, 5.18 and 5.20 to 5.23.</summary>
public sealed class PlanningTests
{
    [Theory]
    [InlineData(8e6, 4000, 175, 11.43)]
    [InlineData(2.1e7, 4000, 1750, 3.0)]
    [InlineData(1.2e7, 5000, 75, 32.0)]
    public void Split_ratio(double harvested, double density, double area, double k) => Planning.SplitRatio(harvested, density, area).ShouldBeClose(k);

    [Fact]
    public void Cells_needed_and_vessels_fillable()
    {
        Planning.CellsNeeded(4000, 175, 12).ShouldBe(8.4e6m);
        Planning.CellsNeeded(3000, 6360, 2).ShouldBe(3.816e7m);
        Planning.VesselsFillable(5.2e7m, 5000, 3180).ShouldBe(new Fillable(3, 4.3e6m));
        Planning.VesselsFillable(1.0e8m, 3000, 6360).ShouldBe(new Fillable(5, 4.6e6m));
    }

    [Fact]
    public void Vessels_to_order()
    {
        ((double)Planning.AreaToOrderCm2(2e6m * 82, 0.15m, 2.2e4m, 0.90m)).ShouldBeClose(9525.3);
        Planning.VesselsToOrder(2e6m * 82, 0.15m, 2.2e4m, 0.90m, 6360).ShouldBe(2);
        ((double)Planning.AreaToOrderCm2(1.0e8m, 0.10m, 1.5e4m, 0.85m)).ShouldBeClose(8627.5);
        Planning.VesselsToOrder(1.0e8m, 0.10m, 1.5e4m, 0.85m, 636).ShouldBe(14);
    }

    [Fact]
    public void Dose_and_its_volume()
    {
        Planning.DoseCells(1.5e6m, 64).ShouldBe(9.6e7m);
        Planning.DoseVolumeMl(9.6e7m, 1e7m).ShouldBe(9.6m);
        Planning.DoseCells(1.0e6m, 12.5m).ShouldBe(1.25e7m);
        Planning.DoseVolumeMl(1.25e7m, 5e6m).ShouldBe(2.5m);
    }

    [Fact]
    public void Vials_to_thaw_are_whole_and_exactly_four_stay_four()
    {
        Planning.VialsToThaw(1e8m, 2.5e7m, 0.78m).ShouldBe(6);
        Planning.VialsToThaw(1.4e8m, 5.0e7m, 0.70m).ShouldBe(4);
    }

    [Fact]
    public void Spray_cells_and_expanded_area()
    {
        Planning.SprayCells(320, 2e4m).ShouldBe(6.4e6m);
        Planning.DoseVolumeMl(6.4e6m, 1e6m).ShouldBe(6.4m);
        Planning.ExpandedAreaCm2(4, 80).ShouldBe(320m);
    }

    [Fact]
    public void Body_surface_graft_area_and_sheets()
    {
        Planning.BodySurfaceM2(175, 70).ShouldBeClose(1.8447);
        Planning.BodySurfaceM2(110, 19).ShouldBeClose(0.7619);
        Planning.GraftAreaCm2(1.8447, 45).ShouldBe(8301, 1);
        Planning.SheetsToOrder(8301, 0.10, 50).ShouldBe(183);
        Planning.GraftAreaCm2(2.1331, 30).ShouldBe(6399, 1);
        Planning.SheetsToOrder(6399, 0.05, 100).ShouldBe(68);
        Planning.UsableRectangleCm2(10, 10, 0.5, 2.0).ShouldBeClose(79.0);
        Planning.DiscCm2(7.5).ShouldBeClose(44.18);
    }

    [Theory]
    [InlineData(5, 70, 50, 0.5, 7.0)]
    [InlineData(5, 60, 20, 0, 15.0)]
    [InlineData(5, 50, 100, 4, 10.0)]
    [InlineData(0.2, 70, 5, 0, 2.8)]
    [InlineData(5, 68, 20, 1, 17.0)]
    public void Endotoxin_limit(double k, double kg, double ml, double hours, double limit) =>
        Endotoxin.LimitEuPerMl((decimal)k, (decimal)kg, (decimal)ml, (decimal)hours).ShouldBe((decimal)limit);

    [Fact]
    public void Dilution_load_and_device_limit()
    {
        Endotoxin.MaximumValidDilution(7.0m, 0.05m).ShouldBe(140m);
        ((double)Endotoxin.PatientLoadEuPerKg(0.10m, 50, 70)).ShouldBeClose(0.0714);
        Endotoxin.DeviceLimitEuPerMl(20, 40).ShouldBe(0.5m);
    }

    [Fact]
    public void Mean_kinetic_temperature()
    {
        Mkt(new Held(1, 25), new Held(1, 25)).ShouldBeClose(25.000, 1e-5);
        Mkt(new Held(1, 5), new Held(1, 5), new Held(1, 5), new Held(1, 25)).ShouldBeClose(15.132, 1e-4);
        Mkt(new Held(24, 5), new Held(2, 15), new Held(22, 4)).ShouldBeClose(5.361, 1e-4);
        Mkt(new Held(10, 8), new Held(10, 8), new Held(1, 30)).ShouldBeClose(11.671, 1e-4);
        Mkt(new Held(1, -180), new Held(1, -180)).ShouldBeClose(-180, 1e-6);
        MeanKineticTemperature.Celsius([]).ShouldBeNull();

        static double Mkt(params Held[] log) => MeanKineticTemperature.Celsius(log)!.Value;
    }

    [Theory]
    [InlineData("G123498654321", 'H')]
    [InlineData("A999926000001", '8')]
    [InlineData("A999926000002", '6')]
    public void Donation_numbers_carry_their_check_character(string din, char check)
    {
        DonationNumber.CheckCharacter(din).ShouldBe(check);
        DonationNumber.IsValid(din, check.ToString()).ShouldBeTrue();
        DonationNumber.IsValid(din, "?").ShouldBeFalse();
    }

    [Theory]
    [InlineData("A99992600000")]
    [InlineData("a999926000001")]
    [InlineData("A99992600000*")]
    public void A_malformed_donation_number_has_no_check_character(string din) => DonationNumber.CheckCharacter(din).ShouldBeNull();

    [Theory]
    [InlineData("2026-05-06T17:30:00Z", 12, "UTC", "2027-05-06T23:59:59Z")]
    [InlineData("2026-01-31T10:00:00Z", 1, "UTC", "2026-02-28T23:59:59Z")]
    [InlineData("2024-02-29T10:00:00Z", 24, "UTC", "2026-02-28T23:59:59Z")]
    [InlineData("2026-05-06T23:30:00Z", 12, "Europe/Paris", "2027-05-07T21:59:59Z")]
    [InlineData("2026-01-06T12:00:00Z", 6, "Europe/Paris", "2026-07-06T21:59:59Z")]
    public void Months_keep_the_day_clamp_to_the_month_end_and_end_at_the_last_second(string from, int months, string zone, string expected) =>
        Expiry.AfterMonths(DateTimeOffset.Parse(from, null), months, TimeZoneInfo.FindSystemTimeZoneById(zone)).ShouldBe(DateTimeOffset.Parse(expected, null));
}
