using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.ProductTypes;

/// <summary>What the built-in products say of themselves (domain.md 2.2, 3.7, 3.10).</summary>
public sealed class ProductTypeTests
{
    private static ProductType Of(string code) => ProductRegister.BuiltIn[code];

    [Fact]
    public void A_product_keeps_as_long_as_its_storage_allows()
    {
        (Of("ADSC").ExpiryFor(Storage.Fresh)!.Hours, Of("ADSC").ExpiryFor(Storage.Fresh)!.Months).ShouldBe((24m, null));
        (Of("ADSC").ExpiryFor(Storage.Cryo)!.Hours, Of("ADSC").ExpiryFor(Storage.Cryo)!.Months).ShouldBe((null, 24));
        Of("BLS").ExpiryFor(Storage.Fresh)!.Hours.ShouldBe(240m);
    }

    [Fact]
    public void A_form_has_an_expiry_of_its_own_where_the_product_knows_one_and_else_that_of_its_storage()
    {
        Of("CM").ExpiryFor(Storage.Cryo)!.Months.ShouldBe(12);
        Of("CM").ExpiryFor(Storage.Cryo, ProductForm.Lyophilised)!.Months.ShouldBe(24);
        Of("ADSC").ExpiryFor(Storage.Cryo, ProductForm.Lyophilised)!.Months.ShouldBe(24);
        Of("ADSC").ExpiryFor(Storage.Fresh, ProductForm.Lyophilised)!.Hours.ShouldBe(24m);
    }

    [Fact]
    public void A_storage_the_product_is_not_kept_in_has_no_expiry()
    {
        Of("CEA").ExpiryFor(Storage.Cryo).ShouldBeNull();
        Of("CM").ExpiryFor(Storage.Fresh).ShouldBeNull();
        Of("CM").ExpiryFor(Storage.Fresh, ProductForm.Lyophilised).ShouldBeNull();
    }

    [Fact]
    public void A_product_made_without_culture_keeps_as_that_one()
    {
        Of("SPR").For(cultured: true).ExpiryFor(Storage.Fresh)!.Hours.ShouldBe(24m);
        Of("SPR").For(cultured: false).ExpiryFor(Storage.Fresh)!.Hours.ShouldBe(4m);
        Of("CEA").For(cultured: false).ShouldBeSameAs(Of("CEA"));
    }

    [Theory]
    [InlineData("ADSC", true)]
    [InlineData("BMMSC", true)]
    [InlineData("CEA", false)]
    [InlineData("BLS", false)]
    [InlineData("SPR", false)]
    [InlineData("CM", false)]
    [InlineData("MSS", false)]
    public void Fat_and_marrow_are_rich_in_leukocytes(string code, bool rich) => Of(code).IsLeukocyteRich.ShouldBe(rich);

    [Fact]
    public void Vials_of_a_bank_alone_do_not_make_a_product_rich_in_leukocytes_nor_fat_beside_skin()
    {
        (Of("ADSC") with { Tissues = [TissueKind.BankVial] }).IsLeukocyteRich.ShouldBeFalse();
        (Of("ADSC") with { Tissues = [TissueKind.Lipoaspirate, TissueKind.Skin] }).IsLeukocyteRich.ShouldBeFalse();
        (Of("ADSC") with { Tissues = [TissueKind.Marrow] }).IsLeukocyteRich.ShouldBeTrue();
    }

    [Fact]
    public void A_step_is_known_by_its_event_and_by_its_purpose()
    {
        var adsc = Of("ADSC");
        adsc.Has("HarvestPerformed").ShouldBeTrue();
        adsc.Has("VesselsSeeded").ShouldBeTrue();
        adsc.Has("VesselsSeeded/Expansion").ShouldBeTrue();
        adsc.Has("SheetDetached").ShouldBeFalse();
        adsc.Has("Vessels").ShouldBeFalse();
        adsc.Has("VesselsSeeded/EpidermalSeeding").ShouldBeFalse();
        Of("CM").Has("SheetDetached").ShouldBeFalse();
        Of("CM").Has("SterileFiltered").ShouldBeTrue();
        (adsc with { Steps = new Dictionary<string, string> { ["FillPerformed"] = "Fill" } }).Has("FillPerformed").ShouldBeTrue();
        (adsc with { Steps = new Dictionary<string, string> { ["FillPerformed"] = "Fill" } }).Has("HarvestPerformed").ShouldBeFalse();
    }

    [Theory]
    [InlineData("CM", true)]
    [InlineData("MSS", true)]
    [InlineData("ADSC", false)]
    [InlineData("CEA", false)]
    [InlineData("BLS", true)]
    public void Bilayered_skin_of_a_bank_sheets_on_a_scaffold_and_conditioned_medium_start_from_cells_of_another_batch(string code, bool starts) => Of(code).StartsFromCells.ShouldBe(starts);

    [Fact]
    public void The_first_passage_of_a_spray_is_a_phase_of_its_own_and_test_cultures_enter_none()
    {
        static VesselsSeeded Seeding(SeedingPurpose purpose, int passage) => new(purpose, CellLine.Keratinocyte, [], [], 1, 1, passage, "MED-1", 1);
        var spray = Of("SPR");
        spray.PhaseOf(Seeding(SeedingPurpose.Culture, 0)).ShouldBe("P0");
        spray.PhaseOf(Seeding(SeedingPurpose.Culture, 1)).ShouldBe("P1");
        spray.PhaseOf(Seeding(SeedingPurpose.CfuF, 0)).ShouldBeNull();
        ProductSteps.Moves(Seeding(SeedingPurpose.Culture, 0)).ShouldBeTrue();
        ProductSteps.Moves(Seeding(SeedingPurpose.CfuF, 0)).ShouldBeFalse();
        ProductSteps.Moves(Seeding(SeedingPurpose.Qc, 0)).ShouldBeFalse();
        ProductSteps.Moves(new ConsentRecorded("C", DateTimeOffset.MinValue, [])).ShouldBeFalse();
        ProductSteps.Is(Seeding(SeedingPurpose.Culture, 1), "VesselsSeeded/Culture").ShouldBeTrue();
        ProductSteps.Is(Seeding(SeedingPurpose.Culture, 1), "VesselsSeeded/Culture/0").ShouldBeFalse();
    }
}
