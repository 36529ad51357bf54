using CultureTrack.Domain.Lab;
using CultureTrack.Grains.Devices;
using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Grains.Lab;

/// <summary>
/// The register of devices in memory, because the broker asks it for every message. Reloaded at once after a change in this server, and every few
/// seconds for changes made through another one.
/// </summary>
public sealed class DeviceDirectory(IDocumentStore store, ILogger<DeviceDirectory> log) : BackgroundService, IDeviceDirectory, IEquipmentListener
{
    private static readonly TimeSpan ReloadEvery = TimeSpan.FromSeconds(5);

    private sealed record Register(
        IReadOnlyDictionary<string, DeviceCredential> ByUsername, IReadOnlyDictionary<string, DeviceCredential> ByToken,
        IReadOnlySet<(string Site, string IncubatorId)> Incubators, IReadOnlyDictionary<string, DeviceIdentity> Owners);

    private volatile Register _register = new(
        new Dictionary<string, DeviceCredential>(), new Dictionary<string, DeviceCredential>(), new HashSet<(string, string)>(), new Dictionary<string, DeviceIdentity>());

    public async ValueTask<DeviceIdentity?> Verify(string clientId, string? username, string? password, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(username)) return null;
        if (Find(username, password) is { } known) return Fits(known, clientId, password) ? Identity(known) : null;
        await Load(ct);    // issued a moment ago through another server
        return Find(username, password) is { } fresh && Fits(fresh, clientId, password) ? Identity(fresh) : null;
    }

    private DeviceCredential? Find(string username, string? password)
    {
        if (string.IsNullOrEmpty(password)) return _register.ByToken.GetValueOrDefault(DeviceCredentials.Hash(username));
        return _register.ByUsername.GetValueOrDefault(username) is { } c && c.PasswordHash == DeviceCredentials.Hash(password) ? c : null;
    }

    // ThingsBoard equipment chooses its client id itself; who knows the password connects under the id that was issued.
    private static bool Fits(DeviceCredential c, string clientId, string? password) =>
        c.RevokedAt is null && (string.IsNullOrEmpty(password) || clientId == c.ClientId || clientId.StartsWith(c.ClientId + "-", StringComparison.Ordinal));

    public bool IncubatorKnown(string site, string incubatorId) => _register.Incubators.Contains((site, incubatorId));

    public DeviceIdentity? OwnerOf(string site, string incubatorId)
    {
        if (!IncubatorKnown(site, incubatorId)) return null;
        return _register.Owners.GetValueOrDefault($"{site}/{incubatorId}") ?? new DeviceIdentity(incubatorId, incubatorId, site, [incubatorId], DeviceKind.Device);
    }

    public Task Changed(string equipmentId) => Load(CancellationToken.None);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Load(cancellationToken);    // before the broker takes the first connection
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ReloadEvery);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(stoppingToken)) return;
                await Load(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { return; }
            catch (Exception e) { log.LogWarning(e, "The register of devices could not be reloaded; the one in memory stays in use"); }
        }
    }

    private async Task Load(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var credentials = (await session.Query<DeviceCredential>().Where(c => c.RevokedAt == null).ToListAsync(ct)).ToList();
        var equipment = await session.Query<Equipment>().ToListAsync(ct);
        _register = new(
            credentials.ToDictionary(c => c.Username, StringComparer.Ordinal),
            credentials.ToDictionary(c => c.TokenHash, StringComparer.Ordinal),
            equipment.Where(q => q.Status != ServiceStatus.Retired).Select(q => (q.Site, q.EquipmentId)).ToHashSet(),
            credentials.Where(c => c.GatewayId is null).GroupBy(c => $"{c.Site}/{c.Incubators[0]}").ToDictionary(g => g.Key, g => Identity(g.OrderBy(c => c.IssuedAt).First())));
    }

    private static DeviceIdentity Identity(DeviceCredential c) => new(
        c.Id, c.GatewayId ?? c.Incubators[0], c.Site, c.Incubators, c.GatewayId is null ? DeviceKind.Device : DeviceKind.Gateway);
}
