using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.IntegrationTests.StoredEvents;

/// <summary>Stored events are a contract for ever: what an earlier version wrote is read, and means the same.</summary>
public sealed class StoredEventTests(PostgresFixture postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>
    /// Every event type has a file of its present schema, as a real store holds it. To add what is missing, run this class once with
    /// <c>CULTURETRACK_WRITE_STORED_EVENTS=1</c>; a file that exists is never written again.
    /// </summary>
    [Fact]
    public async Task Every_event_type_has_a_stored_line_of_its_present_schema()
    {
        var lines = await StoredEventFiles.ThroughAStore(postgres, StoredEventFiles.Types.Select(t => (IReadOnlyList<Recorded>)[EventSamples.Of(t.Value, $"sample/{t.Key}")]));
        lines.Count.ShouldBe(StoredEventFiles.Types.Count);
        var missing = new List<string>();
        foreach (var line in lines)
        {
            var known = StoredEventFiles.OfType(line.Type).ToList();
            if (known.Count > 0 && Members(StoredLine.Parse(await File.ReadAllTextAsync(known[^1], Stop)).Data).SetEquals(Members(line.Data))) continue;
            var file = Path.Combine(StoredEventFiles.Folder("types"), $"{line.Type}.{known.Count + 1}.json");
            if (StoredEventFiles.Writes) await File.WriteAllTextAsync(file, line.ToLine() + "\n", Stop);
            else missing.Add(Path.GetFileName(file));
        }
        missing.ShouldBeEmpty($"Run this class with {StoredEventFiles.WriteSwitch}=1 and commit the files; a stored name or a member that is gone comes back instead.");
    }

    [Fact]
    public async Task Every_stored_line_ever_written_is_read_whole_and_can_be_folded()
    {
        var files = Directory.GetFiles(StoredEventFiles.Folder("types"), "*.json");
        files.Length.ShouldBeGreaterThanOrEqualTo(StoredEventFiles.Types.Count);
        foreach (var file in files)
        {
            var line = StoredLine.Parse(await File.ReadAllTextAsync(file, Stop));
            StoredEventFiles.Types.ContainsKey(line.Type).ShouldBeTrue($"{Path.GetFileName(file)}: the stored name is gone");
            var read = StoredEventFiles.Read(line);
            JsonElement.DeepEquals(StoredEventFiles.Write(read), line.Data).ShouldBeTrue($"{Path.GetFileName(file)}: something stored is not read, or read as another value");
            if (EventCatalogue.ByName.Values.Any(k => k.StoredName == line.Type)) BatchFold.Apply(BatchState.Initial, read).Version.ShouldBe(1);
        }
    }

    // Paths of members, list positions left out: what a schema is.
    private static HashSet<string> Members(JsonElement value) => [.. Paths(value, "")];

    private static IEnumerable<string> Paths(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(m => Paths(m.Value, $"{path}.{m.Name}").Prepend($"{path}.{m.Name}")),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(i => Paths(i, $"{path}[]")),
        _ => [],
    };
}
