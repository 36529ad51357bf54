using System.Globalization;
using CultureTrack.Documents.Wording;
using CultureTrack.Web.Lab;
using CultureTrack.Web.Look;
using Shouldly;
using Xunit;

namespace CultureTrack.Web.Tests.Look;

public sealed class LookTests
{
    public LookTests() => CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

    [Theory]
    [InlineData(9_999, "9,999")]
    [InlineData(1_250_000, "1.25 × 10⁶")]
    [InlineData(9_999_999, "1.00 × 10⁷")]
    public void Cells_have_three_digits_and_a_power_of_ten(int n, string text) => Num.Cells(n).ShouldBe(text);

    [Theory]
    [InlineData("viabilityPct", "Viability", "%")]
    [InlineData("cellsPerCm2", "Cells", "/cm²")]
    [InlineData("transitMinC", "Transit min", "°C")]
    [InlineData("durationMin", "Duration", "min")]
    [InlineData("PassagePerformed", "Passage performed", null)]
    public void Names_of_the_domain_become_words_and_units(string name, string words, string? unit)
    {
        Said.Words(name).ShouldBe(words);
        Said.Unit(name).ShouldBe(unit);
    }

    [Fact]
    [Trait("Rule", "R-27")]
    public void Times_are_site_time_with_offset_on_both_sides_of_the_clock_change()
    {
        var site = new SiteContext("main", "Main", "Europe/Paris", false, TimeProvider.System);
        site.Text(new(2026, 10, 25, 0, 30, 0, TimeSpan.Zero)).ShouldEndWith("02:30 +02:00");
        site.Text(new(2026, 10, 25, 1, 30, 0, TimeSpan.Zero)).ShouldEndWith("02:30 +01:00");
    }

    [Fact]
    public void The_worst_condition_wins_and_missing_data_is_worse_than_an_alert()
    {
        Conditions.Worst(["ok", "alert", "stale"]).ShouldBe("stale");
        Conditions.Worst(["stale", "critical", "action"]).ShouldBe("critical");
        Conditions.Worst([]).ShouldBe("ok");
    }
}
