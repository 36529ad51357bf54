using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Marten;

namespace CultureTrack.Grains.Lab;

/// <summary>Lots of material and prepared media.</summary>
public sealed class MaterialRegister(LabWriter writer, RecallFollowUp recalls)
{
    /// <summary>Receives lots, all or none.</summary>
    public async Task<Outcome<IReadOnlyList<Material>>> Receive(IReadOnlyList<LabEntry> entries, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var lots = new Dictionary<string, Material>(StringComparer.Ordinal);
        for (var i = 0; i < entries.Count; i++)
        {
            var data = (MaterialReceived)entries[i].Data;
            var known = lots.GetValueOrDefault(data.LotId) ?? await work.Session.LoadAsync<Material>(data.LotId, ct);
            var e = work.Append(entries[i], Material.Stream(data.LotId), known?.Version ?? 0, j => MaterialRules.Check(data, known, j),
                where: entries.Count == 1 ? "" : $"[{i}].");
            if (e is null) return work.Refused<IReadOnlyList<Material>>();
            work.Session.Insert(lots[data.LotId] = Material.Apply(null, e));
        }
        return await work.Save<IReadOnlyList<Material>>([.. lots.Values], ct);
    }

    public async Task<Outcome<Material>> Prepare(LabEntry entry, MediumPrepared data, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var known = await work.Session.LoadAsync<Material>(data.LotId, ct);
        var ids = data.Components.Select(c => c.LotId).Distinct().ToArray();
        var components = (await work.Session.LoadManyAsync<Material>(ct, ids)).ToDictionary(m => m.LotId, StringComparer.Ordinal);
        var e = work.Append(entry, Material.Stream(data.LotId), known?.Version ?? 0, j => MediumRules.Check(data, known, components, j));
        if (e is null) return work.Refused<Material>();
        var lot = Material.Apply(null, e);
        work.Session.Insert(lot);
        foreach (var used in data.Components.GroupBy(c => c.LotId))
            work.Session.Store(components[used.Key] with { Used = components[used.Key].Used + used.Sum(c => c.Quantity) });
        return await work.Save(lot, ct);
    }

    public Task<Outcome<Material>> Release(LabEntry entry, string lotId, long? ifMatch, CancellationToken ct) =>
        Change(entry, lotId, ifMatch, (lot, j) => MaterialRules.Check((MaterialReleased)entry.Data, lot, j), ct);

    /// <summary>Recalls a lot; every batch that used it, or a medium made from it, gets a deviation.</summary>
    public async Task<Outcome<Material>> Recall(LabEntry entry, string lotId, long? ifMatch, CancellationToken ct)
    {
        var outcome = await Change(entry, lotId, ifMatch, (lot, j) => MaterialRules.Check((MaterialRecalled)entry.Data, lot, j), ct);
        if (outcome.Accepted) await recalls.OpenDeviations(lotId, ((MaterialRecalled)entry.Data).Reason, ct);
        return outcome;
    }

    private async Task<Outcome<Material>> Change(LabEntry entry, string lotId, long? ifMatch, Action<Material, LabJudgement> rule, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        if (await work.Session.LoadAsync<Material>(lotId, ct) is not { } lot) return Outcome.NotFound<Material>($"The lot {lotId}");
        if (ifMatch is { } seen && seen != lot.Version) return Stale.Answer<Material>(lot.Version);
        if (work.Append(entry, Material.Stream(lotId), lot.Version, j => rule(lot, j)) is not { } e) return work.Refused<Material>();
        var changed = Material.Apply(lot, e);
        work.Session.Store(changed);
        return await work.Save(changed, ct);
    }
}

internal static class Stale
{
    public static Outcome<T> Answer<T>(long currentVersion) =>
        Outcome.Refuse<T>(Codes.Concurrency, "", $"It has changed since you read it; now it is at version {currentVersion}.", currentVersion);
}
