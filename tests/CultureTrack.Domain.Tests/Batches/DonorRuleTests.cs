using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Donor testing (3.7): whose status lets cells be used, which markers are asked for, and when a sample counts.</summary>
public sealed class DonorRuleTests
{
    private static readonly string[] Always = ["HIV-1", "HIV-2", "HBsAg", "anti-HBc", "HCV", "Treponema pallidum", "HIV-1 NAT", "HCV NAT", "HBV NAT"];
    private static readonly string[] Leukocytes = ["HTLV-I/II", "CMV"];

    private static Scenario Tested(Scenario s, IEnumerable<string> markers, DonorResult result = DonorResult.NonReactive)
    {
        foreach (var marker in markers) s.Force(new DonorTestRecorded(marker, "kit", s.Now, result), "qc01");
        return s;
    }

    private static Scenario Order(Jurisdiction jurisdiction = Jurisdiction.US)
    {
        var s = Adsc.New().On("2026-04-10T09:00Z");
        s.Lab.Site = new("main", "UTC", jurisdiction);
        return s.Given(Adsc.Registered, Adsc.Consent);
    }

    private static Outcome Eligible(Scenario s) => s.When(new DonorEligibilityDetermined(EligibilityStatus.Eligible));

    [Fact]
    public void Fat_asks_for_the_markers_of_leukocytes_too()
    {
        Eligible(Tested(Order(), Always)).ThenRejected(Codes.StateGuard, "data.status");
        Eligible(Tested(Order(), [.. Always, Leukocytes[0]])).ThenRejected(Codes.StateGuard, "data.status");
        Eligible(Tested(Order(), [.. Always, .. Leukocytes])).ThenAccepted();
    }

    [Fact]
    public void Skin_does_not()
    {
        var s = Cea.New().On("2026-03-01T09:00Z").Given(Cea.Registered);
        Eligible(Tested(s, Always.Skip(1))).ThenRejected(Codes.StateGuard, "data.status");
        Eligible(Tested(s, Always.Take(1))).ThenAccepted();
    }

    [Theory]
    [InlineData("HCV", DonorResult.Reactive, false)]
    [InlineData("HCV", DonorResult.Indeterminate, false)]
    [InlineData("CMV", DonorResult.Reactive, true)]
    [InlineData("CMV", DonorResult.Indeterminate, true)]
    public void A_marker_that_is_not_clear_makes_a_donor_ineligible_but_for_CMV(string marker, DonorResult result, bool may)
    {
        var outcome = Eligible(Tested(Tested(Order(), [.. Always, .. Leukocytes]), [marker], result));
        if (may) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.StateGuard, "data.status");
    }

    [Fact]
    public void Statuses_that_let_nothing_be_used_are_determined_without_tests()
    {
        Order().When(new DonorEligibilityDetermined(EligibilityStatus.Ineligible)).ThenAccepted();
        Order().When(new DonorEligibilityDetermined(EligibilityStatus.Incomplete)).ThenAccepted();
    }

    private static Scenario Received(Scenario s) => s.On("2026-04-13T08:30Z").Given(Adsc.Received, new TissueAccepted()).On("2026-04-13T10:30Z");

    [Theory]
    [InlineData(EligibilityStatus.AutologousExempt, true)]
    [InlineData(EligibilityStatus.Eligible, true)]
    [InlineData(EligibilityStatus.Incomplete, false)]
    [InlineData(EligibilityStatus.Ineligible, false)]
    public void Without_a_sample_only_an_exempt_or_eligible_donor_lets_the_process_begin(EligibilityStatus status, bool may)
    {
        var outcome = Received(Order().Force(new DonorEligibilityDetermined(status), "qa01")).When(Adsc.Isolated);
        if (may) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.StateGuard, "data");
    }

    [Fact]
    public void One_sample_drawn_is_enough_to_begin()
    {
        Received(Order()).When(Adsc.Isolated).ThenRejected(Codes.StateGuard, "data");
        Received(Tested(Order(), ["HCV"])).When(Adsc.Isolated).ThenAccepted();
    }

    [Theory]
    [InlineData("2026-04-13T05:30Z", true)]
    [InlineData("2026-04-13T05:30:01Z", false)]
    public void The_consent_may_be_signed_up_to_the_taking_of_the_tissue(string signed, bool may)
    {
        var s = Adsc.New().On("2026-04-10T09:00Z").Given(Adsc.Registered, Adsc.Exempt).On("2026-04-13T08:30Z").Given(Adsc.Received, new TissueAccepted());
        var consent = Adsc.Consent with { SignedAt = Scenario.At(signed) };
        if (may) s.When(consent).ThenAccepted();
        else s.When(consent).ThenRejected(Codes.ValOrder, "data.signedAt");
        s.Force(consent, "tech01").On("2026-04-13T10:30Z");
        if (may) s.When(Adsc.Isolated).ThenAccepted();
        else s.When(Adsc.Isolated).ThenRejected(Codes.StateGuard, "data");
    }

    [Fact]
    public void One_of_several_consents_signed_in_time_is_enough() => Received(Adsc.New().On("2026-04-10T09:00Z").Given(Adsc.Registered, Adsc.Exempt, Adsc.Consent))
        .Force(Adsc.Consent with { ConsentRef = "CONS-2", SignedAt = Scenario.At("2026-04-13T09:00Z") }, "tech01").When(Adsc.Isolated).ThenAccepted();

    [Theory]
    [InlineData("2026-04-06T00:00Z", false)]
    [InlineData("2026-04-05T23:59Z", true)]
    public void A_sample_is_as_old_as_the_day_says(string sampled, bool flagged)
    {
        var outcome = Received(Order().Given(Adsc.Exempt)).When(new DonorTestRecorded("HCV", "kit", Scenario.At(sampled), DonorResult.NonReactive));
        if (flagged) outcome.ThenFlagged(Flags.OutOfWindow, "sampledAt");
        else outcome.ThenNotFlagged();
    }

    [Theory]
    [InlineData(Jurisdiction.EU, true, true)]
    [InlineData(Jurisdiction.EU, false, false)]
    [InlineData(Jurisdiction.US, true, false)]
    public void In_the_EU_complete_results_of_an_autologous_donor_let_frozen_cells_be_taken_on(Jurisdiction jurisdiction, bool complete, bool may)
    {
        var s = Received(Tested(Order(jurisdiction), complete ? [.. Always, .. Leukocytes] : Always, DonorResult.Reactive)).Given(Adsc.Isolated).On("2026-04-13T12:00Z");
        s.Given(Adsc.SeedP0(s.Last<IsolationPerformed>())).On("2026-04-20T12:00Z").Given(Adsc.Passage(Adsc.P0Vessels, 2.10e7m)).On("2026-04-20T13:00Z");
        s.Given(Adsc.Seeded(SeedingPurpose.Expansion, s.Last<PassagePerformed>(), Adsc.P1Vessels, 636, 4000, 1)).On("2026-04-24T13:00Z").Given(Adsc.Passage(Adsc.P1Vessels, 1.22112e8m));
        s.Force(new SampleTaken("S-1", ["C-04", "C-07"], SampleMatrix.CellsAndSupernatant, 60, [], s.Now), "tech01").Given(new CellsFrozen([new("F-1", 5e7m, 5)], 10, 15, -1.0m, -160));
        FreezingTests.Passed(s.Given(new StoredAt(["F-1"], "FRZ-01", ["FRZ-01/R1/B1/A1"])));
        var outcome = s.When(new CellsThawed(["F-1"], 3, 85, 80), comment: "As seen");
        if (may) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.StateGuard, "data.containerIds");
    }
}
