using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Domain.Tests.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Containers in a freezer: each excursion is a deviation, and the storage criterion raises it (4.7, CM-15).</summary>
public sealed class StorageDeviationTests
{
    // The vials stand in the freezer from 2026-05-08 20:00 on.
    private const int Start = 18480;

    private static Scenario Stored() => Cm.Filled().Given(new StoredAt(Cm.Vials, "FRZ-01", [.. Cm.Vials.Select((_, i) => $"FRZ-01/R1/B1/A{i + 1}")]));

    private static IReadOnlyList<(EventData Data, DateTimeOffset At)> Told(BatchState state, int until, int warmFrom, int warmTo)
    {
        var judge = new IncubatorJudge(new("FRZ-01", EquipmentProfiles.Get("F-80"), TimeSpan.FromMinutes(1)));
        // Just below the action limit of −70 °C, and up to −63 °C in steps that a freezer can make.
        var readings = Minutes(Start, Start + until, m => m - Start < warmFrom || m - Start > warmTo ? Calm(m, -71, 0.3) : m - Start == warmFrom || m - Start == warmTo ? -67 : Calm(m, -63, 0.05));
        var storage = new ExposureInput(CultureExposure.Containers(state), new Dictionary<string, IncubatorEnvironment> { ["FRZ-01"] = new(judge.Ledger(judge.Replay(IncubatorMemory.Empty, readings)), []) });
        return EnvironmentEvents.Since(state, new([], new Dictionary<string, IncubatorEnvironment>()), Min(Start), Min(Start + until), storage);
    }

    private static BatchState Record(Scenario s, IReadOnlyList<(EventData Data, DateTimeOffset At)> told, int until) =>
        BatchDecider.Record(s.State, told, s.Lab.Facts(s.State, Cm.Fill), Min(Start + until)).State;

    [Fact]
    public void Calm_storage_tells_nothing() => Told(Stored().State, 600, 601, 601).ShouldBeEmpty();

    [Fact]
    public void An_excursion_with_containers_inside_is_a_major_deviation_at_once()
    {
        var s = Stored();
        var told = Told(s.State, 160, 100, 155);
        var excursion = told.Select(t => t.Data).OfType<ExcursionOpened>().ShouldHaveSingleItem();
        (excursion.IncubatorId, excursion.Severity).ShouldBe(("FRZ-01", ExcursionSeverity.action));
        excursion.AffectedVesselIds.ShouldBe(Cm.Vials);
        told.Select(t => t.Data).OfType<DeviationOpened>().Select(d => (d.Class, d.Run)).ShouldBe([(DeviationClass.Major, excursion.ExcursionId)]);
        told.Select(t => t.Data).OfType<ExposureBandChanged>().ShouldBeEmpty();
    }

    [Fact]
    public void A_rise_of_more_than_an_hour_makes_it_critical_and_is_told_once()
    {
        var s = Stored();
        var told = Told(s.State, 190, 100, 300);
        var band = told.Select(t => t.Data).OfType<ExposureBandChanged>().ShouldHaveSingleItem();
        (band.CriterionId, band.FromBand, band.ToBand, band.SupersedesEventId).ShouldBe(("CM-15", ExposureBand.PASS, ExposureBand.FAIL, null));
        var state = Record(s, told, 190);
        state.Deviations.Values.Select(d => d.Class).ShouldBe([DeviationClass.Critical]);
        state.Holds.Count.ShouldBe(1);
        Told(state, 190, 100, 300).ShouldBeEmpty();
    }

    [Fact]
    public void A_product_without_a_storage_criterion_is_not_judged_by_it()
    {
        var s = Stored();
        Told(s.State with { Definition = s.State.Definition! with { StorageCriterion = null } }, 190, 100, 300).Select(t => t.Data).OfType<ExposureBandChanged>().ShouldBeEmpty();
    }

    [Fact]
    public void Freeze_dried_containers_are_not_judged_by_the_freezer_and_discarded_ones_are_known_as_such()
    {
        var s = Stored().Given(new VesselDiscarded([Cm.Vials[0]], 1, "Incineration", DiscardReason.Surplus));
        CultureExposure.Containers(s.State).Select(c => (c.VesselId, c.Use)).ShouldBe([
            (Cm.Vials[0], VesselUse.Discarded), (Cm.Vials[1], VesselUse.Product), (Cm.Vials[2], VesselUse.Product), (Cm.Vials[3], VesselUse.Product)]);
        s.Force(new Lyophilised([Cm.Vials[1]], "CY-1", 1.2m, s.Now, s.Now), "tech01");
        CultureExposure.Containers(s.State).Select(c => c.Use).ShouldBe([VesselUse.Discarded, VesselUse.Test, VesselUse.Product, VesselUse.Product]);
        CultureExposure.Containers(Cm.Filled().State).ShouldBeEmpty();
        CultureExposure.Containers(s.State)[1].Stays.Select(x => (x.IncubatorId, x.From)).ShouldBe([("FRZ-01", Min(Start))]);
    }

    [Fact]
    public void Exposure_of_cultures_begins_with_the_seeding_or_with_the_step_the_product_says()
    {
        var s = Adsc.AtP0();
        CultureExposure.Vessels(s.State).Select(v => (v.SeededAt, v.Use)).Distinct().ShouldBe([(Scenario.At("2026-04-13T12:00Z"), VesselUse.Product)]);
        s.Given(Adsc.Seeded(SeedingPurpose.CfuF, s.Last<IsolationPerformed>(), ["CF-1"], 100, 10, 0)).Given(new VesselDiscarded(["V-01"], 1, "Incineration", DiscardReason.Surplus));
        var seen = CultureExposure.Vessels(s.State).ToDictionary(v => v.VesselId, v => v.Use);
        (seen["CF-1"], seen["V-01"], seen["V-02"]).ShouldBe((VesselUse.Test, VesselUse.Discarded, VesselUse.Product));
        CultureExposure.Vessels(Cm.HasCells().State).ShouldBeEmpty();
        CultureExposure.Vessels(Cm.Washed().State).Select(v => (v.VesselId, v.SeededAt)).ShouldBe([("K-1", Scenario.At("2026-05-04T10:00Z"))]);
        CultureExposure.Vessels(Cea.Taken().On("2026-03-02T10:00Z").Given(Cea.Feeder(["V-01"], "2026-03-01T10:00Z")).State).ShouldBeEmpty();
    }
}
