using System.Globalization;
using System.Text;
using System.Text.Json;
using CultureTrack.Domain.Records;

namespace CultureTrack.Documents.Wording;

/// <summary>Values as the record holds them, digit for digit; only grouped, with units and in the batch's own time, so that they can be read.</summary>
public static class Exact
{
    private const char ThinSpace = '\u2009';

    /// <summary><c>2026-03-19 12:30:00 +01:00</c>; milliseconds where there are any.</summary>
    public static string Time(string zone, DateTimeOffset at) => SiteTime.Local(zone, at).ToString(
        at.Millisecond == 0 ? "yyyy-MM-dd HH:mm:ss zzz" : "yyyy-MM-dd HH:mm:ss.fff zzz", CultureInfo.InvariantCulture);

    public static string Day(string zone, DateTimeOffset at) => SiteTime.Local(zone, at).ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);

    public static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString(at.Millisecond == 0 ? "yyyy-MM-dd HH:mm:ss'Z'" : "yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>All digits, those before the decimal mark in groups of three.</summary>
    public static string Number(decimal value)
    {
        var text = value.ToString(CultureInfo.InvariantCulture);
        var (sign, digits) = text.StartsWith('-') ? ("−", text[1..]) : ("", text);
        var whole = digits.Split('.')[0];
        if (whole.Length < 5) return sign + digits;
        var grouped = new StringBuilder();
        for (var i = 0; i < whole.Length; i++)
        {
            if (i > 0 && (whole.Length - i) % 3 == 0) grouped.Append(ThinSpace);
            grouped.Append(whole[i]);
        }
        return sign + grouped + digits[whole.Length..];
    }

    /// <summary>Members of an event's data, a list of objects as one text.</summary>
    public static IEnumerable<(string Name, string Value)> Fields(Recorded e, string zone) =>
        JsonSerializer.SerializeToElement(e.Body, e.Body.GetType(), RecordJson.Options).EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null)
            .Select(m => (Said.Words(m.Name), With(Value(m.Value, zone), Said.Unit(m.Name), m.Value)));

    public static string Value(object? value, string zone) => value switch
    {
        null => "not known",
        JsonElement json => Value(json, zone),
        string text => Value(JsonSerializer.SerializeToElement(text), zone),
        decimal number => Number(number),
        double number => Number((decimal)number),
        bool flag => flag ? "yes" : "no",
        DateTimeOffset at => Time(zone, at),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        var other => other.ToString() ?? "",
    };

    public static string Value(JsonElement value, string zone) => value.ValueKind switch
    {
        JsonValueKind.Number => Number(value.GetDecimal()),
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.String => EventReader.TryInstant(value.GetString(), out var at) && value.GetString()!.Contains('T') ? Time(zone, at) : value.GetString()!,
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "none" : string.Join(value.EnumerateArray().Any(i => i.ValueKind == JsonValueKind.Object) ? "; " : ", ", value.EnumerateArray().Select(i => Value(i, zone))),
        JsonValueKind.Object => string.Join(", ", value.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null).Select(m => Member(m, zone))),
        _ => "nothing",
    };

    private static string Member(JsonProperty member, string zone) => member.Name is "id" or "containerId" or "sheetId" or "vesselId"
        ? Value(member.Value, zone) : $"{Said.Words(member.Name).ToLowerInvariant()} {With(Value(member.Value, zone), Said.Unit(member.Name), member.Value)}";

    private static string With(string text, string? unit, JsonElement value) => unit is not null && value.ValueKind == JsonValueKind.Number ? $"{text} {unit}" : text;
}
