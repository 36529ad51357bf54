using System.Security.Cryptography;
using System.Text;
using CultureTrack.Domain.Lab;
using Marten;

namespace CultureTrack.Grains.Lab;

/// <summary>What a device signs in with. Secrets are random, 256 bits, so a plain hash keeps them.</summary>
public sealed record DeviceCredential
{
    /// <summary>Credential id.</summary>
    public required string Id { get; init; }
    public required string ClientId { get; init; }
    public required string Username { get; init; }
    public required string PasswordHash { get; init; }

    /// <summary>Of the token that ThingsBoard devices send as user name without password.</summary>
    public required string TokenHash { get; init; }
    public required string Site { get; init; }

    /// <summary>Incubators it may speak for; <c>*</c> = every one of the site.</summary>
    public required IReadOnlyList<string> Incubators { get; init; }
    public string? GatewayId { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    public bool MaySpeakFor(string incubatorId) => RevokedAt is null && (Incubators.Contains("*") || Incubators.Contains(incubatorId));
}

/// <summary>A credential with its secrets, shown once.</summary>
public sealed record IssuedCredential(
    string CredentialId, string ClientId, string Username, string Password, string Token, IReadOnlyList<string> Topics);

/// <summary>Issues and revokes what devices and gateways sign in with.</summary>
public sealed class DeviceCredentials(LabWriter writer, IEnumerable<IEquipmentListener> listeners)
{
    private const int SecretBytes = 32;
    private static readonly string[] OwnTopics = ["telemetry", "status", "alarm"];

    public async Task<Outcome<IssuedCredential>> Issue(Func<Domain.Records.EventData, LabEntry> entry, string incubatorId, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        if (await work.Session.LoadAsync<Equipment>(incubatorId, ct) is not { } equipment) return Outcome.NotFound<IssuedCredential>(incubatorId);
        var (credential, shown) = Make(incubatorId, equipment.Site, [incubatorId], null);
        var e = work.Append(entry(new CredentialIssued(credential.Id, credential.ClientId, credential.Incubators)), Equipment.Stream(incubatorId), equipment.Version, _ => { });
        if (e is null) return work.Refused<IssuedCredential>();
        work.Session.Insert(credential);
        work.Session.Store(Equipment.Apply(equipment, e));
        return await Tell(await work.Save(shown, ct), credential);
    }

    public async Task<Outcome<bool>> Revoke(Func<Domain.Records.EventData, LabEntry> entry, string incubatorId, string credentialId, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var equipment = await work.Session.LoadAsync<Equipment>(incubatorId, ct);
        var credential = await work.Session.LoadAsync<DeviceCredential>(credentialId, ct);
        if (equipment is null || credential is not { GatewayId: null, RevokedAt: null } || !credential.Incubators.Contains(incubatorId))
            return Outcome.NotFound<bool>($"The credential {credentialId}");
        var e = work.Append(entry(new CredentialRevoked(credentialId)), Equipment.Stream(incubatorId), equipment.Version, _ => { });
        if (e is null) return work.Refused<bool>();
        work.Session.Store(credential with { RevokedAt = writer.Now });
        work.Session.Store(Equipment.Apply(equipment, e));
        return await Tell(await work.Save(true, ct), credential);
    }

    /// <summary>Of one piece of equipment, the newest first; revoked ones too.</summary>
    public async Task<IReadOnlyList<DeviceCredential>> Of(string incubatorId, CancellationToken ct)
    {
        await using var session = writer.Read();
        return [.. (await session.Query<DeviceCredential>().Where(c => c.GatewayId == null && c.Incubators.Contains(incubatorId)).ToListAsync(ct)).OrderByDescending(c => c.IssuedAt)];
    }

    public async Task<IReadOnlyList<DeviceCredential>> OfGateway(string gatewayId, CancellationToken ct)
    {
        await using var session = writer.Read();
        return [.. (await session.Query<DeviceCredential>().Where(c => c.GatewayId == gatewayId).ToListAsync(ct)).OrderByDescending(c => c.IssuedAt)];
    }

    public async Task<Outcome<IssuedCredential>> IssueForGateway(Func<Domain.Records.EventData, LabEntry> entry, string gatewayId, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        if (await work.Session.LoadAsync<Gateway>(gatewayId, ct) is not { } gateway) return Outcome.NotFound<IssuedCredential>(gatewayId);
        var (credential, shown) = Make(gatewayId, gateway.Site, gateway.Incubators, gatewayId);
        var e = work.Append(entry(new CredentialIssued(credential.Id, credential.ClientId, credential.Incubators)), Gateway.Stream(gatewayId), gateway.Version, _ => { });
        if (e is null) return work.Refused<IssuedCredential>();
        work.Session.Insert(credential);
        work.Session.Store(gateway with { Version = e.Version });
        return await Tell(await work.Save(shown, ct), credential);
    }

    public async Task<Outcome<bool>> RevokeForGateway(Func<Domain.Records.EventData, LabEntry> entry, string gatewayId, string credentialId, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var gateway = await work.Session.LoadAsync<Gateway>(gatewayId, ct);
        var credential = await work.Session.LoadAsync<DeviceCredential>(credentialId, ct);
        if (gateway is null || credential is not { RevokedAt: null } || credential.GatewayId != gatewayId) return Outcome.NotFound<bool>($"The credential {credentialId}");
        var e = work.Append(entry(new CredentialRevoked(credentialId)), Gateway.Stream(gatewayId), gateway.Version, _ => { });
        if (e is null) return work.Refused<bool>();
        work.Session.Store(credential with { RevokedAt = writer.Now });
        work.Session.Store(gateway with { Version = e.Version });
        return await Tell(await work.Save(true, ct), credential);
    }

    public async Task<Outcome<IssuedCredential>> Register(LabEntry entry, GatewayRegistered data, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var known = await work.Session.LoadAsync<Gateway>(data.GatewayId, ct);
        var site = await work.Session.LoadAsync<Site>(data.Site, ct);
        var named = data.Incubators.Where(i => i != "*").ToArray();
        var there = (await work.Session.LoadManyAsync<Equipment>(ct, named)).Where(q => q.Site == data.Site).Select(q => q.EquipmentId).ToHashSet(StringComparer.Ordinal);
        var unknown = named.Where(i => !there.Contains(i)).ToList();
        var e = work.Append(entry, Gateway.Stream(data.GatewayId), known?.Version ?? 0, j => CredentialRules.Check(data, known is not null, site is not null, unknown, j), site?.Zone);
        if (e is null) return work.Refused<IssuedCredential>();
        work.Session.Insert(new Gateway(data.GatewayId, data.Site, data.Incubators, e.RecordedAt, e.Version));
        var (credential, shown) = Make(data.GatewayId, data.Site, data.Incubators, data.GatewayId);
        work.Session.Insert(credential);
        return await Tell(await work.Save(shown, ct), credential);
    }

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private (DeviceCredential Kept, IssuedCredential Shown) Make(string name, string site, IReadOnlyList<string> incubators, string? gatewayId)
    {
        var id = Guid.CreateVersion7(writer.Now).ToString("N");
        var mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3));
        string username = $"{name.ToLowerInvariant()}-{mark}", password = Secret(), token = Secret();
        var kept = new DeviceCredential
        {
            Id = id,
            ClientId = gatewayId ?? $"{name}-{mark}",
            Username = username,
            PasswordHash = Hash(password),
            TokenHash = Hash(token),
            Site = site,
            Incubators = incubators,
            GatewayId = gatewayId,
            IssuedAt = writer.Now,
        };
        return (kept, new(id, kept.ClientId, username, password, token, Topics(kept)));
    }

    private static IReadOnlyList<string> Topics(DeviceCredential c)
    {
        var own = c.Incubators.SelectMany(i => OwnTopics.Select(kind => $"culturetrack/{c.Site}/{(i == "*" ? "+" : i)}/{kind}"));
        return [.. own, c.GatewayId is null ? "v1/devices/me/telemetry" : "v1/gateway/telemetry"];
    }

    private static string Secret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private async Task<Outcome<T>> Tell<T>(Outcome<T> outcome, DeviceCredential credential)
    {
        if (!outcome.Accepted) return outcome;
        // A gateway for all names no equipment; the register of devices reads everything anew whatever is named.
        foreach (var listener in listeners)
            foreach (var incubator in credential.Incubators.Where(i => i != "*").DefaultIfEmpty(credential.GatewayId!)) await listener.Changed(incubator);
        return outcome;
    }
}
