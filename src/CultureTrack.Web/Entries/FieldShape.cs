using System.Reflection;
using System.Text.Json;

namespace CultureTrack.Web.Entries;

public enum Editor { Text, LongText, Number, WholeNumber, YesNo, Choice, Choices, Instant, Ids, Id, Texts, Numbers, Rows, Json }

/// <summary>One field of an event as a form shows it. Made from the event's record, refined by <see cref="FieldCatalogue"/>.</summary>
/// <param name="Name">As in the data, such as <c>viabilityPct</c>.</param>
/// <param name="Options">Of a choice: the exact names of the enumeration.</param>
/// <param name="Rows">Of a list of records: the fields of one row.</param>
public sealed record FieldShape(string Name, Editor Editor, bool Required, IReadOnlyList<string> Options, IReadOnlyList<FieldShape> Rows, FieldHints Hints)
{
    /// <summary>The fields of an event in the order of its record, as a person fills them in.</summary>
    public static IReadOnlyList<FieldShape> Of(Type data, string? eventType = null)
    {
        var nullability = new NullabilityInfoContext();
        return [.. data.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First().GetParameters()
            .Select(p => Shape(p, eventType ?? data.Name, data.Name, nullability)).Where(f => !f.Hints.Hidden)];
    }

    private static FieldShape Shape(ParameterInfo p, string eventType, string owner, NullabilityInfoContext nullability)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(p.Name!);
        var hints = FieldCatalogue.For(eventType, name, owner);
        var type = Nullable.GetUnderlyingType(p.ParameterType) ?? p.ParameterType;
        var required = !p.HasDefaultValue && Nullable.GetUnderlyingType(p.ParameterType) is null
            && (p.ParameterType.IsValueType || nullability.Create(p).WriteState != NullabilityState.Nullable);
        var (editor, options, rows) = Kind(type, hints, eventType);
        return new(name, editor, required, options, rows, hints);
    }

    private static (Editor, IReadOnlyList<string>, IReadOnlyList<FieldShape>) Kind(Type type, FieldHints hints, string eventType)
    {
        if (type == typeof(string) && hints.Options is { Count: > 0 } given) return (Editor.Choice, [.. given.Select(o => o.Id)], []);
        if (type == typeof(decimal)) return (Editor.Number, [], []);
        if (type == typeof(int) || type == typeof(long)) return (Editor.WholeNumber, [], []);
        if (type == typeof(bool)) return (Editor.YesNo, [], []);
        if (type == typeof(DateTimeOffset)) return (Editor.Instant, [], []);
        if (type == typeof(JsonElement)) return (Editor.Json, [], []);
        if (type.IsEnum) return (Editor.Choice, Enum.GetNames(type), []);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var item = type.GetGenericArguments()[0];
            return item == typeof(string) ? (hints is { Pick: Pick.None, Options: null } ? Editor.Texts : Editor.Ids, [], [])
                : item == typeof(decimal) ? (Editor.Numbers, [], []) : (Editor.Rows, [], Of(item, eventType));
        }
        return (hints.Pick != Pick.None ? Editor.Id : hints.Long ? Editor.LongText : Editor.Text, [], []);
    }
}
