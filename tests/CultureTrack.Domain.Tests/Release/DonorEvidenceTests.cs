using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>Donor testing of a batch's own tissue (C-02, domain.md 3.7, 3.11).</summary>
public sealed class DonorEvidenceTests
{
    private const string Now = "03-19 10:50";
    private static readonly string[] Markers = ["HIV-1", "HIV-2", "HBsAg", "anti-HBc", "HCV", "Treponema pallidum", "HIV-1 NAT", "HCV NAT", "HBV NAT"];

    private static Story Skin(bool autologous, Jurisdiction jurisdiction = Jurisdiction.US, EligibilityStatus? status = null)
    {
        var s = WorkedBatches.CeaSubmitted();
        s.State = BatchFold.Fold(s.State.History.Where(e => e.Body is not DonorEligibilityDetermined));
        s.State = s.State with { Registration = s.State.Registration! with { Autologous = autologous }, Jurisdiction = jurisdiction };
        return status is { } determined ? s.Put("03-19 10:40", "qa01", new DonorEligibilityDetermined(determined)) : s;
    }

    private static Story Test(Story s, string marker, DonorResult result = DonorResult.NonReactive, string sampledAt = "03-01 14:00") =>
        s.Put("03-19 10:30", "qc01", new DonorTestRecorded(marker, "KIT", s.Time(sampledAt), result));

    private static Story AllTested(Story s, string sampledAt = "03-01 14:00") => Markers.Aggregate(s, (t, m) => Test(t, m, sampledAt: sampledAt));

    private static (string Status, string Why) C02(Story s) => s.Status(Now, "C-02") is var c ? (c.Status, c.Why) : default;

    [Theory]
    [InlineData(EligibilityStatus.AutologousExempt, "Pass")]
    [InlineData(EligibilityStatus.Eligible, "Pass")]
    [InlineData(EligibilityStatus.Incomplete, "NotTested")]
    public void In_the_US_a_patients_own_cells_are_exempt_once_that_is_determined(EligibilityStatus status, string expected)
    {
        C02(Skin(true, status: status)).Status.ShouldBe(expected);
        C02(Skin(true)).Status.ShouldBe("NotTested");
    }

    [Fact]
    public void In_the_EU_a_patients_own_cells_need_a_result_of_every_marker_and_a_reactive_one_does_not_bar_them()
    {
        C02(Skin(true, Jurisdiction.EU, EligibilityStatus.AutologousExempt)).Status.ShouldBe("NotTested");
        var s = Skin(true, Jurisdiction.EU);
        foreach (var marker in Markers.Skip(1)) Test(s, marker, marker == "HCV" ? DonorResult.Reactive : DonorResult.NonReactive);
        C02(s).ShouldBe(("NotTested", "No result in time for HIV-1."));
        C02(Test(s, "HIV-1")).Status.ShouldBe("Pass");
    }

    [Fact]
    public void Of_another_donor_the_determination_and_every_marker_in_time_are_needed()
    {
        C02(AllTested(Skin(false))).ShouldBe(("NotTested", "The donor is not determined eligible."));
        C02(AllTested(Skin(false, status: EligibilityStatus.Incomplete))).Why.ShouldBe("The donor is not determined eligible.");
        C02(AllTested(Skin(false, status: EligibilityStatus.AutologousExempt))).Why.ShouldBe("The donor is not determined eligible.");
        C02(AllTested(Skin(false, status: EligibilityStatus.Eligible))).Status.ShouldBe("Pass");
        C02(Skin(false, status: EligibilityStatus.Eligible)).Status.ShouldBe("NotTested");
        var without = Markers.Skip(2).Aggregate(Skin(false, status: EligibilityStatus.Eligible), (s, m) => Test(s, m));
        C02(without).Why.ShouldBe("No result of a sample taken in time for HIV-1, HIV-2.");
    }

    [Theory]
    [InlineData("02-22 14:00", "Pass")]
    [InlineData("02-21 14:00", "NotTested")]
    [InlineData("03-08 14:00", "Pass")]
    [InlineData("03-09 14:00", "NotTested")]
    public void A_sample_of_the_donor_is_taken_within_seven_days_of_the_recovery(string sampledAt, string status)
    {
        var s = AllTested(Skin(false, status: EligibilityStatus.Eligible), sampledAt);
        C02(s).Status.ShouldBe(status);
        var receipt = s.State.Last<TissueReceived>()!.EventId;
        s.Status(Now, "C-02").Evidence.Contains(receipt).ShouldBe(status != "Pass");
    }

    [Fact]
    public void An_ineligible_donor_condemns_and_so_does_a_reactive_marker_but_for_cytomegalovirus()
    {
        C02(AllTested(Skin(false, status: EligibilityStatus.Ineligible))).Status.ShouldBe("FailConfirmed");
        C02(Test(AllTested(Skin(false, status: EligibilityStatus.Eligible)), "CMV", DonorResult.Reactive)).Status.ShouldBe("Pass");
        C02(Test(AllTested(Skin(false, status: EligibilityStatus.Eligible)), "HCV", DonorResult.Reactive)).Status.ShouldBe("FailConfirmed");
        C02(Test(AllTested(Skin(false, status: EligibilityStatus.Eligible)), "HCV", DonorResult.Indeterminate)).Status.ShouldBe("Pass");
        C02(AllTested(Test(Skin(false, status: EligibilityStatus.Eligible), "HCV", DonorResult.Reactive))).Status.ShouldBe("Pass", "the latest result of a marker counts");
        C02(Test(Skin(false), "HCV", DonorResult.Reactive)).Status.ShouldBe("FailConfirmed", "before any determination");
    }

    [Fact]
    public void A_marker_tested_once_is_named_and_one_tested_twice_rests_on_neither_test()
    {
        var s = Test(AllTested(Skin(false, status: EligibilityStatus.Eligible)), "HCV");
        var tests = s.State.Of<DonorTestRecorded>().ToLookup(t => t.Data.Marker, t => t.EventId);
        s.Status(Now, "C-02").Evidence.ShouldBe([s.State.Last<DonorEligibilityDetermined>()!.EventId, .. Markers.Where(m => m != "HCV").SelectMany(m => tests[m])]);
    }

    [Fact]
    public void Of_allocated_cells_the_sources_donor_counts_and_what_is_found_out_here()
    {
        Story Medium(params EventData[] found) => found.Aggregate(ProductLives.ConditionedMedium(out _), (s, data) => s.Put("03-06 17:50", "qa01", data));
        (string Status, string Why) Of(Story s) => s.Status("03-06 18:00", "C-02") is var c ? (c.Status, c.Why) : default;
        DonorTestRecorded Reactive(string marker) => new(marker, "KIT", new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), DonorResult.Reactive);
        Of(Medium()).Status.ShouldBe("Pass");
        Of(Medium(new DonorEligibilityDetermined(EligibilityStatus.Ineligible))).Status.ShouldBe("FailConfirmed");
        Of(Medium(new DonorEligibilityDetermined(EligibilityStatus.Ineligible), new DonorEligibilityDetermined(EligibilityStatus.Eligible))).Status.ShouldBe("Pass");
        Of(Medium(Reactive("HCV"))).Status.ShouldBe("FailConfirmed");
        Of(Medium(Reactive("CMV"))).Status.ShouldBe("Pass");
        var own = Medium(Reactive("HCV"));
        own.State = own.State with { Registration = own.State.Registration! with { Autologous = true, PatientRef = "PT-1" } };
        Of(own).Status.ShouldBe("Pass");
    }
}
