using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Release;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>A sensor in doubt changes no criterion; it has to be seen by the review and is named where its kind of question is asked.</summary>
public sealed class SensorDoubtTests
{
    private static Story WithDoubt(Story s, params SensorFindingKind[] kinds)
    {
        s.Facts = s.Facts with
        {
            Environment = s.Facts.Environment with
            {
                Doubts = [.. kinds.Select(k => new SensorDoubt("INC-04", new(k, Channels.Co2, "probe-1", s.Time("04-26 02:00"), s.Time("04-26 08:00"), null, "The level went from 5.00 to 5.24 %.")))],
            },
        };
        return s;
    }

    private static CriterionStatus Row(Story s, string id) => ReleaseEvaluator.Evaluate(s.State, s.Facts.Spec!, s.Facts, s.Time("04-28 22:00")).Criteria.Single(c => c.Id == id);

    [Fact]
    [Trait("Rule", "R-36")]
    public void A_doubt_is_an_exception_of_missing_data_with_an_id_that_stays()
    {
        var item = ExceptionList.Of(WithDoubt(WorkedBatches.AdscTested(), SensorFindingKind.Drifting).State, WithDoubt(WorkedBatches.AdscTested(), SensorFindingKind.Drifting).Facts).Items.ShouldHaveSingleItem();
        (item.ExceptionId, item.Kind).ShouldBe(("MissingData-INC-04-Drifting-co2-20260426T020000000", "MissingData"));
        item.Text.ShouldBe("Sensor in doubt: INC-04 co2 Drifting from 2026-04-26 02:00:00Z on: The level went from 5.00 to 5.24 %.");
    }

    [Theory]
    [InlineData(SensorFindingKind.Restamped, "E-12", "E-14")]
    [InlineData(SensorFindingKind.Swapped, "E-12", "E-14")]
    [InlineData(SensorFindingKind.Drifting, "E-14", "E-12")]
    [InlineData(SensorFindingKind.Disagreeing, "E-14", "E-12")]
    public void A_doubt_is_named_beside_the_criterion_and_changes_nothing_of_it(SensorFindingKind kind, string named, string other)
    {
        var (calm, doubted) = (WorkedBatches.AdscTested(), WithDoubt(WorkedBatches.AdscTested(), kind));
        Row(doubted, named).Why.ShouldContain($"In doubt: INC-04 co2 {kind}");
        Row(doubted, other).Why.ShouldNotContain("doubt");
        foreach (var id in Enumerable.Range(1, 14).Select(n => $"E-{n:00}")) (Row(doubted, id).Status, Row(doubted, id).Observed).ShouldBe((Row(calm, id).Status, Row(calm, id).Observed), id);
    }
}
