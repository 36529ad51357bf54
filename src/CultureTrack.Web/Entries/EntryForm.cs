using System.Globalization;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Web.Entries;

/// <summary>
/// What stands in a form: raw text by path (<c>viabilityPct</c>, <c>replicates[0].live</c>), exactly as typed, so that it can be kept in the browser,
/// put back after a lost connection and judged by the same reader as a request of the API. Lists of ids are lines of one text.
/// </summary>
/// <param name="dataType">The record of the event's own fields.</param>
/// <param name="zone">IANA zone in which times are typed.</param>
public sealed class EntryForm(Type dataType, string zone)
{
    private const string CountSuffix = ".#";
    private readonly Dictionary<string, string> _raw = new(StringComparer.Ordinal);

    public IReadOnlyList<FieldShape> Fields { get; } = FieldShape.Of(dataType);
    public IReadOnlyDictionary<string, string> Raw => _raw;
    public string OccurredAt { get => Get("@occurredAt"); set => Set("@occurredAt", value); }
    public string Reason { get => Get("@reason"); set => Set("@reason", value); }
    public string Comment { get => Get("@comment"); set => Set("@comment", value); }

    public string Get(string path) => _raw.GetValueOrDefault(path, "");
    public void Set(string path, string? value) => _raw[path] = value ?? "";

    public int Rows(string path) => int.TryParse(Get(path + CountSuffix), CultureInfo.InvariantCulture, out var n) ? n : 0;

    public void AddRow(string path) => Set(path + CountSuffix, (Rows(path) + 1).ToString(CultureInfo.InvariantCulture));

    /// <summary>Takes one row out; those below move up.</summary>
    public void RemoveRow(FieldShape field, string path, int row)
    {
        var rows = Rows(path);
        for (var i = row; i < rows; i++)
            foreach (var cell in field.Rows) Set($"{path}[{i}].{cell.Name}", i + 1 < rows ? Get($"{path}[{i + 1}].{cell.Name}") : "");
        Set(path + CountSuffix, Math.Max(0, rows - 1).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What was typed before the connection broke, or before the tab was closed.</summary>
    public void Restore(IReadOnlyDictionary<string, string> kept)
    {
        foreach (var (path, value) in kept) _raw[path] = value;
        // A browser keeps inputs, not counts of rows: as many rows as it knew inputs of.
        foreach (var field in Fields.Where(f => f.Editor == Editor.Rows))
            Set(field.Name + CountSuffix, Math.Max(Rows(field.Name), kept.Keys.Select(k => RowOf(k, field.Name)).DefaultIfEmpty(-1).Max() + 1).ToString(CultureInfo.InvariantCulture));
    }

    private static int RowOf(string path, string list) =>
        path.StartsWith(list + "[", StringComparison.Ordinal) && int.TryParse(path.AsSpan(list.Length + 1, path.IndexOf(']', StringComparison.Ordinal) - list.Length - 1), CultureInfo.InvariantCulture, out var n) ? n : -1;

    /// <summary>Puts in what the form proposes where nothing stands yet.</summary>
    public void Propose(string path, string value)
    {
        if (Get(path).Length == 0) Set(path, value);
    }

    /// <summary>The data as the batch will judge them; null when there are findings.</summary>
    public EventData? Read(ICollection<Finding> findings)
    {
        var json = Object(Fields, "");
        using var document = System.Text.Json.JsonDocument.Parse(json.ToJsonString());
        return (EventData?)EventReader.Read(dataType, document.RootElement, "data", findings);
    }

    public DateTimeOffset? When() => OccurredAt.Length > 0 ? FormTime.ToInstant(OccurredAt, zone) : null;

    private JsonObject Object(IEnumerable<FieldShape> fields, string prefix)
    {
        var json = new JsonObject();
        foreach (var field in fields)
            if (Value(field, prefix + field.Name) is { } value) json[field.Name] = value;
        return json;
    }

    private JsonNode? Value(FieldShape field, string path)
    {
        var text = Get(path).Trim();
        return field.Editor switch
        {
            Editor.Rows => new JsonArray([.. Enumerable.Range(0, Rows(path)).Select(i => (JsonNode)Object(field.Rows, $"{path}[{i}]."))]),
            Editor.Ids or Editor.Texts => new JsonArray([.. Lines(text).Select(l => (JsonNode)l)]),
            Editor.Numbers => new JsonArray([.. Lines(text).Select(l => (JsonNode)(FormNumber.TryRead(l, out var n) ? JsonValue.Create(n) : JsonValue.Create(l)))]),
            _ when text.Length == 0 => null,
            Editor.Number or Editor.WholeNumber => FormNumber.TryRead(text, out var n) ? JsonValue.Create(n) : JsonValue.Create(text),
            Editor.YesNo => JsonValue.Create(text == "true"),
            Editor.Instant => JsonValue.Create(FormTime.ToInstant(text, zone) is { } at ? at.ToString(InstantConverter.Format, CultureInfo.InvariantCulture) : text),
            Editor.Json => FormNumber.TryRead(text, out var n) ? JsonValue.Create(n) : bool.TryParse(text, out var b) ? JsonValue.Create(b) : JsonValue.Create(text),
            _ => JsonValue.Create(text),
        };
    }

    public static IReadOnlyList<string> Lines(string text) => text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>Numbers as people type them at a bench: <c>1.2e6</c>, <c>1 200 000</c>, <c>0,5</c> where the comma is the decimal mark.</summary>
public static class FormNumber
{
    public static bool TryRead(string text, out decimal number)
    {
        var plain = text.Replace(" ", "", StringComparison.Ordinal).Replace("\u202f", "", StringComparison.Ordinal).Replace("\u00a0", "", StringComparison.Ordinal);
        // One comma and no point is a decimal comma only where the reader's language has one; a thousands comma is never guessed.
        if (CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator == "," && !plain.Contains('.', StringComparison.Ordinal)) plain = plain.Replace(',', '.');
        return decimal.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }
}

/// <summary>Site time in a <c>datetime-local</c> input and back.</summary>
public static class FormTime
{
    private const string Format = "yyyy-MM-dd'T'HH:mm";

    public static string ToInput(DateTimeOffset at, string zone) => SiteTime.Local(zone, at).ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Null when the text is no time, or a local time that the change to summer time left out. An ambiguous one is the earlier instant.</summary>
    public static DateTimeOffset? ToInstant(string text, string zone)
    {
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)) return null;
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        var info = TimeZoneInfo.FindSystemTimeZoneById(zone);
        if (info.IsInvalidTime(local)) return null;
        var offset = info.IsAmbiguousTime(local) ? info.GetAmbiguousTimeOffsets(local).Max() : info.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
