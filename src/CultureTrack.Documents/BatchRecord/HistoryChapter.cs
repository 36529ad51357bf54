using System.Globalization;
using System.Text.RegularExpressions;
using CultureTrack.Documents.Layout;
using CultureTrack.Documents.Wording;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using PdfSharp.Drawing;

namespace CultureTrack.Documents.BatchRecord;

/// <summary>Every entry in the order of the stream, with all it holds. A corrected entry shows what was first recorded, and points to what holds now.</summary>
internal static partial class HistoryChapter
{
    private static readonly XPen Frame = new(XColor.FromGrayScale(0.6), 0.5);
    private static readonly TextStyle Number = new(9, Bold: true), Title = new(9, Bold: true);

    public static void Draw(PaperFlow flow, BatchDossier d)
    {
        flow.Chapter("All entries", newPage: true);
        flow.Text("In the order they were recorded. Values stand as they were entered; a correction never replaces them but is named at the entry it corrects.", TextStyle.Quiet);
        flow.Gap(4);
        var corrections = d.Events.OfType<Recorded<RecordCorrected>>().ToLookup(c => c.Data.CorrectsEventId);
        var verifications = d.Events.OfType<Recorded<EntryVerified>>().ToLookup(v => v.Data.EventId);
        foreach (var e in d.Events) Entry(flow, d, e, corrections[e.EventId], verifications[e.EventId]);
    }

    private static void Entry(PaperFlow flow, BatchDossier d, Recorded e, IEnumerable<Recorded<RecordCorrected>> corrections, IEnumerable<Recorded<EntryVerified>> verifications)
    {
        flow.Need(52);
        flow.Gap(4);
        flow.Page.DrawLine(Frame, PaperFlow.Left, flow.Y, PaperFlow.Left + PaperFlow.Width, flow.Y);
        flow.Gap(3);
        var number = string.Create(CultureInfo.InvariantCulture, $"v{e.Version}");
        Number.Draw(flow.Page, number, PaperFlow.Left, flow.Y + 9);
        Title.Draw(flow.Page, Said.Words(e.Type), PaperFlow.Left + 32, flow.Y + 9);
        var at = $"{Exact.Time(d.Zone, e.OccurredAt)}";
        TextStyle.Strong.Draw(flow.Page, at, PaperFlow.Left + PaperFlow.Width - TextStyle.Strong.Width(at), flow.Y + 9);
        flow.Gap(13);
        flow.Text(Who(d, e), TextStyle.Quiet, 32);
        Values(flow, d, e);
        if (e.Reason is { } reason) flow.Text($"Reason: {reason}", TextStyle.Body, 32);
        if (e.Comment is { } comment) flow.Text($"Comment: {comment}", TextStyle.Body, 32);
        foreach (var f in e.Flags) flow.Text($"Flag {f.Code}: {Said.Words(f.Field).ToLowerInvariant()} {Exact.Value(f.Observed, d.Zone)}{(f.Window is { } w ? $", window {w}" : "")}", TextStyle.Strong, 32);
        foreach (var c in corrections) flow.Text($"Corrected by v{c.Version}: {c.Data.Field} from {(c.Data.OldValue is { } o ? Exact.Value(o, d.Zone) : "nothing")} to {(c.Data.NewValue is { } n ? Exact.Value(n, d.Zone) : "nothing")}, {c.ActorId}, {Exact.Time(d.Zone, c.RecordedAt)}: {c.Data.Reason}", TextStyle.Strong, 32);
        foreach (var v in verifications) flow.Text($"Verified later by v{v.Version}, {v.ActorId}, {Exact.Time(d.Zone, v.OccurredAt)}", TextStyle.Body, 32);
        foreach (var (role, signature) in SignatureText.Of(e)) flow.Text($"{role}: {SignatureText.Full(e, signature)}", TextStyle.Body, 32);
        flow.Text(string.Create(CultureInfo.InvariantCulture, $"{e.EventId}, schema {e.SchemaVersion}"), new TextStyle(6.2, Grey: 0.45), 32);
    }

    private static string Who(BatchDossier d, Recorded e)
    {
        var who = e.Origin == Origin.System ? "by the software" : $"by {e.ActorId} as {e.ActorRole}{(e.Origin == Origin.Imported ? ", imported" : "")}";
        var references = new[] { e.CorrectsEventId is { } c ? $", corrects {CriteriaChapter.Versions(d, [c])}" : "", e.SupersedesEventId is { } s ? $", supersedes {CriteriaChapter.Versions(d, [s])}" : "" };
        return $"{who}{(e.DeviceId is { } device ? $" on {device}" : "")}, recorded {Exact.Time(d.Zone, e.RecordedAt)} ({e.SiteZone}) = {Exact.Utc(e.RecordedAt)}{string.Concat(references)}";
    }

    private static void Values(PaperFlow flow, BatchDossier d, Recorded e)
    {
        var fields = Exact.Fields(e, d.Zone).Select(f => (f.Name, Value: Named(d, f.Value))).ToList();
        // Long values run across the page, short ones stand two in a row.
        flow.Indented(() =>
        {
            flow.Facts([.. fields.Where(f => f.Value.Length <= 44)], 2, 92);
            foreach (var f in fields.Where(f => f.Value.Length > 44)) flow.Facts([f], 1, 92);
            if (e.Computed is not { } computed) return;
            flow.Facts([.. computed.Values.Select(v => ($"{Said.Words(v.Key)} (computed)", $"{Exact.Value(v.Value, d.Zone)}{(v.Value is null || Said.Unit(v.Key) is not { } unit || v.Value is string ? "" : $" {unit}")}"))], 2, 92);
            flow.Text($"Computed by formula {computed.Formula}{(CriteriaChapter.Versions(d, computed.Inputs) is { Length: > 0 } inputs ? $" from {inputs}" : "")}", TextStyle.Quiet);
        });
    }

    // An id of another entry says more by its version.
    private static string Named(BatchDossier d, string value) => EventId().Replace(value,
        m => d.VersionOf(Guid.Parse(m.Value)) is { } version ? $"v{version.ToString(CultureInfo.InvariantCulture)} ({m.Value})" : m.Value);

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex EventId();
}
