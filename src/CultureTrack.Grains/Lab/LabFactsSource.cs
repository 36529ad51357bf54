using System.Linq.Expressions;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Grains.Batches;
using Marten;
using Marten.Linq;

namespace CultureTrack.Grains.Lab;

/// <summary>Environmental monitoring of the rooms in which a batch was handled.</summary>
public sealed class RoomsOfBatch : ICompiledListQuery<EmSession>
{
    public string BatchId { get; init; } = "";

    public Expression<Func<IMartenQueryable<EmSession>, IEnumerable<EmSession>>> QueryIs() => q => q.Where(e => e.BatchIds.Contains(BatchId));
}

/// <summary>Reads the registers for a decision about a batch.</summary>
public sealed class LabFactsSource(IDocumentStore store, TimeProvider clock) : ILabFactsSource
{
    public async Task<LabSnapshot> Collect(FactsNeeded needed)
    {
        await using var session = store.QuerySession();
        // Asked before every entry, so all at once: one way to the database and back.
        var asked = session.CreateBatchQuery();
        var sites = asked.LoadMany<Site>().ById([.. OneOrNone(needed.SiteId)]);
        var patients = asked.LoadMany<Patient>().ById([.. OneOrNone(needed.PatientRef)]);
        var donors = asked.LoadMany<Donor>().ById([.. OneOrNone(needed.DonorRef)]);
        var materials = asked.LoadMany<Material>().ById([.. needed.Lots]);
        var sessions = asked.Query(new RoomsOfBatch { BatchId = needed.BatchId });
        await asked.Execute();
        var (site, patient, donor) = ((await sites).SingleOrDefault(), (await patients).SingleOrDefault(), (await donors).SingleOrDefault());
        var (lots, rooms) = (await materials, await sessions);
        return new(
            site is null ? null : new SiteFact(site.SiteId, site.Zone, site.Jurisdiction),
            patient is null ? null : new PatientFact(patient.PatientRef, patient.SecondIdentifier),
            donor is null ? null : new DonorFact(donor.DonorRef, donor.AutologousFor),
            lots.ToDictionary(l => l.LotId, l => l.Fact(), StringComparer.Ordinal),
            await Equipment(session, needed),
            [.. rooms.OrderBy(r => r.StartAt).Select(r => r.Fact())]);
    }

    private static string[] OneOrNone(string? id) => id is null ? [] : [id];

    private async Task<IReadOnlyDictionary<string, EquipmentFact>> Equipment(IQuerySession session, FactsNeeded needed)
    {
        var ids = needed.Equipment;
        if (ids.Count == 0) return new Dictionary<string, EquipmentFact>();
        var known = await session.LoadManyAsync<Equipment>([.. ids]);
        string[] wanted = [.. ids];
        var inside = await session.Query<Occupancy>().Where(o => o.To == null && o.IncubatorId.IsOneOf(wanted)).ToListAsync();
        // The batch's own containers are in its state, as they will be after the entries before this one.
        var stored = await session.Query<StoragePosition>().Where(p => p.EquipmentId.IsOneOf(wanted) && p.BatchId != needed.BatchId).ToListAsync();
        return known.ToDictionary(q => q.EquipmentId, q => Fact(q, inside.Where(o => o.IncubatorId == q.EquipmentId)) with
        {
            Layout = q.Layout,
            OccupiedPositions = stored.Where(p => p.EquipmentId == q.EquipmentId).ToDictionary(p => p.Id, p => p.ContainerId, StringComparer.Ordinal),
        }, StringComparer.Ordinal);
    }

    private EquipmentFact Fact(Equipment q, IEnumerable<Occupancy> inside) => new(
        q.EquipmentId, q.Kind.ToString(), q.Status.ToString(), q.Shelves, q.CalibrationOverdue(clock.GetUtcNow()),
        inside.GroupBy(o => o.Shelf).ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.Select(o => o.DonorRef).Distinct()]));
}
