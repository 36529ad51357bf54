using System.Reflection;
using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.IntegrationTests.StoredEvents;

/// <summary>One event of any type with every member given, so that nothing that can be stored is missing from its file.</summary>
internal static class EventSamples
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 40, 0, 125, TimeSpan.Zero);
    private static readonly Guid Id = new("019cadc6-9a80-7f1d-ba75-c42259c45a93");
    private static readonly Actor Tech = new("tech01", "Léa Martin", [Roles.Technician], []), Qa = new("qa01", "Ann Example", [Roles.QualityAssurance], []);

    public static Recorded Of(Type data, string stream)
    {
        var body = (EventData)Value(data, data.Name)!;
        var e = new Stamp(stream, At, At.AddMinutes(20), Tech, Roles.Technician, "Europe/Paris", Origin.Entered, "Entered after the shift", "As seen", "TABLET-1").Record(body, 1, Id);
        return e with
        {
            CorrectsEventId = Id,
            SupersedesEventId = Id,
            Flags = [new Flag(Flags.OutOfWindow, "cellsPerCm2", "5e3–5e4", 6.0e4m)],
            Computed = new Computed(new Dictionary<string, object?> { ["pd"] = 2.5m, ["tdHours"] = null, ["expiresAt"] = RecordJson.Text(At), ["cpdlFlag"] = "P0Unknown" }, "5.4@1", [Id]),
            Signature = Sign(Tech, Meanings.Performed),
            VerifiedBy = Sign(Qa, Meanings.Verified),
            CoSignature = Sign(Qa, Meanings.Approved),
        };
    }

    private static Signature Sign(Actor who, string meaning) => new(who.UserId, who.FullName, meaning, At, "2026-03-02T10:40:00+01:00", "Europe/Paris", new string('a', 64), 1);

    private static object? Value(Type type, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return $"{name}-1";
        if (type == typeof(decimal)) return 1.5m;
        if (type == typeof(double)) return 1.5;
        if (type == typeof(int)) return 2;
        if (type == typeof(long)) return 3L;
        if (type == typeof(bool)) return true;
        if (type == typeof(Guid)) return Id;
        if (type == typeof(DateTimeOffset)) return At;
        if (type == typeof(DateOnly)) return DateOnly.FromDateTime(At.UtcDateTime);
        if (type == typeof(Uri)) return new Uri("https://lab.example/hook");
        if (type == typeof(TimeSpan)) return TimeSpan.FromMinutes(5);
        if (type == typeof(JsonElement)) return JsonSerializer.SerializeToElement(12.5m);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1);
        if ((type.IsArray ? type.GetElementType() : type.IsGenericType && type.GetGenericArguments() is [var only] ? only : null) is { } item)
        {
            var list = Array.CreateInstance(item, 1);
            list.SetValue(Value(item, name), 0);
            return list;
        }
        if (type.IsGenericType && type.GetGenericArguments() is [var key, var of])
        {
            var map = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(key, of))!;
            map.Add(Value(key, "key")!, Value(of, name));
            return map;
        }
        if (type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true) throw new NotSupportedException($"{name}: give {type} a sample here.");
        var constructor = type.GetConstructors(BindingFlags.Public | BindingFlags.Instance).OrderByDescending(c => c.GetParameters().Length).First();
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Value(p.ParameterType, p.Name!))]);
    }
}
