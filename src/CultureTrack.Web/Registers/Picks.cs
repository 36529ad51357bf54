using CultureTrack.Web.Entries;
using CultureTrack.Web.Lab;

namespace CultureTrack.Web.Registers;

/// <summary>What can be chosen in the forms of the registers.</summary>
public sealed class Picks(ILabIndex lab)
{
    /// <summary>Active people, open batches and equipment that is not retired.</summary>
    public async Task<Dictionary<(Pick, string?), IReadOnlyList<Choice>>> All(CancellationToken ct) => new()
    {
        [(Pick.People, null)] = [.. (await lab.People(ct)).Where(p => p.Status != "Deactivated").Select(p => new Choice(p.User, $"{p.User} · {p.FullName}"))],
        [(Pick.Batches, null)] = [.. (await lab.Batches(ct)).Where(b => b.IsOpen).OrderBy(b => b.Id, StringComparer.Ordinal).Select(b => new Choice(b.Id, b.Id))],
        [(Pick.Stores, null)] = [.. (await lab.Equipment(ct)).Where(e => e.Status != "Retired").Select(e => new Choice(e.Id, $"{e.Id} · {e.ProfileId}"))],
    };
}
