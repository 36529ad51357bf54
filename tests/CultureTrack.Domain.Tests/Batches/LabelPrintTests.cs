using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Reprints, and how exactly a text must stand on a label (3.8, K-08).</summary>
public sealed class LabelPrintTests
{
    private static LabelWording Wording(Scenario s) => LabelWording.Of(s.State, s.Lab.Facts(s.State, Adsc.Labels));

    private static Outcome Print(Scenario s, IEnumerable<string> texts) => s.When(new LabelsPrinted(["X-1"], 1, [.. texts], false));

    private static Outcome With(Scenario s, string text, params string[] instead) => Print(s, Adsc.Labels.Texts.Where(t => t != text).Concat(instead));

    [Theory]
    [InlineData("0123456789", null, true)]
    [InlineData(null, "0123456789", true)]
    [InlineData("012345678", "0123456789", false)]
    [InlineData("0123456789", "012345678", true)]
    [InlineData(null, null, false)]
    public void A_reprint_says_why_with_the_labels_or_with_the_entry(string? onLabels, string? onEntry, bool enough)
    {
        var outcome = Adsc.Harvested().When(Adsc.Labels with { Reprint = true, Reason = onLabels }, reason: onEntry, comment: "As seen");
        if (enough) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.ValReason, "data.reason");
    }

    [Fact]
    public void A_reprint_is_flagged_with_what_was_expected_and_what_was_done()
    {
        var flag = Adsc.Harvested().When(Adsc.Labels with { Reprint = true, Reason = "Ribbon was torn" }, comment: "As seen").ThenAccepted().Events[0].Flags.ShouldHaveSingleItem();
        (flag.Code, flag.Field, flag.Window, flag.Observed).ShouldBe((Flags.Unreconciled, "reprint", "false", true));
        Adsc.Harvested().When(Adsc.Labels).ThenNotFlagged();
    }

    [Theory]
    [InlineData(true, "Made with murine feeder cells")]
    [InlineData(true, "FEEDER layer of MURINE origin")]
    [InlineData(false, "Made with murine cells")]
    [InlineData(false, "Made with feeder cells")]
    [InlineData(false, "Made with murine cells", "Made with feeder cells")]
    public void The_statement_on_the_feeder_is_one_text_with_both_words(bool complete, params string[] texts)
    {
        var s = Cea.Loose();
        var outcome = Print(s, Wording(s).Texts.Where(t => !t.Contains("murine", StringComparison.Ordinal)).Concat(texts));
        if (complete) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.ValRequired, "data.texts");
    }

    [Fact]
    public void The_product_is_printed_by_its_name()
    {
        var s = Adsc.Harvested();
        Wording(s).Product.ShouldBe(ProductRegister.BuiltIn["ADSC"].Name);
        Wording(s).Texts[^1].ShouldBe(ProductRegister.BuiltIn["ADSC"].Name);
    }

    [Fact]
    public void The_patient_is_named_by_the_second_identifier_too()
    {
        With(Adsc.Harvested(), "PT-0007 1958-03-14", "PT-0007").ThenRejected(Codes.ValRequired, "data.texts");
        With(Adsc.Harvested(), "PT-0007 1958-03-14", "PT-0007 1958-03-15").ThenRejected(Codes.ValRequired, "data.texts");
        var unknown = Adsc.Harvested();
        unknown.Lab.Patients.Clear();
        With(unknown, "PT-0007 1958-03-14", "PT-0007").ThenAccepted();
        With(unknown, "PT-0007 1958-03-14").ThenRejected(Codes.ValRequired, "data.texts");
        Wording(unknown).Patient.ShouldBe("PT-0007");
    }

    [Theory]
    [InlineData("2-8 °C", true)]
    [InlineData("2–8 °C", true)]
    [InlineData("Store at 2 to 8 °C", true)]
    [InlineData("2 °C TO +8 °C", true)]
    [InlineData("2-8", false)]
    [InlineData("12-8 °C", false)]
    [InlineData("2-80 °C", false)]
    [InlineData("2-8.5 °C", false)]
    [InlineData("2-25 °C", false)]
    public void The_storage_range_is_stated_with_both_ends_and_the_unit(string text, bool stated)
    {
        var outcome = With(Adsc.Harvested(), "2-8 °C", text);
        if (stated) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.ValRequired, "data.texts");
    }

    [Fact]
    public void Freeze_dried_product_is_stored_as_dry_product_is()
    {
        var s = Cm.Filled();
        string Range(ProductForm form) => $"Store at {ProductRegister.BuiltIn["CM"].ExpiryFor(Storage.Cryo, form)!.StorageText}";
        Wording(s).Storage.ShouldBe(Range(ProductForm.AsFilled));
        Wording(s.Given(Cm.Dried)).Storage.ShouldBe(Range(ProductForm.Lyophilised));
        Range(ProductForm.AsFilled).ShouldNotBe(Range(ProductForm.Lyophilised));
    }

    [Fact]
    public void After_the_sterility_test_has_found_nothing_it_is_not_pending_any_more()
    {
        var s = Adsc.Harvested();
        Wording(s).Statements.ShouldContain("STERILITY TEST PENDING");
        s.Force(new QcTestStarted("T-6", "S-6", "C-06", 1, s.Now), "qc01")
            .Force(new QcResultRecorded("R-6", "T-6", ResultKind.Final, [new(null, Qualitative: Qualitative.NoGrowth)], true, null), "qc01").Force(new QcResultApproved("R-6"), "qc02");
        Wording(s).Statements.ShouldNotContain("STERILITY TEST PENDING");
    }

    [Fact]
    public void Product_that_is_never_released_conditionally_says_nothing_of_a_pending_test() =>
        Wording(Cm.Sterile()).Statements.ShouldNotContain("STERILITY TEST PENDING");

    [Fact]
    public void The_texts_stand_in_one_order_and_the_product_last()
    {
        var wording = Wording(Adsc.Harvested());
        wording.Statements.ShouldBe(["FOR AUTOLOGOUS USE ONLY", "NOT EVALUATED FOR INFECTIOUS SUBSTANCES", "Caution: new drug", "STERILITY TEST PENDING"]);
        wording.Texts.ShouldBe([
            "FOR AUTOLOGOUS USE ONLY", "NOT EVALUATED FOR INFECTIOUS SUBSTANCES", "ADSC-26-0007", "PT-0007 1958-03-14", "DIN A999926000002", "Store at 2-8 °C", "Caution: new drug",
            "STERILITY TEST PENDING", wording.Product]);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void One_to_a_hundred_copies_are_printed(int copies, bool may)
    {
        var outcome = Adsc.Harvested().When(Adsc.Labels with { Copies = copies });
        if (may) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.ValRange, "data.copies");
    }

    [Theory]
    [InlineData(12, 10, 1, 1, false)]
    [InlineData(12, 10, 2, 1, true)]
    [InlineData(12, 10, 0, 1, true)]
    [InlineData(0, 0, 0, 0, false)]
    public void Labels_are_reconciled_when_every_one_printed_is_accounted_for(int printed, int applied, int destroyed, int retained, bool flagged)
    {
        var outcome = Adsc.Filled().When(new LabelsReconciled(printed, applied, destroyed, retained));
        if (flagged) outcome.ThenFlagged(Flags.Unreconciled, "printed");
        else outcome.ThenNotFlagged();
    }
}
