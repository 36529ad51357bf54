using System.Text.Json.Nodes;
using CultureTrack.Domain.Batches;

namespace CultureTrack.Web.Api.Batches;

/// <summary>Donor, tissue, vessels, containers and samples of one batch as a graph.</summary>
public static class LineageView
{
    private const int MostNodes = 10_000;

    public static JsonObject Of(BatchState s)
    {
        var nodes = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        var edges = new List<JsonObject>();
        void Node(string id, string kind, string label, decimal? cells = null, int? passage = null, double? cpdl = null) => nodes.TryAdd(id, new()
        {
            ["id"] = id, ["kind"] = kind, ["label"] = label, ["cells"] = cells, ["passage"] = passage, ["cpdl"] = cpdl is { } c ? Math.Round((decimal)c, 4) : null,
        });
        void Edge(string from, string to, Guid eventId, string kind, decimal? viable = null) => edges.Add(new()
        {
            ["from"] = from, ["to"] = to, ["eventId"] = eventId.ToString(), ["kind"] = kind, ["viable"] = viable,
        });

        Node(s.Registration!.DonorRef, "Donor", s.Registration.DonorRef);
        Node(s.BatchId, "Batch", s.BatchId);
        if (s.Last<TissueReceived>() is { } tissue)
        {
            Node(tissue.Data.Din, "Tissue", $"{tissue.Data.Tissue} {tissue.Data.Quantity} {tissue.Data.QuantityUnit}");
            Edge(s.Registration.DonorRef, tissue.Data.Din, tissue.EventId, "Allocated");
            Edge(tissue.Data.Din, s.BatchId, tissue.EventId, "Allocated");
        }
        foreach (var v in s.Culture.Vessels.Values.Where(v => v.SeedEventId is not null).OrderBy(v => v.SeededAt).ThenBy(v => v.Id, StringComparer.Ordinal))
        {
            Node(v.Id, "Vessel", $"{v.Id} {v.Type}", v.Seeded, v.Passage, v.CpdlAtSeeding);
            if (v.ParentVesselIds.Count == 0) Edge(s.BatchId, v.Id, v.SeedEventId!.Value, "Seeded", v.Seeded);
            foreach (var parent in v.ParentVesselIds) Edge(parent, v.Id, v.SeedEventId!.Value, "Passaged");
        }
        var last = s.Culture.Vessels.Values.Where(v => v.EndedAt is not null && v.HoldsProduct && v.Status != VesselStatus.Discarded).ToList();
        foreach (var fill in s.Of<FillPerformed>())
            foreach (var c in fill.Data.Containers)
            {
                Node(c.Id, "Container", c.Id, c.Viable);
                var from = s.Of<SheetDetached>().SelectMany(d => d.Data.Sheets).FirstOrDefault(d => d.SheetId == (c.SourceId ?? c.Id))?.FromVesselId;
                foreach (var source in from is null ? Finals(s, last) : [from]) Edge(source, c.Id, fill.EventId, "Filled", c.Viable);
            }
        foreach (var sample in s.Of<SampleTaken>())
        {
            Node(sample.Data.SampleId, "Sample", $"{sample.Data.SampleId} {string.Join(", ", sample.Data.Criteria)}");
            foreach (var source in sample.Data.SourceIds.Count == 0 ? [s.BatchId] : sample.Data.SourceIds) Edge(source, sample.Data.SampleId, sample.EventId, "Sampled");
        }
        return new()
        {
            ["nodes"] = new JsonArray([.. nodes.Values.Take(MostNodes)]),
            ["edges"] = new JsonArray([.. edges.Where(e => nodes.ContainsKey((string)e["from"]!) && nodes.ContainsKey((string)e["to"]!)).Take(MostNodes * 2)]),
            ["truncated"] = nodes.Count > MostNodes,
        };
    }

    // Vessels whose cells were passed on to no other vessel: those that were harvested.
    private static IEnumerable<string> Finals(BatchState s, IReadOnlyList<Vessel> ended)
    {
        var parents = s.Culture.Vessels.Values.SelectMany(v => v.ParentVesselIds).ToHashSet(StringComparer.Ordinal);
        return ended.Where(v => !parents.Contains(v.Id)).Select(v => v.Id);
    }
}
