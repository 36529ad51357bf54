using System.Text;

namespace CultureTrack.IntegrationTests.Api;

[Collection(LabCollection.Name)]
public sealed class ProblemTests(RunningLab lab)
{
    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"patientRef":"PT-1","secondIdentifier":"2","colour":"red"}""")]
    [InlineData("""{"patientRef":"PT-1","patientRef":"PT-2","secondIdentifier":"2"}""")]
    [InlineData("""{"patientRef":"PT-\u0000","secondIdentifier":"2"}""")]
    [InlineData("""{"patientRef":"\ud800","secondIdentifier":"2"}""")]
    public async Task What_is_not_json_of_the_shape_is_refused(string body) =>
        (await lab.Post("tech01", "/patients", body)).ShouldBeRefused(400, "VAL-BODY");

    [Fact]
    public async Task Every_finding_stands_in_the_answer_with_its_path()
    {
        var reply = (await lab.Post("tech01", "/materials", new { lotId = "A/B", kind = "Plastic", supplier = "N", expiresAt = "tomorrow", quantity = "many", unit = "mL" })).ShouldBeRefused(422, "VAL-FORMAT");
        reply["errors"].AsArray().Select(e => e!["field"]!.GetValue<string>()).ShouldBe(["kind", "expiresAt", "quantity"], ignoreOrder: true);
        reply["status"].GetValue<int>().ShouldBe(422);
        reply["title"].GetValue<string>().ShouldNotBeEmpty();
        reply["detail"].GetValue<string>().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_body_over_one_mebibyte_is_refused_unread()
    {
        var large = "{\"patientRef\":\"" + new string('x', 1024 * 1024) + "\"}";
        (await lab.Post("tech01", "/patients", large)).ShouldBeRefused(413, "VAL-SIZE");
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_are_refused()
    {
        Func<HttpContent> content = () => new ByteArrayContent([0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D]) { Headers = { ContentType = new("application/json") } };
        (await lab.Post("tech01", "/patients", content)).ShouldBeRefused(400, "VAL-BODY");
    }

    [Theory]
    [InlineData("/nothing/here")]
    [InlineData("/batches/NONE-26-0001")]
    [InlineData("/materials/none")]
    [InlineData("/incubators/none")]
    public async Task What_is_not_there_is_not_found(string path) => (await lab.Get("qa01", path)).ShouldBeRefused(404, "NOT-FOUND");

    [Theory]
    [InlineData("/batches?page=0")]
    [InlineData("/batches?pageSize=100000")]
    [InlineData("/batches?state=Dreaming")]
    [InlineData("/audit?from=yesterday")]
    public async Task A_query_that_makes_no_sense_is_refused(string path) => (await lab.Get("qa01", path)).Status.ShouldBe(422);

    [Fact]
    public async Task A_form_is_not_taken_for_json_and_another_origin_cannot_use_a_cookie()
    {
        var token = await lab.FreshToken("tech02");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/patients") { Content = new StringContent("""{"patientRef":"PT-C","secondIdentifier":"2"}""", Encoding.UTF8, "application/json") };
        request.Headers.Add("Cookie", $"culturetrack={token}");
        request.Headers.Add("Origin", "https://elsewhere.example");
        using var response = await lab.Http.SendAsync(request, TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(403);
    }

    [Fact]
    [Trait("Rule", "R-05")]
    [Trait("Rule", "R-40")]
    public async Task Every_command_and_refusal_stands_in_the_audit_trail()
    {
        var patient = RunningLab.Id("PT");
        await lab.Post("tech01", "/patients", new { patientRef = patient, secondIdentifier = "2" });
        await lab.Post("qc01", "/patients", new { patientRef = patient, secondIdentifier = "2" });
        await lab.Post("tech01", "/patients", new { patientRef = patient, secondIdentifier = "2" });
        var accepted = (await lab.Get("qa01", $"/audit?target={patient}")).ShouldBe(200);
        accepted["items"].AsArray().Select(i => (string?)i!["code"]).ShouldBe(["VAL-DUPLICATE", null]);
        var refused = await lab.Get("qa01", "/audit?user=qc01&outcome=Refused");
        refused["items"]![0]!["code"]!.GetValue<string>().ShouldBe("SOD-ROLE");
        refused["items"]![0]!["command"]!.GetValue<string>().ShouldBe("POST /patients");
        refused["items"]![0]!["sourceAddress"]!.GetValue<string>().ShouldContain("127.0.0.1");
        (await lab.Get("tech01", "/audit")).ShouldBeRefused(403, "SOD-ROLE");
    }
}
