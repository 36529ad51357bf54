using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Marten;

namespace CultureTrack.Grains.Lab;

/// <summary>The register of test methods with their versions.</summary>
public sealed class TestMethods(LabWriter writer)
{
    public async Task<Outcome<Method>> Draft(LabEntry entry, CancellationToken ct)
    {
        var data = (MethodDrafted)entry.Data;
        await using var work = await writer.Begin(ct);
        var known = await work.Session.LoadAsync<Method>(data.MethodId, ct);
        var others = await work.Session.Query<Method>().Where(m => m.MethodId != data.MethodId).ToListAsync(ct);
        if (work.Append(entry, Method.Stream(data.MethodId), known?.StreamVersion ?? 0, j => MethodRules.Check(data, known, others, j)) is not { } e) return work.Refused<Method>();
        return await Keep(work, known, e, ct);
    }

    public Task<Outcome<Method>> Approve(LabEntry entry, CancellationToken ct) =>
        Change(entry, ((MethodApproved)entry.Data).MethodId, (m, j) => MethodRules.Check((MethodApproved)entry.Data, m, j), ct);

    public Task<Outcome<Method>> Retire(LabEntry entry, CancellationToken ct) =>
        Change(entry, ((MethodRetired)entry.Data).MethodId, (m, j) => MethodRules.Check((MethodRetired)entry.Data, m, j), ct);

    private async Task<Outcome<Method>> Change(LabEntry entry, string methodId, Action<Method, LabJudgement> rule, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        if (await work.Session.LoadAsync<Method>(methodId, ct) is not { } known) return Outcome.NotFound<Method>($"The method {methodId}");
        return work.Append(entry, Method.Stream(methodId), known.StreamVersion, j => rule(known, j)) is { } e ? await Keep(work, known, e, ct) : work.Refused<Method>();
    }

    private static async Task<Outcome<Method>> Keep(LabWork work, Method? known, Recorded e, CancellationToken ct)
    {
        var method = Method.Apply(known, e);
        work.Session.Store(method);
        return await work.Save(method, ct);
    }

    public async Task<IReadOnlyList<Method>> All(CancellationToken ct)
    {
        await using var session = writer.Read();
        return await session.Query<Method>().OrderBy(m => m.MethodId).ToListAsync(ct);
    }
}
