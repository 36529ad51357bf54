using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tracing;
using Marten;

namespace CultureTrack.Grains.Lab;

/// <summary>Lots of material and prepared media.</summary>
public sealed class MaterialRegister(LabWriter writer, RecallFollowUp recalls)
{
    /// <summary>How the reason begins for which a medium is recalled together with a lot inside of it.</summary>
    internal const string Contains = "Contains the recalled lot";

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
        await using var work = await writer.BeginInTurn(ct);
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

    /// <summary>
    /// Recalls a lot and, with it, every medium that was mixed from it: none of them is used any more. Every batch that used the lot or one of these media gets a
    /// deviation.
    /// </summary>
    public async Task<Outcome<Material>> Recall(LabEntry entry, string lotId, long? ifMatch, CancellationToken ct)
    {
        await using var work = await writer.BeginInTurn(ct);
        if (await work.Session.LoadAsync<Material>(lotId, ct) is not { } lot) return Outcome.NotFound<Material>($"The lot {lotId}");
        if (ifMatch is { } seen && seen != lot.Version) return Stale.Answer<Material>(lot.Version);
        var reason = ((MaterialRecalled)entry.Data).Reason;
        if (Recall(work, entry, lot) is not { } recalled) return work.Refused<Material>();
        foreach (var medium in await MixedFrom(work.Session, lotId, ct))
            Recall(work, new(new MaterialRecalled(medium.LotId, $"{Contains} {lotId}: {reason}"), Actor.Software, entry.Now), medium);
        var outcome = await work.Save(recalled, ct);
        if (outcome.Accepted) await recalls.OpenDeviations(lotId, reason, ct);
        return outcome;
    }

    private static Material? Recall(LabWork work, LabEntry entry, Material lot)
    {
        if (work.Append(entry, Material.Stream(lot.LotId), lot.Version, j => MaterialRules.Check((MaterialRecalled)entry.Data, lot, j)) is not { } e) return null;
        var recalled = Material.Apply(lot, e);
        work.Session.Store(recalled);
        return recalled;
    }

    private static async Task<IEnumerable<Material>> MixedFrom(IQuerySession session, string lotId, CancellationToken ct)
    {
        var media = (await session.Query<Material>().Where(m => m.Kind == MaterialKind.Medium).ToListAsync(ct)).Where(m => m.Prepared is not null).ToList();
        var composition = new MediaComposition(media.Select(m => (m.LotId, (IReadOnlyList<string>)[.. m.Prepared!.Components.Select(c => c.LotId)])));
        var into = composition.Forward([lotId]);
        return media.Where(m => m.LotId != lotId && m.Status != MaterialStatus.Recalled && into.Contains(m.LotId));
    }

    private async Task<Outcome<Material>> Change(LabEntry entry, string lotId, long? ifMatch, Action<Material, LabJudgement> rule, CancellationToken ct)
    {
        await using var work = await writer.BeginInTurn(ct);
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
