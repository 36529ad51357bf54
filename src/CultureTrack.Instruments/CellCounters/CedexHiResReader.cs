using CultureTrack.Instruments.Content;
using CultureTrack.Instruments.Values;
using static CultureTrack.Instruments.CellCounters.CountColumns;

namespace CultureTrack.Instruments.CellCounters;

/// <summary>Roche Cedex HiRes export: CSV or workbook, one row a sample, cells/mL. Its "Dilution" is the share of sample, 0.5 for 1:2.</summary>
internal sealed class CedexHiResReader : ResultReader
{
    private static readonly TableMap Map = new(
        "cedex-hires",
        Sample: ["Sample identifer", "Sample identifier"], // the instrument misspells it
        Time: ["Date finished"],
        Numbers:
        [
            Viability("Viability"),
            ViablePerMl("Viable Cell Conc."),
            TotalPerMl("Total Cell Conc."),
            DeadPerMl("Dead Cell Conc."),
            TotalCount("Total Cell Count"),
            ViableCount("Viable Cell Count"),
            DeadCount("Dead Cell Count"),
            new("totalObjectCount", "object", 1, "Total Object Count"),
            LiveDiameter("Avg Diameter"),
            new("stdDevDensity", "10^6 cells/mL", 1e-6m, "Std Dev."),
            new("compactness", "", 1, "Avg Compactness"),
            new("aggregates", "%", 1, "Aggregate Rate"),
            new("dilution", "share of sample", 1, "Dilution"),
            new("sampleVolume", "µL", 1, "Sample volume"),
        ],
        Texts:
        [
            new("batchIdentifier", "Reactor identifer", "Reactor identifier"), new("operator", "Username"), new("cellType", "Cell type name"),
            new("dataSet", "Data set name"), new("comment", "Comment"), new("instrument", "Cedex ID"), new("workarea", "Workarea name"),
        ],
        OtherTimes: [new("drawnAt", "Sample draw Time")]);

    public override string Kind => Map.Kind;

    public override bool Recognises(FileContent content) =>
        content.HeadCount("Cedex ID", "Viable Cell Conc.", "Dead Cell Conc.", "Total Cell Conc.", "Avg Segm. Area", "Aggregate Rate", "Workarea name") >= 4;

    public override ReadOutcome Read(FileContent content, ReadSettings settings)
    {
        var rows = content.Table.Rows;
        return new ResultTable(Map, [.. rows[0].Cells.Select(CellText.Of)], [.. rows.Skip(1)]).Read(settings);
    }
}
