using CultureTrack.Instruments.Content;
using CultureTrack.Instruments.Values;

namespace CultureTrack.Instruments.Recordings;

/// <summary>A recording as delimited text: one row a time, one column a channel.</summary>
internal sealed class CsvRecording(CsvLayout layout) : RecordingReader
{
    public override string Format => layout.Format;

    public override bool NeedsZone => layout.StampKind == StampKind.Local;

    public override bool NeedsStart => layout.StampKind == StampKind.Elapsed;

    public override bool Recognises(FileContent content) =>
        !content.IsWorkbook && layout.Signature.Length > 0 && content.HeadCount(layout.Signature) == layout.Signature.Length;

    public override void Read(FileContent content, Timeline timeline)
    {
        var rows = content.Table.Rows;
        if (rows.Count == 0) return;
        var shift = layout.RowNumberFirst && rows.Count > 1 && rows[1].Cells.Count == rows[0].Cells.Count + 1 ? 1 : 0;
        var at = rows[0].Cells.Select((c, i) => (Key: CellText.Key(CellText.Of(c)), Column: i + shift)).GroupBy(c => c.Key).ToDictionary(g => g.Key, g => g.First().Column);
        if (!at.TryGetValue(CellText.Key(layout.Stamp), out var stamp)) throw new UnreadableContentException($"the column \"{layout.Stamp}\" is missing.");
        var channels = layout.Channels.Where(c => at.ContainsKey(CellText.Key(c.Heading))).Select(c => (Channel: c, Column: at[CellText.Key(c.Heading)])).ToList();
        var format = NumberFormat.Decide(rows.Skip(1).Take(1000).SelectMany(r => channels.Select(c => r.Text(c.Column))), null);
        if (format.Value is not { } numbers) throw new UnreadableContentException(format.Contradiction ?? format.Question!.Text);
        foreach (var row in rows.Skip(1)) ReadRow(row, rows[0].Cells.Count + shift, stamp, channels, numbers, timeline);
    }

    private void ReadRow(GridRow row, int width, int stamp, List<(CsvChannel Channel, int Column)> channels, NumberFormat numbers, Timeline timeline)
    {
        if (row.Cells.Count < width)
        {
            timeline.Skip(row.Number, row.CutOff ? "the file ends inside it" : "it has fewer cells than the heading");
            return;
        }
        var values = new List<ChannelValue>();
        foreach (var (channel, column) in channels)
            if (numbers.Parse(row.Text(column)) is { } value) values.Add(new ChannelValue(channel.Channel, channel.Convert(value), channel.Unit));
        if (layout.StampKind == StampKind.Elapsed)
        {
            if (numbers.Parse(row.Text(stamp)) is { } seconds) timeline.Add(new RecordedEntry(row.Number, values) { ElapsedSeconds = seconds });
            else timeline.Skip(row.Number, $"\"{row.Text(stamp)}\" is no number of seconds");
        }
        else if (LocalStamp.TryRead(row.Text(stamp), out var local)) timeline.Add(new RecordedEntry(row.Number, values) { Local = local });
        else timeline.Skip(row.Number, $"\"{row.Text(stamp)}\" is no readable time");
    }
}
