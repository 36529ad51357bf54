using System.Globalization;
using CsvHelper;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.People;

namespace CultureTrack.Web.Api;

/// <summary>One line of the audit trail of a batch: what was entered, with what changed and why, and what was only tried.</summary>
/// <param name="OccurredAt">When it happened, for entries; null for commands that left none.</param>
/// <param name="Version">Of the entry in the record; null for commands that left none.</param>
/// <param name="OldValue">With <paramref name="NewValue"/>, of a correction.</param>
/// <param name="Signatures">Name, id, meaning and local time of each, as R-11 asks.</param>
public sealed record BatchAuditLine(
    DateTimeOffset At, DateTimeOffset? OccurredAt, string? User, string? Role, string Action, long? Version, string Outcome, string? Code, string? Field, string? OldValue, string? NewValue,
    string? Reason, string? Comment, IReadOnlyList<string> Signatures, string? Source)
{
    public const string Example = """
        {"at":"2026-04-24T13:05:00.000Z","occurredAt":"2026-04-24T13:05:00.000Z","user":"tech01","role":"T","action":"RecordCorrected","version":24,"outcome":"Accepted","field":"viabilityPct","oldValue":"95.0","newValue":"94.0","reason":"Typing error, see count sheet","signatures":["Tomas Keller (tech01), Performed, 2026-04-24T15:05:00+02:00"],"source":"10.0.0.7"}
        """;

    /// <summary>Every entry of the record and every refusal, oldest first. Accepted commands are their entries.</summary>
    public static IReadOnlyList<BatchAuditLine> Of(IEnumerable<Recorded> events, IEnumerable<AuditEntry> trail) =>
        [.. events.Select(Of).Concat(trail.Where(a => a.Outcome == "Refused").Select(Of)).OrderBy(l => l.At).ThenBy(l => l.Version ?? long.MaxValue)];

    private static BatchAuditLine Of(Recorded e)
    {
        var correction = e.Body as RecordCorrected;
        return new(e.RecordedAt, e.OccurredAt, e.ActorId, e.ActorRole, e.Type, e.Version, "Accepted", null, correction?.Field, correction?.OldValue.ToString(), correction?.NewValue.ToString(),
            correction?.Reason ?? e.Reason, e.Comment, [.. new[] { e.Signature, e.VerifiedBy, e.CoSignature }.OfType<Signature>().Select(s => $"{s.FullName} ({s.User}), {s.Meaning}, {s.Local}")], e.DeviceId);
    }

    private static BatchAuditLine Of(AuditEntry a) =>
        new(a.At, null, a.User, null, a.Command, null, a.Outcome, a.Code, null, null, null, null, null, [], a.SourceAddress);
}

/// <summary>The audit trail as a file that people and programs read; the same text in every locale and time zone.</summary>
internal static class AuditExport
{
    private static readonly string[] TrailColumns = ["at", "user", "command", "target", "outcome", "code", "sourceAddress"];
    private static readonly string[] BatchColumns =
        ["at", "occurredAt", "user", "role", "action", "version", "outcome", "code", "field", "oldValue", "newValue", "reason", "comment", "signatures", "source"];

    public static Task Trail(Stream to, IAsyncEnumerable<AuditEntry> entries, CancellationToken ct) =>
        Write(to, TrailColumns, entries, a => [RecordJson.Text(a.At), a.User, a.Command, a.Target, a.Outcome, a.Code, a.SourceAddress], ct);

    public static Task Batch(Stream to, IEnumerable<BatchAuditLine> lines, CancellationToken ct) => Write(to, BatchColumns, lines.ToAsyncEnumerable(), l =>
    [
        RecordJson.Text(l.At), l.OccurredAt is { } at ? RecordJson.Text(at) : null, l.User, l.Role, l.Action, l.Version?.ToString(CultureInfo.InvariantCulture), l.Outcome, l.Code, l.Field, l.OldValue, l.NewValue,
        l.Reason, l.Comment, string.Join("; ", l.Signatures), l.Source,
    ], ct);

    private static async Task Write<T>(Stream to, string[] columns, IAsyncEnumerable<T> lines, Func<T, string?[]> fields, CancellationToken ct)
    {
        await using var csv = CsvWriter.Create(to, new CsvWriterOptions(), leaveOpen: true);
        foreach (var column in columns) csv.WriteField(column);
        await csv.EndRecordAsync(ct);
        await foreach (var line in lines.WithCancellation(ct))
        {
            foreach (var field in fields(line)) csv.WriteField(Harmless(field));
            await csv.EndRecordAsync(ct);
        }
        await csv.FlushAsync(ct);
    }

    // A spreadsheet would take these for a formula; what somebody typed must not run where it is read.
    private static string Harmless(string? field) => field is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + field : field ?? "";
}
