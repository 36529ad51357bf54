using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Domain.Tests.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Which deviations the environment opens, and that one run of one channel has one (4.4, 4.7, K-13).</summary>
public sealed class EnvironmentDeviationTests
{
    // Minute 0 is 2026-04-26T00:00Z; the stacks have been inside since 04-24 14:15.
    private const double Before = -2040;

    private static Scenario Inside() => Adsc.AtP2().On("2026-04-24T14:15Z").Given(new MovedIntoIncubator(Adsc.P2Vessels, "INC-04", 1)).On("2026-04-26T02:00Z");

    private static ExposureInput Input(BatchState state, double until, params Reading[] curve)
    {
        var judge = Judge();
        var (memory, _) = Run(judge, CalmWith(Before, until, curve.Where(r => r.At <= Min(until))));
        Calibration[] calibrated = [.. new[] { Channels.Temperature, Channels.Co2, Channels.Humidity }.Select(c => new Calibration(c, Min(-100_000), Min(400_000)))];
        return new(CultureExposure.Vessels(state), new Dictionary<string, IncubatorEnvironment> { ["INC-04"] = new(judge.Ledger(memory), calibrated) });
    }

    private static Reading[] Hot(int from, int minutes) => [.. Minutes(0, minutes, m => Heat((int)m)).Select(r => r with { At = r.At.AddMinutes(from) })];

    private static BatchState Told(Scenario s, double until, params Reading[] curve) =>
        BatchDecider.Record(s.State, EnvironmentEvents.Since(s.State, Input(s.State, until, curve), Min(Before), Min(until)), s.Lab.Facts(s.State, Adsc.Harvest), Min(until)).State;

    private static (string? Run, DeviationClass? Class)[] Deviations(BatchState state) => [.. state.Deviations.Values.OrderBy(d => d.OpenedAt).Select(d => (d.Run, d.Class))];

    private static string Excursion(BatchState state, int index = 0) => state.Of<ExcursionOpened>().Where(e => e.Data.Severity == ExcursionSeverity.action).ElementAt(index).Data.ExcursionId;

    [Fact]
    public void Carbon_dioxide_that_runs_low_opens_one_major_deviation_and_no_hold()
    {
        var state = Told(Inside(), 240, [.. Minutes(0, 189, m => LowCo2((int)m), Channels.Co2)]);
        state.Of<ExcursionOpened>().ShouldAllBe(e => e.Data.Channel == Channels.Co2 && e.Data.Side == ExcursionSide.low && e.Data.Severity == ExcursionSeverity.action);
        Deviations(state).ShouldBe([(Excursion(state), DeviationClass.Major)]);
        state.Holds.ShouldBeEmpty();
    }

    [Fact]
    public void A_peak_too_short_for_an_excursion_is_a_deviation_of_its_criterion()
    {
        var state = Told(Inside(), 120, Hot(0, 3));
        state.Of<ExcursionOpened>().ShouldBeEmpty();
        Deviations(state).ShouldBe([("E-03", DeviationClass.Major)]);
    }

    [Fact]
    public void A_peak_that_grows_into_an_excursion_stays_the_deviation_it_opened()
    {
        var state = Told(Inside(), 120, Hot(0, 80));
        Deviations(state).ShouldBe([("E-03", DeviationClass.Critical)]);
        state.Of<DeviationClassified>().Select(c => (c.Data.Class, c.OccurredAt)).ShouldBe([(DeviationClass.Critical, Min(9))]);
    }

    [Fact]
    public void Another_run_later_is_another_deviation()
    {
        var state = Told(Inside(), 300, [.. Hot(0, 3), .. Hot(120, 80)]);
        Deviations(state).ShouldBe([("E-03", DeviationClass.Major), (Excursion(state), DeviationClass.Critical)]);
        state.Holds.Count.ShouldBe(1);
    }

    [Fact]
    public void A_deviation_known_before_is_raised_and_not_opened_again()
    {
        var s = Inside();
        var first = Told(s, 6, Hot(0, 80));
        Deviations(first).ShouldBe([("E-03", DeviationClass.Major)]);
        var later = EnvironmentEvents.Since(first, Input(s.State, 120, Hot(0, 80)), Min(6), Min(120));
        later.Select(t => t.Data).OfType<DeviationOpened>().ShouldBeEmpty();
        later.Select(t => t.Data).OfType<DeviationClassified>().Select(c => (c.DeviationId, c.Class)).ShouldBe([(first.Deviations.Keys.Single(), DeviationClass.Critical)]);
    }

    [Fact]
    public void Each_change_of_a_band_names_the_one_it_replaces()
    {
        var s = Inside();
        var first = Told(s, 20, Hot(0, 80));
        var later = EnvironmentEvents.Since(first, Input(s.State, 120, Hot(0, 80)), Min(20), Min(120)).Select(t => t.Data).OfType<ExposureBandChanged>().ToList();
        later.Select(b => (b.CriterionId, b.FromBand, b.ToBand)).ShouldBe([("E-02", ExposureBand.PASS, ExposureBand.ASSESS), ("E-01", ExposureBand.ASSESS, ExposureBand.FAIL)]);
        later[0].SupersedesEventId.ShouldBeNull();
        later[1].SupersedesEventId.ShouldBe(first.Of<ExposureBandChanged>().Single(b => b.Data.CriterionId == "E-01").EventId);
    }

    [Fact]
    public void While_an_excursion_is_open_its_peak_grows_without_an_amendment()
    {
        var s = Inside();
        var first = Told(s, 20, Hot(0, 80));
        var hotter = Hot(0, 80).Select(r => r.At == Min(12) ? r with { Value = 40.3 } : r).ToArray();
        EnvironmentEvents.Since(first, Input(s.State, 20, hotter), Min(20), Min(20)).Select(t => t.Data).OfType<ExcursionAmended>().ShouldBeEmpty();
    }

    [Fact]
    public void What_is_told_stands_in_the_order_it_happened_and_each_deviation_after_its_cause()
    {
        var s = Inside();
        var told = EnvironmentEvents.Since(s.State, Input(s.State, 120, Hot(0, 80)), Min(Before), Min(120));
        told.Select(t => t.At).ShouldBeInOrder();
        var opened = told.Select((t, i) => (t.Data, Index: i)).Single(t => t.Data is DeviationOpened).Index;
        (told[opened - 1].Data as ExposureBandChanged)?.CriterionId.ShouldBe("E-03");
        told[opened].At.ShouldBe(told[opened - 1].At);
    }

    [Fact]
    public void Test_cultures_are_not_named_among_what_an_excursion_met()
    {
        var s = Inside();
        s.Force(Adsc.Seeded(SeedingPurpose.Qc, Guid.Empty, ["Q-1"], 10, 1000, 2), "tech01").Force(new MovedIntoIncubator(["Q-1"], "INC-04", 1), "tech01");
        var told = EnvironmentEvents.Since(s.State, Input(s.State, 200, Hot(130, 60)), Min(Before), Min(200)).Select(t => t.Data).OfType<ExcursionOpened>().ToList();
        told.ShouldNotBeEmpty();
        told.ShouldAllBe(e => e.AffectedVesselIds.SequenceEqual(Adsc.P2Vessels));
    }
}
