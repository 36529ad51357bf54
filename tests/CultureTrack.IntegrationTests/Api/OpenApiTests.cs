using System.Text.Json.Nodes;
using CultureTrack.Domain.Batches;

namespace CultureTrack.IntegrationTests.Api;

[Collection(LabCollection.Name)]
public sealed class OpenApiTests(RunningLab lab)
{
    [Fact]
    public async Task The_document_is_openapi_3_1_and_has_an_example_for_every_body()
    {
        var document = (await lab.Get(null, "/openapi/v1.json")).ShouldBe(200);
        document["openapi"].GetValue<string>().ShouldStartWith("3.1");
        var missing = new List<string>();
        foreach (var (path, item) in document["paths"].AsObject())
            foreach (var (verb, operation) in item!.AsObject())
            {
                foreach (var (type, content) in Contents(operation!["requestBody"]))
                    if (type.EndsWith("json", StringComparison.Ordinal) && content!["example"] is null) missing.Add($"{verb} {path}: request");
                foreach (var (status, response) in operation["responses"]!.AsObject())
                    foreach (var (type, content) in Contents(response))
                        if (type.EndsWith("json", StringComparison.Ordinal) && content!["example"] is null) missing.Add($"{verb} {path}: {status}");
            }
        missing.ShouldBeEmpty();
        document["paths"].AsObject().Count.ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task Every_entry_of_a_batch_is_described_with_who_may_make_it_its_fields_and_an_example()
    {
        var document = (await lab.Get(null, "/openapi/v1.json")).ShouldBe(200);
        var schemas = document["components"]!["schemas"]!.AsObject();
        var named = schemas["Entry"]!["oneOf"]!.AsArray().Select(r => r!["$ref"]!.GetValue<string>().Split('/')[^1]).ToHashSet();
        named.ShouldBe(EventCatalogue.ByName.Values.Where(k => k.By.Count > 0 && k.Name != nameof(BatchRegistered)).Select(k => "Entry." + k.Name), ignoreOrder: true);
        foreach (var name in named)
        {
            var entry = schemas[name]!;
            entry["description"]!.GetValue<string>().ShouldStartWith("Needs ");
            Unfit(entry["examples"]![0]!, entry, schemas, name).ShouldBeEmpty();
        }
        document["paths"]!["/api/v1/batches/{id}/events"]!["post"]!["requestBody"]!.ToJsonString().ShouldContain("#/components/schemas/Entry\"");
    }

    [Fact]
    public async Task Each_example_of_a_request_has_the_members_its_schema_asks_for_and_no_others()
    {
        var document = (await lab.Get(null, "/openapi/v1.json")).ShouldBe(200);
        var schemas = document["components"]!["schemas"]!.AsObject();
        List<string> unfit = [];
        foreach (var (path, item) in document["paths"]!.AsObject())
            foreach (var (verb, operation) in item!.AsObject())
                foreach (var (type, content) in Contents(operation!["requestBody"]))
                    if (type.EndsWith("json", StringComparison.Ordinal)) unfit.AddRange(Unfit(content!["example"]!, content["schema"]!, schemas, $"{verb} {path}"));
        unfit.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_that_signs_or_comments_a_register_entry_is_described_so()
    {
        var document = (await lab.Get(null, "/openapi/v1.json")).ShouldBe(200);
        foreach (var path in new[] { "/api/v1/shifts", "/api/v1/training", "/api/v1/media", "/api/v1/capas/{id}/close", "/api/v1/materials/{lotId}/release" })
        {
            var members = document["paths"]![path]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!["properties"]!.AsObject();
            foreach (var member in new[] { "comment", "reason", "occurredAt", "signature", "verification" }) members.ContainsKey(member).ShouldBeTrue($"{path}: {member}");
        }
    }

    [Fact]
    public async Task The_example_of_a_specification_has_criteria_without_which_none_is_taken()
    {
        var document = (await lab.Get(null, "/openapi/v1.json")).ShouldBe(200);
        document["paths"]!["/api/v1/specifications"]!["post"]!["requestBody"]!["content"]!["application/json"]!["example"]!["criteria"]!.AsArray().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_type_that_is_none_is_refused_with_where_the_types_stand()
    {
        var batch = await lab.NewBatch();
        var refused = (await lab.Post("tech01", $"/api/v1/batches/{batch}/events", new { type = "ConsentGiven", data = new { } })).ShouldBeRefused(422, "VAL-FORMAT");
        refused["detail"]!.GetValue<string>().ShouldContain("/api lists them");
    }

    /// <summary>Of JSON schema, what these schemas use: references, oneOf, required and properties.</summary>
    private static List<string> Unfit(JsonNode value, JsonNode schema, JsonObject schemas, string where)
    {
        if (schema["$ref"] is { } reference) return Unfit(value, schemas[reference.GetValue<string>().Split('/')[^1]]!, schemas, where);
        if (schema["oneOf"] is JsonArray choices)
        {
            var tried = choices.Select(c => Unfit(value, c!, schemas, where)).ToList();
            return tried.Any(t => t.Count == 0) ? [] : [.. tried.MinBy(t => t.Count)!];
        }
        if (schema["const"] is { } only) return value.ToJsonString() == only.ToJsonString() ? [] : [$"{where} is not {only}"];
        if (value is JsonArray items) return schema["items"] is { } item ? [.. items.SelectMany(i => Unfit(i!, item, schemas, where))] : [$"{where} is no array"];
        if (value is not JsonObject given) return schema["properties"] is null ? [] : [$"{where} is an object"];
        if (schema["properties"] is not JsonObject members) return [];
        return [.. (schema["required"]?.AsArray() ?? []).Select(r => r!.GetValue<string>()).Where(r => !given.ContainsKey(r)).Select(r => $"{where} needs {r}"),
            .. given.Where(g => !members.ContainsKey(g.Key)).Select(g => $"{where} has no {g.Key}"),
            .. given.Where(g => g.Value is not null && members.ContainsKey(g.Key)).SelectMany(g => Unfit(g.Value!, members[g.Key]!, schemas, $"{where}.{g.Key}"))];
    }

    private static JsonObject Contents(JsonNode? of) => of?["content"] as JsonObject ?? [];

    [Fact]
    public async Task The_reference_page_is_there()
    {
        using var page = await lab.Http.GetAsync("/api", TestContext.Current.CancellationToken);
        page.IsSuccessStatusCode.ShouldBeTrue();
        (await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("CultureTrack");
    }
}
