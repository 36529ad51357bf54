using CultureTrack.Instruments.Content;
using CultureTrack.Instruments.Values;
using static CultureTrack.Instruments.CellCounters.CountColumns;

namespace CultureTrack.Instruments.CellCounters;

/// <summary>Beckman Coulter Vi-CELL BLU results export: CSV, one row a sample, densities in 10^6 cells/mL.</summary>
internal sealed class ViCellBluReader : ResultReader
{
    private static readonly TableMap Map = new(
        "vicell-blu",
        Sample: ["Sample ID"],
        Time: ["Analysis date/time"],
        Numbers:
        [
            Viability("Viability (%)"),
            ViableMillionPerMl("Viable (x10^6) cells/mL"),
            TotalMillionPerMl("Total (x10^6) cells/mL"),
            TotalCount("Cell count"),
            ViableCount("Viable cells"),
            Diameter("Average diameter (µm)"),
            LiveDiameter("Average viable diameter (µm)"),
            Circularity("Average circularity"),
            LiveCircularity("Average viable circularity"),
            Dilution("Dilution"),
            MinDiameter("Minimum Diameter (µm)"),
            MaxDiameter("Maximum Diameter (µm)"),
        ],
        Texts: [new("operator", "Analysis by"), new("reanalysisOperator", "Reanalysis by"), new("cellType", "Cell type"), new("tag", "Tag"), new("wash", "Wash")],
        OtherTimes: [new("reanalysedAt", "Reanalysis date/time")]);

    public override string Kind => Map.Kind;

    public override bool Recognises(FileContent content) =>
        !content.FirstText.StartsWith("Vi-CELL XR", StringComparison.OrdinalIgnoreCase)
        && content.HeadCount("Viable (x10^6) cells/mL", "Total (x10^6) cells/mL", "Average viable diameter (µm)", "Viable spot brightness (%)", "Reanalysis by", "Analysis date/time") >= 3;

    public override ReadOutcome Read(FileContent content, ReadSettings settings)
    {
        var rows = content.Table.Rows;
        var header = rows.ToList().FindIndex(r => r.Cells.Any(c => CellText.Key(CellText.Of(c)) is "sampleid" or "viability(%)"));
        if (header < 0) return Reject("The line with the column names is missing.");
        return new ResultTable(Map, [.. rows[header].Cells.Select(CellText.Of)], [.. rows.Skip(header + 1)]).Read(settings);
    }
}
