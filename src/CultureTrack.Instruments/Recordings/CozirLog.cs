using System.Globalization;
using System.Text.RegularExpressions;
using CultureTrack.Instruments.Content;

namespace CultureTrack.Instruments.Recordings;

/// <summary>
/// Serial log of a CozIR sensor: <c>H 00538 T 01240 Z 00608 z 00588</c> in bursts between lines <c>deltat: seconds since start</c>. Only
/// the last line of a burst has a time, the one that follows it. H is % rH × 10, T is °C × 10 + 1000 by the vendor's convention; the
/// factor from Z to ppm is not in the log, so CO2 keeps the sensor's own counts.
/// </summary>
internal sealed partial class CozirLog : RecordingReader
{
    public override string Format => "cozir";

    public override bool NeedsStart => true;

    public override bool Recognises(FileContent content) => !content.IsWorkbook && content.Lines.Take(20).Any(l => Reading().IsMatch(l));

    public override void Read(FileContent content, Timeline timeline)
    {
        (int Line, Match Match)? pending = null;
        for (var i = 0; i < content.Lines.Count; i++)
        {
            var line = content.Lines[i];
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (Reading().Match(line) is { Success: true } reading)
            {
                if (pending is { } earlier) timeline.Skip(earlier.Line, "it has no time of its own inside a burst");
                pending = (i + 1, reading);
            }
            else if (Elapsed().Match(line) is { Success: true } elapsed && decimal.TryParse(elapsed.Groups[1].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            {
                if (pending is { } last) timeline.Add(Entry(last.Line, last.Match, seconds));
                pending = null;
            }
            else timeline.Skip(i + 1, "it is neither a reading nor a time difference");
        }
        if (pending is { } open) timeline.Skip(open.Line, "no time follows it");
    }

    private static RecordedEntry Entry(int line, Match match, decimal seconds)
    {
        decimal Number(string group) => int.Parse(match.Groups[group].Value, NumberStyles.None, CultureInfo.InvariantCulture);
        return new RecordedEntry(line,
        [
            new ChannelValue("humidity", Number("h") / 10, "%"), new ChannelValue("temperature", (Number("t") - 1000) / 10, "°C"),
            new ChannelValue("co2FilteredCount", Number("filtered"), "count"), new ChannelValue("co2RawCount", Number("raw"), "count"),
        ])
        { ElapsedSeconds = seconds };
    }

    [GeneratedRegex(@"^\s*H (?<h>[0-9]{5}) T (?<t>[0-9]{5}) Z (?<filtered>[0-9]{5}) z (?<raw>[0-9]{5})\s*$")]
    private static partial Regex Reading();

    [GeneratedRegex(@"^\s*deltat:\s*([0-9]{1,9}(\.[0-9]{1,9})?)\s*$")]
    private static partial Regex Elapsed();
}
