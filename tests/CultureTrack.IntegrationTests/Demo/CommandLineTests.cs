using System.Text.Json;

namespace CultureTrack.IntegrationTests.Demo;

/// <summary>The verbs as a person or a script calls them.</summary>
public sealed class CommandLineTests
{
    private static Task<CommandLine.Ended> Run(params string[] words) => CommandLine.Run([], words);

    [Theory]
    [InlineData("demo")]
    [InlineData("simulate")]
    [InlineData("import", "telemetry")]
    [InlineData("import", "batches")]
    [InlineData("import", "passport")]
    [InlineData("export")]
    [InlineData("backup")]
    [InlineData("restore")]
    [InlineData("verify")]
    [InlineData("bench", "ingest")]
    public async Task Every_verb_explains_itself_with_examples(params string[] verb)
    {
        var help = await Run([.. verb, "--help"]);
        help.ExitCode.ShouldBe(0, help.Errors);
        help.Output.ShouldContain("Example");
        help.Output.ShouldContain($"culturetrack {string.Join(' ', verb)}");
    }

    [Theory]
    [InlineData("no-such-verb")]
    [InlineData("simulate", "--incubators", "INC-01", "--no-such-option")]
    [InlineData("simulate", "--incubators", "INC-01=NO-SUCH-PROFILE", "--client-id", "a", "--username", "b", "--password", "c")]
    [InlineData("import", "telemetry")]
    [InlineData("bench", "ingest", "--devices", "0")]
    public async Task Wrong_usage_is_told_apart_from_failure(params string[] words) => (await Run(words)).ExitCode.ShouldBe(2);

    [Fact]
    public async Task A_dry_run_reports_what_a_recording_holds()
    {
        var file = Path.Combine(Path.GetTempPath(), $"culturetrack-{Guid.CreateVersion7():n}.csv");
        await File.WriteAllTextAsync(file, "timestamp,value\n2026-03-02 10:00:00,98.6\n2026-03-02 10:01:00,98.8\n", TestContext.Current.CancellationToken);
        try
        {
            var run = await Run("import", "telemetry", file, "--incubator", "INC-01", "--format", "nab", "--zone", "Europe/Paris", "--dry-run", "--json");
            run.ExitCode.ShouldBe(0, run.Errors);
            var report = JsonDocument.Parse(run.Output).RootElement;
            report.GetProperty("values").GetInt32().ShouldBe(2);
            report.GetProperty("first").GetString().ShouldBe("2026-03-02T09:00:00.000Z");
            report.TryGetProperty("stored", out _).ShouldBeFalse("nothing is stored by a dry run");
            (await Run("import", "telemetry", file, "--incubator", "INC-01", "--dry-run")).ExitCode.ShouldBe(1, "the format cannot be recognised");
        }
        finally { File.Delete(file); }
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_a_failure_of_the_simulation()
    {
        var run = await Run("simulate", "--port", "1", "--host", "127.0.0.1", "--incubators", "INC-01", "--client-id", "a", "--username", "b", "--password", "c", "--for", "1");
        run.ExitCode.ShouldBe(1, run.Errors);
        run.Errors.ShouldContain("127.0.0.1:1");
    }
}
