using System.Globalization;
using CultureTrack.Domain.Calculations;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Calculations;

/// <summary>Domain.md 3.10: the same day number, clamped to the month's end, at 23:59:59 in the batch's zone.</summary>
public sealed class ExpiryTests
{
    [Theory]
    [InlineData("2026-05-06T17:30:00Z", 12, "2027-05-06T23:59:59Z")]
    [InlineData("2026-05-06T17:30:00Z", 0, "2026-05-06T23:59:59Z")]
    [InlineData("2026-01-31T08:00:00Z", 1, "2026-02-28T23:59:59Z")]
    [InlineData("2027-12-31T08:00:00Z", 2, "2028-02-29T23:59:59Z")]
    [InlineData("2026-02-28T08:00:00Z", 24, "2028-02-28T23:59:59Z")]
    public void Months_lead_to_the_same_day_number_or_the_end_of_a_shorter_month(string from, int months, string expected) =>
        Expiry.AfterMonths(At(from), months, TimeZoneInfo.Utc).ShouldBe(At(expected));

    [Fact]
    public void The_day_of_the_fill_is_that_of_the_zone() =>
        Expiry.AfterMonths(At("2026-05-06T22:30:00Z"), 1, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).ShouldBe(At("2026-06-07T21:59:59Z"));

    [Fact]
    public void Of_a_last_second_that_comes_twice_the_first_counts()
    {
        // In the night to 18 February 2018 clocks in Sao Paulo went from 24:00 (-02:00) back to 23:00 (-03:00).
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");
        Expiry.AfterMonths(At("2018-01-17T12:00:00Z"), 1, zone).ShouldBe(At("2018-02-18T01:59:59Z"));
        Expiry.AfterMonths(At("2018-01-18T12:00:00Z"), 1, zone).ShouldBe(At("2018-02-19T02:59:59Z"));
    }

    [Fact]
    public void A_last_second_that_is_skipped_gives_way_to_an_earlier_one_of_that_day()
    {
        // On 10 March clocks here go from 23:30 to 00:30, on 10 October from 23:30 back to 22:30.
        var rule = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFixedDateRule(new(1, 1, 1, 23, 30, 0), 3, 10), TimeZoneInfo.TransitionTime.CreateFixedDateRule(new(1, 1, 1, 23, 30, 0), 10, 10));
        var zone = TimeZoneInfo.CreateCustomTimeZone("Skips", TimeSpan.FromHours(2), "Skips", "Skips", "Skips in summer", [rule]);
        Expiry.AfterMonths(At("2026-02-10T10:00:00Z"), 1, zone).ShouldBe(At("2026-03-10T21:29:59Z"));
        Expiry.AfterMonths(At("2026-02-11T10:00:00Z"), 1, zone).ShouldBe(At("2026-03-11T20:59:59Z"));
    }

    [Fact]
    public void No_expiry_lies_before_the_fill()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Expiry.AfterMonths(At("2026-05-06T17:30:00Z"), -1, TimeZoneInfo.Utc));
        Should.Throw<ArgumentNullException>(() => Expiry.AfterMonths(At("2026-05-06T17:30:00Z"), 1, null!));
    }

    [Fact]
    public void Hours_are_counted_in_UTC_across_a_clock_change() =>
        Expiry.AfterHours(DateTimeOffset.Parse("2026-03-28T20:00:00+01:00", CultureInfo.InvariantCulture), 24).ShouldBe(At("2026-03-29T19:00:00Z"));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
