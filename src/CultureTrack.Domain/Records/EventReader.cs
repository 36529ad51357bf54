using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace CultureTrack.Domain.Records;

/// <summary>
/// Binds the JSON of a request to a record type, strictly: every absent, malformed or unknown member becomes a finding with its path, so that the
/// person sees all of them at once. Numbers are decimals, instants need an offset and become UTC milliseconds, enumerations are their exact names.
/// </summary>
public static class EventReader
{
    private const int MostItems = 5000;

    // More than any count of cells, and small enough that the product of two numbers of an entry can be computed exactly.
    private const decimal LargestNumber = 1e13m;
    private static readonly NullabilityInfoContext Nullability = new();
    private static readonly Lock NullabilityGate = new();

    /// <summary>Null when there are findings.</summary>
    public static T? Read<T>(JsonElement json, string path, ICollection<Finding> findings) where T : class => (T?)Read(typeof(T), json, path, findings);

    public static object? Read(Type type, JsonElement json, string path, ICollection<Finding> findings)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return Fail(findings, Codes.ValFormat, path, "An object is expected here.");
        var before = findings.Count;
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        var parameters = constructor.GetParameters();
        foreach (var member in json.EnumerateObject())
            if (!parameters.Any(p => Name(p) == member.Name))
                findings.Add(new(Codes.ValBody, Join(path, member.Name), $"{member.Name} is not a member of {type.Name}."));
        var values = parameters.Select(p => Argument(p, json, Join(path, Name(p)), findings)).ToArray();
        return findings.Count == before ? constructor.Invoke(values) : null;
    }

    private static object? Argument(ParameterInfo parameter, JsonElement json, string path, ICollection<Finding> findings)
    {
        if (json.TryGetProperty(Name(parameter), out var value) && value.ValueKind != JsonValueKind.Null)
            return Value(parameter.ParameterType, value, path, findings);
        if (parameter.HasDefaultValue) return parameter.DefaultValue;
        return !IsRequired(parameter) ? null : Fail(findings, Codes.ValRequired, path, $"{Name(parameter)} is required.");
    }

    private static object? Value(Type type, JsonElement json, string path, ICollection<Finding> findings)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return json.ValueKind == JsonValueKind.String && json.GetString() is { Length: <= 4000 } text
                ? text.Trim().Length > 0 ? text.Trim() : Fail(findings, Codes.ValRequired, path, $"{Last(path)} is empty.")
                : Fail(findings, Codes.ValFormat, path, "A text of at most 4000 characters is expected here.");
        if (type == typeof(decimal))
            return json.ValueKind != JsonValueKind.Number || !json.TryGetDecimal(out var number) ? Fail(findings, Codes.ValFormat, path, "A number is expected here.")
                : Math.Abs(number) <= LargestNumber ? number : Fail(findings, Codes.ValRange, path, "The number is beyond 1e13.");
        if (type == typeof(int) || type == typeof(long)) return WholeNumber(type, json, path, findings);
        if (type == typeof(bool))
            return json.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? json.GetBoolean() : Fail(findings, Codes.ValFormat, path, "true or false is expected here.");
        if (type == typeof(DateTimeOffset)) return Instant(json, path, findings);
        if (type == typeof(Guid))
            return json.ValueKind == JsonValueKind.String && json.TryGetGuid(out var id)
                ? id : Fail(findings, Codes.ValFormat, path, "An event id (UUID) is expected here.");
        if (type.IsEnum)
            return json.ValueKind == JsonValueKind.String && Enum.GetNames(type).Contains(json.GetString())
                ? Enum.Parse(type, json.GetString()!)
                : Fail(findings, Codes.ValFormat, path, $"One of {string.Join(", ", Enum.GetNames(type))} is expected here.");
        if (type == typeof(JsonElement)) return json.Clone();
        return ItemType(type) is { } item ? Items(item, json, path, findings) : Read(type, json, path, findings);
    }

    private static object? WholeNumber(Type type, JsonElement json, string path, ICollection<Finding> findings) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetDecimal(out var d) && decimal.Truncate(d) == d && d is >= int.MinValue and <= int.MaxValue
            ? type == typeof(int) ? (int)d : (object)(long)d
            : Fail(findings, Codes.ValFormat, path, "A whole number is expected here.");

    /// <summary>ISO 8601 with an offset (or Z); kept in UTC with millisecond precision (G-1).</summary>
    public static bool TryInstant(string? text, out DateTimeOffset instant)
    {
        instant = default;
        if (text is null || text.Length is < 17 or > 40 || !text.Contains('T') || !HasOffset(text)) return false;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var parsed)) return false;
        instant = DateTimeOffset.FromUnixTimeMilliseconds(parsed.ToUnixTimeMilliseconds());
        return true;
    }

    private static bool HasOffset(string text) => text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');

    private static object? Instant(JsonElement json, string path, ICollection<Finding> findings) =>
        json.ValueKind == JsonValueKind.String && TryInstant(json.GetString(), out var instant)
            ? instant : Fail(findings, Codes.ValFormat, path, "An ISO 8601 instant with offset is expected here, such as 2026-03-02T09:40:00Z.");

    private static IList? Items(Type item, JsonElement json, string path, ICollection<Finding> findings)
    {
        if (json.ValueKind != JsonValueKind.Array)
            return (IList?)Fail(findings, Codes.ValFormat, path, "A list is expected here, in square brackets, also for one item.");
        if (json.GetArrayLength() > MostItems) return (IList?)Fail(findings, Codes.ValFormat, path, $"At most {MostItems} items are possible here.");
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        var index = 0;
        foreach (var element in json.EnumerateArray())
        {
            var value = Value(item, element, $"{path}[{index++}]", findings);
            if (value is not null) list.Add(value);
        }
        return list;
    }

    private static Type? ItemType(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
        ? type.GetGenericArguments()[0] : null;

    /// <summary>Whether a member must be given.</summary>
    public static bool IsRequired(ParameterInfo parameter)
    {
        if (parameter.HasDefaultValue) return false;
        if (parameter.ParameterType.IsValueType) return Nullable.GetUnderlyingType(parameter.ParameterType) is null;
        lock (NullabilityGate) return Nullability.Create(parameter).WriteState != NullabilityState.Nullable;
    }

    private static string Name(ParameterInfo parameter) => JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
    private static string Last(string path) => path[(path.LastIndexOf('.') + 1)..];
    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static object? Fail(ICollection<Finding> findings, string code, string path, string message)
    {
        findings.Add(new(code, path, message));
        return null;
    }
}
