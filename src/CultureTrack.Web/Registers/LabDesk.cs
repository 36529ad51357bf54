using System.Security.Claims;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using CultureTrack.Grains.Proof;
using CultureTrack.Grains.Time;
using CultureTrack.Store.Proof;
using CultureTrack.Web.Entries;
using Microsoft.Extensions.DependencyInjection;

namespace CultureTrack.Web.Registers;

/// <summary>What a person gives with an entry beside its own fields.</summary>
public sealed record Around(string? Comment = null, SignatureInput? Signature = null, SignatureInput? Verification = null)
{
    public static readonly Around Nothing = new();
}

/// <summary>
/// Where pages hand in what belongs to a register: asks who the person is at this moment, checks the password of a signature, lets the register decide and
/// keeps the audit trail. The same registers as behind the HTTP API.
/// </summary>
public sealed class LabDesk(IEntryDesk people, AuditTrail audit, VerificationSchedule verification, ClockGuard guard, SigningDesk signing, IServiceScopeFactory scopes, TimeProvider clock)
{
    public Task<Outcome<IReadOnlyList<Material>>> Receive(ClaimsPrincipal person, MaterialReceived data, CancellationToken ct) =>
        Do(person, nameof(MaterialReceived), data.LotId, null, (s, entry) => s.GetRequiredService<MaterialRegister>().Receive([entry(data)], ct), ct);

    public Task<Outcome<Material>> Release(ClaimsPrincipal person, Material lot, SignatureInput signature, CancellationToken ct) =>
        Do(person, nameof(MaterialReleased), lot.LotId, signature,
            (s, entry) => s.GetRequiredService<MaterialRegister>().Release(entry(new MaterialReleased(lot.LotId)), lot.LotId, lot.Version, ct), ct,
            content: SigningContent.Of(lot.LotId, new MaterialReleased(lot.LotId), lot.Version));

    public Task<Outcome<Material>> Recall(ClaimsPrincipal person, Material lot, string reason, CancellationToken ct) =>
        Do(person, nameof(MaterialRecalled), lot.LotId, null,
            (s, entry) => s.GetRequiredService<MaterialRegister>().Recall(entry(new MaterialRecalled(lot.LotId, reason)), lot.LotId, lot.Version, ct), ct);

    public Task<Outcome<IReadOnlyList<UserAccount>>> Register(ClaimsPrincipal person, PersonRegistered data, string password, CancellationToken ct)
    {
        data = data with { User = UserAccount.NormalId(data.User), Roles = [.. data.Roles.Distinct()] };
        return Do(person, nameof(PersonRegistered), data.User, null,
            (s, entry) => s.GetRequiredService<PeopleRegister>().Register([new(entry(data), password)], mustChange: true, ct), ct);
    }

    public Task<Outcome<Equipment>> Register(ClaimsPrincipal person, EquipmentRegistered data, CancellationToken ct) =>
        Do(person, nameof(EquipmentRegistered), data.IncubatorId, null, (s, entry) => s.GetRequiredService<EquipmentRegister>().Register(entry(data), data, ct), ct);

    public Task<Outcome<IssuedCredential>> Register(ClaimsPrincipal person, GatewayRegistered data, CancellationToken ct) =>
        Do(person, nameof(GatewayRegistered), data.GatewayId, null, (s, entry) => s.GetRequiredService<DeviceCredentials>().Register(entry(data), data, ct), ct);

    public Task<Outcome<IssuedCredential>> Issue(ClaimsPrincipal person, string incubatorId, CancellationToken ct) =>
        Do(person, nameof(CredentialIssued), incubatorId, null, (s, entry) => s.GetRequiredService<DeviceCredentials>().Issue(entry, incubatorId, ct), ct);

    /// <summary>Roles that have the store verified.</summary>
    public static IReadOnlyList<string> MayVerify { get; } = [Roles.QualityAssurance, Roles.Administrator];

    /// <summary>Reads every event of the store again and compares it with the chain and the checkpoints.</summary>
    public async Task<Outcome<VerificationMade>> Verify(ClaimsPrincipal person, CancellationToken ct)
    {
        if (await people.Who(person, ct) is not { } caller) return Outcome.Refuse<VerificationMade>(Codes.AuthExpired, "", "The session is over. Sign in again in another tab.");
        var may = caller.Actor.RoleFor(MayVerify) is not null;
        await audit.Add(caller.User, "Verification", null, may ? null : Codes.SodRole, caller.Actor.DeviceId, ct);
        return may ? Outcome.Of(await verification.Verify(caller.User, ct)) : Outcome.Refuse<VerificationMade>(Codes.SodRole, "", "Quality assurance and administrators have the store verified.");
    }

    /// <summary>Any entry of a register that has no method of its own here.</summary>
    /// <param name="write">Hands the entry to its register, which comes from the services given.</param>
    public Task<Outcome<T>> Enter<T>(
        ClaimsPrincipal person, EventData data, string target, Around around, Func<IServiceProvider, LabEntry, Task<Outcome<T>>> write, CancellationToken ct) =>
        Do(person, data.GetType().Name, target, around.Signature, (s, entry) => write(s, entry(data)), ct, around, SigningContent.Of(target, data, null, around.Comment));

    private async Task<Outcome<T>> Do<T>(
        ClaimsPrincipal person, string command, string target, SignatureInput? signature, Func<IServiceProvider, Func<EventData, LabEntry>, Task<Outcome<T>>> write, CancellationToken ct,
        Around? around = null, SigningContent? content = null)
    {
        if (await people.Who(person, ct) is not { } caller) return Outcome.Refuse<T>(Codes.AuthExpired, "", "The session is over. Sign in again in another tab; what you typed stays here.");
        await using var scope = scopes.CreateAsyncScope();
        var findings = new List<Finding>();
        var own = await signing.Resolve(caller, signature, "signature", own: true, content, findings, ct);
        var second = await signing.Resolve(caller, around?.Verification, "verification", own: false, content, findings, ct);
        // Signing elsewhere takes minutes: whether the person still may is asked again.
        if (signing.IsElsewhere && findings.Count == 0 && (own ?? second) is not null && (await people.Who(person, ct))?.User != caller.User)
            findings.Add(new(Codes.AuthExpired, "", "The session ended while you signed. Nothing was recorded."));
        if (guard.Doubt() is { } doubt) findings = [new(Codes.Clock, "", doubt)];
        var outcome = findings.Count > 0 ? Outcome.Refuse<T>(findings) : await write(scope.ServiceProvider, data => new(data, caller.Actor, clock.GetUtcNow(), Comment: around?.Comment, Signature: own, Verification: second));
        await audit.Add(caller.User, command, target, outcome.Findings.Select(f => f.Code).FirstOrDefault(), caller.Actor.DeviceId, ct);
        return outcome;
    }
}
