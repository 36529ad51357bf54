using CultureTrack.Instruments.Content;
using CultureTrack.Instruments.Values;
using static CultureTrack.Instruments.CellCounters.CountColumns;

namespace CultureTrack.Instruments.CellCounters;

/// <summary>ChemoMetec NC-View export: CSV, one row a sample, cells/ml with grouped thousands; the day stands only in NAME.</summary>
internal sealed class NcViewReader : ResultReader
{
    private const int DayLength = 8;

    private static readonly TableMap Map = new(
        "nc-view",
        Sample: ["SAMPLE ID"],
        Time: [],
        Numbers:
        [
            Viability("VIABILITY (%)"),
            ViablePerMl("LIVE (cells/ml)"),
            TotalPerMl("TOTAL (cells/ml)"),
            DeadPerMl("DEAD (cells/ml)"),
            Diameter("DIAMETER (µm)"),
            Aggregates("AGGREGATES (%)"),
            new("debrisIndex", "", 1, "DEBRIS INDEX"),
            Dilution("DILUTION FACTOR"),
        ],
        Texts:
        [
            new("name", "NAME"), new("operator", "OPERATOR"), new("user", "USER"), new("status", "STATUS"), new("protocol", "PROTOCOL"),
            new("media", "MEDIA"), new("instrument", "INSTRUMENT"), new("tags", "TAGS"), new("signedBy", "SIGNED BY"),
        ],
        OtherTimes: []);

    public override string Kind => Map.Kind;

    public override bool Recognises(FileContent content) =>
        content.HeadCount("TOTAL (cells/ml)", "LIVE (cells/ml)", "DEAD (cells/ml)", "DEBRIS INDEX", "SIGNED BY", "NAME") >= 4
        && (content.IsWorkbook || content.FirstText.Contains(',') || content.FirstText.Contains(';'));

    public override ReadOutcome Read(FileContent content, ReadSettings settings)
    {
        var rows = content.Table.Rows;
        var outcome = new ResultTable(Map, [.. rows[0].Cells.Select(CellText.Of)], [.. rows.Skip(1)]).Read(settings);
        return outcome is ReadOutcome.Parsed parsed ? parsed with { Records = [.. parsed.Records.Select(r => Completed(r, settings))] } : outcome;
    }

    private static ResultRecord Completed(ResultRecord record, ReadSettings settings)
    {
        var name = record.Texts.GetValueOrDefault("name", "");
        var day = name.Length >= DayLength ? new DateFormat(DateOrder.DayFirst).Parse(name[..DayLength], settings.Zone) : null;
        var warnings = new List<string>(record.Warnings);
        if (day is null) warnings.Add($"No readable day in the name \"{name}\".");
        if (record.Texts.TryGetValue("status", out var status) && !status.Equals("OK", StringComparison.OrdinalIgnoreCase)) warnings.Add($"The instrument says: {status}");
        return record with { Time = day, Warnings = warnings };
    }
}
