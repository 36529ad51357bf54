using System.Security.Claims;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.Tracing;
using CultureTrack.Web.Entries;

namespace CultureTrack.Web.Tracing;

/// <summary>Where the page places holds: asks who the person is at this moment, and leaves the rest to the same service as the HTTP API.</summary>
public sealed class BlastDesk(IEntryDesk people, BlastHolds holds)
{
    public async Task<Outcome<IReadOnlyList<HeldBatch>>> Hold(ClaimsPrincipal person, IReadOnlyList<string> batchIds, string reason, CancellationToken ct)
    {
        if (await people.Who(person, ct) is not { } caller) return Outcome.Refuse<IReadOnlyList<HeldBatch>>(Codes.AuthExpired, "", "The session is over. Sign in again in another tab; what you typed stays here.");
        return caller.Actor.RoleFor([Roles.Technician, Roles.QualityAssurance]) is null
            ? Outcome.Refuse<IReadOnlyList<HeldBatch>>(Codes.SodRole, "", "Technicians and quality assurance place holds.")
            : Outcome.Of(await holds.Place(caller.Actor, batchIds, reason, null, ct));
    }
}
