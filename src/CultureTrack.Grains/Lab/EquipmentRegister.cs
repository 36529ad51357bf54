using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using Marten;

namespace CultureTrack.Grains.Lab;

/// <summary>Is told after the register of equipment changed, so that what watches it takes the change into account.</summary>
public interface IEquipmentListener
{
    Task Changed(string equipmentId);
}

/// <summary>Incubators, freezers, refrigerators and cabinets.</summary>
public sealed class EquipmentRegister(LabWriter writer, IEnumerable<IEquipmentListener> listeners, AsFoundFollowUp asFound)
{
    public async Task<Outcome<Equipment>> Register(LabEntry entry, EquipmentRegistered data, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var known = await work.Session.LoadAsync<Equipment>(data.IncubatorId, ct);
        var site = await work.Session.LoadAsync<Site>(data.Site, ct);
        var e = work.Append(entry, Equipment.Stream(data.IncubatorId), known?.Version ?? 0,
            j => EquipmentRules.Check(data, known is not null, site is not null, j), site?.Zone);
        if (e is null) return work.Refused<Equipment>();
        var equipment = Equipment.Apply(null, e);
        work.Session.Insert(equipment);
        return await Tell(await work.Save(equipment, ct));
    }

    public async Task<Outcome<Equipment>> ChangeService(LabEntry entry, string equipmentId, long? ifMatch, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var inside = await Inside(work.Session, equipmentId, ct);
        return await Change(work, entry, equipmentId, ifMatch, (q, j) => EquipmentRules.Check((IncubatorServiceChanged)entry.Data, q, inside, j), ct);
    }

    /// <summary>Records a calibration; what was found out of tolerance opens a deviation for every batch inside since the last good one (4.3.11).</summary>
    public async Task<Outcome<Equipment>> Calibrate(LabEntry entry, string equipmentId, long? ifMatch, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var data = (CalibrationRecorded)entry.Data;
        var outcome = await Change(work, entry, equipmentId, ifMatch, (q, j) => CalibrationRules.Check(data, q, j), ct);
        if (outcome.Accepted && data.AsFound == AsFound.Out) await asFound.TellBatches(outcome.Value!, data, ct);
        return outcome;
    }

    public Task<Outcome<Equipment>> Place(LabEntry entry, string equipmentId, long? ifMatch, CancellationToken ct) =>
        Change(entry, equipmentId, ifMatch, (q, j) => EquipmentRules.Check((EquipmentPlaced)entry.Data, q, j), ct);

    public Task<Outcome<Equipment>> WalkRound(LabEntry entry, string equipmentId, long? ifMatch, CancellationToken ct) =>
        Change(entry, equipmentId, ifMatch, (q, j) => StorageRules.Check((WalkRoundDone)entry.Data, q, j), ct);

    public async Task<Outcome<Equipment>> Divide(LabEntry entry, string equipmentId, long? ifMatch, CancellationToken ct)
    {
        await using var session = writer.Read();
        var occupied = await session.Query<StoragePosition>().Where(p => p.EquipmentId == equipmentId).Select(p => p.Id).ToListAsync(ct);
        return await Change(entry, equipmentId, ifMatch, (q, j) => StorageRules.Check((StorageLayoutDefined)entry.Data, q, occupied, j), ct);
    }

    private async Task<Outcome<Equipment>> Change(LabEntry entry, string id, long? ifMatch, Action<Equipment, LabJudgement> rule, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        return await Change(work, entry, id, ifMatch, rule, ct);
    }

    /// <summary>Uses of a cabinet, the newest first.</summary>
    public async Task<IReadOnlyList<Recorded<CabinetUsed>>> Uses(string equipmentId, CancellationToken ct)
    {
        await using var session = writer.Read();
        return [.. (await session.Events.FetchStreamAsync(Equipment.Stream(equipmentId), token: ct)).Select(e => e.Data).OfType<Recorded<CabinetUsed>>().OrderByDescending(e => e.Data.StartAt)];
    }

    public async Task<Outcome<Equipment>> UseCabinet(LabEntry entry, string equipmentId, CancellationToken ct)
    {
        var others = (await Uses(equipmentId, ct)).Select(e => e.Data);
        await using var work = await writer.Begin(ct);
        return await Change(work, entry, equipmentId, null, (_, j) => CalibrationRules.Check((CabinetUsed)entry.Data, others, j), ct);
    }

    private async Task<Outcome<Equipment>> Change(
        LabWork work, LabEntry entry, string id, long? ifMatch, Action<Equipment, LabJudgement> rule, CancellationToken ct)
    {
        if (await work.Session.LoadAsync<Equipment>(id, ct) is not { } equipment) return Outcome.NotFound<Equipment>(id);
        if (ifMatch is { } seen && seen != equipment.Version) return Stale.Answer<Equipment>(equipment.Version);
        var site = await work.Session.LoadAsync<Site>(equipment.Site, ct);
        if (work.Append(entry, Equipment.Stream(id), equipment.Version, j => rule(equipment, j), site?.Zone) is not { } e) return work.Refused<Equipment>();
        var changed = Equipment.Apply(equipment, e);
        work.Session.Store(changed);
        return await Tell(await work.Save(changed, ct));
    }

    private static async Task<int> Inside(IQuerySession session, string id, CancellationToken ct) =>
        await session.Query<Occupancy>().CountAsync(o => o.IncubatorId == id && o.To == null, ct);

    private async Task<Outcome<Equipment>> Tell(Outcome<Equipment> outcome)
    {
        if (outcome.Accepted)
            foreach (var listener in listeners) await listener.Changed(outcome.Value!.EquipmentId);
        return outcome;
    }
}
