using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>What 3.8 asks to be on a label, and forbids, by what is known of the donor and the product when it is printed.</summary>
public sealed class LabelTextTests
{
    private static readonly string[] Markers = ["HIV-1", "HIV-2", "HBsAg", "anti-HBc", "HCV", "Treponema pallidum", "HIV-1 NAT", "HCV NAT", "HBV NAT", "HTLV-I/II", "CMV"];

    private static Scenario Tested(Scenario s, params (string Marker, DonorResult Result)[] found)
    {
        foreach (var marker in Markers)
            s.Force(new DonorTestRecorded(marker, "kit", Scenario.At("2026-04-13T08:00Z"), found.FirstOrDefault(f => f.Marker == marker) is { Marker: not null } f ? f.Result : DonorResult.NonReactive), "tech01");
        return s;
    }

    private static Outcome Print(Scenario s, params string[] more) => s.When(Adsc.Labels with { Texts = [.. Adsc.Labels.Texts, .. more] }, comment: "As seen");
    private static Outcome PrintWithout(Scenario s, string text) => s.When(Adsc.Labels with { Texts = [.. Adsc.Labels.Texts.Where(t => t != text)] }, comment: "As seen");

    [Fact]
    public void A_donor_whose_markers_are_all_known_is_evaluated() =>
        PrintWithout(Tested(Adsc.Harvested()), "NOT EVALUATED FOR INFECTIOUS SUBSTANCES").ThenAccepted();

    [Theory]
    [InlineData("HCV", DonorResult.Reactive, true)]
    [InlineData("HCV", DonorResult.Indeterminate, true)]
    [InlineData("HCV", DonorResult.NonReactive, false)]
    [InlineData("CMV", DonorResult.Reactive, false)]
    public void Cells_of_a_reactive_donor_warn_of_it(string marker, DonorResult result, bool warns)
    {
        var s = Tested(Adsc.Harvested(), (marker, result));
        if (!warns) Print(s).ThenAccepted();
        else
        {
            Print(s).ThenRejected(Codes.ValRequired, "data.texts");
            Print(s, "Biohazard").ThenRejected(Codes.ValRequired, "data.texts");
            Print(s, "WARNING: reactive for HCV").ThenRejected(Codes.ValRequired, "data.texts");
            Print(s, "Biohazard", "WARNING: reactive for HCV").ThenAccepted();
        }
    }

    [Fact]
    public void The_latest_result_of_a_marker_counts()
    {
        var s = Tested(Adsc.Harvested(), ("HCV", DonorResult.Reactive));
        Print(s.Force(new DonorTestRecorded("HCV", "kit", Scenario.At("2026-04-14T08:00Z"), DonorResult.NonReactive), "tech01")).ThenAccepted();
    }

    [Fact]
    public void Cells_of_an_ineligible_donor_warn_of_it()
    {
        var s = Adsc.Harvested().Force(new DonorEligibilityDetermined(EligibilityStatus.Ineligible), "qa01");
        Print(s).ThenRejected(Codes.ValRequired, "data.texts");
        Print(s, "Biohazard", "Warning").ThenAccepted();
    }

    [Fact]
    public void Cells_for_anybody_do_not_say_that_they_are_for_one_and_name_no_patient()
    {
        var s = Cm.Sterile();
        string[] texts = ["contains no living cells", "Caution: new drug", "CM-26-0003", "below -70 °C"];
        s.When(new LabelsPrinted(Cm.Vials, 1, texts, false)).ThenAccepted();
        s.When(new LabelsPrinted(Cm.Vials, 1, [.. texts, "For autologous use only"], false)).ThenRejected(Codes.ValFormat, "data.texts");
    }

    [Fact]
    public void Cells_of_a_source_whose_donor_was_not_fully_tested_say_so()
    {
        var s = Cm.Sterile();
        s.Lab.Source = Allocated.Source with { MarkersMissing = ["HCV"] };
        string[] texts = ["contains no living cells", "Caution: new drug", "CM-26-0003", "below -70 °C"];
        s.When(new LabelsPrinted(Cm.Vials, 1, texts, false)).ThenRejected(Codes.ValRequired, "data.texts");
        s.When(new LabelsPrinted(Cm.Vials, 1, [.. texts, "Not evaluated for infectious substances"], false)).ThenAccepted();
    }

    [Theory]
    [InlineData("For clinical trial use")]
    [InlineData("Investigational product")]
    public void The_caution_of_a_trial_may_be_the_local_one(string caution) =>
        Adsc.Harvested().When(Adsc.Labels with { Texts = [.. Adsc.Labels.Texts.Where(t => t != "Caution: new drug"), caution] }).ThenAccepted();

    [Theory]
    [InlineData("below -170 °C")]
    [InlineData("-70")]
    public void A_deep_cold_range_that_says_another_temperature_or_no_unit_is_none(string range) =>
        Cm.Sterile().When(new LabelsPrinted(Cm.Vials, 1, ["contains no living cells", "Caution: new drug", "CM-26-0003", range], false)).ThenRejected(Codes.ValRequired, "data.texts");

    [Fact]
    public void What_the_software_prints_passes_its_own_rule()
    {
        foreach (var s in new[] { Adsc.Harvested(), Tested(Adsc.Harvested(), ("HCV", DonorResult.Reactive)), Cea.Loose(), Cm.Sterile() })
        {
            var wording = LabelWording.Of(s.State, s.Lab.Facts(s.State, Adsc.Labels));
            s.When(new LabelsPrinted(["X-1"], 1, wording.Texts, false)).ThenAccepted();
        }
        var own = LabelWording.Of(Adsc.Harvested().State, Adsc.Harvested().Lab.Facts(Adsc.Harvested().State, Adsc.Labels));
        (own.Patient, own.Din, own.Storage).ShouldBe(("PT-0007 1958-03-14", "DIN A999926000002", "Store at 2-8 °C"));
        own.Statements.ShouldContain("FOR AUTOLOGOUS USE ONLY");
    }

    [Fact]
    public void Labels_are_counted_by_container_over_all_prints() => LabelWording.Recorded(
        Adsc.Harvested().Given(Adsc.Labels with { ContainerIds = ["A", "B"], Copies = 2 }, Adsc.Labels with { ContainerIds = ["B"], Copies = 3 }).State)
        .ShouldBe(new Dictionary<string, long> { ["A"] = 2, ["B"] = 5 }, ignoreOrder: true);
}
