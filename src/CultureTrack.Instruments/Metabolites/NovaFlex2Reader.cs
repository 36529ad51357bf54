using CultureTrack.Instruments.CellCounters;
using CultureTrack.Instruments.Content;
using CultureTrack.Instruments.Values;

namespace CultureTrack.Instruments.Metabolites;

/// <summary>Nova Biomedical BioProfile FLEX2 results: CSV, one row a sample; which columns exist depends on the modules fitted.</summary>
internal sealed class NovaFlex2Reader : ResultReader
{
    private static readonly TableMap Map = new(
        "nova-flex2",
        Sample: ["Sample ID"],
        Time: ["Date & Time"],
        Numbers:
        [
            new("glutamine", "mmol/L", 1, "Gln"), new("glutamate", "mmol/L", 1, "Glu"), new("glucose", "g/L", 1, "Gluc"), new("lactate", "g/L", 1, "Lac"),
            new("ammonium", "mmol/L", 1, "NH4+"), new("sodium", "mmol/L", 1, "Na+"), new("potassium", "mmol/L", 1, "K+"), new("calcium", "mmol/L", 1, "Ca++"),
            new("bicarbonate", "mmol/L", 1, "HCO3"), new("pH", "pH", 1, "pH"), new("pO2", "mmHg", 1, "PO2"), new("pCO2", "mmHg", 1, "PCO2"), new("osmolality", "mosm/kg", 1, "Osm"),
            new("pHAtTemperature", "pH", 1, "pH @ Temp"), new("pO2AtTemperature", "mmHg", 1, "PO2 @ Temp"), new("pCO2AtTemperature", "mmHg", 1, "PCO2 @ Temp"),
            new("oxygenSaturation", "%", 1, "O2 Saturation"), new("carbonDioxideSaturation", "%", 1, "CO2 Saturation"), new("temperature", "°C", 1, "Vessel Temperature (°C)"),
            CountColumns.Viability("Viability"), CountColumns.ViableMillionPerMl("Viable Density"), CountColumns.TotalMillionPerMl("Total Density"),
            CountColumns.LiveDiameter("Avg. Live Diameter"), CountColumns.ViableCount("Total Live Count"), CountColumns.TotalCount("Total Cell Count"), CountColumns.Dilution("Pre-Dilution Multiplier"),
        ],
        Texts:
        [
            new("batchIdentifier", "Batch ID"), new("vessel", "Vessel ID"), new("sampleType", "Sample Type"), new("cellType", "Cell Type"), new("operator", "Operator"),
            new("chemistryDilution", "Chemistry Dilution Ratio"), new("densityDilution", "Cell Density Dilution"), new("tray", "Tray Location"),
        ],
        OtherTimes: [new("sampledAt", "Sample Time")]);

    private static readonly string[] UnitSigns = ["mmol/l", "g/l", "mmhg", "mosm/kg", "mg/dl", "kpa"];

    public override string Kind => Map.Kind;

    public override bool Recognises(FileContent content) =>
        content.HeadCount("Gln", "Gluc", "Lac", "NH4+", "Chemistry Dilution Ratio", "pH / Gas Flow Time", "pH @ Temp", "Vessel Pressure (psi)", "Sparging O2%") >= 4;

    public override ReadOutcome Read(FileContent content, ReadSettings settings)
    {
        var rows = content.Table.Rows;
        var headings = rows[0].Cells.Select(CellText.Of).ToList();
        var unitsGiven = rows.Count > 1 && rows[1].Cells.Any(c => UnitSigns.Contains(CellText.Key(CellText.Of(c))));
        if (unitsGiven && OtherUnit(headings, rows[1]) is { } other) return Reject(other);
        return new ResultTable(Map, headings, [.. rows.Skip(unitsGiven ? 2 : 1)]).Read(settings);
    }

    // The instrument can be set to other units; its numbers then must not pass for ours.
    private static string? OtherUnit(List<string> headings, GridRow units)
    {
        foreach (var column in Map.Numbers)
        {
            var at = headings.FindIndex(h => column.Headings.Any(k => CellText.Key(k) == CellText.Key(h)));
            var unit = at < 0 ? "" : CellText.Key(units.Text(at));
            if (UnitSigns.Contains(unit) && unit != CellText.Key(column.Unit)) return $"\"{headings[at]}\" is in {units.Text(at)}; it is read in {column.Unit} only. Change the unit on the instrument or map the file.";
        }
        return null;
    }
}
