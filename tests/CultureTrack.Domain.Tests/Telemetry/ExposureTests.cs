using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>Domain.md 4.3.8, 4.5, X-5 and the exposure of the worked batches.</summary>
public sealed class ExposureTests
{
    private static readonly Calibration[] Calibrated =
        [.. new[] { Channels.Temperature, Channels.Co2, Channels.Humidity }.Select(c => new Calibration(c, Min(-100_000), Min(400_000)))];

    [Fact]
    public void X5_an_excursion_counts_for_a_vessel_only_while_it_is_inside()
    {
        var judge = Judge(id: "INC-1");
        // 08:00 is minute 0: hot from 10:00 (120) to 11:35 (215).
        var (one, _) = Run(judge, CalmWith(0, 300, Minutes(120, 214, m => Calm(m, 38.3, 0.1))));
        var other = Judge(id: "INC-2");
        var (two, _) = Run(other, CalmWith(0, 300, []));
        var input = Input([judge.Ledger(one), other.Ledger(two)],
            V("V-1", 0, [S("INC-1", 0, 170), S("INC-2", 185, null)]), V("V-2", 0, [S("INC-1", 0, null)]));
        var result = Exposure.Evaluate(input, Min(300));
        Of(result, "V-1").HighTLongestMin.ShouldBe(50);
        Of(result, "V-1").OutMin.ShouldBe(15);
        Of(result, "V-2").HighTLongestMin.ShouldBe(95);
        Metric(result, "E-01").ShouldBe(new("E-01", 95, "min", Band.Fail, "V-2"));
    }

    [Fact]
    public void The_heat_of_the_second_worked_batch_gives_its_table()
    {
        var input = Heated();
        var result = Exposure.Evaluate(input, Min(120));
        Metric(result, "E-01").ShouldBe(new("E-01", 75, "min", Band.Fail, "V-31"));
        Metric(result, "E-02").ShouldBe(new("E-02", 73, "min", Band.Assess, "V-31"));
        Metric(result, "E-03").ShouldBe(new("E-03", 41.3, "°C", Band.Fail, "V-31"));
        Of(result, "V-31").HotReadings.ShouldBe(43);
        result.Metrics.Where(m => m.Id is not ("E-01" or "E-02" or "E-03")).ShouldAllBe(m => m.Band == Band.Pass);
        result.Excursions.Select(e => (e.Severity, e.DurationMin, e.RawMin, e.Status)).ShouldBe([(Severity.Action, 75, 73, "Closed"), (Severity.Critical, 59, 58, "Closed")]);
        result.Gaps.ShouldBeEmpty();
    }

    [Fact]
    public void Bands_change_at_the_reading_that_passes_a_bound()
    {
        var changes = ExposureWatch.Changes(Heated(), new Dictionary<string, Band>(), Min(-60), Min(120));
        changes.Where(c => c.ToBand == Band.Fail).Select(c => (c.CriterionId, c.At)).ShouldBe([("E-03", Min(14)), ("E-01", Min(61))]);
        changes.Select(c => (c.CriterionId, c.ToBand, c.At)).ShouldBe([
            ("E-03", Band.Assess, Min(3)), ("E-03", Band.Fail, Min(14)), ("E-01", Band.Assess, Min(16)), ("E-02", Band.Assess, Min(31)), ("E-01", Band.Fail, Min(61))]);
    }

    [Fact]
    public void The_low_CO2_of_the_first_worked_batch_passes_its_bound_after_61_min()
    {
        var judge = Judge(id: "INC-02");
        var (memory, _) = Run(judge, CalmWith(-600, 240, Minutes(0, 189, m => LowCo2((int)m), Channels.Co2)));
        var input = Input([judge.Ledger(memory)], V("TR-01", -600, [S("INC-02", -580, null)]));
        var change = ExposureWatch.Changes(input, new Dictionary<string, Band>(), Min(-600), Min(240)).ShouldHaveSingleItem();
        (change.CriterionId, change.At, change.ToBand).ShouldBe(("E-07", Min(162), Band.Assess));
        var result = Exposure.Evaluate(input, Min(190));
        Metric(result, "E-07").ShouldBe(new("E-07", 84, "min", Band.Assess, "TR-01"));
        Metric(result, "E-08").ShouldBe(new("E-08", 83, "min", Band.Pass, "TR-01"));
        Metric(result, "E-09").ShouldBe(new("E-09", 3.2, "%", Band.Pass, "TR-01"));
        result.Excursions.ShouldHaveSingleItem().Peak.ShouldBe(3.2);
    }

    [Fact]
    public void V16_a_moderate_heat_is_to_be_assessed_from_the_16th_minute()
    {
        var input = Heated(Minutes(0, 39, m => m % 2 == 0 ? 38.35 : 38.45));
        ExposureWatch.Changes(input, new Dictionary<string, Band>(), Min(-60), Min(120)).Select(c => (c.CriterionId, c.At, c.ToBand))
            .ShouldBe([("E-01", Min(16), Band.Assess), ("E-02", Min(31), Band.Assess)]);
        var result = Exposure.Evaluate(input, Min(120));
        (Metric(result, "E-01").Value, Metric(result, "E-02").Value, Metric(result, "E-03").Value, Metric(result, "E-03").Band).ShouldBe((40, 40, 38.45, Band.Pass));
    }

    [Fact]
    public void V9_discarding_the_only_hot_stack_takes_its_exposure_out_of_the_batch()
    {
        var hot = Heated();
        var cool = Judge(id: "INC-03");
        var (memory, _) = Run(cool, CalmWith(-60, 120, []));
        var vessels = new[] { V("V-31", -60, [S("INC-04", -60, null)]), V("V-32", -60, [S("INC-03", -60, null)]) };
        var input = Input([hot.Incubators["INC-04"].Ledger, cool.Ledger(memory)], vessels);
        Metric(Exposure.Evaluate(input, Min(120)), "E-01").Band.ShouldBe(Band.Fail);
        var discarded = input with { Vessels = [vessels[0] with { Use = VesselUse.Discarded, CultureEndAt = Min(110) }, vessels[1]] };
        var result = Exposure.Evaluate(discarded, Min(120));
        result.Metrics.ShouldAllBe(m => m.Band == Band.Pass);
        result.Excursions.Count.ShouldBe(2);
        ExposureWatch.Changes(discarded, new Dictionary<string, Band> { ["E-01"] = Band.Fail }, Min(115), Min(120), [Min(116)])
            .ShouldHaveSingleItem().ToBand.ShouldBe(Band.Pass);
    }

    [Fact]
    public void A_moderate_excursion_that_clears_in_time_never_leaves_its_band()
    {
        var input = Heated(Minutes(0, 13, m => Calm(m, 38.3, 0.1)));
        ExposureWatch.Changes(input, new Dictionary<string, Band>(), Min(-60), Min(120)).ShouldBeEmpty();
        Metric(Exposure.Evaluate(input, Min(120)), "E-01").Value.ShouldBe(14);
    }

    [Fact]
    public void One_isolated_reading_of_40_degrees_is_assessed_and_two_in_a_row_fail()
    {
        var isolated = Heated([R(0, 38.4), R(1, 40.2), R(2, 38.4), R(3, 40.1), R(4, 37.6)]);
        Metric(Exposure.Evaluate(isolated, Min(60)), "E-03").ShouldBe(new("E-03", 40.2, "°C", Band.Assess, "V-31"));
        Metric(Exposure.Evaluate(Heated([R(0, 38.4), R(1, 40.0), R(2, 40.0), R(3, 38.0)]), Min(60)), "E-03").Band.ShouldBe(Band.Fail);
    }

    [Fact]
    public void A_pool_inherits_the_maximum_and_a_passage_hands_sums_on()
    {
        var judge = Judge();
        var (memory, _) = Run(judge, CalmWith(0, 1000, [.. Minutes(100, 119, m => Calm(m, 38.3, 0.1)), .. Minutes(400, 424, m => Calm(m, 38.3, 0.1))]));
        var input = Input([judge.Ledger(memory)],
            V("A", 0, [S("INC-04", 0, 200)], end: 210),
            V("B", 0, [S("INC-04", 0, 110), S("INC-04", 130, 200)], end: 210),
            V("C", 240, [S("INC-04", 250, null)], parents: ["A", "B"]),
            V("Q", 240, [S("INC-04", 250, null)], parents: ["A"], use: VesselUse.Test));
        var result = Exposure.Evaluate(input, Min(1000));
        Of(result, "A").HighTRawMin.ShouldBe(20);
        Of(result, "B").HighTRawMin.ShouldBe(10);
        Of(result, "C").HighTRawMin.ShouldBe(45);
        Of(result, "C").HighTLongestMin.ShouldBe(25);
        Of(result, "B").OutMin.ShouldBe(30);
        Of(result, "C").OutMin.ShouldBe(40);
        Of(result, "C").OutLongestMin.ShouldBe(20);
        Of(result, "C").OutDayMin.ShouldBe(40);
        Metric(result, "E-02").WorstVessel.ShouldBe("C");
    }

    [Fact]
    public void Times_out_of_the_first_worked_batch_sum_to_205_min_and_50_in_its_worst_day()
    {
        string[][] p0 = [["03-02T13:10", "03-05T09:50"], ["03-05T10:15", "03-08T09:50"]];
        string[][] sheets = [["03-08T13:20", "03-11T09:50"], ["03-11T10:15", "03-13T09:50"], ["03-13T10:15", "03-15T10:00"], ["03-15T10:15", "03-16T09:50"],
            ["03-16T10:15", "03-18T08:55"], ["03-18T09:10", "03-18T09:50"], ["03-18T10:15", "03-19T06:50"]];
        VesselCulture[] vessels = [
            new("V-01", T("03-02T13:00"), T("03-08T10:00"), [], VesselUse.Product, [.. p0.Select(s => new Stay("INC-02", T(s[0]), T(s[1])))]),
            new("TR-01", T("03-08T13:00"), T("03-19T07:00"), ["V-01"], VesselUse.Product, [.. sheets.Select(s => new Stay("INC-02", T(s[0]), T(s[1])))])];
        var input = new ExposureInput(vessels, new Dictionary<string, IncubatorEnvironment>());
        var metrics = Of(Exposure.Evaluate(input, T("03-19T11:30")), "TR-01");
        (metrics.OutMin, metrics.OutLongestMin, metrics.OutDayMin).ShouldBe((205, 25, 50));

        static DateTimeOffset T(string t) => At($"2026-{t}:00Z");
    }

    [Theory]
    [InlineData(60, Band.Pass)]
    [InlineData(61, Band.Assess)]
    [InlineData(240, Band.Assess)]
    [InlineData(241, Band.Fail)]
    public void A_vessel_out_of_its_incubator_is_judged_by_the_single_time(double minutes, Band band)
    {
        var input = new ExposureInput([V("A", 0, [])], new Dictionary<string, IncubatorEnvironment>());
        Metric(Exposure.Evaluate(input, Min(minutes)), "E-13").Band.ShouldBe(band);
        ExposureWatch.NextCheck(input, Min(10)).ShouldBe(Min(60).AddMilliseconds(1));
        ExposureWatch.Changes(input, new Dictionary<string, Band>(), Min(0), Min(300)).Select(c => (c.ToBand, c.At))
            .ShouldBe([(Band.Assess, Min(60).AddMilliseconds(1)), (Band.Fail, Min(240).AddMilliseconds(1))]);
    }

    [Fact]
    public void Out_times_of_any_24_h_are_added()
    {
        Stay[] stays = [.. Enumerable.Range(0, 5).Select(i => S("INC-04", i * 360, i * 360 + 310)), S("INC-04", 1800, null)];
        var metrics = Of(Exposure.Evaluate(new([V("A", 0, stays)], new Dictionary<string, IncubatorEnvironment>()), Min(4000)), "A");
        (metrics.OutMin, metrics.OutDayMin).ShouldBe((250, 200));
    }

    [Fact]
    public void A_gap_of_more_than_30_min_is_to_be_assessed()
    {
        var judge = Judge();
        var (memory, _) = Run(judge, CalmWith(0, 20000, []).Where(r => r.At <= Min(10000) || r.At > Min(10033)));
        var input = Input([judge.Ledger(memory)], V("A", 0, [S("INC-04", 0, null)]));
        var changes = ExposureWatch.Changes(input, new Dictionary<string, Band>(), Min(9000), Min(11000));
        changes.ShouldHaveSingleItem().ShouldBe(new(Min(10032.5).AddMilliseconds(1), "E-12", "A", Band.Pass, Band.Assess, changes[0].Value, "min"));
        Metric(Exposure.Evaluate(input, Min(20000)), "E-12").Value.ShouldBe(31.5);
        Exposure.Evaluate(input, Min(20000)).Gaps.Select(g => (g.Channel, g.From, g.To, g.Cause)).ShouldAllBe(g => g.From == Min(10002.5) && g.To == Min(10034) && g.Cause == GapCause.NoData);
    }

    [Fact]
    public void A_small_share_of_missing_data_is_to_be_assessed_until_the_stay_has_outgrown_it()
    {
        var judge = Judge();
        var (memory, _) = Run(judge, CalmWith(0, 3000, []).Where(r => r.At <= Min(200) || r.At >= Min(210)));
        var input = Input([judge.Ledger(memory)], V("A", 0, [S("INC-04", 0, null)]));
        ExposureWatch.Changes(input, new Dictionary<string, Band>(), Min(0), Min(3000)).Select(c => (c.CriterionId, c.ToBand, c.At))
            .ShouldBe([("E-12", Band.Assess, Min(205)), ("E-12", Band.Pass, Min(1500).AddMilliseconds(1))]);
    }

    [Fact]
    public void Data_a_few_minutes_under_way_are_no_gap()
    {
        var judge = Judge();
        var (memory, _) = Run(judge, CalmWith(0, 30, []));
        var input = Input([judge.Ledger(memory)], V("A", 20, [S("INC-04", 21, null)]));
        Metric(Exposure.Evaluate(input, Min(34)), "E-12").ShouldBe(new("E-12", 0, "min", Band.Pass, "A"));
        Metric(Exposure.Evaluate(input, Min(35)), "E-12").Band.ShouldBe(Band.Assess);
        ExposureWatch.NextCheck(input, Min(30)).ShouldBe(Min(35));
    }

    [Fact]
    public void An_open_excursion_without_data_runs_on()
    {
        var judge = Judge();
        var (memory, _) = Run(judge, CalmWith(-60, 10, Minutes(0, 10, m => Calm(m, 38.3, 0.1))));
        var input = Input([judge.Ledger(memory)], V("A", -60, [S("INC-04", -60, null)]));
        ExposureWatch.NextCheck(input, Min(10)).ShouldBe(Min(15));
        var changes = ExposureWatch.Changes(input, new Dictionary<string, Band>(), Min(10), Min(70));
        changes.Where(c => c.CriterionId == "E-01").Select(c => (c.ToBand, c.At)).ShouldBe([(Band.Assess, Min(15).AddMilliseconds(1)), (Band.Fail, Min(60).AddMilliseconds(1))]);
    }

    [Fact]
    public void A_calibration_that_runs_out_or_was_found_out_is_to_be_assessed()
    {
        var input = Heated([]);
        var ledger = input.Incubators["INC-04"].Ledger;
        Metric(Exposure.Evaluate(input, Min(60)), "E-14").Band.ShouldBe(Band.Pass);
        Judged(new Calibration(Channels.Co2, Min(-1000), Min(30))).Value.ShouldBe(30);
        Judged(new Calibration(Channels.Co2, Min(-1000), Min(3000)), new Calibration(Channels.Co2, Min(0), Min(3000), AsFoundOut: true)).Value.ShouldBe(105);
        Judged().Band.ShouldBe(Band.Assess);

        ExposureMetric Judged(params Calibration[] co2) => Metric(
            Exposure.Evaluate(input with { Incubators = new Dictionary<string, IncubatorEnvironment> { ["INC-04"] = new(ledger, [.. Calibrated.Where(c => c.Channel != Channels.Co2), .. co2]) } }, Min(60)), "E-14");
    }

    [Fact]
    public void A_calibration_due_is_looked_at_when_it_falls_due()
    {
        var ledger = Heated([]).Incubators["INC-04"].Ledger;
        var input = new ExposureInput([V("A", -60, [S("INC-04", -60, null)])], new Dictionary<string, IncubatorEnvironment>
        {
            ["INC-04"] = new(ledger, [.. Calibrated.Where(c => c.Channel != Channels.Co2), new(Channels.Co2, Min(-1000), Min(30))]),
        });
        ExposureWatch.Changes(input, new Dictionary<string, Band>(), Min(0), Min(60)).ShouldHaveSingleItem()
            .ShouldBe(new(Min(30).AddMilliseconds(1), "E-14", "A", Band.Pass, Band.Assess, 1.0 / 60000, "min"));
    }

    [Fact]
    public void Vessels_inside_are_those_in_culture_there() =>
        Exposure.VesselsInside([V("A", 0, [S("INC-04", 10, 20)]), V("B", 0, [S("INC-04", 25, null)]), V("C", 0, [S("INC-03", 0, null)]), V("D", 40, [S("INC-04", 0, null)])],
            "INC-04", Min(15), Min(30)).ShouldBe(["A", "B"]);

    private static ExposureInput Heated(IEnumerable<Reading>? curve = null)
    {
        var judge = Judge();
        var (memory, _) = Run(judge, CalmWith(-120, 120, curve ?? Minutes(0, 81, m => Heat((int)m))));
        return Input([judge.Ledger(memory)], V("V-31", -120, [S("INC-04", -105, null)]));
    }

    private static ExposureInput Input(IncubatorLedger[] ledgers, params VesselCulture[] vessels) =>
        new(vessels, ledgers.ToDictionary(l => l.IncubatorId, l => new IncubatorEnvironment(l, Calibrated)));

    private static VesselCulture V(string id, double seeded, Stay[] stays, double? end = null, string[]? parents = null, VesselUse use = VesselUse.Product) =>
        new(id, Min(seeded), end is { } e ? Min(e) : null, parents ?? [], use, stays);

    private static Stay S(string incubator, double from, double? to) => new(incubator, Min(from), to is { } t ? Min(t) : null);

    private static ExposureMetric Metric(ExposureResult result, string id) => result.Metrics.Single(m => m.Id == id);

    private static VesselMetrics Of(ExposureResult result, string vessel) => result.Vessels.Single(v => v.VesselId == vessel).Metrics;
}
