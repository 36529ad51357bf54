using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Which approved results the doublings of P0 and the clearance of frozen cells rest on (5.5, T06), and whose lineage allocated cells have (K-04).</summary>
public sealed class EvidenceOfGrowthTests
{
    private static Scenario Plate(string criterion = "ADSC-10") => Adsc.AtP2().On("2026-04-27T14:00Z").Force(new SampleTaken("S-CFU", [criterion], SampleMatrix.Plate, null, ["V-11"], Scenario.At("2026-04-27T14:00Z")), "tech01")
        .Force(new QcTestStarted("T-CFU", "S-CFU", criterion, 1, null), "qc01");

    private static Scenario Read(Scenario s, string id, decimal pct, string part = "P0", ResultKind kind = ResultKind.Final, bool approve = true)
    {
        s.Force(new QcResultRecorded(id, "T-CFU", kind, [new("harvest", 7m, "%", "="), new(part, pct, "%", "=")], true, null), "qc01");
        return approve ? s.Force(new QcResultApproved(id), "qc02") : s;
    }

    private static double? Fraction(Scenario s) => s.State.Culture.ClonogenicFraction;

    [Theory]
    [InlineData("ADSC-10")]
    [InlineData("BMM-10")]
    public void The_plate_of_P0_gives_the_part_of_the_cells_that_form_colonies(string criterion) => Fraction(Read(Plate(criterion), "R-1", 4.0m)).ShouldBe(0.04);

    [Fact]
    public void Another_criterion_part_or_kind_or_a_result_not_approved_gives_nothing()
    {
        Fraction(Read(Plate("ADSC-09"), "R-1", 4.0m)).ShouldBeNull();
        Fraction(Read(Plate(), "R-1", 4.0m, part: "harvest2")).ShouldBeNull();
        Fraction(Read(Plate(), "R-1", 4.0m, kind: ResultKind.Interim)).ShouldBeNull();
        Fraction(Read(Plate(), "R-1", 4.0m, approve: false)).ShouldBeNull();
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(0.1, 0.001)]
    [InlineData(100, 1.0)]
    [InlineData(100.1, null)]
    public void It_is_a_percentage_above_none(double pct, double? fraction) => Fraction(Read(Plate(), "R-1", (decimal)pct)).ShouldBe(fraction);

    [Fact]
    public void The_result_approved_last_counts_until_it_is_set_aside()
    {
        var s = Read(Read(Plate(), "R-1", 4.0m), "R-2", 5.0m);
        Fraction(s).ShouldBe(0.05);
        Fraction(s.Force(new QcResultInvalidated("R-2", "Plate mixed up", "EV-1"), "qa01")).ShouldBe(0.04);
        Fraction(s.Force(new QcResultInvalidated("R-1", "Plate mixed up", "EV-1"), "qa01")).ShouldBeNull();
    }

    [Fact]
    public void What_is_computed_with_it_names_the_test_the_result_and_its_approval()
    {
        var s = Read(Plate(), "R-1", 4.0m).On("2026-04-28T14:00Z");
        s.When(Adsc.Harvest).ThenAccepted().Events[0].Computed!.Inputs.ShouldBe([s.Last<VesselsSeeded>(), s.Last<QcTestStarted>(), s.Last<QcResultRecorded>(), s.Last<QcResultApproved>()]);
        var without = Adsc.AtP2().On("2026-04-28T14:00Z");
        without.When(Adsc.Harvest).ThenAccepted().Events[0].Computed!.Inputs.ShouldBe([without.Last<VesselsSeeded>()]);
    }

    [Fact]
    public void Until_it_is_known_growth_is_marked_so()
    {
        static bool Marked(Scenario s) => s.On("2026-04-28T14:00Z").When(Adsc.Harvest).ThenAccepted().Events[0].Computed!.Values.ContainsKey("cpdlFlag");
        Marked(Adsc.AtP2()).ShouldBeTrue();
        Marked(Read(Plate(), "R-1", 4.0m)).ShouldBeFalse();
        Adsc.AtP0().On("2026-04-20T12:00Z").When(Adsc.Passage(Adsc.P0Vessels, 2.10e7m)).ThenAccepted().Events[0].Computed!.Values.ContainsKey("cpdlFlag").ShouldBeTrue();
        Cea.AtP0().On("2026-03-08T10:00Z").When(new PassagePerformed(CellLine.Keratinocyte, Cea.Flasks, "TRY-26-01", 15, 1.26e8m, 93.5m)).ThenAccepted().Events[0].Computed!.Values.ContainsKey("cpdlFlag").ShouldBeFalse();
    }

    private static Scenario Banked() => Adsc.AfterP1().Force(new SampleTaken("S-1", ["C-04", "C-06", "C-07"], SampleMatrix.CellsAndSupernatant, 60, [], Scenario.At("2026-04-24T13:00Z")), "tech01")
        .Given(new CellsFrozen([new("F-1", 5e7m, 5)], 10, 15, -1.0m, -160)).Later(1).Given(new StoredAt(["F-1"], "FRZ-01", ["FRZ-01/R1/B1/A1"]));

    private static Scenario Found(Scenario s, string criterion, string id, Qualitative word) => s.Force(new QcTestStarted($"T-{id}", "S-1", criterion, 1, s.Now), "qc01")
        .Force(new QcResultRecorded($"R-{id}", $"T-{id}", ResultKind.Final, [new(Qualitative: word)], true, null), "qc01").Force(new QcResultApproved($"R-{id}"), "qc02");

    private static bool Thaws(Scenario s) => s.When(new CellsThawed(["F-1"], 3, 85, 80)).Decision is Accepted;

    [Theory]
    [InlineData("C-04", Qualitative.Negative, true)]
    [InlineData("C-06", Qualitative.NoGrowth, true)]
    [InlineData("C-06", Qualitative.Pass, true)]
    [InlineData("C-06", Qualitative.Growth, false)]
    [InlineData("C-04", Qualitative.Positive, false)]
    public void Frozen_cells_are_cleared_by_either_sterility_test(string criterion, Qualitative word, bool may) =>
        Thaws(Found(Found(Banked(), criterion, "1", word), "C-07", "2", Qualitative.NotDetected)).ShouldBe(may);

    [Fact]
    public void The_latest_approved_result_says_whether_they_are_clear()
    {
        Thaws(Found(Banked(), "C-06", "1", Qualitative.NoGrowth)).ShouldBeFalse();
        var s = Found(Found(Banked(), "C-06", "1", Qualitative.NoGrowth), "C-07", "2", Qualitative.NotDetected);
        Thaws(s).ShouldBeTrue();
        Thaws(Found(s, "C-07", "3", Qualitative.Detected)).ShouldBeFalse();
        Thaws(s.Force(new QcResultInvalidated("R-3", "Wrong tube", "EV-1"), "qa01")).ShouldBeTrue();
    }

    private static Outcome Allocate(int passage, decimal cpdl, params (string Id, int? Passage, double? Cpdl)[] cells)
    {
        var s = Cm.Planned();
        s.Lab.Source = Allocated.Source with { Cells = cells.ToDictionary(c => c.Id, c => new SourceLineage(c.Passage, c.Cpdl)) };
        return s.When(Allocated.Cells with { SourceIds = [.. cells.Select(c => c.Id)], Passage = passage, Cpdl = cpdl });
    }

    [Fact]
    public void Allocated_cells_are_as_old_as_the_oldest_vessel_named()
    {
        Allocate(3, 11.2m, ("A", 2, 8.0), ("B", 3, 11.2)).ThenAccepted();
        Allocate(2, 11.2m, ("A", 2, 8.0), ("B", 3, 11.2)).ThenRejected(Codes.ValRange, "data.passage");
        Allocate(3, 8.0m, ("A", 2, 8.0), ("B", 3, 11.2)).ThenRejected(Codes.ValRange, "data.cpdl");
    }

    [Fact]
    public void Where_the_source_does_not_know_the_vessel_apart_its_own_lineage_counts()
    {
        Allocate(3, 11.2m, ("A", null, null)).ThenAccepted();
        Allocate(2, 11.2m, ("A", null, null)).ThenRejected(Codes.ValRange, "data.passage");
        Allocate(3, 8.0m, ("A", null, null)).ThenRejected(Codes.ValRange, "data.cpdl");
    }

    [Theory]
    [InlineData(120, false)]
    [InlineData(149, false)]
    [InlineData(151, true)]
    [InlineData(160, true)]
    public void From_the_harvest_to_the_fill_two_hours_are_usual(int minutes, bool flagged)
    {
        // The window is rounded to whole hours (G-4): 2.5 h is three.
        var outcome = Adsc.Harvested().On("2026-04-28T14:00Z").Later(minutes / 60.0).When(Adsc.Fill);
        if (flagged) outcome.ThenFlagged(Flags.Interval, "occurredAt");
        else outcome.ThenNotFlagged();
    }

    [Theory]
    [InlineData("2026-03-14T09:40Z", false)]
    [InlineData("2026-03-13T09:40Z", true)]
    [InlineData("2026-03-30T09:40Z", false)]
    [InlineData("2026-03-31T09:40Z", true)]
    public void A_graft_is_ready_twelve_to_twenty_eight_days_after_the_receipt(string filled, bool flagged)
    {
        var s = Cea.Loose().Given(Cea.Mounted);
        var entry = s.Entry(Cea.Fill, comment: "As seen") with { Now = Scenario.At(filled) };
        var answer = BatchDecider.Decide(s.State with { StateChangedAt = null }, entry, s.Lab.Facts(s.State, entry.Data)).ShouldBeOfType<Accepted>();
        answer.Events[0].Flags.Any(f => f is { Code: Flags.OutOfWindow, Field: "occurredAt" }).ShouldBe(flagged);
    }
}
