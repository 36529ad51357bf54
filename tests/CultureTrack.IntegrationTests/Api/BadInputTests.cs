using System.Text.Json.Nodes;

namespace CultureTrack.IntegrationTests.Api;

/// <summary>Random and mutated bodies on every command: refused in words, never a failure of the server. Seeded, so that a failure repeats.</summary>
[Collection(LabCollection.Name)]
public sealed class BadInputTests(RunningLab lab)
{
    private const int BodiesPerCommand = 40;

    private static readonly string[] Scraps =
        ["null", "true", "-1", "1e400", "1e30", "79228162514264337593543950336", "\"\"", "\"\\u0000\"", "\"x\"", "[]", "{}", "[[]]", "\"2026-02-30T00:00:00Z\"", "\"9999-12-31T23:59:59Z\"", "\"0001-01-01T00:00:00Z\"", "0.00000000000000000000000000001"];

    [Fact]
    public async Task No_body_brings_a_command_down()
    {
        var random = new Random(20260302);
        var batch = await lab.NewBatch();
        var document = await lab.Get(null, "/openapi/v1.json");
        var failed = new List<string>();
        foreach (var (path, item) in document["paths"].AsObject())
        {
            if (path.Contains("/clock", StringComparison.Ordinal) || path.Contains("/setup", StringComparison.Ordinal) || path.EndsWith("/session", StringComparison.Ordinal) || path.EndsWith("/password", StringComparison.Ordinal) || item!["post"]?["requestBody"]?["content"]?["application/json"]?["example"] is not { } example) continue;
            var url = path.Replace("/api/v1", "", StringComparison.Ordinal).Replace("/batches/{id}", $"/batches/{batch}", StringComparison.Ordinal);
            url = System.Text.RegularExpressions.Regex.Replace(url, @"\{v[^}]*\}", "1");
            url = System.Text.RegularExpressions.Regex.Replace(url, @"\{[^}]+\}", "X-1");
            foreach (var user in (string[])["tech01", "qa01", RunningLab.Admin])
                for (var i = 0; i < BodiesPerCommand / 3; i++)
                {
                    // Signatures in the examples name persons; wrong passwords here must not lock those of other tests.
                    var body = Mutate(example.ToJsonString().Replace("tech0", "nobody0", StringComparison.Ordinal).Replace("qa0", "nobody1", StringComparison.Ordinal), random);
                    var reply = await lab.Post(user, url, body);
                    if (reply.Status >= 500) failed.Add($"{url} {body} → {reply.Text}");
                }
        }
        failed.ShouldBeEmpty();
    }

    [Fact]
    public async Task No_entry_brings_a_batch_down()
    {
        var random = new Random(20260303);
        var (planned, culture, lot) = (await lab.NewBatch(), await lab.NewBatch(), RunningLab.Id("COL"));
        await lab.Post("tech01", "/materials", new { lotId = lot, kind = "Enzyme", supplier = "N", expiresAt = "2028-06-30T23:59:59Z", quantity = 10, unit = "mg" });
        await lab.Post("qa01", $"/materials/{lot}/release", new { signature = RunningLab.Sign("Approved", "qa01") });
        await lab.Isolated(culture, lot);
        var failed = new List<string>();
        foreach (var type in Domain.Batches.EventCatalogue.ByName.Values)
            foreach (var user in (string[])["tech01", "qc01", "qa02"])
                for (var i = 0; i < 6; i++)
                {
                    var data = RandomData(type.DataType, random, 0);
                    var body = new JsonObject { ["type"] = type.Name, ["data"] = data, ["comment"] = "random", ["reason"] = "random entry of a test" };
                    var reply = await lab.Post(user, $"/batches/{(i % 2 == 0 ? planned : culture)}/events?dryRun=true", body);
                    if (reply.Status >= 500) failed.Add($"{type.Name} {data?.ToJsonString()}");
                }
        failed.ShouldBeEmpty();
    }

    // Mostly of the right shape, so that the rules behind the shape meet odd values too.
    private static JsonNode? RandomData(Type type, Random random, int depth)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (random.Next(40) == 0) return JsonNode.Parse("null");
        if (type == typeof(string)) return random.Next(4) switch { 0 => "V-1", 1 => "C-06", 2 => new string('x', random.Next(1, 300)), _ => "P0" };
        if (type == typeof(decimal)) return random.Next(5) switch { 0 => 0m, 1 => -1m, 2 => 1e27m, 3 => 0.0000001m, _ => random.Next(1, 1000) };
        if (type == typeof(int) || type == typeof(long)) return random.Next(3) switch { 0 => int.MaxValue, 1 => -1, _ => random.Next(0, 100) };
        if (type == typeof(bool)) return random.Next(2) == 0;
        if (type == typeof(DateTimeOffset)) return random.Next(4) switch { 0 => "0001-01-01T00:00:00Z", 1 => "9999-12-31T23:59:59Z", _ => "2026-03-02T08:00:00Z" };
        if (type == typeof(Guid)) return Guid.NewGuid().ToString();
        if (type.IsEnum) return Enum.GetNames(type)[random.Next(Enum.GetNames(type).Length)];
        if (type.IsGenericType) return new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => RandomData(type.GetGenericArguments()[0], random, depth + 1))]);
        if (type == typeof(object) || depth > 4) return JsonNode.Parse("1");
        var json = new JsonObject();
        foreach (var p in type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault()?.GetParameters() ?? [])
            json[System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(p.Name!)] = RandomData(p.ParameterType, random, depth + 1);
        return json;
    }

    private static string Mutate(string json, Random random)
    {
        var text = json;
        for (var n = random.Next(1, 4); n > 0 && text.Length > 2; n--)
        {
            var at = random.Next(text.Length);
            text = random.Next(5) switch
            {
                0 => text[..at],
                1 => text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at)),
                2 => text.Insert(at, Scraps[random.Next(Scraps.Length)]),
                3 => text[..at] + (char)random.Next(32, 0x2FFF) + text[(at + 1)..],
                _ => Replaced(text, random),
            };
        }
        return text.Length == 0 ? "{" : text;
    }

    // Puts another value where one stands, so that the text stays JSON.
    private static string Replaced(string text, Random random)
    {
        var colons = Enumerable.Range(0, text.Length).Where(i => text[i] == ':').ToList();
        if (colons.Count == 0) return text;
        var from = colons[random.Next(colons.Count)] + 1;
        var to = text.IndexOfAny([',', '}', ']'], from);
        return to < 0 ? text : text[..from] + Scraps[random.Next(Scraps.Length)] + text[to..];
    }
}
