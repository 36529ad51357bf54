using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;

namespace CultureTrack.Web.Api;

public sealed record HoldView(string HoldId, string Reason, string PlacedBy, DateTimeOffset PlacedAt, string? DeviationRef);
public sealed record VesselView(string VesselId, string Type, decimal AreaCm2, int Passage, string? IncubatorId, int? Shelf, VesselStatus Status, SeedingPurpose? Purpose, decimal? ConfluencePct);
public sealed record ContainerView(string ContainerId, decimal VolumeMl, decimal? Viable, decimal? AreaCm2, string? StoredIn, string? Position, string Status, DateTimeOffset? ExpiresAt);
public sealed record SampleView(string SampleId, IReadOnlyList<string> Criteria, SampleMatrix Matrix, DateTimeOffset CollectedAt, IReadOnlyList<TestView> Tests);
public sealed record TestView(string TestId, string CriterionId, DateTimeOffset StartedAt, IReadOnlyList<ResultView> Results);
public sealed record ResultView(string ResultId, ResultKind Kind, string Status, IReadOnlyList<ResultValue> Values, string RecordedBy, string? ApprovedBy);
public sealed record DeviationView(string DeviationId, DeviationClass? Class, string Text, string OpenedBy, DateTimeOffset OpenedAt);
public sealed record WorkView(string Task, string Subject, string Title, string CompletedBy, string Role, DateTimeOffset DueAt, DateTimeOffset OverdueAt);

/// <summary>One batch as it stands.</summary>
/// <param name="Pdl">Population doublings of the last growth interval.</param>
/// <param name="Cpdl">Cumulative population doublings of the worst lineage.</param>
/// <param name="CpdlFlag">P0Unknown while the doublings of P0 are not known.</param>
public sealed record BatchView(
    string BatchId, long Version, string ProductType, LifeState State, string? Phase, IReadOnlyList<HoldView> Holds, Distribution Distribution, int? Passage, double? Pdl,
    double? Cpdl, string? CpdlFlag, DateTimeOffset? ExpiresAt, string SpecId, int SpecVersion, string Site, string Zone, Jurisdiction Jurisdiction, string? PatientRef,
    string DonorRef, bool Autologous, Storage Storage, decimal OrderedQty, OrderUnit OrderedUnit, DateTimeOffset PlannedUseAt, DateTimeOffset RegisteredAt,
    IReadOnlyList<VesselView> Vessels, IReadOnlyList<ContainerView> Containers, IReadOnlyList<SampleView> Samples, IReadOnlyList<DeviationView> OpenDeviations,
    IReadOnlyList<string> OpenOos, IReadOnlyList<WorkView> DueWork)
{
    public static BatchView Of(BatchState s)
    {
        var r = s.Registration!;
        return new(s.BatchId, s.Version, s.ProductType, s.State, s.Phase,
            [.. s.Holds.Values.OrderBy(h => h.PlacedAt).Select(h => new HoldView(h.HoldId, h.Reason, h.PlacedBy, h.PlacedAt, h.DeviationRef))],
            s.Distribution, s.Culture.Passage, s.Culture.Growth.LastOrDefault()?.Pd, s.Culture.Cpdl, s.Culture.P0Unknown ? "P0Unknown" : null, s.Product.ExpiresAt,
            r.SpecId, r.SpecVersion, r.Site, s.Zone, s.Jurisdiction, r.PatientRef, r.DonorRef, r.Autologous, r.Storage, r.OrderedQty, r.OrderedUnit, r.PlannedUseAt,
            s.History[0].OccurredAt, VesselsOf(s), ContainersOf(s), SamplesOf(s),
            [.. s.Deviations.Values.Where(d => d.IsOpen).OrderBy(d => d.OpenedAt).Select(d => new DeviationView(d.DeviationId, d.Class, d.Text, d.OpenedBy, d.OpenedAt))],
            [.. s.Qc.Oos.Values.Where(o => o.IsOpen).Select(o => o.CriterionId).Order(StringComparer.Ordinal)], WorkOf(s));
    }

    private static IReadOnlyList<VesselView> VesselsOf(BatchState s) =>
        [.. s.Culture.Vessels.Values.OrderBy(v => v.Id, StringComparer.Ordinal).Select(v =>
            new VesselView(v.Id, v.Type, v.AreaCm2, v.Passage, v.Inside?.IncubatorId, v.Inside?.Shelf, v.Status, v.Purpose, v.ConfluencePct))];

    private static IReadOnlyList<ContainerView> ContainersOf(BatchState s) =>
        [.. s.Product.Containers.Values.OrderBy(c => c.Id, StringComparer.Ordinal).Select(c =>
            new ContainerView(c.Id, c.VolumeMl, c.Viable, c.AreaCm2, c.StoredIn, c.Position, StatusOf(c), c.ExpiresAt))];

    private static string StatusOf(Container c) => c switch
    {
        { Withdrawn: true } => "Withdrawn",
        { Administered: true } => "Administered",
        { Returned: true } => "Returned",
        { Delivered: true } => "Delivered",
        { Shipped: true } => "Shipped",
        { Thawed: true } => "Thawed",
        { StoredIn: not null } => "Stored",
        { IsFilled: true } => "Filled",
        _ => "Frozen",
    };

    private static IReadOnlyList<SampleView> SamplesOf(BatchState s) =>
        [.. s.Qc.Samples.Values.OrderBy(x => x.CollectedAt).ThenBy(x => x.SampleId, StringComparer.Ordinal).Select(x => new SampleView(x.SampleId, x.Criteria, x.Matrix, x.CollectedAt,
            [.. s.Qc.Tests.Values.Where(t => t.SampleId == x.SampleId).OrderBy(t => t.StartedAt).ThenBy(t => t.TestId, StringComparer.Ordinal).Select(t => new TestView(t.TestId, t.CriterionId, t.StartedAt, Results(s, t.TestId)))]))];

    private static IReadOnlyList<ResultView> Results(BatchState s, string testId) =>
        [.. s.Qc.Results.Values.Where(r => r.TestId == testId).OrderBy(r => r.Version).Select(r => new ResultView(r.ResultId, r.Kind,
            r.InvalidatedEventId is not null ? "Invalidated" : r.ApprovedEventId is not null ? "Approved" : "Recorded", r.Values, r.RecordedBy, r.ApprovedBy))];

    private static IReadOnlyList<WorkView> WorkOf(BatchState s) => s.Definition is { } product
        ? [.. Schedule.Due(s, product).OrderBy(t => t.DueAt).Select(t => new WorkView(t.Row, t.Subject, t.Title, t.CompletedBy, t.Role, t.DueAt, t.DueAt + t.Grace))]
        : [];
}
