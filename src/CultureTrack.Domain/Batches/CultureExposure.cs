using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Batches;

/// <summary>What exposure is computed for: the cultures of a batch, and its containers in storage (4.3.8, 4.7).</summary>
public static class CultureExposure
{
    /// <summary>Cultures from first seeding on; of a product that counts from a later step, such as the serum-free wash, from that step on.</summary>
    public static IReadOnlyList<VesselCulture> Vessels(BatchState state)
    {
        var step = state.Definition?.ExposedFrom;
        var since = step is null ? null : state.History.FirstOrDefault(e => Products.ProductSteps.Is(e.Body, step))?.OccurredAt;
        return [.. state.Culture.Vessels.Values.Where(v => v.SeededAt is not null && (step is null || since is not null)).Select(v => Of(v, since))];
    }

    private static VesselCulture Of(Vessel v, DateTimeOffset? since) => new(
        v.Id, since > v.SeededAt ? since.Value : v.SeededAt!.Value, v.EndedAt, v.ParentVesselIds,
        v.Status == VesselStatus.Discarded ? VesselUse.Discarded : v.HoldsProduct ? VesselUse.Product : VesselUse.Test,
        [.. v.Stays.Select(s => new Telemetry.Stay(s.IncubatorId, s.From, s.To))]);

    /// <summary>Containers that have been in storage. Freeze-dried ones keep at other temperatures and are not judged by the freezer.</summary>
    public static IReadOnlyList<VesselCulture> Containers(BatchState state) =>
        [.. state.Product.Containers.Values.Where(c => c.Stays.Count > 0).Select(c => new VesselCulture(
            c.Id, c.Stays[0].From, null, [], c.Withdrawn ? VesselUse.Discarded : c.Lyophilised ? VesselUse.Test : VesselUse.Product,
            [.. c.Stays.Select(s => new Telemetry.Stay(s.EquipmentId, s.From, s.To))]))];
}
