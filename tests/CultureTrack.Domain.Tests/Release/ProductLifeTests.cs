using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>One life of each product type, from the registration to the signed release, with the verdict on the way. CEA and ADSC: WorkedVerdictTests.</summary>
public sealed class ProductLifeTests
{
    private static void ShouldBe(Verdict verdict, string value, params string[] open)
    {
        verdict.Reasons.Select(r => $"{r.Id}: {r.Text}").ShouldBeEmpty();
        verdict.Value.ShouldBe(value);
        verdict.Pending.ShouldBe(open, ignoreOrder: true);
    }

    [Fact]
    public void Marrow_cells_are_released_conditionally_and_then_finally()
    {
        var s = Life.Lab("BMMSC", "03-21 11:30", "03-21 13:30");
        s.Begun("03-01 09:00", Life.Order("BMMSC", "03-22 08:00", 3.6e7m, OrderUnit.cell, s), "02-27 09:00").Received("03-02 09:00", TissueKind.Marrow, 60, TissueUnit.mL, "03-02 05:00", 18)
            .Do("03-02 10:00", "tech01", new IsolationPerformed(CellLine.Msc, IsolationMethod.DensityGradient, "ENZ-1", 45, 20, 1.2e8m, 92));
        var mnc = s.Source<IsolationPerformed>();
        s.Seeded("03-02 12:00", SeedingPurpose.Culture, CellLine.Msc, mnc, Life.Vessels("V", 6, "T175", 175), 1.0e5m, 0)
            .Do("03-02 12:00", "tech01", new VesselsSeeded(SeedingPurpose.CfuF, CellLine.Msc, [mnc], [new("CFU", "150 mm dish", 152)], 1.0e5m, 657.9m, 0, "MED-1", 30));
        s.Passaged("03-14 12:00", CellLine.Msc, Life.Ids("V", 6), 6.0e6m)
            .Seeded("03-14 13:00", SeedingPurpose.Expansion, CellLine.Msc, s.Source<PassagePerformed>(), Life.Vessels("W", 3, "1-layer stack", 636), 3000, 1)
            .Passing("03-16 12:00", SampleMatrix.Plate, ("BMM-10", [Number(0.05m, "P0", "%")])).SterileInProcess("03-18 16:00", "03-21 13:00")
            .Do("03-21 12:00", "tech01", new HarvestPerformed(CellLine.Msc, Life.Ids("W", 3), 4.0e7m, 93, 30), verify: "tech02");
        var bags = Life.Ids("BMMSC-26-0001", 10);
        s.Labelled("03-21 12:30", bags, "STERILITY TEST PENDING", "2-8 °C")
            .Do("03-21 12:40", "tech01", new FillPerformed([.. bags.Select(b => new FilledContainer(b, 2, 3.6e6m))], ["EXC-1"], 5, 2), verify: "tech02").Inspected("03-21 12:50", bags)
            .FastTestsDone("03-21 13:40").Sampled("03-21 13:40", SampleMatrix.Cells, 2, "BMM-08").Started("03-21 13:40", "BMM-08")
            .Passing("03-21 14:00", SampleMatrix.FinalProduct, ("BMM-01", [Number(91)]), ("BMM-03", [Number(1.8e6m)]), ("BMM-14", [Number(0.08m)]))
            .Passing("03-21 14:00", SampleMatrix.Cells, ("BMM-04", [Number(97.1m, "CD73"), Number(98.2m, "CD90"), Number(96.4m, "CD105")]),
                ("BMM-05", [Number(0.3m, "CD45"), Number(0.2m, "CD34"), Number(0.4m, "CD14"), Number(0.1m, "CD19")]))
            .Passing("03-21 14:00", SampleMatrix.Supernatant, ("BMM-09", [Number(510)])).Submitted("03-21 14:30").Reviewed("03-21 15:00").Informed("03-21 15:10");
        ShouldBe(s.Verdict("03-21 15:20"), Verdicts.Conditional, "BMM-08", "C-06", "C-11");
        s.State.Culture.Cpdl!.Value.ShouldBe(9.642, 0.01);
        s.Signed("03-21 15:30", DispositionKind.Conditional).SlowTestsDone("04-11 16:00", ("BMM-08", [Word(Qualitative.Pass)]));
        ShouldBe(s.Verdict("04-11 17:00"), Verdicts.Release);
        s.Signed("04-11 17:10", DispositionKind.FinalRelease).State.State.ShouldBe(LifeState.Released);
    }

    [Fact]
    public void A_cultured_spray_is_released_conditionally_and_then_finally()
    {
        var s = ProductLives.Spray().SterileInProcess("03-05 11:00", "03-08 11:15");
        foreach (var v in Life.Ids("V", 2)) s.Do("03-08 09:00", "tech01", new ConfluenceObserved(v, 80, LookMethod.Visual, "Cobblestone", Contamination.None));
        s.Do("03-08 10:00", "tech01", new HarvestPerformed(CellLine.Keratinocyte, Life.Ids("V", 2), 3.5e7m, 92, 20), verify: "tech02");
        var vials = Life.Ids("SPR-26-0001", 2);
        s.Labelled("03-08 10:20", vials, "STERILITY TEST PENDING", "2-8 °C")
            .Do("03-08 10:30", "tech01", new FillPerformed([.. vials.Select(b => new FilledContainer(b, 5, 5.0e6m))], ["EXC-1"], 5, 2), verify: "tech02").Inspected("03-08 10:40", vials)
            .FastTestsDone("03-08 11:10").Passing("03-08 11:20", SampleMatrix.FinalProduct, ("SPR-01", [Number(1.0e6m)]), ("SPR-02", [Number(88, "before"), Number(81, "after")]),
                ("SPR-04", [Number(93.5m)]), ("SPR-05", [Number(1.2m)]), ("SPR-08", [Number(0.1m)]))
            .Submitted("03-08 11:30").Reviewed("03-08 11:40").Informed("03-08 11:45");
        ShouldBe(s.Verdict("03-08 11:50"), Verdicts.Conditional, "C-06", "C-11");
        s.Status("03-08 11:50", "SPR-03").Observed!.ShouldStartWith("31250");
        s.Signed("03-08 11:55", DispositionKind.Conditional).SlowTestsDone("03-22 12:00");
        s.Signed("03-22 13:00", DispositionKind.FinalRelease).State.State.ShouldBe(LifeState.Released);
    }

    [Fact]
    public void A_spray_that_is_not_cultured_is_filled_as_isolated_and_used_within_four_hours()
    {
        var s = Life.Lab("SPR", "03-02 10:00", "03-02 11:20");
        s.Begun("03-02 08:00", Life.Order("SPR", "03-02 14:00", 80, OrderUnit.cm2, s, cultured: false), "03-01 09:00").Received("03-02 09:30", TissueKind.Skin, 4, TissueUnit.cm2, "03-02 08:30", 4)
            .Do("03-02 10:30", "tech01", new IsolationPerformed(CellLine.Keratinocyte, IsolationMethod.DispaseTrypsin, "ENZ-1", 45, 37, 4.0e6m, 85))
            .Labelled("03-02 10:50", ["SPR-26-0001-01"], "STERILITY TEST PENDING", "2-25 °C")
            .Do("03-02 11:00", "tech01", new FillPerformed([new("SPR-26-0001-01", 4, 3.2e6m)], ["EXC-1"], 20, 2), verify: "tech02").Inspected("03-02 11:05", ["SPR-26-0001-01"])
            .FastTestsDone("03-02 11:30", cultured: false).Passing("03-02 11:40", SampleMatrix.FinalProduct, ("SPR-01", [Number(8.0e5m)]), ("SPR-02", [Number(85, "before"), Number(76, "after")]),
                ("SPR-05", [Number(3.1m)]), ("SPR-08", [Number(0.1m)]))
            .Submitted("03-02 11:50").Reviewed("03-02 12:00").Informed("03-02 12:05");
        s.State.Product.ExpiresAt.ShouldBe(s.Time("03-02 15:00"));
        ShouldBe(s.Verdict("03-02 12:10"), Verdicts.Conditional, "C-06", "C-11");
        s.Status("03-02 12:10", "C-04").Status.ShouldBe("NotApplicable");
        s.Signed("03-02 12:15", DispositionKind.Conditional).State.State.ShouldBe(LifeState.ConditionallyReleased);
    }

    [Fact]
    public void Bilayered_skin_of_two_lines_is_released_once_its_plates_are_read()
    {
        var s = ProductLives.BilayeredSkin();
        var trays = Life.Ids("BT", 3);
        s.Do("03-27 10:00", "tech01", new AirLiftEnded(Life.Ids("BT", 4))).Labelled("03-27 10:30", trays, "STERILITY TEST PENDING", "20-23 °C")
            .Do("03-27 11:00", "tech01", new FillPerformed([.. trays.Select(t => new FilledContainer(t, 50, AreaCm2: 98, SourceId: t))], [], 21, 2), verify: "tech02")
            .Inspected("03-27 11:10", trays, area: 98, tear: 0, thickness: 1.1m)
            .Sampled("03-27 11:20", SampleMatrix.FinalProduct, 5, "C-06").Started("03-27 12:00", "C-06", incubates: true).Sampled("03-27 12:00", SampleMatrix.Plate, null, "C-11").Started("03-27 12:00", "C-11", incubates: true)
            .Passing("03-27 12:00", SampleMatrix.CellsAndSupernatant, ("C-07", [Word(Qualitative.NotDetected, lod: 10m)]))
            .Tested("03-30 12:10", "C-11", Word(Qualitative.NoGrowth, "plates"))
            .Passing("03-30 12:20", SampleMatrix.FinalProduct, ("C-05", [Word(Qualitative.Negative)]), ("BLS-04", [Number(86)]), ("BLS-05", [Number(640)]), ("BLS-10", [Number(7.2m)]), ("BLS-12", [Number(0.05m)]))
            .Passing("03-30 12:20", SampleMatrix.Image, ("BLS-02", [Number(98)]), ("BLS-03", [Number(6, "layers"), Word(Qualitative.Pass, "corneum")]), ("BLS-06", [Word(Qualitative.Positive, "k10"), Word(Qualitative.Positive, "vimentin")]))
            .Passing("03-30 12:20", SampleMatrix.Extract, ("BLS-07", [Number(1.6e5m)])).Submitted("03-30 12:40").Reviewed("03-30 13:00").Informed("03-30 13:05");
        // Ten days of shelf life outlast the plates, so only the sterility test may be left pending.
        ShouldBe(s.Verdict("03-30 13:10"), Verdicts.Conditional, "C-06");
        s.Status("03-30 13:10", "BLS-08").Observed!.ShouldStartWith("8 d");
        s.Status("03-30 13:10", "BLS-09").Observed.ShouldBe("keratinocyte 2; fibroblast 1");
        s.Signed("03-30 13:20", DispositionKind.Conditional).Tested("04-10 12:00", "C-06", Word(Qualitative.NoGrowth));
        s.Signed("04-10 13:00", DispositionKind.FinalRelease).State.State.ShouldBe(LifeState.Released);
    }

    [Fact]
    public void A_sheet_on_a_scaffold_is_released_conditionally_and_then_finally()
    {
        var s = ProductLives.SheetOnScaffold();
        s.Do("03-05 10:00", "tech01", new AttachmentAssessed(["SH-1", "SH-2", "SH-3"], 24, 91)).SterileInProcess("03-06 10:00", "03-09 11:30");
        string[] units = ["SH-1", "SH-2"];
        s.Labelled("03-09 09:50", units, "STERILITY TEST PENDING", "2-8 °C")
            .Do("03-09 10:00", "tech01", new FillPerformed([.. units.Select(u => new FilledContainer(u, 40, AreaCm2: 50))], [], 5, 2), verify: "tech02").Inspected("03-09 10:10", units, area: 49, tear: 0)
            .FastTestsDone("03-09 11:40").Passing("03-09 11:50", SampleMatrix.Extract, ("MSS-02", [Number(96)]), ("MSS-03", [Number(3.1e5m)]), ("MSS-04", [Number(90)]), ("MSS-05", [Word(Qualitative.Pass)]), ("MSS-10", [Number(0.05m)]))
            .Passing("03-09 11:50", SampleMatrix.Supernatant, ("MSS-08", [Number(420)])).Sampled("03-09 11:50", SampleMatrix.Cells, 1, "MSS-09").Started("03-09 11:50", "MSS-09")
            .Submitted("03-09 12:00").Reviewed("03-09 12:10").Informed("03-09 12:15");
        ShouldBe(s.Verdict("03-09 12:20"), Verdicts.Conditional, "C-06", "C-11", "MSS-09");
        s.Signed("03-09 12:30", DispositionKind.Conditional).SlowTestsDone("03-30 13:00", ("MSS-09", [Word(Qualitative.Pass)]));
        s.Signed("03-30 14:00", DispositionKind.FinalRelease).State.State.ShouldBe(LifeState.Released);
    }

    [Fact]
    public void Conditioned_medium_is_released_when_all_is_in()
    {
        var s = ProductLives.ConditionedMedium(out var vials);
        s.Do("03-06 18:00", "tech01", new StoredAt(vials, "FRZ-01", [.. vials.Select((_, i) => $"FRZ-01/R1/B1/A{i + 1:00}")])).Submitted("03-06 18:10")
            .Sampled("03-06 18:10", SampleMatrix.Plate, null, "C-11").Started("03-06 18:20", "C-11", incubates: true)
            .Started("03-06 18:20", "C-06", incubates: true).Started("03-06 18:20", "CM-03", incubates: true)
            .Passing("03-07 09:00", SampleMatrix.FinalProduct, ("CM-04", [Number(0.21m)]), ("CM-05", [Number(1240)]), ("CM-06", [Number(610)]), ("CM-07", [Number(6.0e9m)]), ("CM-08", [Number(7.3m, "ph"), Number(295, "osmolality")]),
                ("CM-09", [Number(1.2m)]), ("CM-10", [Number(10, qualifier: "<")]), ("CM-11", [Number(1)]), ("CM-12", [Number(0.12m)]), ("CM-14", [Number(148)]), ("C-07", [Word(Qualitative.NotDetected, lod: 10m)]));
        s.Verdict("03-10 12:00").Reasons.Select(r => r.Id).ShouldBe(["C-06", "C-11(plates)", "C-12", "CM-03", "CM-15"], ignoreOrder: true);
        s.Set("CM-15", ExposureBand.PASS, -79.5m).Tested("03-20 19:00", "C-06", Word(Qualitative.NoGrowth)).Tested("03-20 19:00", "C-11", Word(Qualitative.NoGrowth, "plates"))
            .Tested("03-20 19:00", "CM-03", Word(Qualitative.NotDetected, "microscopy"), Word(Qualitative.NoGrowth, "culture")).Reviewed("03-21 09:00");
        ShouldBe(s.Verdict("03-21 10:00"), Verdicts.Release);
        s.Status("03-21 10:00", "CM-09").Status.ShouldBe("Pass");
        s.Signed("03-21 10:10", DispositionKind.Release).State.State.ShouldBe(LifeState.Released);
    }
}
