using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Incubators;
using CultureTrack.Store.Readings;
using Marten;
using ChannelState = CultureTrack.Domain.Lab.ChannelState;

namespace CultureTrack.Web.Api;

/// <param name="Trust">good, doubtful, bad, stale, calOverdue or none (never a value).</param>
/// <param name="TrustScore">0 (do not rely on it) to 100 (nothing speaks against it).</param>
/// <param name="Findings">Why the score is not 100, the gravest first.</param>
public sealed record ChannelValueView(
    string Channel, string Unit, decimal? Value, string? Text, DateTimeOffset? At, double? AgeSeconds, string State, string Trust, DateTimeOffset? CalibrationDueAt,
    int TrustScore, IReadOnlyList<FindingView> Findings);

/// <param name="DeviceId">Null: of the incubator's readings as a whole.</param>
public sealed record FindingView(SensorFindingKind Kind, string? DeviceId, DateTimeOffset Since, DateTimeOffset? Until, string Text);

public sealed record OccupantView(string VesselId, string BatchId, int Shelf, DateTimeOffset Since, DateTimeOffset? Until);

public sealed record IncubatorView(
    string IncubatorId, EquipmentKind Kind, string Site, string Profile, int PeriodSeconds, int Shelves, int? Positions, ServiceStatus Status,
    IReadOnlyList<ChannelState> Channels, IReadOnlyList<ChannelValueView> Latest, IReadOnlyList<AlarmView> Alarms, IReadOnlyList<OccupantView> Occupancy,
    DateTimeOffset At, long Version);

/// <summary>Register, latest values, alarms and occupancy of equipment, put together.</summary>
public sealed class IncubatorViews(IDocumentStore store, ReadingStore readings, IGrainFactory grains, TimeProvider clock)
{
    private static readonly TimeSpan LookBack = TimeSpan.FromHours(1);
    private static readonly TimeSpan TrustBack = TimeSpan.FromDays(60);

    /// <param name="at">Null = now; else what was inside and what the sensors had said by then.</param>
    public async Task<IncubatorView?> One(string id, DateTimeOffset? at, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<Equipment>(id, ct) is { } equipment ? await View(session, equipment, at, ct) : null;
    }

    public async Task<IReadOnlyList<IncubatorView>> All(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var views = new List<IncubatorView>();
        foreach (var equipment in await session.Query<Equipment>().OrderBy(e => e.EquipmentId).ToListAsync(ct)) views.Add(await View(session, equipment, null, ct));
        return views;
    }

    private async Task<IncubatorView> View(IQuerySession session, Equipment e, DateTimeOffset? at, CancellationToken ct)
    {
        var moment = at ?? clock.GetUtcNow();
        var stays = await session.Query<Occupancy>().Where(o => o.IncubatorId == e.EquipmentId).ToListAsync(ct);
        var inside = stays.Where(o => o.From <= moment && (o.To is null || o.To > moment)).OrderBy(o => o.Shelf).ThenBy(o => o.VesselId, StringComparer.Ordinal);
        var live = at is null ? await grains.GetGrain<IIncubatorGrain>(e.EquipmentId).Live() : null;
        return new(e.EquipmentId, e.Kind, e.Site, e.Profile, e.PeriodSeconds, e.Shelves, e.Positions, at is null ? e.Status : e.StatusAt(moment), e.Channels,
            live is null ? await Past(e, moment, ct) : Latest(e, live, moment), live?.Alarms ?? [],
            [.. inside.Select(o => new OccupantView(o.VesselId, o.BatchId, o.Shelf, o.From, o.To))], moment, e.Version);
    }

    private static IReadOnlyList<ChannelValueView> Latest(Equipment e, LiveState live, DateTimeOffset now)
    {
        var due = e.Channels.ToDictionary(c => c.Channel, c => c.DueAt, StringComparer.Ordinal);
        return [.. live.Values.Keys.Union(due.Keys).Order(StringComparer.Ordinal).Select(channel =>
        {
            var value = live.Values.GetValueOrDefault(channel);
            DateTimeOffset? dueAt = due.TryGetValue(channel, out var d) ? d : null;
            var trust = TrustOf(channel, live.Trust, value is null || value.State == "stale", dueAt <= now);
            return new ChannelValueView(channel, UnitOf(e.Profile, channel), value?.Value, value?.Text, value?.At, value?.AgeSeconds, value?.State ?? "stale",
                Word(trust, value is not null, value?.State == "stale", dueAt <= now), dueAt, trust.Score, Views(trust));
        })];
    }

    // A channel no rule judges has no ledger: it is silent when its value is old, and due when its calibration is.
    private static ChannelTrust TrustOf(string channel, IReadOnlyList<ChannelTrust>? judged, bool isStale, bool isOverdue) =>
        judged?.FirstOrDefault(t => t.Channel == channel && (t.Score < 100 || !isStale)) ?? new ChannelTrust(channel, isStale ? 0 : isOverdue ? 70 : 100, []);

    private static string Word(ChannelTrust trust, bool isKnown, bool isStale, bool isOverdue) => trust.Score switch
    {
        _ when !isKnown => "none",
        _ when isStale => "stale",
        100 => isOverdue ? "calOverdue" : "good",
        _ when trust.Findings.All(f => f.Kind == SensorFindingKind.CalibrationOverdue) => "calOverdue",
        >= 50 => "doubtful",
        _ => "bad",
    };

    private static IReadOnlyList<FindingView> Views(ChannelTrust trust) => [.. trust.Findings.Select(f => new FindingView(f.Kind, f.DeviceId, f.Since, f.Until, f.Evidence))];

    private async Task<IReadOnlyList<ChannelValueView>> Past(Equipment e, DateTimeOffset at, CancellationToken ct)
    {
        var latest = new SortedDictionary<string, ChannelValueView>(StringComparer.Ordinal);
        var known = await grains.GetGrain<IIncubatorGrain>(e.EquipmentId).Environment(at - TrustBack, at.AddMilliseconds(1));
        var trust = known is null ? [] : SensorTrust.At(known, at);
        await foreach (var row in readings.Rows(e.EquipmentId, at - LookBack, at.AddMilliseconds(1), ct))
            foreach (var (channel, value) in row.Values.All())
                if (!row.IsConflict) latest[channel] = Past(e, channel, value, row.EffectiveAt, at, trust);
        return [.. latest.Values];
    }

    private static ChannelValueView Past(Equipment e, string channel, double value, DateTimeOffset time, DateTimeOffset at, IReadOnlyList<ChannelTrust> judged)
    {
        var profile = EquipmentProfiles.Find(e.Profile)?.Find(channel);
        var age = (at - time).TotalSeconds;
        var stale = age > 2.5 * e.PeriodSeconds;
        var text = Channels.IsState(channel) ? Channels.StateWord(channel, value) : null;
        var trust = TrustOf(channel, judged, stale, isOverdue: false);
        return new(channel, UnitOf(e.Profile, channel), text is null ? (decimal)value : null, text, time, age, stale ? "stale" : profile?.StateOf(value) ?? "ok",
            Word(trust, isKnown: true, stale, isOverdue: false), null, trust.Score, Views(trust));
    }

    public static string UnitOf(string profile, string channel) => EquipmentProfiles.Find(profile)?.Find(channel)?.Unit ?? "";
}
