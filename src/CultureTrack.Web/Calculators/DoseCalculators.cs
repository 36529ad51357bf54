using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;

namespace CultureTrack.Web.Calculators;

/// <summary>Dose, skin, endotoxin, storage and labels: domain.md 5.13 to 5.15 and 5.17 to 5.23.</summary>
public static class DoseCalculators
{
    private const string Dose = "Dose", Skin = "Skin", Safety = "Endotoxin", Storing = "Storage and labels";

    public static IEnumerable<Calculator> All =>
    [
        new("dose", Dose, "Dose by weight", "cells/kg · kg;  mL = dose ÷ concentration", [new("perKg", "Cells per kg", "cells/kg", 0, 1e9m, true), Kg(), PerMl()],
            v => Planning.DoseCells(v.Number("perKg"), v.Number("weightKg")) is var dose ? [new("Dose", (double)dose, "cells", "orderedQty"), new("Volume", (double)Planning.DoseVolumeMl(dose, v.Number("perMl")), "mL")] : []),
        new("vials", Dose, "Vials to thaw", "⌈dose ÷ (cells per vial · recovery)⌉", [CultureCalculators.Cells("dose", "Dose"), CultureCalculators.Cells("perVial", "Cells per vial"), new("recovery", "Recovery", "%", 0, 110, true, "80")],
            v => [new("Vials", Planning.VialsToThaw(v.Number("dose"), v.Number("perVial"), v.Number("recovery") / 100), "")]),
        new("spray", Dose, "Spray suspension", "area · density;  treated = donor · expansion", [Cm2("areaCm2", "Area to treat"), CultureCalculators.Density(), PerMl(), Cm2("donorCm2", "Donor skin"), new("expansion", "Expansion 1 :", "", 0, 200, true, "80")], Spray),
        new("bsa", Skin, "Body surface (Mosteller)", "√(cm · kg ÷ 3600)", [new("heightCm", "Height", "cm", 20, 260), Kg()], v => [new("Body surface", Planning.BodySurfaceM2(v.Real("heightCm"), v.Real("weightKg")), "m²", "bsaM2")]),
        new("graft", Skin, "Graft area and sheets", "area = BSA · 10⁴ · TBSA;  sheets = ⌈area·(1+overlap) ÷ usable⌉",
            [new("bsaM2", "Body surface", "m²", 0.1m, 4), CultureCalculators.Pct("tbsaPct", "Burned body surface (TBSA)"), CultureCalculators.Pct("overlap", "Overlap", "10"), Cm2("usable", "Usable area of a sheet", "50")], Graft),
        new("contraction", Skin, "Contraction on detachment", "after = before · (1 − c)", [Cm2("before", "Area before"), CultureCalculators.Pct("c", "Contraction", "42")],
            v => [new("Area after", CellCounting.AreaAfterContractionCm2(v.Real("before"), v.Real("c") / 100), "cm²")]),
        new("usable", Skin, "Usable area of a sheet", "(a − 2·rim)·(b − 2·rim) − defects", [new("a", "Length", "cm", 0, 100, true), new("b", "Width", "cm", 0, 100, true), new("rim", "Rim", "cm", 0, 10, Usual: "0.5"), new("defects", "Defects", "cm²", 0, 1000, Usual: "0")],
            v => [new("Usable area", Planning.UsableRectangleCm2(v.Real("a"), v.Real("b"), v.Real("rim"), v.Real("defects")), "cm²")]),
        new("endotoxin", Safety, "Endotoxin limit", "K ÷ M;  M = mL ÷ (kg · max(h, 1))", [new("k", "K (5, intrathecal 0.2)", "EU/kg", 0, 100, true, "5"), Kg(), CultureCalculators.Ml("doseVolumeMl", "Volume of the dose"), new("administrationHours", "Given over", "h", 0, 240, true, "1"), new("lambda", "Sensitivity of the assay", "EU/mL", 0, 10, true, "0.05")], Limit),
        new("load", Safety, "Endotoxin a patient gets", "result · mL ÷ kg", [new("result", "Result", "EU/mL", 0, 10_000), CultureCalculators.Ml("volumeMl", "Volume in the worst hour"), Kg()],
            v => Endotoxin.PatientLoadEuPerKg(v.Number("result"), v.Number("volumeMl"), v.Number("weightKg")) is var load ? [new("Load", (double)load, "EU/kg/h") { IsBad = load > 5, Text = load > 5 ? "above 5 EU/kg/h" : null }] : []),
        new("device", Safety, "Endotoxin limit of a device", "20 EU ÷ mL", [CultureCalculators.Ml("volumeMl", "Fluid per unit")], v => [new("Limit", (double)Endotoxin.DeviceLimitEuPerMl(20, v.Number("volumeMl")), "EU/mL")]),
        new("mkt", Storing, "Mean kinetic temperature", "(ΔH/R) ÷ −ln(Σt·e^(−ΔH/RT) ÷ Σt) − 273.15; storage and transport only", [new("hours", "Hours, in turn", "h", 0, 10_000) { IsList = true }, new("celsius", "Temperatures, in turn", "°C", -200, 60) { IsList = true }], Mkt),
        new("din", Storing, "Check character of a donation number", "ISO 7064 mod 37-2", [new("din", "Donation number, 13 characters", "") { IsText = true }],
            v => DonationNumber.CheckCharacter(v.Text("din").ToUpperInvariant()) is { } check ? [new("Check character", null, "", "dinCheck") { Text = check.ToString() }] : [new("Check character", null, "") { Text = "not a donation number", IsBad = true }], nameof(TissueReceived)),
    ];

    private static IReadOnlyList<CalcResult> Spray(CalcValues v)
    {
        var cells = Planning.SprayCells(v.Number("areaCm2"), v.Number("cellsPerCm2"));
        var treated = Planning.ExpandedAreaCm2(v.Number("donorCm2"), v.Number("expansion"));
        var enough = treated >= v.Number("areaCm2");
        return [new("Viable cells", (double)cells, "cells"), new("Volume", (double)Planning.DoseVolumeMl(cells, v.Number("perMl")), "mL"), new("Area the donor skin covers", (double)treated, "cm²") { IsBad = !enough, Text = enough ? null : "less than the area to treat" }];
    }

    private static IReadOnlyList<CalcResult> Graft(CalcValues v)
    {
        var area = Planning.GraftAreaCm2(v.Real("bsaM2"), v.Real("tbsaPct"));
        return [new("Graft area", area, "cm²"), new("Sheets", Planning.SheetsToOrder(area, v.Real("overlap") / 100, v.Real("usable")), "", "orderedQty")];
    }

    private static IReadOnlyList<CalcResult> Limit(CalcValues v)
    {
        var limit = Endotoxin.LimitEuPerMl(v.Number("k"), v.Number("weightKg"), v.Number("doseVolumeMl"), v.Number("administrationHours"));
        return [new("Limit", (double)limit, "EU/mL"), new("Maximum valid dilution", (double)Endotoxin.MaximumValidDilution(limit, v.Number("lambda")), "×")];
    }

    private static IReadOnlyList<CalcResult> Mkt(CalcValues v)
    {
        var (hours, temperatures) = (v.List("hours"), v.List("celsius"));
        if (hours.Count != temperatures.Count) return [new("MKT", null, "°C") { Text = "as many hours as temperatures are needed", IsBad = true }];
        return [new("MKT", MeanKineticTemperature.Celsius([.. hours.Zip(temperatures, (h, c) => new Held(h, c))]), "°C"), new("Mean", hours.Sum() > 0 ? hours.Zip(temperatures, (h, c) => h * c).Sum() / hours.Sum() : null, "°C")];
    }

    private static CalcInput Kg() => new("weightKg", "Weight of the patient", "kg", 0, 400, true);
    private static CalcInput PerMl() => new("perMl", "Concentration", "cells/mL", 0, 1e9m, true);
    private static CalcInput Cm2(string name, string label, string? usual = null) => new(name, label, "cm²", 0, 30_000, true, usual);
}
