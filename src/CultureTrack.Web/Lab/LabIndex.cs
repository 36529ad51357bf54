using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.People;
using CultureTrack.Grains.Time;
using CultureTrack.Grains.Tracing;
using CultureTrack.Store.Readings;
using Marten;

namespace CultureTrack.Web.Lab;

/// <inheritdoc />
public sealed class LabIndex(IDocumentStore store, ReadingStore readings, AuditTrail audit, ClockControl clock, LotTracing tracing) : ILabIndex
{
    // A door that was never reported closed is not drawn as open for longer than its reading covers.
    private const double CoversPeriods = 2.5;

    public async Task<SiteLine> Site(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var site = await session.Query<Site>().OrderBy(s => s.RegisteredAt).FirstOrDefaultAsync(ct);
        return new(site?.SiteId ?? "", site?.Name ?? "CultureTrack", site?.Zone ?? "UTC", clock.IsManual);
    }

    public async Task<IReadOnlyList<EquipmentLine>> Equipment(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return [.. (await session.Query<Equipment>().OrderBy(e => e.EquipmentId).ToListAsync(ct)).Select(Line)];
    }

    private static EquipmentLine Line(Equipment e) => new(e.EquipmentId, e.Kind.ToString(), e.Status.ToString(), EquipmentProfiles.Find(e.Profile), e.Shelves,
        [.. e.Channels.Select(c => new CalibrationLine(c.Channel, c.CalibratedAt, c.DueAt, c.Resolution))]);

    public async Task<IReadOnlyList<BatchSummary>> Batches(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<BatchSummary>().ToListAsync(ct);
    }

    public async Task<IReadOnlyList<BatchSummary>> Batches(IReadOnlyCollection<string> batchIds, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadManyAsync<BatchSummary>(ct, [.. batchIds]);
    }

    public async Task<BatchSummary?> Batch(string batchId, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<BatchSummary>(batchId, ct);
    }

    public async Task<IReadOnlyList<DueWork>> Work(string? batchId, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return batchId is null
            ? await session.Query<DueWork>().OrderBy(w => w.DueAt).ToListAsync(ct)
            : await session.Query<DueWork>().Where(w => w.BatchId == batchId).OrderBy(w => w.DueAt).ToListAsync(ct);
    }

    public async Task<IReadOnlyList<Occupancy>> Occupancy(string incubatorId, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<Occupancy>().Where(o => o.IncubatorId == incubatorId && o.From < to && (o.To == null || o.To > from)).OrderBy(o => o.From).ToListAsync(ct);
    }

    public async Task<IReadOnlyList<MaterialLine>> Materials(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var lots = await session.Query<Material>().OrderBy(m => m.LotId).ToListAsync(ct);
        var stocks = await tracing.Stocks(lots, ct);
        return [.. lots.Select(m => new MaterialLine(m.LotId, m.Kind.ToString(), m.Supplier, m.ExpiresAt, stocks[m.LotId], m.Status.ToString()))];
    }

    public async Task<Material?> Material(string lotId, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<Material>(lotId, ct);
    }

    public async Task<IReadOnlyList<Gateway>> Gateways(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.Query<Gateway>().OrderBy(g => g.RegisteredAt).ToListAsync(ct);
    }

    public async Task<IReadOnlyList<PersonLine>> People(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return [.. (await session.Query<UserAccount>().OrderBy(u => u.Id).ToListAsync(ct)).Select(u =>
            new PersonLine(u.Id, u.FullName, u.Roles, u.QualifiedPerson, !u.IsActive ? "Deactivated" : u.IsLocked ? "Locked" : u.MustChangePassword ? "MustChangePassword" : "Active")
            {
                Email = u.Email,
                Qualifications = u.Qualifications,
            })];
    }

    public async Task<AuditLines> Audit(AuditFilter query, CancellationToken ct)
    {
        var (items, total) = await audit.List(new(query.User, query.Target, query.Command, query.Outcome, query.From, query.To), query.Page, query.PageSize, ct);
        return new([.. items.Select(a => new AuditLine(a.At, a.User ?? "–", a.Command, a.Target ?? "", a.Outcome, a.Code, a.SourceAddress))], total);
    }

    public async Task<string?> SecondIdentifier(string patientRef, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return (await session.LoadAsync<Patient>(patientRef, ct))?.SecondIdentifier;
    }

    public async Task<IReadOnlyList<IReadOnlyList<ReadingBucket>>> Trends(
        string incubatorId, IReadOnlyList<string> channels, DateTimeOffset from, DateTimeOffset to, int buckets, CancellationToken ct) =>
        await readings.Buckets(incubatorId, channels, from, to, buckets, await Covers(incubatorId, ct), ct);

    public async Task<IReadOnlyList<DoorOpening>> Doors(string incubatorId, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var covers = await Covers(incubatorId, ct);
        var openings = new List<DoorOpening>();
        DateTimeOffset? opened = null, last = null;
        await foreach (var (time, values) in readings.Counting(incubatorId, [Channels.Door], from, to, ct))
        {
            if (values[0] is not { } door) continue;
            if (door != 0) { opened ??= time; last = time; continue; }
            if (opened is { } start) openings.Add(new(start, time - last > covers ? last!.Value + covers : time));
            opened = null;
        }
        if (opened is { } open) openings.Add(new(open, last!.Value + covers));
        return openings;
    }

    private async Task<TimeSpan> Covers(string incubatorId, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return TimeSpan.FromSeconds(((await session.LoadAsync<Equipment>(incubatorId, ct))?.PeriodSeconds ?? 60) * CoversPeriods);
    }
}
