using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Every REJECT and FLAG of 2.4 for the events of BLS, MSS and CM, by the words of the rule.</summary>
public sealed class NewProductRuleTests
{
    private sealed record Rule(string Words, Func<Scenario> Given, EventData Entry, string Code);

    private static Rule Reject(string words, Func<Scenario> given, EventData entry, string code = Codes.ValRange) => new(words, given, entry, code);
    private static Rule Flag(string words, Func<Scenario> given, EventData entry, string code = Flags.OutOfWindow) => new(words, given, entry, code);

    private static Scenario With(Func<SourceFact, SourceFact> change)
    {
        var s = Cm.Planned();
        s.Lab.Source = change(Allocated.Source);
        return s;
    }

    private static readonly Rule[] Rejections =
    [
        Reject("allocation: not Planned", Cm.HasCells, Allocated.Cells with { Vessels = [new("K-2", "T175", 175)] }, Codes.StateTransition),
        Reject("allocation: coiMatches <2", Cm.Planned, Allocated.Cells with { CoiMatches = 1 }),
        Reject("allocation: source rejected for safety", () => With(s => s with { State = LifeState.Rejected }), Allocated.Cells, Codes.StateGuard),
        Reject("allocation: donor Ineligible", () => With(s => s with { DonorIneligible = true }), Allocated.Cells, Codes.StateGuard),
        Reject("allocation: vessel id in use by a third batch", () => { var s = Cm.Planned(); s.Lab.IdsInUse["K-1"] = "ADSC-26-0009"; return s; }, Allocated.Cells, Codes.ValDuplicate),
        Reject("allocation: passage not the source's", Cm.Planned, Allocated.Cells with { Passage = 2 }),
        Reject("allocation: cpdl not the source's", Cm.Planned, Allocated.Cells with { Cpdl = 9.0m }),
        Reject("allocation: a vessel the source does not know", Cm.Planned, Allocated.Cells with { SourceIds = ["X-1"] }, Codes.StateGuard),
        Reject("allocation: a source that was made of this very batch", () => With(s => s with { Ancestors = ["CM-26-0003"] }), Allocated.Cells, Codes.StateGuard),
        Reject("allocation: cells of another donor", () => With(s => s with { DonorRef = "DN-9" }), Allocated.Cells, Codes.StateGuard),
        Reject("T03: source C-02 not Pass", () => { var s = Cm.HasCells(); s.Lab.Source = Allocated.Source with { Outcomes = new Dictionary<string, Domain.Release.Outcome> { ["C-07"] = Domain.Release.Outcome.Pass } }; return s; }, Cm.Wash, Codes.StateGuard),
        Reject("wash: serumFree false", Cm.HasCells, Cm.Wash with { SerumFree = false }, Codes.StateGuard),
        Reject("wash: washes <2", Cm.HasCells, Cm.Wash with { Washes = 1 }),
        Reject("wash: lot unknown", Cm.HasCells, Cm.Wash with { MediumLot = "NONE" }, Codes.ValLot),
        Reject("conditioning: serumFree false", Cm.Washed, Cm.Start with { SerumFree = false }, Codes.StateGuard),
        Reject("conditioning: volume/area below 0.05", Cm.Washed, Cm.Start with { VolumeMl = 300 }),
        Reject("conditioning: volume/area above 1.0", Cm.Washed, Cm.Start with { VolumeMl = 6400 }),
        Reject("conditioning before the wash", Cm.HasCells, Cm.Start, Codes.StateTransition),
        Reject("collection: hours ≤0", Cm.Conditioning, Cm.Collected with { Hours = 0 }),
        Reject("collection: hours >120", Cm.Conditioning, Cm.Collected with { Hours = 120.5m }),
        Reject("collection: collected >1.02 × input", Cm.Conditioning, Cm.Collected with { VolumeMl = 1021 }),
        Reject("clarified: outMl > inMl", Cm.Harvested, Cm.Clarified with { OutMl = 971 }),
        Reject("concentrated: outMl > inMl", Cm.Clear, Cm.Concentrated with { OutMl = 961 }),
        Reject("concentrated: factor <1", Cm.Clear, Cm.Concentrated with { Factor = 0.9m }),
        Reject("concentrated: factor >100", Cm.Clear, Cm.Concentrated with { Factor = 101 }),
        Reject("filtered: outMl > inMl", Cm.Thick, Cm.Filtered with { OutMl = 97 }),
        Reject("filtered: final pore >0.22", Cm.Thick, Cm.Filtered with { PoreUm = 0.45m }),
        Reject("freeze-dried before FillPerformed", Cm.Sterile, Cm.Dried with { EndedAt = Scenario.At("2026-05-06T19:00Z"), StartedAt = Scenario.At("2026-05-05T19:00Z") }, Codes.ValFuture),
        Reject("freeze-dried: endedAt ≤ startedAt", Cm.Filled, Cm.Dried with { EndedAt = Cm.Dried.StartedAt }, Codes.ValOrder),
        Reject("freeze-dried: moisture ∉[0,100]", Cm.Filled, Cm.Dried with { ResidualMoisturePct = 101 }),
        Reject("scaffold: area ≤0", Mss.HasCells, Mss.Seeded with { AreaCm2 = 0 }),
        Reject("scaffold: area >1000", Mss.HasCells, Mss.Seeded with { AreaCm2 = 1001, Constructs = null }),
        Reject("scaffold: cells >5e6/cm²", Mss.HasCells, Mss.Seeded with { CellsPerCm2 = 5.1e6m }),
        Reject("scaffold: fibrinogen ≤0", Mss.HasCells, Mss.Seeded with { FibrinogenMgPerMl = 0 }),
        Reject("scaffold: fibrinogen >120", Mss.HasCells, Mss.Seeded with { FibrinogenMgPerMl = 121 }),
        Reject("scaffold: thrombin ≤0", Mss.HasCells, Mss.Seeded with { ThrombinIuPerMl = 0 }),
        Reject("scaffold: thrombin >1000", Mss.HasCells, Mss.Seeded with { ThrombinIuPerMl = 1001 }),
        Reject("scaffold: lot unreleased", Mss.HasCells, Mss.Seeded with { ScaffoldLot = "NONE" }, Codes.ValLot),
        Reject("scaffold: more cells than there are", Mss.HasCells, Mss.Seeded with { AreaCm2 = 900, CellsPerCm2 = 5e5m, Constructs = null }),
        Reject("attachment: attachedPct ∉[0,100]", Mss.OnScaffold, Mss.Attached with { AttachedPct = 101 }),
        Reject("attachment: no construct of this batch", Mss.OnScaffold, Mss.Attached with { ConstructIds = ["SH-9"] }, Codes.StateGuard),
        Reject("dermal: area ≤0", Bls.Cultured, Bls.Cast with { AreaCm2 = 0 }),
        Reject("dermal: area >1000", Bls.Cultured, Bls.Cast with { AreaCm2 = 1001, Constructs = null }),
        Reject("dermal: density ≤0", Bls.Cultured, Bls.Cast with { FibroblastsPerMl = 0 }),
        Reject("dermal: density >5e6", Bls.Cultured, Bls.Cast with { FibroblastsPerMl = 5.1e6m }),
        Reject("dermal: pH ∉[0,14]", Bls.Cultured, Bls.Cast with { Ph = 14.1m }),
        Reject("air lift: start before EpidermalSeeding", Bls.IsCast, Bls.Lift, Codes.StatePhase),
        Reject("air lift: end before start", Bls.Covered, new AirLiftEnded(Bls.Trays), Codes.StateGuard),
        Reject("a step that is none of the product's", Cm.HasCells, Mss.Seeded, Codes.StatePhase),
    ];

    private static readonly Rule[] Windows =
    [
        Flag("conditioning: confluence outside 70–95", Cm.Washed, Cm.Start with { ConfluencePct = 65 }),
        Flag("collection: hours outside 24–72", Cm.Conditioning, Cm.Collected with { Hours = 80 }),
        Flag("collection: recovery <90 %", Cm.Conditioning, Cm.Collected with { VolumeMl = 890 }),
        Flag("collection: endViability <90", Cm.Conditioning, Cm.Collected with { EndViabilityPct = 89 }),
        Flag("clarified: yield <85 %", Cm.Harvested, Cm.Clarified with { OutMl = 800 }),
        Flag("concentrated: outMl·factor/inMl <85 %", Cm.Clear, Cm.Concentrated with { OutMl = 80 }),
        Flag("filtered: yield <85 %", Cm.Thick, Cm.Filtered with { OutMl = 80 }),
        Flag("filtered: integrityPost false", Cm.Thick, Cm.Filtered with { IntegrityPost = false }),
        Flag("collect→fill >24 h", () => Cm.Sterile().On("2026-05-07T11:00Z"), Cm.Fill, Flags.Interval),
        Flag("freeze-dried: moisture >3.0 %", Cm.Filled, Cm.Dried with { ResidualMoisturePct = 3.1m }),
        Flag("freeze-dried: cycle outside 24–96 h", Cm.Filled, Cm.Dried with { StartedAt = Scenario.At("2026-05-08T09:00Z") }),
        Flag("scaffold: cells outside 5e4–5e5/cm²", Mss.HasCells, Mss.Seeded with { CellsPerCm2 = 4e4m }),
        Flag("scaffold: fibrinogen outside 5–50", Mss.HasCells, Mss.Seeded with { FibrinogenMgPerMl = 60 }),
        Flag("scaffold: thrombin outside 1–100", Mss.HasCells, Mss.Seeded with { ThrombinIuPerMl = 200 }),
        Flag("scaffold: gel >60 min", Mss.HasCells, Mss.Seeded with { GelMin = 61 }),
        Flag("attachment: attached <80 % at 24 h", Mss.OnScaffold, Mss.Attached with { AttachedPct = 79 }),
        Flag("dermal: density outside 5e4–5e5/mL", Bls.Cultured, Bls.Cast with { FibroblastsPerMl = 4e4m }),
        Flag("dermal: pH outside 7.0–7.6", Bls.Cultured, Bls.Cast with { Ph = 7.8m }),
        Flag("air lift: coveragePct <95", Bls.Covered, Bls.Lift with { CoveragePct = 94 }),
        Flag("air lift: submerged outside 2–5 d", () => Bls.Covered().On("2026-03-21T10:00Z"), Bls.Lift),
        Flag("air lift: lifted outside 7–14 d", () => Bls.Lifted().On("2026-03-24T10:00Z"), new AirLiftEnded(Bls.Trays)),
    ];

    public static TheoryData<string> RejectionNames => [.. Rejections.Select(r => r.Words)];
    public static TheoryData<string> WindowNames => [.. Windows.Select(r => r.Words)];

    [Theory, MemberData(nameof(RejectionNames))]
    public void Is_rejected(string rule)
    {
        var r = Rejections.Single(x => x.Words == rule);
        r.Given().When(r.Entry, comment: "As seen").ThenRejected(r.Code);
    }

    [Theory, MemberData(nameof(WindowNames))]
    public void Is_flagged(string rule)
    {
        var r = Windows.Single(x => x.Words == rule);
        r.Given().When(r.Entry).ThenFlagged(r.Code);
    }

    [Fact]
    public void Dermal_time_outside_4_to_8_days_is_flagged_at_the_epidermal_seeding()
    {
        var s = Bls.IsCast().On("2026-03-19T10:00Z");
        s.When(Bls.Epidermis(s)).ThenFlagged(Flags.OutOfWindow, "occurredAt");
    }

    [Fact]
    public void Cells_of_a_source_that_is_not_released_are_allocated_by_QA_with_a_flag()
    {
        var s = With(x => x with { State = LifeState.PendingDisposition });
        s.When(Allocated.Cells, comment: "Asked for").ThenRejected(Codes.SodRole);
        s.When(Allocated.Cells, by: "qa01", comment: "Asked for").ThenAccepted().Events[0].HasFlag(Flags.NotReleased).ShouldBeTrue();
    }

    [Fact]
    public void Allocated_cells_start_without_acceptance_and_keep_their_lineage()
    {
        var s = Cm.Washed();
        (s.State.State, s.State.Phase, s.State.Culture.Passage, s.State.Culture.Cpdl).ShouldBe((LifeState.InProcess, "SerumFreeWash", 3, 11.2));
    }

    [Fact]
    public void Freeze_dried_medium_keeps_24_months_from_the_fill_and_frozen_medium_12()
    {
        var s = Cm.Filled();
        s.State.Product.ExpiresAt.ShouldBe(Scenario.At("2027-05-06T23:59:59Z"));
        s.Given(Cm.Dried).State.Product.ExpiresAt.ShouldBe(Scenario.At("2028-05-06T23:59:59Z"));
    }

    [Fact]
    public void A_label_of_conditioned_medium_says_that_no_cells_live_in_it_and_never_that_stem_cells_do()
    {
        string[] good = ["contains no living cells", "Caution: new drug", "CM-26-0003", "below -70 °C"];
        var s = Cm.Sterile();
        s.When(new LabelsPrinted(Cm.Vials, 1, good, false)).ThenNotFlagged();
        s.When(new LabelsPrinted(Cm.Vials, 1, good[1..], false)).ThenRejected(Codes.ValRequired, "data.texts");
        s.When(new LabelsPrinted(Cm.Vials, 1, [.. good, "with living stem cells"], false)).ThenRejected(Codes.ValFormat, "data.texts");
    }

    [Fact]
    public void A_construct_nobody_named_goes_on_under_the_ids_its_epidermis_is_seeded_to()
    {
        var s = Bls.Cultured().Given(Bls.Cast with { Constructs = null }).On("2026-03-15T10:00Z").Given(new PassagePerformed(CellLine.Keratinocyte, ["W-1", "W-2"], "TRY-26-01", 15, 1.0e8m, 94));
        s.Given(Bls.Epidermis(s));
        s.State.Culture.Vessels["BT-1"].ParentVesselIds.ShouldContain("BLS-26-0001-D1");
        (s.State.Culture.Vessels["BT-1"].DermalPassage, s.State.Culture.Vessels["BLS-26-0001-D1"].Status).ShouldBe((1, VesselStatus.Emptied));
    }

    [Fact]
    public void At_the_air_liquid_interface_less_medium_is_usual()
    {
        var shallow = new MediumChanged(Bls.Trays, "MED-26-01", 40, 12, FeedKind.Half);
        Bls.Covered().When(shallow).ThenFlagged(Flags.OutOfWindow, "depthMlPerCm2");
        Bls.Covered().Given(Bls.Lift).When(shallow, comment: "Fed").ThenAccepted().Events[0].Flags.ShouldNotContain(f => f.Field == "depthMlPerCm2");
    }

    [Fact]
    public void A_hold_of_the_source_is_a_hold_of_what_was_made_of_it_once()
    {
        var s = Cm.Washed();
        s.Lab.Source = Allocated.Source with { Holds = ["HOLD-1 Growth in C-06"] };
        s.Given(Cm.Start);
        s.State.Holds.Values.Single().Reason.ShouldContain("HOLD-1 Growth in C-06");
        s.On("2026-05-06T10:00Z").Given(Cm.Collected);
        s.State.Holds.Count.ShouldBe(1);
    }

    [Fact]
    public void Frozen_cells_of_a_source_on_hold_are_not_thawed()
    {
        var s = Cm.Planned();
        s.Lab.Source = Allocated.Source with { Cells = new Dictionary<string, SourceLineage> { ["B-1"] = new(3, 11.2) } };
        s.Given(Allocated.Cells with { SourceIds = ["B-1"], Vessels = null, ContainerIds = ["B-1"] });
        s.Lab.Source = s.Lab.Source with { Holds = ["HOLD-1 Growth"] };
        s.When(new CellsThawed(["B-1"], 3, 85, 80), comment: "Needed").ThenRejected(Codes.StateHold);
    }
}
