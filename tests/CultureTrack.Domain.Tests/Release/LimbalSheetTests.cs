using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>A further product type by data alone: a limbal epithelial sheet grown on amniotic membrane, its path, events, schedule and specification.</summary>
public sealed class LimbalSheetTests
{
    private const string TypeJson = """
        {
          "code": "LES", "name": "Limbal epithelial sheet on amniotic membrane",
          "path": { "": ["Isolation"], "Isolation": ["Isolation", "OnMembrane"], "OnMembrane": ["OnMembrane", "Outgrowth"], "Outgrowth": ["Outgrowth", "Package"], "Package": ["Package"] },
          "maxRepeats": {},
          "steps": { "IsolationPerformed": "Isolation", "ScaffoldSeeded": "OnMembrane", "AttachmentAssessed": "Outgrowth", "FillPerformed": "Package" },
          "tissues": ["Skin"], "fillsFrom": "InProcess", "conditionalAllowed": true, "needsPatientDose": false, "minimumProcessHours": 240, "fillLeadHours": 6,
          "expiry": [{ "storage": "Fresh", "hours": 36, "months": null, "afterThawHours": null, "storageMinC": 15, "storageMaxC": 25, "storageText": "15-25 °C" }],
          "windows": [{ "since": "ScaffoldSeeded", "until": "FillPerformed", "minDays": 10, "maxDays": 21 }],
          "schedule": [{ "row": "L-01", "title": "Pack", "per": "Step", "after": "ScaffoldSeeded", "hours": 336, "completedBy": "FillPerformed", "role": "T", "leadHours": 24, "graceHours": 24, "night": "Morning" }],
          "labelTexts": ["for ocular use"],
          "events": ["MediumChanged", "ConfluenceObserved", "CellCounted", "MovedIntoIncubator", "MovedOutOfIncubator", "UnitsInspected", "LabelsPrinted", "LabelsReconciled"]
        }
        """;

    private const string SpecJson = """
        {
          "specId": "LES", "version": 1, "productType": "LES", "effectiveFrom": "2000-01-01T00:00:00.000Z", "approvedBy": "qa09",
          "criteria": [
            { "id": "LES-01", "attribute": "Viability", "method": "dye", "gate": "F", "stage": "final", "source": "Qc", "validity": { "hours": 24 }, "matrices": ["Extract"], "parts": [{ "unit": "%", "limit": { "min": "70" } }], "reference": "site" },
            { "id": "LES-02", "attribute": "p63-bright cells", "method": "immunostain", "gate": "F", "stage": "final", "source": "Qc", "validity": { "hours": 72 }, "matrices": ["Extract"], "parts": [{ "unit": "%", "limit": { "min": "3.0", "minExcluded": true } }], "reference": "site" },
            { "id": "LES-03", "attribute": "Integrity", "method": "visual, gauge", "gate": "F", "stage": "each", "source": "UnitIntegrity", "parts": [{ "name": "tear", "unit": "mm", "limit": { "max": "1" } }], "reference": "site" },
            { "id": "LES-04", "attribute": "Endotoxin", "method": "LAL", "gate": "F", "stage": "fluid", "source": "Qc", "common": "C-08", "validity": { "hours": 24 }, "matrices": ["Extract"], "parts": [{ "unit": "EU/mL", "limit": { "max": "0.5", "formula": "TwentyPerUnitVolume" } }], "reference": "site" }
          ]
        }
        """;

    private static readonly ProductType Type = ProductRegister.Parse(TypeJson);
    private static readonly Specification Spec = JsonSerializer.Deserialize<Specification>(SpecJson, SpecificationRegister.Json)!;

    private static Story OnMembrane()
    {
        var s = Life.Lab("LES", "03-16 09:30", "03-16 11:30", type: Type, spec: Spec);
        s.Begun("03-01 09:00", Life.Order("LES", "03-16 18:00", 1, OrderUnit.sheet, s), "02-27 09:00").Received("03-02 09:00", TissueKind.Skin, 1, TissueUnit.cm2, "03-02 06:00", 4)
            .Do("03-02 10:00", "tech01", new IsolationPerformed(CellLine.Keratinocyte, IsolationMethod.DispaseTrypsin, "ENZ-1", 60, 37, 1.0e6m, 90));
        return s.Do("03-02 11:00", "tech01", new ScaffoldSeeded("SCF-1", ScaffoldKind.Collagen, 9, 1.0e5m, Constructs: [new("LS-1", "membrane", 9)]))
            .Do("03-03 11:00", "tech01", new AttachmentAssessed(["LS-1"], 24, 88));
    }

    [Fact]
    public void It_is_sound_and_what_is_wrong_with_a_type_is_said_in_words()
    {
        ProductRules.Problems(Type).ShouldBeEmpty();
        SpecificationRules.Problems(Spec).ShouldBeEmpty();
        ProductRules.Problems(Type with { Code = "CEA" }).ShouldHaveSingleItem().Text.ShouldContain("built in");
        ProductRules.Problems(Type with { Steps = new Dictionary<string, string>(Type.Steps) { ["HarvestPerformed"] = "Harvest" } }).ShouldHaveSingleItem().Text.ShouldContain("Harvest");
        Should.Throw<JsonException>(() => ProductRegister.Parse(TypeJson.Replace("\"windows\"", "\"window\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void It_lives_from_registration_to_release_by_its_data_alone()
    {
        var s = OnMembrane().SterileInProcess("03-13 10:00", "03-16 11:30");
        s.State.Phase.ShouldBe("Outgrowth");
        string[] unit = ["LS-1"];
        s.Labelled("03-16 09:50", unit, "STERILITY TEST PENDING", "15-25 °C", "For ocular use")
            .Do("03-16 10:00", "tech01", new FillPerformed([new("LS-1", 20, AreaCm2: 9)], [], 20, 2), verify: "tech02").Inspected("03-16 10:10", unit, tear: 0).FastTestsDone("03-16 11:40")
            .Passing("03-16 11:50", SampleMatrix.Extract, ("LES-01", [Number(91)]), ("LES-02", [Number(5.2m)]), ("LES-04", [Number(0.05m)])).Submitted("03-16 12:00").Reviewed("03-16 12:10").Informed("03-16 12:15");
        s.State.Product.ExpiresAt.ShouldBe(s.Time("03-17 22:00"));
        var verdict = s.Verdict("03-16 12:20");
        (verdict.Value, string.Join(",", verdict.Pending)).ShouldBe((Verdicts.Conditional, "C-06,C-11"), string.Join("; ", verdict.Reasons));
        s.Signed("03-16 12:30", DispositionKind.Conditional).SlowTestsDone("03-30 13:00");
        s.Signed("03-30 14:00", DispositionKind.FinalRelease).State.State.ShouldBe(LifeState.Released);
    }

    [Fact]
    public void Its_own_path_events_windows_and_schedule_hold()
    {
        var s = OnMembrane();
        s.Refusals("03-04 09:00", "tech01", new HarvestPerformed(CellLine.Keratinocyte, ["LS-1"], 1e6m, 90, 5), verify: "tech02", comment: "Try").ShouldBe([Codes.StatePhase]);
        s.Refusals("03-04 09:00", "tech01", new FeederPlated("FDR-1", ["X-1"], 25000, FeederArrest.Gamma, 60, s.Time("03-03 09:00")), comment: "Try").ShouldBe([Codes.StatePhase]);
        Schedule.Due(s.State, Type).ShouldContain(t => t.Row == "L-01" && t.DueAt == s.Time("03-16 11:00"));
    }

    [Fact]
    public void A_batch_keeps_the_type_it_was_registered_with()
    {
        var s = OnMembrane();
        s.Facts = s.Facts with { Product = Type with { FillsFrom = LifeState.Harvested, Path = new Dictionary<string, IReadOnlyList<string>>() } };
        BatchFold.Fold(s.State.History).Definition!.FillsFrom.ShouldBe(LifeState.InProcess);
        s.Do("03-04 11:00", "tech01", new AttachmentAssessed(["LS-1"], 48, 92));
    }
}
