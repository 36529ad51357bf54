using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tests.Telemetry;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>What the heat of worked batch 7.2 writes into the record of a batch (4.3, 4.4), and that it is written once.</summary>
public sealed class EnvironmentEventTests
{
    // Minute 0 is 2026-04-26T00:00Z; the stacks have been inside since 04-24 14:15.
    private const double Before = -2040;

    private static Scenario Inside() => Adsc.AtP2().On("2026-04-24T14:15Z").Given(new MovedIntoIncubator(Adsc.P2Vessels, "INC-04", 1)).On("2026-04-26T02:00Z");

    private static ExposureInput Input(BatchState state, double until, Func<int, double>? curve = null)
    {
        var judge = Judge();
        var (memory, _) = Run(judge, CalmWith(Before, until, curve is null ? [] : Minutes(0, Math.Min(until, 80), m => curve((int)m))));
        Calibration[] calibrated = [.. new[] { Channels.Temperature, Channels.Co2, Channels.Humidity }.Select(c => new Calibration(c, Min(-100_000), Min(400_000)))];
        return new(CultureExposure.Vessels(state), new Dictionary<string, IncubatorEnvironment> { ["INC-04"] = new(judge.Ledger(memory), calibrated) });
    }

    private static IReadOnlyList<(EventData Data, DateTimeOffset At)> Told(BatchState state, double until, Func<int, double>? curve = null) =>
        EnvironmentEvents.Since(state, Input(state, until, curve), Min(Before), Min(until));

    private static BatchState Recorded(Scenario s, double until, Func<int, double>? curve = null) =>
        BatchDecider.Record(s.State, Told(s.State, until, curve), s.Lab.Facts(s.State, Adsc.Harvest), Min(until)).State;

    [Fact]
    public void Of_a_calm_incubator_nothing_is_told_but_the_week_the_parents_stood_outside_which_opens_no_deviation()
    {
        var band = Told(Inside().State, 120).ShouldHaveSingleItem().Data.ShouldBeOfType<ExposureBandChanged>();
        (band.CriterionId, band.FromBand, band.ToBand).ShouldBe(("E-13", ExposureBand.PASS, ExposureBand.FAIL));
    }

    [Fact]
    public void The_heat_opens_an_action_and_a_critical_excursion_of_the_vessels_inside()
    {
        var told = Told(Inside().State, 20, Heat);
        told.Where(t => t.Data is ExcursionOpened).Select(t => (((ExcursionOpened)t.Data).Severity, t.At, ((ExcursionOpened)t.Data).StartAt)).ShouldBe(
            [(ExcursionSeverity.action, Min(5), Min(0)), (ExcursionSeverity.critical, Min(9), Min(7))]);
        told.Select(t => t.Data).OfType<ExcursionOpened>().ShouldAllBe(e => e.IncubatorId == "INC-04" && e.Channel == Channels.Temperature && e.Side == ExcursionSide.high
            && e.AffectedVesselIds.SequenceEqual(Adsc.P2Vessels));
        told.Select(t => t.Data).OfType<ExcursionClosed>().ShouldBeEmpty();
    }

    [Fact]
    public void Both_are_closed_when_it_is_over_with_their_peak_and_duration() => Told(Inside().State, 120, Heat).Select(t => t.Data).OfType<ExcursionClosed>()
        .Select(e => (e.Severity, e.Peak, e.DurationMin, e.RawMin)).ShouldBe([(ExcursionSeverity.critical, 41.3m, 59m, 58m), (ExcursionSeverity.action, 41.3m, 75m, 73m)]);

    [Fact]
    public void Bands_are_told_as_they_are_reached() => Told(Inside().State, 120, Heat).Where(t => t.Data is ExposureBandChanged { CriterionId: not "E-13" })
        .Select(t => (((ExposureBandChanged)t.Data).CriterionId, ((ExposureBandChanged)t.Data).ToBand, t.At)).ShouldBe([
            ("E-03", ExposureBand.ASSESS, Min(3)), ("E-03", ExposureBand.FAIL, Min(14)), ("E-01", ExposureBand.ASSESS, Min(16)), ("E-02", ExposureBand.ASSESS, Min(31)),
            ("E-01", ExposureBand.FAIL, Min(61))]);

    [Fact]
    public void One_run_of_heat_opens_one_deviation_that_rises_to_critical_and_holds_the_batch()
    {
        var state = Recorded(Inside(), 120, Heat);
        var deviation = state.Deviations.Values.ShouldHaveSingleItem();
        (deviation.Class, deviation.BySystem).ShouldBe((DeviationClass.Critical, true));
        state.Holds.Values.ShouldHaveSingleItem().DeviationRef.ShouldBe(deviation.DeviationId);
    }

    [Fact]
    public void Told_twice_nothing_changes()
    {
        var s = Inside();
        EnvironmentEvents.Since(Recorded(s, 120, Heat), Input(s.State, 120, Heat), Min(120), Min(120)).ShouldBeEmpty();
        EnvironmentEvents.Since(Recorded(s, 20, Heat), Input(s.State, 20, Heat), Min(20), Min(20)).ShouldBeEmpty();
    }

    [Fact]
    public void What_was_open_when_it_was_told_is_closed_later()
    {
        var s = Inside();
        var later = EnvironmentEvents.Since(Recorded(s, 20, Heat), Input(s.State, 120, Heat), Min(20), Min(120));
        later.Select(t => t.Data).OfType<ExcursionClosed>().Count().ShouldBe(2);
        later.Select(t => t.Data).OfType<ExcursionOpened>().ShouldBeEmpty();
        later.Select(t => t.Data).OfType<DeviationOpened>().ShouldBeEmpty();
    }

    [Fact]
    public void Readings_that_came_late_amend_what_was_told()
    {
        var s = Inside();
        var told = Recorded(s, 120, Heat);
        var amended = EnvironmentEvents.Since(told, Input(s.State, 120, m => m == 30 ? 41.8 : Heat(m)), Min(120), Min(120)).Select(t => t.Data).OfType<ExcursionAmended>().ToList();
        amended.Select(a => (a.Severity, a.Peak, a.Status)).ShouldBe([(ExcursionSeverity.action, 41.8m, ExcursionStatus.Closed), (ExcursionSeverity.critical, 41.8m, ExcursionStatus.Closed)], ignoreOrder: true);
        amended.ShouldAllBe(a => told.Of<ExcursionClosed>().Any(c => c.EventId == a.SupersedesEventId && c.Data.ExcursionId == a.ExcursionId));
    }

    [Fact]
    public void An_excursion_that_never_was_is_withdrawn_once()
    {
        var s = Inside();
        var told = Recorded(s, 120, Heat);
        var found = EnvironmentEvents.Since(told, Input(s.State, 120), Min(120), Min(120));
        found.Select(t => t.Data).OfType<ExcursionAmended>().Select(a => a.Status).ShouldBe([ExcursionStatus.Withdrawn, ExcursionStatus.Withdrawn]);
        var after = BatchDecider.Record(told, found, s.Lab.Facts(told, Adsc.Harvest), Min(120)).State;
        EnvironmentEvents.Since(after, Input(s.State, 120), Min(120), Min(120)).Select(t => t.Data).OfType<ExcursionAmended>().ShouldBeEmpty();
    }
}
