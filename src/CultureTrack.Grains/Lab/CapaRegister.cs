using CultureTrack.Domain.Lab;
using CultureTrack.Grains.People;
using Marten;

namespace CultureTrack.Grains.Lab;

/// <summary>Corrective and preventive actions.</summary>
public sealed class CapaRegister(LabWriter writer)
{
    public async Task<Outcome<Capa>> Open(LabEntry entry, CancellationToken ct)
    {
        var data = (CapaOpened)entry.Data;
        data = data with { CapaId = data.CapaId ?? writer.NewId("CAPA"), Owner = UserAccount.NormalId(data.Owner) };
        await using var work = await writer.Begin(ct);
        var known = await work.Session.LoadAsync<Capa>(data.CapaId, ct);
        var owner = await ActorLookup.Among(work.Session, [data.Owner], ct);
        var e = work.Append(entry with { Data = data }, Capa.Stream(data.CapaId), known?.Version ?? 0, j => CapaRules.Check(data, known, owner.Count > 0, j));
        if (e is null) return work.Refused<Capa>();
        var capa = Capa.Apply(null, e);
        work.Session.Insert(capa);
        return await work.Save(capa, ct);
    }

    public Task<Outcome<Capa>> Done(LabEntry entry, string id, long? ifMatch, CancellationToken ct) => Change(entry, id, ifMatch, (c, j) => CapaRules.Check((CapaActionsDone)entry.Data, c, j), ct);

    public Task<Outcome<Capa>> Reopen(LabEntry entry, string id, long? ifMatch, CancellationToken ct) => Change(entry, id, ifMatch, (c, j) => CapaRules.Check((CapaReopened)entry.Data, c, j), ct);

    public Task<Outcome<Capa>> Close(LabEntry entry, string id, long? ifMatch, CancellationToken ct) => Change(entry, id, ifMatch, (c, j) => CapaRules.Check((CapaClosed)entry.Data, c, j), ct);

    public async Task<Capa?> Find(string id, CancellationToken ct)
    {
        await using var session = writer.Read();
        return await session.LoadAsync<Capa>(id, ct);
    }

    /// <summary>All of them, the open ones by date first.</summary>
    public async Task<IReadOnlyList<Capa>> All(CancellationToken ct)
    {
        await using var session = writer.Read();
        return [.. (await session.Query<Capa>().ToListAsync(ct)).OrderBy(c => c.Status == CapaStatus.Closed).ThenBy(c => c.Status == CapaStatus.Open ? c.DueAt : c.EffectivenessDueAt)];
    }

    private Task<Outcome<Capa>> Change(LabEntry entry, string id, long? ifMatch, Action<Capa, LabJudgement> rule, CancellationToken ct) =>
        writer.Change(entry, Capa.Stream(id), id, $"The CAPA {id}", ifMatch, c => c.Version, rule, Capa.Apply, ct);
}
