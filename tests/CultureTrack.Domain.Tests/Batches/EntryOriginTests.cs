using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>What people, the software and paper records may enter (G-6, G-10, 2.3, R-17).</summary>
public sealed class EntryOriginTests
{
    private static Decision Decide(Scenario s, Entry entry) => BatchDecider.Decide(s.State, entry, s.Lab.Facts(s.State, entry.Data));

    [Fact]
    public void What_is_brought_in_from_paper_needs_no_second_signature_reason_or_comment()
    {
        var s = Adsc.AtP2().On("2026-05-04T14:00Z");
        var entry = s.Entry(Adsc.Harvest with { ViabilityPct = 79 }, verify: null, occurredAt: "2026-04-28T14:00Z");
        Decide(s, entry).ShouldBeOfType<Refused>();
        Decide(s, entry with { Origin = Origin.Imported }).ShouldBeOfType<Accepted>().Events[0].Flags.Select(f => f.Code).ShouldBe([Flags.OutOfWindow]);
    }

    [Fact]
    public void What_the_software_finds_out_late_is_neither_late_nor_under_a_hold()
    {
        var s = Adsc.AtP0().Given(new HoldPlaced("H-1", "Suspicion")).On("2026-04-20T12:00Z");
        var found = new Entry(new DeviationOpened("DEV-1", "Heat", DeviationClass.Minor, "INC-04"), Actor.Software, s.Now, s.Now.AddDays(-5), Origin: Origin.System);
        Decide(s, found).ShouldBeOfType<Accepted>().Events.ShouldHaveSingleItem().Flags.ShouldBeEmpty();
        Decide(s, found with { OccurredAt = Scenario.At("2026-04-13T08:00Z") }).ShouldBeOfType<Accepted>();
    }

    [Fact]
    public void Who_may_make_an_entry_is_told_to_who_may_not()
    {
        Message(Adsc.Filled(), Adsc.Exempt, "tech01").ShouldContain("DonorEligibilityDetermined: QA.");
        Message(Adsc.Quarantined(), new TissueAccepted(), "qc01").ShouldContain("T or QA.");
        Message(Adsc.AtP0(), new ExposureBandChanged("E-01", "V-01", ExposureBand.PASS, ExposureBand.ASSESS, 1, "min"), "qa01").ShouldContain("the software itself.");
        var flagged = Adsc.Planned().On("2026-04-13T08:30Z").Given(Adsc.Received with { ContainerIntact = false });
        Message(flagged, new TissueAccepted(), "tech01").ShouldContain("QA, because the receipt was flagged.");
        Message(flagged, new TissueRefused("Leaking"), "tech01").ShouldContain("QA, because the receipt was flagged.");
        flagged.When(new TissueAccepted(), by: "qa01").ThenAccepted();
    }

    private static string Message(Scenario s, EventData data, string by) => s.When(data, by: by, comment: "As seen").ThenRejected(Codes.SodRole, "type").Findings.Single(f => f.Field == "type").Message;

    [Fact]
    public void A_step_of_a_batch_that_is_not_registered_says_so()
    {
        Adsc.New().When(new TissueAccepted()).ThenRejected(Codes.StateTransition, "type").Findings[0].Message.ShouldContain("not registered");
        Adsc.Planned().When(new TissueAccepted()).ThenRejected(Codes.StateTransition, "type").Findings[0].Message.ShouldContain("Planned");
    }

    [Fact]
    public void The_reason_code_of_a_termination_is_reason_enough_unless_a_shorter_one_is_written()
    {
        var end = new BatchTerminated(DiscardReason.GrowthFailure);
        Adsc.AtP0().When(end).ThenAccepted();
        Adsc.AtP0().When(end, reason: "012345678").ThenRejected(Codes.ValReason, "reason");
        Adsc.AtP0().When(end, reason: "0123456789").ThenAccepted();
    }

    private static Scenario WithAnalyst(Scenario s, params Qualification[] qualifications)
    {
        s.Lab.People["qc01"] = s.Lab.People["qc01"] with { Qualifications = qualifications };
        return s;
    }

    private static Scenario Sampled() => Adsc.Filled().Given(new SampleTaken("S-6", ["C-06"], SampleMatrix.FinalProduct, 5, [], Scenario.At("2026-04-28T14:40Z")));

    private static QcTestStarted Start => new("T-6", "S-6", "C-06", 1, Scenario.At("2026-04-28T14:40Z"));

    public static TheoryData<string, bool> Qualifications => new()
    {
        { "QcTestStarted", true },
        { "C-06", true },
        { SpecificationRegister.BuiltIn[("ADSC", 1)].WithCommon().Find("C-06")!.Method!, true },
        { "C-07", false },
        { "QcResultRecorded", false },
    };

    [Theory]
    [MemberData(nameof(Qualifications))]
    public void A_test_is_started_by_who_is_qualified_for_it_its_criterion_or_its_method(string qualification, bool may)
    {
        var outcome = WithAnalyst(Sampled(), new Qualification(qualification, Lab.Always, Lab.Never)).When(Start, comment: "As seen");
        if (may) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.SodRole, "type");
    }

    [Theory]
    [InlineData("C-06", true)]
    [InlineData("C-07", false)]
    public void Interim_reports_and_results_are_made_by_who_is_qualified_for_the_criterion_of_the_test(string qualification, bool may)
    {
        var s = WithAnalyst(Sampled().Given(Start), new Qualification(qualification, Lab.Always, Lab.Never)).On("2026-05-14T14:40Z");
        foreach (var entry in new EventData[]
        {
            new QcInterimReported("T-6", 100, InterimReading.NegativeToDate),
            new QcResultRecorded("R-6", "T-6", ResultKind.Final, [new(null, Qualitative: Qualitative.NoGrowth)], true, null),
        })
        {
            var outcome = s.When(entry, comment: "As seen");
            if (may) outcome.ThenAccepted();
            else outcome.ThenRejected(Codes.SodRole, "type");
        }
    }
}
