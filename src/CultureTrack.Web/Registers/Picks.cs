using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Grains.Lab;
using CultureTrack.Web.Entries;
using CultureTrack.Web.Lab;

namespace CultureTrack.Web.Registers;

/// <summary>What can be chosen in the forms of the registers.</summary>
public sealed class Picks(ILabIndex lab, TestMethods methods)
{
    /// <summary>Active people, open batches, equipment that is not retired, and what somebody can be qualified for.</summary>
    public async Task<Dictionary<(Pick, string?), IReadOnlyList<Choice>>> All(CancellationToken ct) => new()
    {
        [(Pick.People, null)] = [.. (await lab.People(ct)).Where(p => p.Status != "Deactivated").Select(p => new Choice(p.User, $"{p.User} · {p.FullName}"))],
        [(Pick.Batches, null)] = [.. (await lab.Batches(ct)).Where(b => b.IsOpen).OrderBy(b => b.Id, StringComparer.Ordinal).Select(b => new Choice(b.Id, b.Id))],
        [(Pick.Stores, null)] = [.. (await lab.Equipment(ct)).Where(e => e.Status != "Retired").Select(e => new Choice(e.Id, $"{e.Id} · {e.ProfileId}"))],
        [(Pick.Qualifications, null)] = await Qualifications(ct),
    };

    // Everything, gowning, methods, and the entries that people make.
    private async Task<IReadOnlyList<Choice>> Qualifications(CancellationToken ct)
    {
        var tests = (await methods.All(ct)).Where(m => m.RetiredFrom is null).Select(m => new Choice(m.MethodId, $"{m.MethodId} · {m.Versions[^1].Title}"));
        var entries = EventCatalogue.ByName.Values.Where(k => k.By.Count > 0).Select(k => k.Name)
            .Concat(LabCatalogue.ByName.Values.Where(k => k.NeedsQualification).Select(k => k.Name)).Distinct().Select(n => new Choice(n, Said.Words(n)));
        return [new("*", "Everything"), new("Gowning", "Gowning"), .. tests.OrderBy(c => c.Text, StringComparer.Ordinal), .. entries.OrderBy(c => c.Text, StringComparer.Ordinal)];
    }
}
