using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>Excursions with the bands they brought about, and bands that stand for themselves (domain.md 4.4, K-13).</summary>
public sealed class ExcursionExceptionTests
{
    private static ReviewException[] Items(Story s) => [.. ExceptionList.Of(s.State, s.Facts).Items];

    private static ExcursionOpened Opened(Story s, string id, string channel) => new(id, "INC-04", channel, ExcursionSide.high, ExcursionSeverity.action, s.Time("04-26 02:00"), s.Time("04-26 02:05"), 38.45m, 5m, 5m, ["X-01"]);

    private static ExcursionClosed Closed(Story s, string id, string channel, decimal peak, decimal min) =>
        new(id, "INC-04", channel, ExcursionSide.high, ExcursionSeverity.action, s.Time("04-26 02:00"), s.Time("04-26 02:05"), s.Time("04-26 02:40"), s.Time("04-26 02:45"), peak, min, min, ["X-01"]);

    private static ExcursionAmended Amended(Story s, string id, decimal min) =>
        new(id, "INC-04", "temperature", ExcursionSide.high, ExcursionSeverity.action, s.Time("04-26 02:00"), s.Time("04-26 02:05"), s.Time("04-26 02:40"), s.Time("04-26 02:45"), 38.45m, min, min, ["X-01"], ExcursionStatus.Closed, Guid.Empty);

    private static ExposureBandChanged Band(string id, decimal? value = 40m) => new(id, "V-31", ExposureBand.PASS, ExposureBand.ASSESS, value, "min");

    [Theory]
    [InlineData("temperature", "E-01", "E-02", "E-03", "E-04", "E-05", "E-06")]
    [InlineData("co2", "E-07", "E-08", "E-09")]
    [InlineData("humidity", "E-10")]
    [InlineData("o2", "E-11")]
    public void A_band_is_told_with_the_excursion_of_its_channel(string channel, params string[] criteria)
    {
        foreach (var criterion in Enumerable.Range(1, 14).Select(n => $"E-{n:00}"))
        {
            var s = WorkedBatches.AdscTested();
            s.Put("04-28 21:10", "sys", Opened(s, "X-1", channel)).Put("04-28 21:20", "sys", Band(criterion));
            Items(s).Length.ShouldBe(criteria.Contains(criterion) ? 1 : 2, criterion);
        }
    }

    [Theory]
    [InlineData("E-03", "Excursion")]
    [InlineData("E-11", "Excursion")]
    [InlineData("E-12", "MissingData")]
    [InlineData("E-13", "MissingData")]
    [InlineData("E-14", "MissingData")]
    public void A_band_without_an_excursion_stands_for_itself(string criterion, string kind)
    {
        var s = WorkedBatches.AdscTested().Put("04-28 21:20", "sys", Band(criterion, 38.7m));
        var item = Items(s).ShouldHaveSingleItem();
        (item.ExceptionId, item.Kind, item.EventIds.Single(), item.Text).ShouldBe(($"Band-{s.LastId():N}", kind, s.LastId(), $"{criterion} PASS → ASSESS (38.7 min, V-31)"));
    }

    [Fact]
    public void A_band_belongs_to_the_latest_excursion_of_its_channel_that_was_open_by_then()
    {
        var s = WorkedBatches.AdscTested();
        s.Put("04-28 21:10", "sys", Opened(s, "X-1", "temperature")).Put("04-28 21:12", "sys", Opened(s, "X-2", "temperature")).Put("04-28 21:14", "sys", Opened(s, "X-3", "co2"))
            .Put("04-28 21:20", "sys", Opened(s, "X-4", "temperature")).Put("04-28 21:19", "sys", Band("E-01")).Put("04-28 21:20", "sys", Band("E-02")).Put("04-28 21:09", "sys", Band("E-03"));
        Items(s).Select(i => (i.Kind, i.EventIds.Count)).ShouldBe([("Excursion", 1), ("Excursion", 1), ("Excursion", 2), ("Excursion", 2), ("Excursion", 1)]);
        Items(s).Single(i => i.Text.Contains("E-01", StringComparison.Ordinal)).EventIds[0].ShouldBe(s.State.Of<ExcursionOpened>().ElementAt(1).EventId);
        Items(s).Single(i => i.Text.Contains("E-02", StringComparison.Ordinal)).EventIds[0].ShouldBe(s.State.Of<ExcursionOpened>().Last().EventId);
        Items(s).Single(i => i.Text.Contains("E-03", StringComparison.Ordinal)).ExceptionId.ShouldStartWith("Band-");
    }

    [Fact]
    public void An_excursion_names_its_closing_and_its_amendments_and_tells_the_latest_duration_and_peak()
    {
        var s = WorkedBatches.AdscTested();
        s.Put("04-28 21:10", "sys", Opened(s, "X-1", "temperature"));
        Items(s).Single().Text.ShouldEndWith("5 min, peak 38.45");
        s.Put("04-28 21:11", "sys", Opened(s, "X-2", "temperature")).Put("04-28 21:12", "sys", Closed(s, "X-1", "temperature", 38.6m, 40m));
        Items(s)[0].Text.ShouldEndWith("40 min, peak 38.6");
        s.Put("04-28 21:13", "sys", Amended(s, "X-1", 41m)).Put("04-28 21:14", "sys", Amended(s, "X-1", 42m)).Put("04-28 21:15", "sys", Amended(s, "X-2", 99m));
        var first = Items(s).Single(i => i.ExceptionId == $"Excursion-{s.State.Of<ExcursionOpened>().First().EventId:N}");
        first.Text.ShouldEndWith("42 min, peak 38.6");
        first.EventIds.ShouldBe([s.State.Of<ExcursionOpened>().First().EventId, s.State.Of<ExcursionClosed>().Single().EventId, .. s.State.Of<ExcursionAmended>().Take(2).Select(a => a.EventId)]);
    }

    [Theory]
    [InlineData("closed", "Pass")]
    [InlineData("amended", "NotTested")]
    [InlineData("band", "NotTested")]
    public void Closing_an_excursion_is_no_news_and_amending_it_or_a_band_of_it_is(string what, string status)
    {
        var s = WorkedBatches.AdscTested();
        s.Put("04-28 21:10", "sys", Opened(s, "X-1", "temperature")).Reviewed("04-28 21:20");
        s.Status("04-28 21:25", "C-12").Status.ShouldBe("Pass");
        s.Put("04-28 21:30", "sys", what == "closed" ? Closed(s, "X-1", "temperature", 38.45m, 40m) : what == "amended" ? Amended(s, "X-1", 41m) : Band("E-01"));
        s.Status("04-28 21:35", "C-12").Status.ShouldBe(status);
        s.Reviewed("04-28 21:40").Status("04-28 21:45", "C-12").Status.ShouldBe("Pass");
    }
}
