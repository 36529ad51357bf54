using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;

namespace CultureTrack.Web.Api.Batches;

/// <summary>Answers of the batch endpoints (contract 3.3).</summary>
public static class BatchViews
{
    public static JsonObject Batch(BatchState s, IEnumerable<ScheduledTask> due) => new()
    {
        ["batchId"] = s.BatchId,
        ["version"] = s.Version,
        ["productType"] = s.ProductType,
        ["state"] = s.State.ToString(),
        ["phase"] = s.Phase,
        ["holds"] = new JsonArray([.. s.Holds.Values.OrderBy(h => h.PlacedAt).Select(h => new JsonObject
        {
            ["holdId"] = h.HoldId,
            ["reason"] = h.Reason,
            ["placedBy"] = h.PlacedBy,
            ["placedAt"] = Node(h.PlacedAt),
        })]),
        ["distribution"] = s.Distribution.ToString(),
        ["passage"] = s.Culture.Passage,
        ["pdl"] = Rounded(s.Culture.Growth.LastOrDefault(g => g.Pd is not null)?.Pd),
        ["cpdl"] = Rounded(s.Culture.Cpdl),
        ["cpdlFlag"] = s.Culture.P0Unknown ? "P0Unknown" : null,
        ["expiresAt"] = Node(s.Product.ExpiresAt),
        ["specId"] = s.Registration!.SpecId,
        ["specVersion"] = s.Registration.SpecVersion,
        ["registration"] = JsonSerializer.SerializeToNode(s.Registration, RecordJson.Options),
        ["zone"] = s.Zone,
        ["jurisdiction"] = s.Jurisdiction.ToString(),
        ["vessels"] = new JsonArray([.. s.Culture.Vessels.Values.OrderBy(v => v.Id, StringComparer.Ordinal).Select(Vessel)]),
        ["containers"] = new JsonArray([.. s.Product.Containers.Values.OrderBy(c => c.Id, StringComparer.Ordinal).Select(Container)]),
        ["samples"] = new JsonArray([.. s.Of<SampleTaken>().Select(Sample)]),
        ["openDeviations"] = new JsonArray([.. s.Deviations.Values.Where(d => d.IsOpen).OrderBy(d => d.OpenedAt).Select(Deviation)]),
        ["dueWork"] = new JsonArray([.. due.OrderBy(t => t.DueAt).Select(Task)]),
    };

    public static JsonObject Appended(AppendAnswer answer) => new()
    {
        ["batchId"] = answer.BatchId,
        ["version"] = answer.Version,
        ["events"] = new JsonArray([.. answer.Events.Select(WireEvent.Of)]),
        ["state"] = answer.State.ToString(),
        ["phase"] = answer.Phase,
    };

    private static JsonObject Vessel(Vessel v) => new()
    {
        ["vesselId"] = v.Id,
        ["type"] = v.Type,
        ["areaCm2"] = v.AreaCm2,
        ["passage"] = v.Passage,
        ["purpose"] = v.Purpose?.ToString(),
        ["incubatorId"] = v.Inside?.IncubatorId,
        ["shelf"] = v.Inside?.Shelf,
        ["status"] = v.Status.ToString(),
        ["seededAt"] = Node(v.SeededAt),
        ["confluencePct"] = v.ConfluencePct,
        ["mediumMl"] = v.MediumMl,
    };

    private static JsonObject Container(Container c) => new()
    {
        ["containerId"] = c.Id,
        ["volumeMl"] = c.VolumeMl,
        ["viable"] = c.Viable,
        ["areaCm2"] = c.AreaCm2,
        ["status"] = c.Withdrawn ? "Withdrawn" : c.Shipped ? "Shipped" : c.IsFilled ? "Filled" : "Frozen",
        ["equipmentId"] = c.StoredIn,
        ["position"] = c.Position,
    };

    private static JsonObject Sample(Recorded<SampleTaken> e) => new()
    {
        ["sampleId"] = e.Data.SampleId,
        ["criteria"] = new JsonArray([.. e.Data.Criteria.Select(c => JsonValue.Create(c))]),
        ["matrix"] = e.Data.Matrix.ToString(),
        ["collectedAt"] = Node(e.Data.CollectedAt),
    };

    private static JsonObject Deviation(Deviation d) => new()
    {
        ["deviationId"] = d.DeviationId,
        ["class"] = d.Class?.ToString(),
        ["text"] = d.Text,
        ["openedBy"] = d.OpenedBy,
        ["openedAt"] = Node(d.OpenedAt),
    };

    private static JsonObject Task(ScheduledTask t) => new()
    {
        ["row"] = t.Row,
        ["subject"] = t.Subject,
        ["title"] = t.Title,
        ["event"] = t.CompletedBy,
        ["role"] = t.Role,
        ["dueAt"] = Node(t.DueAt),
        ["showFrom"] = Node(t.DueAt - t.Lead),
        ["overdueAt"] = Node(t.DueAt + t.Grace),
    };

    private static decimal? Rounded(double? value) => value is { } v ? Math.Round((decimal)v, 6) : null;
    private static JsonNode? Node(DateTimeOffset? at) => at is null ? null : JsonSerializer.SerializeToNode(at, RecordJson.Options);
}
