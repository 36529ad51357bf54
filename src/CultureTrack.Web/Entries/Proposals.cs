using System.Globalization;
using CultureTrack.Domain.Batches;

namespace CultureTrack.Web.Entries;

/// <summary>What a form fills in before anybody types: the only vessel, the line in culture, the next passage. All of it can be changed.</summary>
public static class Proposals
{
    public static void For(EntryForm form, BatchState state, IReadOnlyDictionary<(Pick, string?), IReadOnlyList<Choice>> lists)
    {
        foreach (var field in form.Fields)
        {
            if (field.Hints.Default is { } usual) form.Propose(field.Name, usual);
            if (field.Hints.Pick != Pick.None && lists.GetValueOrDefault((field.Hints.Pick, field.Hints.LotKind)) is { Count: 1 } only && only[0].Usable && field.Required)
                form.Propose(field.Name, only[0].Id);
            if (field.Editor == Editor.Rows && form.Rows(field.Name) == 0 && field.Required) Add(form, field, field.Name == "replicates" ? 2 : 1);
        }
        if (state.Culture.Vessels.Values.Select(v => v.CellLine).FirstOrDefault(l => l is not null) is { } line) form.Propose("cellLine", line.ToString());
        else if (state.ProductType is "ADSC" or "BMMSC") form.Propose("cellLine", nameof(CellLine.Msc));
        else if (state.ProductType is "CEA" or "SPR") form.Propose("cellLine", nameof(CellLine.Keratinocyte));
        // What the record counts as printed; a person who counts otherwise says so.
        if (LabelWording.Recorded(state).Values.Sum() is > 0 and var printed) form.Propose("printed", printed.ToString(CultureInfo.InvariantCulture));
        if (state.Culture.Sources.Values.MaxBy(s => s.At) is { } source) form.Propose("passage", string.Create(CultureInfo.InvariantCulture, $"{source.NextPassage}"));
    }

    /// <summary>Only what is usual, for forms that belong to no batch.</summary>
    public static void Defaults(EntryForm form)
    {
        foreach (var field in form.Fields)
        {
            if (field.Hints.Default is { } usual) form.Propose(field.Name, usual);
            if (field.Editor == Editor.Rows && field.Required && form.Rows(field.Name) == 0) Add(form, field, 1);
        }
    }

    private static void Add(EntryForm form, FieldShape field, int rows)
    {
        for (var i = 0; i < rows; i++)
        {
            form.AddRow(field.Name);
            foreach (var cell in field.Rows.Where(c => c.Hints.Default is not null)) form.Propose($"{field.Name}[{i}].{cell.Name}", cell.Hints.Default!);
        }
    }
}
