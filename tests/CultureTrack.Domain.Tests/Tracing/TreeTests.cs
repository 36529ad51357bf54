using CultureTrack.Domain.Batches;
using Xunit;
using static CultureTrack.Domain.Tests.Tracing.Told;

namespace CultureTrack.Domain.Tests.Tracing;

/// <summary>Culture from tissue to container as a tree, node by node and edge by edge; events are named by their version.</summary>
public sealed class TreeTests
{
    private readonly Told _told = new Told().Registered();

    [Fact]
    public void A_batch_begins_with_its_donor_and_its_tissue()
    {
        _told.Tissue();
        _told.ShouldShow("""
            donor/DN-7 = Donor, DN-7
            batch = Batch, ADSC-26-0007; ; ; ; Quarantined
            tissue/1 = Tissue, Lipoaspirate 120 mL, A999926000002
            #1 donor/DN-7 > batch: Allocated
            #2 batch > tissue/1: Allocated
            version 2
            """);
    }

    [Fact]
    public void Cells_go_on_from_one_vessel_by_themselves_and_from_several_as_a_pool()
    {
        _told.Tissue();
        var isolation = _told.Isolated();
        _told.Expanded(2, [isolation.ToString()], 0, "V-1", "V-2");
        var both = _told.Passaged(80, 4e5m, "V-1", "V-2");
        _told.Expanded(81, [both.ToString()], 1, "W-1", "W-2");
        var one = _told.Passaged(160, 4e5m, "W-1");
        _told.Expanded(161, [one.ToString()], 2, "X-1", "X-2");
        _told.Expanded(162, ["W-1"], 2, "Y-1");
        _told.Add(163, new SampleTaken("S-1", ["C-04", "C-07"], SampleMatrix.Cells, 1, [one.ToString(), "X-1"], Hour(163)));
        _told.Add(164, new SampleTaken("S-2", ["C-04"], SampleMatrix.Cells, 1, ["nothing"], Hour(164)));
        _told.Add(240, new HarvestPerformed(CellLine.Msc, ["X-1", "X-2"], 5e5m, 91, 10));
        _told.Add(241, new FillPerformed([new("C-1", 2, 2e5m), new("C-2", 2, 2e5m)], [], 5, 2));
        _told.ShouldShow("""
            donor/DN-7 = Donor, DN-7
            batch = Batch, ADSC-26-0007; ; 2; 3.32; Formulated
            tissue/1 = Tissue, Lipoaspirate 120 mL, A999926000002
            vessel/V-1 = Vessel, V-1 flask; 100000; 0; 0; Emptied
            vessel/V-2 = Vessel, V-2 flask; 100000; 0; 0; Emptied
            pool/#5 = Pool, P0 cells in suspension; 400000; 0; 0
            vessel/W-1 = Vessel, W-1 flask; 100000; 1; 0; Emptied
            vessel/W-2 = Vessel, W-2 flask; 100000; 1; 0; InUse
            vessel/X-1 = Vessel, X-1 flask; 100000; 2; 2; Emptied
            vessel/X-2 = Vessel, X-2 flask; 100000; 2; 2; Emptied
            vessel/Y-1 = Vessel, Y-1 flask; 100000; 2; 2; InUse
            sample/S-1 = Sample, S-1 C-04, C-07
            sample/S-2 = Sample, S-2 C-04
            pool/#12 = Pool, Harvest; 500000; 2; 3.32
            container/C-1 = Container, C-1; 200000; 2; 3.32; InHouse
            container/C-2 = Container, C-2; 200000; 2; 3.32; InHouse
            #1 donor/DN-7 > batch: Allocated
            #2 batch > tissue/1: Allocated
            #4 tissue/1 > vessel/V-1: Seeded 100000
            #4 tissue/1 > vessel/V-2: Seeded 100000
            #5 vessel/V-1 > pool/#5: Passaged
            #5 vessel/V-2 > pool/#5: Passaged
            #6 pool/#5 > vessel/W-1: Seeded 100000
            #6 pool/#5 > vessel/W-2: Seeded 100000
            #8 vessel/W-1 > vessel/X-1: Passaged 100000
            #8 vessel/W-1 > vessel/X-2: Passaged 100000
            #9 vessel/W-1 > vessel/Y-1: Passaged 100000
            #10 vessel/W-1 > sample/S-1: Sampled
            #10 vessel/X-1 > sample/S-1: Sampled
            #11 tissue/1 > sample/S-2: Sampled
            #12 vessel/X-1 > pool/#12: Passaged
            #12 vessel/X-2 > pool/#12: Passaged
            #13 pool/#12 > container/C-1: Filled 200000
            #13 pool/#12 > container/C-2: Filled 200000
            #3 IsolationPerformed #3 02 13:00: 1000000 = 200000 + 0 + 800000
            #5 PassagePerformed #5 05 20:00: 400000 = 200000 + 0 + 200000
            #7 PassagePerformed #7 09 04:00: 400000 = 300000 + 0 + 100000
            #12 HarvestPerformed #12 12 12:00: 500000 = 400000 + 0 + 100000
            version 13
            """);
    }

    [Fact]
    public void What_is_discarded_goes_into_a_sublot_of_its_own()
    {
        _told.Tissue();
        var isolation = _told.Isolated();
        _told.Expanded(2, [isolation.ToString()], 0, "V-1", "V-2", "V-3");
        _told.Add(3, new ConfluenceObserved("V-1", 40, LookMethod.Image, "Turbid", Contamination.Suspected));
        _told.Add(3, new ConfluenceObserved("V-2", 40, LookMethod.Image, "Turbid", Contamination.Suspected));
        _told.Add(4, new VesselDiscarded(["V-1", "V-1", "unknown"], 1, "Autoclave", DiscardReason.Contamination));
        _told.Add(5, new VesselDiscarded(["unknown"], 1, "Autoclave", DiscardReason.Contamination));
        _told.Add(6, new BatchDiscarded(["V-2", "V-3"], 2, "Autoclave", DiscardReason.Surplus));
        _told.ShouldShow("""
            donor/DN-7 = Donor, DN-7
            batch = Batch, ADSC-26-0007; ; 0; ; Discarded
            tissue/1 = Tissue, Lipoaspirate 120 mL, A999926000002
            vessel/V-1 = Vessel, V-1 flask; 100000; 0; 0; Contaminated, discarded
            vessel/V-2 = Vessel, V-2 flask; 100000; 0; 0; Contaminated, discarded
            vessel/V-3 = Vessel, V-3 flask; 100000; 0; 0; Discarded
            sublot/discarded-#7 = SubLot, Discarded: Contamination; 100000; ; ; Discarded
            sublot/discarded-#9 = SubLot, Discarded: Surplus; 200000; ; ; Discarded
            #1 donor/DN-7 > batch: Allocated
            #2 batch > tissue/1: Allocated
            #4 tissue/1 > vessel/V-1: Seeded 100000
            #4 tissue/1 > vessel/V-2: Seeded 100000
            #4 tissue/1 > vessel/V-3: Seeded 100000
            #7 vessel/V-1 > sublot/discarded-#7: Discarded 100000
            #9 vessel/V-2 > sublot/discarded-#9: Discarded 100000
            #9 vessel/V-3 > sublot/discarded-#9: Discarded 100000
            #3 IsolationPerformed #3 02 13:00: 1000000 = 0 + 300000 + 700000
            version 9
            """);
    }

    [Fact]
    public void Suspensions_are_pooled_and_split()
    {
        _told.Tissue();
        var isolation = _told.Isolated();
        _told.Expanded(2, [isolation.ToString()], 0, "V-1", "V-2");
        var (one, other) = (_told.Passaged(80, 4e5m, "V-1"), _told.Passaged(80, 3e5m, "V-2"));
        _told.Add(81, new CulturesPooled([one.ToString(), other.ToString()], ["POOL"], [4e5m, 3e5m]));
        _told.Add(82, new SubLotSplit(["POOL"], ["A", "B"], [2.5e5m, 2e5m]));
        _told.Expanded(83, ["A"], 1, "W-1", "W-2");
        _told.Add(84, new SubLotSplit(["W-1"], ["KEPT"], [1e5m]));
        _told.ShouldShow("""
            donor/DN-7 = Donor, DN-7
            batch = Batch, ADSC-26-0007; ; 1; ; InProcess
            tissue/1 = Tissue, Lipoaspirate 120 mL, A999926000002
            vessel/V-1 = Vessel, V-1 flask; 100000; 0; 0; Emptied
            vessel/V-2 = Vessel, V-2 flask; 100000; 0; 0; Emptied
            pool/POOL = Pool, POOL; 700000; 0; 0
            sublot/A = SubLot, A; 250000; 0; 0
            sublot/B = SubLot, B; 200000; 0; 0
            vessel/W-1 = Vessel, W-1 flask; 100000; 1; 0; InUse
            vessel/W-2 = Vessel, W-2 flask; 100000; 1; 0; InUse
            sublot/KEPT = SubLot, KEPT; 100000
            #1 donor/DN-7 > batch: Allocated
            #2 batch > tissue/1: Allocated
            #4 tissue/1 > vessel/V-1: Seeded 100000
            #4 tissue/1 > vessel/V-2: Seeded 100000
            #7 vessel/V-1 > pool/POOL: Pooled 700000
            #7 vessel/V-2 > pool/POOL: Pooled 700000
            #8 pool/POOL > sublot/A: Split 250000
            #8 pool/POOL > sublot/B: Split 200000
            #9 sublot/A > vessel/W-1: Seeded 100000
            #9 sublot/A > vessel/W-2: Seeded 100000
            #10 vessel/W-1 > sublot/KEPT: Split 100000
            #3 IsolationPerformed #3 02 13:00: 1000000 = 200000 + 0 + 800000
            #5 PassagePerformed #5 05 20:00: 400000 = 400000 + 0 + 0
            #6 PassagePerformed #6 05 20:00: 300000 = 300000 + 0 + 0
            #7 CulturesPooled POOL 05 21:00: 700000 = 450000 + 0 + 250000
            #8 SubLotSplit A 05 22:00: 250000 = 200000 + 0 + 50000
            #8 SubLotSplit B 05 22:00: 200000 = 0 + 0 + 200000
            version 10
            """);
    }

    [Fact]
    public void Frozen_cells_lead_from_their_suspension_through_their_containers_to_the_vessels_after_the_thaw()
    {
        _told.Tissue();
        var isolation = _told.Isolated();
        _told.Expanded(2, [isolation.ToString()], 0, "V-1", "V-2");
        _told.Passaged(80, 4e5m, "V-1", "V-2");
        _told.Add(81, new CellsFrozen([new("F-1", 1e5m, 1), new("F-2", 2e5m, 1)], 10, 15, -1, -160));
        _told.Add(82, new StoredAt(["F-1", "F-2"], "LN2-1", ["LN2-1/A1", "LN2-1/A2"]));
        var thaw = _told.Add(200, new CellsThawed(["F-1", "F-2"], 3, 85, 80));
        _told.Expanded(201, [thaw.ToString()], 1, "W-1");
        _told.ShouldShow("""
            donor/DN-7 = Donor, DN-7
            batch = Batch, ADSC-26-0007; ; 1; ; InProcess
            tissue/1 = Tissue, Lipoaspirate 120 mL, A999926000002
            vessel/V-1 = Vessel, V-1 flask; 100000; 0; 0; Emptied
            vessel/V-2 = Vessel, V-2 flask; 100000; 0; 0; Emptied
            pool/#5 = Pool, P0 cells in suspension; 400000; 0; 0
            container/F-1 = Container, F-1; 100000; 1; ; InHouse
            container/F-2 = Container, F-2; 200000; 1; ; InHouse
            pool/#8 = Pool, Thawed cells; 240000; 0; 0
            vessel/W-1 = Vessel, W-1 flask; 100000; 1; 0; InUse
            #1 donor/DN-7 > batch: Allocated
            #2 batch > tissue/1: Allocated
            #4 tissue/1 > vessel/V-1: Seeded 100000
            #4 tissue/1 > vessel/V-2: Seeded 100000
            #5 vessel/V-1 > pool/#5: Passaged
            #5 vessel/V-2 > pool/#5: Passaged
            #6 pool/#5 > container/F-1: Filled 100000
            #6 pool/#5 > container/F-2: Filled 200000
            #8 container/F-1 > pool/#8: Pooled
            #8 container/F-2 > pool/#8: Pooled
            #9 pool/#8 > vessel/W-1: Seeded 100000
            #3 IsolationPerformed #3 02 13:00: 1000000 = 200000 + 0 + 800000
            #5 PassagePerformed #5 05 20:00: 400000 = 300000 + 0 + 100000
            #8 CellsThawed #8 10 20:00: 240000 = 100000 + 0 + 140000
            version 9
            """);
    }

    [Fact]
    public void Cells_of_one_vessel_are_frozen_from_it_and_no_pool_is_between()
    {
        _told.Tissue();
        var isolation = _told.Isolated();
        _told.Expanded(2, [isolation.ToString()], 0, "V-1", "V-2");
        _told.Passaged(80, 4e5m, "V-1");
        _told.Add(81, new CellsFrozen([new("F-1", 1e5m, 1)], 10, 15, -1, -160));
        _told.ShouldShow("""
            donor/DN-7 = Donor, DN-7
            batch = Batch, ADSC-26-0007; ; 0; ; Cryostored
            tissue/1 = Tissue, Lipoaspirate 120 mL, A999926000002
            vessel/V-1 = Vessel, V-1 flask; 100000; 0; 0; Emptied
            vessel/V-2 = Vessel, V-2 flask; 100000; 0; 0; InUse
            container/F-1 = Container, F-1; 100000; 0; ; InHouse
            #1 donor/DN-7 > batch: Allocated
            #2 batch > tissue/1: Allocated
            #4 tissue/1 > vessel/V-1: Seeded 100000
            #4 tissue/1 > vessel/V-2: Seeded 100000
            #6 vessel/V-1 > container/F-1: Filled 100000
            #3 IsolationPerformed #3 02 13:00: 1000000 = 200000 + 0 + 800000
            #5 PassagePerformed #5 05 20:00: 400000 = 100000 + 0 + 300000
            version 6
            """);
    }
}
