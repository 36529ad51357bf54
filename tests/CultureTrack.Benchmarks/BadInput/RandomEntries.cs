using System.Text.Json;
using System.Text.Json.Nodes;

namespace CultureTrack.Benchmarks.BadInput;

/// <summary>Entries of the right shape with odd values, so that the rules behind the shape meet them too.</summary>
internal static class RandomEntries
{
    private const int DepthMax = 5;

    public static JsonNode? Of(Type type, Random random, int depth)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (random.Next(40) == 0) return null;
        if (type == typeof(string)) return random.Next(6) switch { 0 => "V-0001", 1 => "C-06", 2 => new string('x', random.Next(1, 400)), 3 => "MED-01", 4 => "INC-03", _ => "P0" };
        if (type == typeof(decimal) || type == typeof(double)) return random.Next(6) switch { 0 => 0m, 1 => -1m, 2 => 1e27m, 3 => 0.0000001m, 4 => decimal.MaxValue, _ => random.Next(1, 1000) };
        if (type == typeof(int) || type == typeof(long)) return random.Next(4) switch { 0 => int.MaxValue, 1 => int.MinValue, 2 => -1, _ => random.Next(0, 100) };
        if (type == typeof(bool)) return random.Next(2) == 0;
        if (type == typeof(DateTimeOffset)) return random.Next(4) switch { 0 => "0001-01-01T00:00:00Z", 1 => "9999-12-31T23:59:59.999Z", _ => "2026-03-02T08:00:00Z" };
        if (type == typeof(Guid)) return Guid.CreateVersion7().ToString();
        if (type.IsEnum) return Enum.GetNames(type)[random.Next(Enum.GetNames(type).Length)];
        if (type.IsGenericType) return new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Of(type.GetGenericArguments()[0], random, depth + 1))]);
        if (type == typeof(object) || depth >= DepthMax) return 1;
        var entry = new JsonObject();
        foreach (var parameter in type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault()?.GetParameters() ?? [])
            entry[JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!)] = Of(parameter.ParameterType, random, depth + 1);
        return entry;
    }
}
