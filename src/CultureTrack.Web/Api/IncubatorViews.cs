using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Incubators;
using CultureTrack.Store.Readings;
using Marten;
using ChannelState = CultureTrack.Domain.Lab.ChannelState;

namespace CultureTrack.Web.Api;

/// <param name="Trust">good, stale, calOverdue or none (never a value).</param>
public sealed record ChannelValueView(
    string Channel, string Unit, decimal? Value, string? Text, DateTimeOffset? At, double? AgeSeconds, string State, string Trust, DateTimeOffset? CalibrationDueAt);

public sealed record OccupantView(string VesselId, string BatchId, int Shelf, DateTimeOffset Since, DateTimeOffset? Until);

public sealed record IncubatorView(
    string IncubatorId, EquipmentKind Kind, string Site, string Profile, int PeriodSeconds, int Shelves, int? Positions, ServiceStatus Status,
    IReadOnlyList<ChannelState> Channels, IReadOnlyList<ChannelValueView> Latest, IReadOnlyList<AlarmView> Alarms, IReadOnlyList<OccupantView> Occupancy,
    DateTimeOffset At, long Version);

/// <summary>Register, latest values, alarms and occupancy of equipment, put together.</summary>
public sealed class IncubatorViews(IDocumentStore store, ReadingStore readings, IGrainFactory grains, TimeProvider clock)
{
    private static readonly TimeSpan LookBack = TimeSpan.FromHours(1);

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
            var trust = value is null ? "none" : value.State == "stale" ? "stale" : dueAt <= now ? "calOverdue" : "good";
            return new ChannelValueView(channel, UnitOf(e.Profile, channel), value?.Value, value?.Text, value?.At, value?.AgeSeconds, value?.State ?? "stale", trust, dueAt);
        })];
    }

    private async Task<IReadOnlyList<ChannelValueView>> Past(Equipment e, DateTimeOffset at, CancellationToken ct)
    {
        var latest = new SortedDictionary<string, ChannelValueView>(StringComparer.Ordinal);
        await foreach (var row in readings.Rows(e.EquipmentId, at - LookBack, at.AddMilliseconds(1), ct))
            foreach (var (channel, value) in row.Values.All())
                if (!row.IsConflict) latest[channel] = Past(e, channel, value, row.EffectiveAt, at);
        return [.. latest.Values];
    }

    private static ChannelValueView Past(Equipment e, string channel, double value, DateTimeOffset time, DateTimeOffset at)
    {
        var profile = EquipmentProfiles.Find(e.Profile)?.Find(channel);
        var age = (at - time).TotalSeconds;
        var stale = age > 2.5 * e.PeriodSeconds;
        var text = Channels.IsState(channel) ? Channels.StateWord(channel, value) : null;
        return new(channel, UnitOf(e.Profile, channel), text is null ? (decimal)value : null, text, time, age, stale ? "stale" : profile?.StateOf(value) ?? "ok", stale ? "stale" : "good", null);
    }

    public static string UnitOf(string profile, string channel) => EquipmentProfiles.Find(profile)?.Find(channel)?.Unit ?? "";
}
