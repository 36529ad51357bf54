using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Incubators;
using CultureTrack.Web.Lab;
using CultureTrack.Web.Look;

namespace CultureTrack.Web.Floor;

/// <summary>One incubator as its tile shows it.</summary>
public sealed record Tile(EquipmentLine Unit, LiveState State, string Condition, IReadOnlyList<AlarmView> Alarms)
{
    private static readonly string[] Shown = ["temperature", "co2", "humidity", "o2", "level", "airflow"];

    public static Tile Of(EquipmentLine unit, LiveState state)
    {
        var alarms = state.Alarms.Where(a => a.State != "Normal").OrderByDescending(a => Conditions.Rank(Conditions.OfAlarm(a.Severity, a.State))).ToList();
        var inService = unit.Status == "InService";
        var condition = inService
            ? Conditions.Worst([.. state.Values.Where(v => Shown.Contains(v.Key)).Select(v => v.Value.State), .. alarms.Select(a => Conditions.OfAlarm(a.Severity, a.State)).Where(c => c != Conditions.Off)])
            : Conditions.Off;
        if (inService && state.Values.Count == 0) condition = Conditions.Worst([condition, Conditions.Stale]);
        return new(unit, state, condition, alarms);
    }

    /// <summary>Channels in the order of a tile; the first is shown large. O2 only where it is controlled or nothing else is there.</summary>
    public IEnumerable<string> Channels => Shown.Where(c => State.Values.ContainsKey(c) || (c != "o2" && Unit.Profile?.Find(c) is { Optional: false }))
        .Where(c => c != "o2" || Unit.Profile?.Find("o2")?.IsJudged == true || State.Values.Count < 5);

    public LiveValue? Value(string channel) => State.Values.GetValueOrDefault(channel);
    public ChannelProfile? Profile(string channel) => Unit.Profile?.Find(channel);
    public bool DoorOpen => Value("door") is { } door && (door.Text == "open" || door.Value == 1);

    /// <summary>True when this shows nothing that the other does not; ages are counted by the page itself.</summary>
    public bool LooksLike(Tile other) =>
        Condition == other.Condition && Unit.Status == other.Unit.Status && Unit.ProfileId == other.Unit.ProfileId && State.Vessels == other.State.Vessels
        && State.Batches.SequenceEqual(other.State.Batches, StringComparer.Ordinal) && Alarms.SequenceEqual(other.Alarms)
        && State.Values.Count == other.State.Values.Count
        && State.Values.All(v => other.State.Values.TryGetValue(v.Key, out var o) && v.Value with { AgeSeconds = 0 } == o with { AgeSeconds = 0 });

    /// <summary>The worst that somebody has to act on, or null.</summary>
    public AlarmView? Worst => Alarms.FirstOrDefault(a => a.State is not ("Shelved" or "Suppressed" or "OutOfService"));
}

/// <summary>A column of the board.</summary>
public sealed record Stage(string Title, IReadOnlyList<LifeStateCard> Cards);

public sealed record LifeStateCard(BatchSummary Batch, bool Overdue, bool DueSoon);

/// <summary>What the lab floor shows, and how it stays fresh.</summary>
public sealed class FloorData(LabLive live, ILabIndex lab, FloorTrends trends, TimeProvider clock)
{
    private static readonly (string Title, Domain.Batches.LifeState[] States)[] Columns =
    [
        ("Receipt", [Domain.Batches.LifeState.Planned, Domain.Batches.LifeState.Quarantined]),
        ("In culture", [Domain.Batches.LifeState.InProcess, Domain.Batches.LifeState.Cryostored]),
        ("Harvest and fill", [Domain.Batches.LifeState.Harvested, Domain.Batches.LifeState.Formulated]),
        ("Waiting for quality", [Domain.Batches.LifeState.PendingDisposition, Domain.Batches.LifeState.ConditionallyReleased]),
        ("Released", [Domain.Batches.LifeState.Released, Domain.Batches.LifeState.ReleasedExceptional]),
    ];

    public async Task<IReadOnlyList<Tile>> Tiles(CancellationToken ct) =>
        [.. (await live.All(ct)).Select(s => Tile.Of(s.Unit, s.State)).OrderByDescending(t => Conditions.Rank(t.Condition) >= Conditions.Rank(Conditions.Alert) ? Conditions.Rank(t.Condition) : 0).ThenBy(t => t.Unit.Id, StringComparer.Ordinal)];

    public async Task<IReadOnlyList<Stage>> Board(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var batches = await lab.Batches(ct);
        var overdue = (await lab.Work(null, ct)).Where(w => w.OverdueAt <= now).Select(w => w.BatchId).ToHashSet(StringComparer.Ordinal);
        return [.. Columns.Select(c => new Stage(c.Title, [.. batches.Where(b => b.IsOpen && c.States.Contains(b.State))
            .OrderBy(b => b.NextDueAt ?? DateTimeOffset.MaxValue).ThenBy(b => b.Id, StringComparer.Ordinal)
            .Select(b => new LifeStateCard(b, overdue.Contains(b.Id), b.NextDueAt is { } due && due - now < TimeSpan.FromHours(4)))]))];
    }

    public Task<IReadOnlyList<double?>> Trend(string incubatorId, string channel, CancellationToken ct) => trends.Get(incubatorId, channel, ct);
}
