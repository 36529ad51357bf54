using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Domain.Tests.Release;

namespace CultureTrack.IntegrationTests.StoredEvents;

/// <summary>Whole batches as an earlier version stored them, made by its own rules: they fold to the same batch.</summary>
public sealed class StoredLifeTests(PostgresFixture postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly (string Batch, Func<Story> Story)[] Lives =
    [
        ("cea-released-conditionally", WorkedBatches.CeaConditional), ("adsc-ready", () => WorkedBatches.AdscReady()),
        ("bilayered-skin-lifted", () => ProductLives.BilayeredSkin()), ("conditioned-medium-filled", () => ProductLives.ConditionedMedium(out _)),
    ];

    [Fact]
    public async Task Each_life_has_its_file_and_a_store_gives_back_what_was_put_in()
    {
        foreach (var (name, story) in Lives)
        {
            var state = story().State;
            var lines = await StoredEventFiles.ThroughAStore(postgres, [state.History]);
            Outline(BatchFold.Fold(lines.Select(StoredEventFiles.Read))).ShouldBe(Outline(state), name);
            var file = Path.Combine(StoredEventFiles.Folder("lives"), $"{name}.ndjson");
            if (StoredEventFiles.Writes && !File.Exists(file)) await File.WriteAllLinesAsync(file, lines.Select(l => l.ToLine()).Append(Outline(state)), Stop);
            File.Exists(file).ShouldBeTrue($"Run this class with {StoredEventFiles.WriteSwitch}=1 and commit {name}.ndjson.");
        }
    }

    [Fact]
    public async Task Each_life_that_was_ever_stored_folds_to_the_batch_it_was()
    {
        var files = Directory.GetFiles(StoredEventFiles.Folder("lives"), "*.ndjson");
        files.Length.ShouldBeGreaterThanOrEqualTo(Lives.Length);
        foreach (var file in files)
        {
            var lines = await File.ReadAllLinesAsync(file, Stop);
            var events = lines[..^1].Select(StoredLine.Parse).ToList();
            events.ShouldAllBe(l => JsonElement.DeepEquals(StoredEventFiles.Write(StoredEventFiles.Read(l)), l.Data));
            Outline(BatchFold.Fold(events.Select(StoredEventFiles.Read))).ShouldBe(lines[^1], Path.GetFileName(file));
        }
    }

    /// <summary>What a batch is, in one line: the last of each file.</summary>
    private static string Outline(BatchState s) => JsonSerializer.Serialize(new
    {
        s.BatchId,
        s.Version,
        s.State,
        s.Phase,
        s.Distribution,
        s.Culture.Passage,
        Cpdl = s.Culture.Cpdl is { } cpdl ? Math.Round(cpdl, 6) : (double?)null,
        s.Product.ExpiresAt,
        Containers = s.Product.Filled.Count(),
        Vessels = s.Culture.Vessels.Values.GroupBy(v => v.Status).OrderBy(g => g.Key).Select(g => $"{g.Count()} {g.Key}"),
        Cells = CellBalance.Of(s).Select(b => $"{b.In:0} {b.Out:0} {b.Discarded:0} {b.Kept:0}"),
        Results = s.Qc.Results.Values.Select(r => r.ResultId),
        Holds = s.Holds.Values.Select(h => h.Reason),
        Flags = s.History.Sum(e => e.Flags.Count),
    }, RecordJson.Options);
}
