using System.Text.Json.Nodes;

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

    private static JsonObject Contents(JsonNode? of) => of?["content"] as JsonObject ?? [];

    [Fact]
    public async Task The_reference_page_is_there()
    {
        using var page = await lab.Http.GetAsync("/api", TestContext.Current.CancellationToken);
        page.IsSuccessStatusCode.ShouldBeTrue();
        (await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("CultureTrack");
    }
}
