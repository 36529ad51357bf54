using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Grains.Batches;
using CultureTrack.Store.Readings;
using CultureTrack.Web.Lab;

namespace CultureTrack.Web.Batches;

/// <summary>What the batch page reads, each part when its tab asks for it.</summary>
public sealed class BatchPageData(IGrainFactory grains, ReviewReports reports, ILabIndex lab)
{
    private const int MostAuditLines = 1000;

    private IBatchGrain Batch(string id) => grains.GetGrain<IBatchGrain>(id);

    public Task<BatchState?> State(string id, DateTimeOffset? at = null, DateTimeOffset? knownAt = null) => Batch(id).State(at, knownAt);
    public Task<IReadOnlyList<Recorded>> Events(string id) => Batch(id).Events();
    public Task<Verdict> Release(string id, DateTimeOffset? at = null) => Batch(id).Release(at);
    public Task<ExposureView> Exposure(string id, DateTimeOffset? at = null) => Batch(id).Exposure(at);
    public Task<ExceptionReport> Exceptions(string id, CancellationToken ct) => reports.Of(id, ct);
    public Task<IReadOnlyList<DueWork>> Work(string id, CancellationToken ct) => lab.Work(id, ct);
    public async Task<IReadOnlyList<AuditLine>> Audit(string id, CancellationToken ct) => (await lab.Audit(new(Target: id, PageSize: MostAuditLines), ct)).Lines;

    public async Task<string?> SecondIdentifier(BatchState state, CancellationToken ct) =>
        state.Registration?.PatientRef is { } patient ? await lab.SecondIdentifier(patient, ct) : null;

    public async Task<IReadOnlyDictionary<string, EquipmentLine>> Equipment(CancellationToken ct) => (await lab.Equipment(ct)).ToDictionary(e => e.Id, StringComparer.Ordinal);

    public Task<IReadOnlyList<IReadOnlyList<ReadingBucket>>> Trends(
        string incubatorId, IReadOnlyList<string> channels, DateTimeOffset from, DateTimeOffset to, int buckets, CancellationToken ct) =>
        lab.Trends(incubatorId, channels, from, to, buckets, ct);

    public Task<IReadOnlyList<DoorOpening>> Doors(string incubatorId, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => lab.Doors(incubatorId, from, to, ct);
}
