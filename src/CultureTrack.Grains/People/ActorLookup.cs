using CultureTrack.Domain.Records;
using Marten;

namespace CultureTrack.Grains.People;

/// <summary>Persons by id, as actors of entries.</summary>
public sealed class ActorLookup(IDocumentStore store)
{
    /// <summary>The active ones among the ids.</summary>
    public static async Task<IReadOnlyDictionary<string, Actor>> Among(IQuerySession session, IEnumerable<string> users, CancellationToken ct)
    {
        string[] ids = [.. users.Select(UserAccount.NormalId).Distinct()];
        return (await session.LoadManyAsync<UserAccount>(ct, ids)).Where(u => u.IsActive).ToDictionary(u => u.Id, u => u.Actor(), StringComparer.OrdinalIgnoreCase);
    }

    public async Task<Actor?> Find(string user, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return (await Among(session, [user], ct)).Values.FirstOrDefault();
    }

    /// <summary>Every active person who may act in the role.</summary>
    public async Task<IReadOnlyList<Actor>> InRole(string role, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return [.. (await session.Query<UserAccount>().Where(u => u.DeactivatedAt == null).ToListAsync(ct)).Select(u => u.Actor()).Where(a => a.RoleFor([role]) is not null)];
    }
}
