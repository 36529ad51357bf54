using System.Diagnostics;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Devices;
using CultureTrack.Grains.Live;
using CultureTrack.Grains.Time;
using CultureTrack.Store.Readings;
using Marten;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Grains.Incubators;

/// <summary>
/// One incubator: takes its committed readings in order, keeps the live state, judges excursions in event time and tells the batches inside. Its memory
/// is stored now and then; what was received later is judged again from the store, so a restart in the middle of an on-delay changes nothing.
/// </summary>
public sealed partial class IncubatorGrain(
    IDocumentStore store, ReadingStore readings, IEquipmentRegister register, LabScheduler scheduler, TimeProvider clock, ILiveFeed live,
    IStatePublisher statePublisher, AlarmCalls calls, NuisanceTasks nuisances, ILogger<IncubatorGrain> log) : Grain, IIncubatorGrain
{
    private static readonly TimeSpan SnapshotEvery = TimeSpan.FromMinutes(15);
    private readonly Dictionary<string, ReadingPoint> _latest = new(StringComparer.Ordinal);
    private EquipmentInfo? _equipment;
    private EquipmentProfile? _profile;
    private IncubatorTrack? _track;
    private SensorWatch? _sensors;
    private IReadOnlyList<Calibration> _calibrations = [];
    private IReadOnlyList<Occupancy> _occupancy = [];
    private string _zone = "UTC";
    private DateTimeOffset _receivedUpTo = DateTimeOffset.MinValue;
    private readonly HashSet<string> _newest = new(StringComparer.Ordinal);

    // Read from the store when the grain woke up, and still to be handed in by the ingest that stored them.
    private readonly HashSet<string> _caughtUp = new(StringComparer.Ordinal);
    private static readonly TimeSpan HandedInWithin = TimeSpan.FromMinutes(5);
    private long _snapshotTicks = Stopwatch.GetTimestamp();

    private string Id => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var memory = await RestoreAlarms(cancellationToken);
        await ReadRegister();
        await ReadOccupancy();
        if (_track is null) return;
        foreach (var (channel, point) in await readings.Latest(Id, cancellationToken))
        {
            _latest[channel] = point;
            if (memory?.Received is null) _keeper.Comms = _keeper.Comms.Received(channel, point.ReceivedAt);
        }
        await CatchUp(memory, cancellationToken);
        ScheduleNow();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => await SaveSnapshot();

    public async Task Committed(IReadOnlyList<ReadingRow> committed)
    {
        if (_track is null)
        {
            foreach (var reading in committed) Remember(reading);
            return;
        }
        NoteCircumstances();
        var fresh = committed.Where(r => !_caughtUp.Remove(KeyOf(r))).ToList();
        TellSensors(TakeIntoWatch(fresh));
        var (news, changes) = await TakeIn(fresh, _ => false);
        await Keep(changes);
        await TellBatches(news);
        PublishLive();
        ScheduleNext();
        if (Stopwatch.GetElapsedTime(_snapshotTicks) > SnapshotEvery) await SaveSnapshot();
    }

    public Task<IncubatorEnvironment?> Environment(DateTimeOffset from, DateTimeOffset to) =>
        Task.FromResult(_track is null ? null : EnvironmentOf(from, to));

    public async Task RegisterChanged()
    {
        await ReadRegister();
        ScheduleNow();
        PublishLive();
    }

    public async Task OccupancyChanged()
    {
        await ReadOccupancy();
        ScheduleNow();
        PublishLive();
    }

    private async Task ReadRegister()
    {
        _equipment = await register.Find(Id);
        if (_equipment is null || EquipmentProfiles.Find(_equipment.Profile) is not { } profile) return;
        (_profile, _zone) = (profile, _equipment.Zone);
        _calibrations = await register.Calibrations(Id);
        var resolutions = _equipment.Channels.Where(c => c.Resolution is not null).ToDictionary(c => c.Channel, c => c.Resolution!.Value, StringComparer.Ordinal);
        _track = new(new IncubatorJudge(new(Id, profile, _equipment.Period, resolutions)), _track?.Memory);
        WatchSensors(_sensors?.Memory);
    }

    private async Task ReadOccupancy()
    {
        await using var session = store.QuerySession();
        _occupancy = await session.Query<Occupancy>().Where(o => o.IncubatorId == Id).ToListAsync();
    }

    private async Task CatchUp(AlarmMemory? memory, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (await session.LoadAsync<IncubatorSnapshot>(Id, ct) is { } snapshot && snapshot.Profile == _profile!.Id)
        {
            _track = new(_track!.Judge, snapshot.Memory);
            WatchSensors(snapshot.Sensors);
            _receivedUpTo = snapshot.ReceivedUpTo;
            _newest.UnionWith(snapshot.Newest ?? []);
        }
        _keeper.Door = _track!.Memory.Door;
        var missed = new List<ReadingRow>();
        await foreach (var row in readings.ReceivedSince(Id, _receivedUpTo, ct))
            if (!_newest.Contains(KeyOf(row))) missed.Add(row);    // taken twice it would count as late
        if (missed.Count == 0) return;
        // Those that the alarms heard before the end are not heard twice; those they did not hear are heard now.
        var (heardUpTo, newest) = (memory?.HeardUpTo ?? DateTimeOffset.MinValue, memory?.Newest?.ToHashSet(StringComparer.Ordinal) ?? []);
        var (news, changes) = await TakeIn(missed, r => memory?.HeardUpTo is null || r.ReceivedAt < heardUpTo || r.ReceivedAt == heardUpTo && newest.Contains(KeyOf(r)));
        TakeIntoWatch(missed);
        await Keep(changes);
        _caughtUp.UnionWith(missed.Where(r => r.ReceivedAt > clock.GetUtcNow() - HandedInWithin).Select(KeyOf));
        log.LogInformation("Incubator {IncubatorId}: judged {Count} readings received since {Since:O}", Id, missed.Count, _receivedUpTo);
        // The batches are told after the activation, which must not wait for them.
        this.RegisterGrainTimer(_ => TellBatches(news), new() { DueTime = TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan });
    }

    private void Remember(ReadingRow reading)
    {
        if (reading.ReceivedAt > _receivedUpTo)
        {
            _receivedUpTo = reading.ReceivedAt;
            _newest.Clear();
        }
        if (reading.ReceivedAt == _receivedUpTo) _newest.Add(KeyOf(reading));
        if (reading.IsConflict) return;
        foreach (var (channel, value) in reading.Values.All())
            if (!_latest.TryGetValue(channel, out var was) || reading.EffectiveAt >= was.Time)    // late data never move "latest" back
                _latest[channel] = new(reading.EffectiveAt, reading.DeviceTime, reading.ReceivedAt, value, reading.Quality, reading.Buffered, reading.Seq,
                    reading.Flags, false, reading.DeviceId);
    }

    private static string KeyOf(ReadingRow row) => $"{row.DeviceId}/{row.At.UtcTicks}/{row.Part}/{row.IsConflict}";

    private async Task SaveSnapshot()
    {
        if (_track is null) return;
        _snapshotTicks = Stopwatch.GetTimestamp();
        await using var session = store.LightweightSession();
        // Both or none: what the judge has taken in and the alarms have not heard would never be heard.
        if (_unsaved.Count == 0) session.Store(AlarmsNow());
        session.Store(new IncubatorSnapshot { Id = Id, Memory = _track.Memory, ReceivedUpTo = _receivedUpTo, Newest = [.. _newest], Profile = _profile!.Id, Sensors = _sensors?.Memory });
        await session.SaveChangesAsync();
    }
}
