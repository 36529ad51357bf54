using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>
/// The worked batches of domain.md 7 as pure decisions: every entry of the scripts that needs no telemetry and no verdict is judged, with the state,
/// the computed values, the flags and the refusals the scripts expect.
/// </summary>
public sealed class WorkedBatchTests
{
    [Theory]
    [InlineData("cea-26-0001.jsonl", "CEA-26-0001", 50)]
    [InlineData("adsc-26-0007.jsonl", "ADSC-26-0007", 50)]
    [InlineData("cm-26-0003.jsonl", "ADSC-26-0005", 40)]
    public void A_worked_batch_is_decided_as_its_script_expects(string script, string batch, int fewestEntries)
    {
        var play = new WorkedScript(SharedFiles.Path("worked", script), batch);
        play.Run();
        play.Failures.ShouldBeEmpty(string.Join("\n", play.Failures));
        play.Judged.ShouldBeGreaterThan(fewestEntries);
    }
}
