using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Tests.Proof;

/// <summary>A short history with signatures, sealed as a passport, and the means to tamper with it.</summary>
internal sealed class SealedBatch(string streamId = "material/MED-26-01")
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    public static readonly SigningKey Key = SigningKey.Create().Key;

    public IReadOnlyList<LinkedEvent> Events { get; } = Link(History(streamId));

    private static IEnumerable<StoredEvent> History(string streamId)
    {
        var tech = new Actor("tech01", "Léa Martin", [Roles.Technician], []);
        var qa = new Actor("qa01", "Ann Example", [Roles.QualityAssurance], []);
        yield return Store(new Stamp(streamId, Start, Start, tech, "T", "Europe/Paris", Comment: "Arrived cold, 4 °C").Record(
            new MaterialReceived("MED-26-01", MaterialKind.Medium, "Supplier", Start.AddDays(90), 12.50m, "mL"), 1));
        var released = new Stamp(streamId, Start.AddHours(1), Start.AddHours(1), qa, "QA", "Europe/Paris", Reason: "Certificate is in order").Record(new MaterialReleased("MED-26-01"), 2);
        yield return Store(released with
        {
            Signature = SignatureRules.Make(released, qa, Meanings.Approved, Start.AddHours(1)),
            Flags = [new Flag(Flags.NearLimit, "data.quantity", "0-10", 12.5m)],
            Computed = new(new Dictionary<string, object?> { ["pd"] = 2.0m, ["ok"] = true }, "5.4@1", [released.EventId]),
        });
        var recalled = new Stamp(streamId, Start.AddHours(2), Start.AddHours(2), qa, "QA", "Europe/Paris").Record(new MaterialRecalled("MED-26-01", "Recalled by its supplier"), 3);
        yield return Store(recalled with { VerifiedBy = SignatureRules.Make(recalled, tech, Meanings.Verified, Start.AddHours(2)) });
    }

    private static StoredEvent Store(Recorded e) => new(e.StreamId, e.Version, LabCatalogue.Of(e.Body).StoredName, JsonSerializer.SerializeToElement(e, e.GetType(), RecordJson.Options));

    public static IReadOnlyList<LinkedEvent> Link(IEnumerable<StoredEvent> events)
    {
        var previous = EventChain.Beginning;
        var linked = new List<LinkedEvent>();
        foreach (var e in events)
        {
            var hash = EventChain.Link(previous, EventChain.Content(e));
            linked.Add(new(e, Convert.ToHexStringLower(previous), Convert.ToHexStringLower(hash)));
            previous = hash;
        }
        return linked;
    }

    public byte[] Seal(SigningKey? key = null) => Seal(Events, key: key);

    /// <summary>Seals any events with the laboratory's own key: what is found then, the chain and the signatures of the record find.</summary>
    public byte[] Seal(IReadOnlyList<LinkedEvent> events, IReadOnlyList<LinkedEvent>? signatures = null, PassportHead? head = null, SigningKey? key = null, IReadOnlyList<PassportEntry>? documents = null)
    {
        var last = Events[^1];
        head ??= new(last.Event.Version, last.Hash);
        var covered = new StreamHead(streamId, head.Version, head.Hash);
        var leaves = new[] { HeadTree.Leaf(new("equipment/INC-02", 4, head.Hash)), HeadTree.Leaf(covered), HeadTree.Leaf(new("person/qa01", 2, head.Hash)) };
        var checkpoint = Checkpoint.Sign(new(1, 1, Start, false, 3, 9, 3, Convert.ToHexStringLower(HeadTree.Root(leaves)), CheckpointBody.NoneBefore, (key ?? Key).Public.Id), key ?? Key);
        var manifest = new PassportManifest(1, streamId, Start, false, head, new(checkpoint.Text, Convert.ToBase64String(checkpoint.Signature), HeadTree.Path(leaves, 1)), []);
        var csv = "time,value\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"2026-03-02T08:{i / 60:00}:{i % 60:00}.000Z,37.0{i % 10}\n"));
        return Passport.Seal(manifest,
            [Passport.Events(events), Passport.Signatures(signatures ?? events), .. documents ?? [], PassportEntry.Of("telemetry/INC-02/temperature.csv", Encoding.UTF8.GetBytes(csv))], key ?? Key);
    }

    public static PassportReport Verify(byte[] passport) => new PassportVerifier([Key.Public]).Verify(passport);

    public static LinkedEvent With(LinkedEvent e, Action<JsonObject> change)
    {
        var json = JsonObject.Create(e.Event.Envelope)!;
        json = JsonNode.Parse(json.ToJsonString())!.AsObject();
        change(json);
        return e with { Event = e.Event with { Envelope = JsonSerializer.SerializeToElement(json) } };
    }
}
