using System.Text;

namespace CultureTrack.IntegrationTests.Api;

[Collection(LabCollection.Name)]
public sealed class InstrumentApiTests(RunningLab lab)
{
    private static Func<HttpContent> File(string text) => () => new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "file", "counts.csv" } };

    private const string Header = "NAME,SAMPLE ID,OPERATOR,USER,STATUS,PROTOCOL,MEDIA,INSTRUMENT,VIABILITY (%),LIVE (cells/ml),DEAD (cells/ml),TOTAL (cells/ml),DIAMETER (µm),AGGREGATES (%),DEBRIS INDEX,DILUTION FACTOR,TAGS,SIGNED BY";

    private static string Counts(string sample) => $"{Header}\n20260302-0001,{sample},tech01,tech01,OK,Standard,PBS,NC-1,88.5,1000000,130000,1130000,15.2,3,0.1,1,,\n";

    [Fact]
    public async Task A_result_file_is_read_matched_and_kept_once()
    {
        var text = Counts(RunningLab.Id("S"));
        (await lab.Post("qc01", "/instruments/auto/files?dryRun=true", File(text))).ShouldBe(200)["duplicate"].GetValue<bool>().ShouldBeFalse();
        var first = (await lab.Post("qc01", "/instruments/auto/files", File(text))).ShouldBe(200);
        first["kind"].GetValue<string>().ShouldBe("nc-view");
        first["records"]![0]!["values"]!["viability"]!["value"]!.GetValue<decimal>().ShouldBe(88.5m);
        first["records"]![0]!["status"]!.GetValue<string>().ShouldBeOneOf("unmatched", "quarantined");
        var again = (await lab.Post("qc01", "/instruments/nc-view/files", File(text))).ShouldBe(200);
        again["duplicate"].GetValue<bool>().ShouldBeTrue();
        again["fileId"].GetValue<string>().ShouldBe(first["fileId"].GetValue<string>());
    }

    [Fact]
    public async Task A_file_that_is_none_of_an_instrument_is_refused_with_the_reason()
    {
        (await lab.Post("qc01", "/instruments/auto/files", File("hello"))).ShouldBeRefused(422, "VAL-FORMAT");
        (await lab.Post("qc01", "/instruments/toaster/files", File("hello"))).ShouldBeRefused(404, "NOT-FOUND");
        (await lab.Post("qc01", "/instruments/auto/files", "{}")).ShouldBeRefused(400, "VAL-BODY");
    }
}
