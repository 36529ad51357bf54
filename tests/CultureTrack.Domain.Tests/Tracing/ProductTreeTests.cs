using CultureTrack.Domain.Batches;
using Xunit;
using static CultureTrack.Domain.Tests.Tracing.Told;

namespace CultureTrack.Domain.Tests.Tracing;

/// <summary>Cells of other batches, constructs, sheets and media as a tree, node by node and edge by edge; events are named by their version.</summary>
public sealed class ProductTreeTests
{
    private readonly Told _told = new Told().Registered();

    [Fact]
    public void Handed_over_cells_keep_their_links_one_to_one_or_through_a_pool()
    {
        _told.Add(0, new SourceCellsAllocated("ADSC-26-0001", ["V-1", "V-2"], 1e6m, 2, 3, 2, [new("A-1", "stack", 636), new("A-2", "stack", 636)]));
        _told.ShouldShow("""
            donor/DN-7 = Donor, DN-7
            batch = Batch, ADSC-26-0007; ; 2; 3; Quarantined
            vessel/A-1 = Vessel, A-1 stack; 500000; 2; 3; InUse
            vessel/A-2 = Vessel, A-2 stack; 500000; 2; 3; InUse
            #1 donor/DN-7 > batch: Allocated
            #2 batch/ADSC-26-0001 > batch: Allocated
            #2 cells/ADSC-26-0001/V-1 > vessel/A-1: Allocated 500000
            #2 cells/ADSC-26-0001/V-2 > vessel/A-2: Allocated 500000
            version 2
            """);
    }

    [Fact]
    public void Handed_over_cells_of_one_source_lead_to_each_vessel()
    {
        _told.Add(0, new SourceCellsAllocated("ADSC-26-0001", ["V-1"], 1e6m, 2, 3, 2, [new("A-1", "stack", 636)], ["F-1"]));
        _told.ShouldShow("""
            donor/DN-7 = Donor, DN-7
            batch = Batch, ADSC-26-0007; ; 2; 3; Quarantined
            vessel/A-1 = Vessel, A-1 stack; 1000000; 2; 3; InUse
            container/F-1 = Container, F-1; ; 2; 3; Allocated
            #1 donor/DN-7 > batch: Allocated
            #2 batch/ADSC-26-0001 > batch: Allocated
            #2 cells/ADSC-26-0001/V-1 > vessel/A-1: Allocated 1000000
            #2 cells/ADSC-26-0001/V-1 > container/F-1: Allocated
            version 2
            """);
    }

    [Fact]
    public void Handed_over_cells_of_several_sources_in_another_number_of_vessels_are_a_pool()
    {
        _told.Add(0, new SourceCellsAllocated("ADSC-26-0001", ["V-1", "V-2"], 1e6m, 2, 3, 2, ContainerIds: ["F-1", "F-2", "F-3"]));
        _told.ShouldShow("""
            donor/DN-7 = Donor, DN-7
            batch = Batch, ADSC-26-0007; ; 2; 3; Quarantined
            container/F-1 = Container, F-1; ; 2; 3; Allocated
            container/F-2 = Container, F-2; ; 2; 3; Allocated
            container/F-3 = Container, F-3; ; 2; 3; Allocated
            pool/#2 = Pool, Allocated cells; 1000000; 2; 3
            #1 donor/DN-7 > batch: Allocated
            #2 batch/ADSC-26-0001 > batch: Allocated
            #2 cells/ADSC-26-0001/V-1 > pool/#2: Allocated
            #2 cells/ADSC-26-0001/V-2 > pool/#2: Allocated
            #2 pool/#2 > container/F-1: Allocated
            #2 pool/#2 > container/F-2: Allocated
            #2 pool/#2 > container/F-3: Allocated
            version 2
            """);
    }

    [Fact]
    public void Vials_of_another_batch_lead_to_the_vessels_seeded_after_the_thaw()
    {
        _told.Add(0, new SourceCellsAllocated("ADSC-26-0001", ["B-1", "B-2"], 4e5m, 2, 3, 2, ContainerIds: ["F-1", "F-2"]));
        var (one, other) = (_told.Add(1, new CellsThawed(["F-1"], 3, 85, 80)), _told.Add(1, new CellsThawed(["F-2"], 3, 85, 80)));
        _told.Expanded(2, [one.ToString()], 3, "W-1");
        _told.Expanded(2, [other.ToString(), one.ToString()], 3, "W-2");
        _told.ShouldShow("""
            donor/DN-7 = Donor, DN-7
            batch = Batch, ADSC-26-0007; ; 3; 3; InProcess
            container/F-1 = Container, F-1; ; 2; 3; Allocated
            container/F-2 = Container, F-2; ; 2; 3; Allocated
            vessel/W-1 = Vessel, W-1 flask; 100000; 3; 3; InUse
            vessel/W-2 = Vessel, W-2 flask; 100000; 3; 3; InUse
            #1 donor/DN-7 > batch: Allocated
            #2 batch/ADSC-26-0001 > batch: Allocated
            #2 cells/ADSC-26-0001/B-1 > container/F-1: Allocated
            #2 cells/ADSC-26-0001/B-2 > container/F-2: Allocated
            #5 container/F-1 > vessel/W-1: Seeded 100000
            #6 container/F-2 > vessel/W-2: Seeded 100000
            #6 container/F-1 > vessel/W-2: Seeded 100000
            #3 CellsThawed #3 02 13:00: 160000 = 100000 + 0 + 60000
            #4 CellsThawed #4 02 13:00: 160000 = 100000 + 0 + 60000
            version 6
            """);
    }

    [Fact]
    public void An_epidermis_goes_on_with_the_past_of_the_dermal_equivalent_under_it()
    {
        _told.Tissue();
        var fibroblasts = _told.Add(1, new IsolationPerformed(CellLine.Fibroblast, IsolationMethod.Collagenase, "COL-1", 45, 37, 2e6m, 50));
        var keratinocytes = _told.Add(1, new IsolationPerformed(CellLine.Keratinocyte, IsolationMethod.DispaseTrypsin, "COL-1", 45, 37, 2e6m, 50));
        _told.Add(2, new DermalEquivalentCast("MTX-1", 10, 88, 1e4m, 7.4m, [fibroblasts.ToString()]));
        _told.Add(100, new VesselsSeeded(SeedingPurpose.EpidermalSeeding, CellLine.Keratinocyte, [keratinocytes.ToString()], [new("E-1", "insert", 44), new("E-2", "insert", 44)], 1e5m, 1000, 0, "MED-1", 20));
        _told.Add(300, new FillPerformed([new("C-1", 10, AreaCm2: 44, SourceId: "E-1"), new("C-2", 10, AreaCm2: 44)], [], 20, 2));
        _told.ShouldShow("""
            donor/DN-7 = Donor, DN-7
            batch = Batch, ADSC-26-0007; ; 0; ; Formulated
            tissue/1 = Tissue, Lipoaspirate 120 mL, A999926000002
            vessel-D1 = Vessel, ADSC-26-0007-D1 construct; 100000; 0; 0; Emptied
            vessel/E-1 = Vessel, E-1 insert; 44000; 0; 0; Emptied
            vessel/E-2 = Vessel, E-2 insert; 44000; 0; 0; Emptied
            container/C-1 = Container, C-1; ; 0; ; InHouse
            container/C-2 = Container, C-2; ; 0; ; InHouse
            #1 donor/DN-7 > batch: Allocated
            #2 batch > tissue/1: Allocated
            #5 tissue/1 > vessel-D1: Seeded 100000
            #6 tissue/1 > vessel/E-1: Seeded 44000
            #6 tissue/1 > vessel/E-2: Seeded 44000
            #6 vessel-D1 > vessel/E-1: Seeded
            #6 vessel-D1 > vessel/E-2: Seeded
            #7 vessel/E-1 > container/C-1: Filled
            #7 vessel/E-1 > container/C-2: Filled
            #7 vessel/E-2 > container/C-2: Filled
            #3 IsolationPerformed #3 02 13:00: 1000000 = 100000 + 0 + 900000
            #4 IsolationPerformed #4 02 13:00: 1000000 = 100000 + 0 + 900000
            version 7
            """);
    }

    [Fact]
    public void Sheets_lead_from_their_trays_into_their_containers()
    {
        _told.Tissue();
        var isolation = _told.Isolated();
        _told.Expanded(2, [isolation.ToString()], 0, "T-1", "T-2", "T-3");
        _told.Add(200, new SheetDetached([new("S-1", "T-1", 100, 58, 0, 0), new("S-2", "T-2", 100, 58, 0, 0)], 2.4m, 45, "T-3", null, null));
        _told.Add(201, new FillPerformed([new("S-1", 10, AreaCm2: 58), new("C-2", 10, AreaCm2: 58, SourceId: "S-2"), new("C-3", 10, AreaCm2: 58, SourceId: "T-3")], [], 20, 2));
        _told.ShouldShow("""
            donor/DN-7 = Donor, DN-7
            batch = Batch, ADSC-26-0007; ; 0; ; Formulated
            tissue/1 = Tissue, Lipoaspirate 120 mL, A999926000002
            vessel/T-1 = Vessel, T-1 flask; 100000; 0; 0; Emptied
            vessel/T-2 = Vessel, T-2 flask; 100000; 0; 0; Emptied
            vessel/T-3 = Vessel, T-3 flask; 100000; 0; 0; Emptied
            container/S-1 = Container, S-1; ; 0; ; InHouse
            container/C-2 = Container, C-2; ; 0; ; InHouse
            container/C-3 = Container, C-3; ; 0; ; InHouse
            #1 donor/DN-7 > batch: Allocated
            #2 batch > tissue/1: Allocated
            #4 tissue/1 > vessel/T-1: Seeded 100000
            #4 tissue/1 > vessel/T-2: Seeded 100000
            #4 tissue/1 > vessel/T-3: Seeded 100000
            #6 vessel/T-1 > container/S-1: Filled
            #6 vessel/T-2 > container/C-2: Filled
            #6 vessel/T-3 > container/C-3: Filled
            #3 IsolationPerformed #3 02 13:00: 1000000 = 300000 + 0 + 700000
            version 6
            """);
    }

    [Fact]
    public void Conditioned_medium_is_a_pool_of_its_vessels_and_fills_from_it()
    {
        _told.Add(0, new SourceCellsAllocated("ADSC-26-0001", ["V-1"], 1e6m, 2, 3, 2, [new("A-1", "stack", 636), new("A-2", "stack", 636)]));
        _told.Add(1, new SerumFreeWashDone("WSH-1", 3, true));
        _told.Add(48, new ConditionedMediumCollected(48, 3900, 93, 6.1e8m));
        _told.Add(49, new FillPerformed([new("C-1", 5)], [], -80, 2));
        _told.ShouldShow("""
            donor/DN-7 = Donor, DN-7
            batch = Batch, ADSC-26-0007; ; 2; 3; Formulated
            vessel/A-1 = Vessel, A-1 stack; 500000; 2; 3; Emptied
            vessel/A-2 = Vessel, A-2 stack; 500000; 2; 3; Emptied
            pool/#4 = Pool, Conditioned medium; 610000000
            container/C-1 = Container, C-1; ; 2; 3; InHouse
            #1 donor/DN-7 > batch: Allocated
            #2 batch/ADSC-26-0001 > batch: Allocated
            #2 cells/ADSC-26-0001/V-1 > vessel/A-1: Allocated 500000
            #2 cells/ADSC-26-0001/V-1 > vessel/A-2: Allocated 500000
            #4 vessel/A-1 > pool/#4: Passaged
            #4 vessel/A-2 > pool/#4: Passaged
            #5 pool/#4 > container/C-1: Filled
            version 5
            """);
    }
}
