using System.Text.Json.Nodes;

namespace CultureTrack.IntegrationTests.Products;

/// <summary>A product no program knows: a limbal epithelial sheet on amniotic membrane, as a site would write it down, with the specification it is judged by.</summary>
internal static class LimbalSheet
{
    public static JsonObject Type(int version = 1, Action<JsonObject>? change = null)
    {
        var definition = JsonNode.Parse("""
            {
              "code": "LES", "name": "Limbal epithelial sheet on amniotic membrane",
              "path": { "": ["Isolation"], "Isolation": ["Isolation", "OnMembrane"], "OnMembrane": ["OnMembrane", "Outgrowth"], "Outgrowth": ["Outgrowth", "Package"], "Package": ["Package"] },
              "maxRepeats": {},
              "steps": { "IsolationPerformed": "Isolation", "ScaffoldSeeded": "OnMembrane", "AttachmentAssessed": "Outgrowth", "FillPerformed": "Package" },
              "tissues": ["Skin"], "fillsFrom": "InProcess", "conditionalAllowed": true, "needsPatientDose": false, "minimumProcessHours": 240, "fillLeadHours": 6,
              "expiry": [{ "storage": "Fresh", "hours": 36, "months": null, "afterThawHours": null, "storageMinC": 15, "storageMaxC": 25, "storageText": "15-25 °C" }],
              "windows": [{ "since": "ScaffoldSeeded", "until": "FillPerformed", "minDays": 10, "maxDays": 21 }],
              "schedule": [{ "row": "L-01", "title": "Pack the sheet", "per": "Step", "after": "ScaffoldSeeded", "hours": 336, "completedBy": "FillPerformed", "role": "T", "leadHours": 24, "graceHours": 24, "night": "Morning" }],
              "labelTexts": ["for ocular use"],
              "events": ["MediumChanged", "ConfluenceObserved", "CellCounted", "MovedIntoIncubator", "MovedOutOfIncubator", "UnitsInspected", "LabelsPrinted", "LabelsReconciled"]
            }
            """)!.AsObject();
        change?.Invoke(definition);
        return new() { ["version"] = version, ["effectiveFrom"] = "2026-03-01T00:00:00.000Z", ["definition"] = definition };
    }

    public static JsonObject Specification() => JsonNode.Parse("""
        {
          "specId": "LES", "version": 1, "productType": "LES", "effectiveFrom": "2026-03-01T00:00:00.000Z",
          "criteria": [
            { "id": "LES-01", "attribute": "Viability", "method": "dye", "gate": "F", "stage": "final", "source": "Qc", "validity": { "hours": 24 }, "matrices": ["Extract"], "parts": [{ "unit": "%", "limit": { "min": "70" } }], "reference": "site" },
            { "id": "LES-02", "attribute": "p63-bright cells", "method": "immunostain", "gate": "F", "stage": "final", "source": "Qc", "validity": { "hours": 72 }, "matrices": ["Extract"], "parts": [{ "unit": "%", "limit": { "min": "3.0", "minExcluded": true } }], "reference": "site" },
            { "id": "LES-03", "attribute": "Integrity", "method": "visual, gauge", "gate": "F", "stage": "each", "source": "UnitIntegrity", "parts": [{ "name": "tear", "unit": "mm", "limit": { "max": "1" } }], "reference": "site" },
            { "id": "LES-04", "attribute": "Endotoxin", "method": "LAL", "gate": "F", "stage": "fluid", "source": "Qc", "common": "C-08", "validity": { "hours": 24 }, "matrices": ["Extract"], "parts": [{ "unit": "EU/mL", "limit": { "max": "0.5", "formula": "TwentyPerUnitVolume" } }], "reference": "site" }
          ]
        }
        """)!.AsObject();
}
