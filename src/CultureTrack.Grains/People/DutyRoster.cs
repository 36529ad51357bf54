using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Notices;
using Marten;

namespace CultureTrack.Grains.People;

/// <summary>Who has which duty when, and who is called for it (4.6).</summary>
/// <param name="Rostered">False: nobody has the duty, so everybody in the role is called.</param>
public sealed record OnDuty(Duty Duty, IReadOnlyList<Person> People, bool Rostered);

/// <summary>The shift roster as alarms, tasks and pages read it.</summary>
public sealed class DutyRoster(IDocumentStore store)
{
    /// <summary>Shifts that end after <paramref name="from"/>, by beginning.</summary>
    public async Task<IReadOnlyList<ShiftRostered>> Shifts(DateTimeOffset from, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await Shifts(session, from, ct);
    }

    private static async Task<IReadOnlyList<ShiftRostered>> Shifts(IQuerySession session, DateTimeOffset from, CancellationToken ct) =>
        [.. (await session.Query<Roster>().ToListAsync(ct)).SelectMany(r => r.Shifts).Where(s => s.To > from).OrderBy(s => s.From)];

    /// <summary>Who has the duty at the moment; every active person of its role when nobody is rostered.</summary>
    public async Task<OnDuty> OnDuty(Duty duty, DateTimeOffset at, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var users = (await Shifts(session, at, ct)).Where(s => s.Duty == duty && s.From <= at).Select(s => s.User).Distinct().ToArray();
        // Somebody who was deactivated after the roster was made does not answer.
        var there = (await session.LoadManyAsync<UserAccount>(ct, users)).Where(u => u.IsActive).ToList();
        return there.Count > 0 ? new(duty, [.. there.Select(Person)], true) : new(duty, await InRole(session, TrainingRules.RoleFor(duty), ct), false);
    }

    /// <summary>Every active person who may act in the role.</summary>
    public async Task<IReadOnlyList<Person>> InRole(string role, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await InRole(session, role, ct);
    }

    private static async Task<IReadOnlyList<Person>> InRole(IQuerySession session, string role, CancellationToken ct) =>
        [.. (await session.Query<UserAccount>().Where(u => u.DeactivatedAt == null).ToListAsync(ct)).Where(u => u.Actor().RoleFor([role]) is not null).Select(Person)];

    public async Task<Person?> Find(string user, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<UserAccount>(user, ct) is { IsActive: true } account ? Person(account) : null;
    }

    private static Person Person(UserAccount u) => new(u.Id, u.Email);
}
