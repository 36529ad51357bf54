using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;

namespace CultureTrack.Server.Imports;

/// <summary>
/// Reads a file of batches that lived before the system: one entry a line, as the API takes it, with its batch, its actor and its time beside it.
/// docs/import.md describes it.
/// </summary>
internal static class BatchFile
{
    private const int MostCharactersALine = 1024 * 1024;

    /// <param name="EventId">Given where a later line names this entry, such as the isolation that vessels were seeded from.</param>
    internal sealed record Line(
        string BatchId, string Type, DateTimeOffset OccurredAt, string Actor, string Role, string? FullName, JsonElement? Data, string? Reason, string? Comment, Guid? EventId);

    /// <summary>The entries, or everything that cannot be read as one.</summary>
    public static (IReadOnlyList<ImportedLine> Lines, IReadOnlyList<ImportFinding> Findings) Read(IEnumerable<string> text, DateTimeOffset now)
    {
        var lines = new List<ImportedLine>();
        var findings = new List<ImportFinding>();
        var ids = new HashSet<Guid>();
        var number = 0;
        foreach (var line in text)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#')) continue;
            var found = new List<Finding>();
            var entry = line.Length > MostCharactersALine ? Fail(found, Codes.ValSize, "The line is longer than a MiB.") : Entry(line, now, ids, found);
            if (entry is { } e && found.Count == 0) lines.Add(new(number, e.BatchId, e.Entry));
            findings.AddRange(found.Select(f => new ImportFinding(number, f.Code, f.Field, f.Message)));
        }
        if (lines.Count == 0 && findings.Count == 0) findings.Add(new(0, Codes.ValRequired, "", "The file holds no entry."));
        return (lines, findings);
    }

    private static (string BatchId, Entry Entry)? Entry(string text, DateTimeOffset now, HashSet<Guid> ids, List<Finding> findings)
    {
        JsonElement json;
        try
        {
            using var document = JsonDocument.Parse(text);
            json = document.RootElement.Clone();
        }
        catch (JsonException e) { return Fail(findings, Codes.ValBody, $"This is no JSON: {e.Message}"); }
        if (json.ValueKind != JsonValueKind.Object) return Fail(findings, Codes.ValBody, "A JSON object is expected.");
        if (EventReader.Read<Line>(json, "", findings) is not { } line || findings.Count > 0) return null;
        if (!EventCatalogue.ByName.TryGetValue(line.Type, out var kind)) return Fail(findings, Codes.ValFormat, $"{line.Type} is not an event of a batch.", "type");
        if (!Roles.OfPeople.Contains(line.Role)) return Fail(findings, Codes.ValFormat, $"{line.Role} is no role of a person.", "role");
        if (line.EventId is { } id && !ids.Add(id)) return Fail(findings, Codes.ValDuplicate, "Another line has this eventId.", "eventId");
        var data = (EventData?)EventReader.Read(kind.DataType, line.Data ?? JsonSerializer.SerializeToElement(new { }), "data", findings);
        if (data is null) return null;
        // Whether somebody was qualified then is not for this program to judge; the role decides what kind of entry it can have been.
        var actor = new Actor(line.Actor, line.FullName ?? line.Actor, [line.Role], [new("*", DateTimeOffset.MinValue, DateTimeOffset.MaxValue)], QualifiedPerson: true);
        return (line.BatchId, new Entry(data, actor, now, line.OccurredAt, line.Reason, line.Comment, Origin: Origin.Imported) { EventId = line.EventId });
    }

    private static (string BatchId, Entry Entry)? Fail(List<Finding> findings, string code, string message, string field = "")
    {
        findings.Add(new(code, field, message));
        return null;
    }
}
