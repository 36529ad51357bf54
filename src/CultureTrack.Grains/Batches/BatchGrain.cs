using System.Collections.Immutable;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Incubators;
using CultureTrack.Grains.Live;
using CultureTrack.Grains.Notices;
using CultureTrack.Grains.Tasks;
using CultureTrack.Store.Readings;
using Marten;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Grains.Batches;

/// <summary>The single writer of one batch stream. Holds the folded state, collects facts, asks the decider, appends; it knows no rule.</summary>
public sealed partial class BatchGrain(
    IDocumentStore store, BatchFacts facts, IEquipmentRegister register, ReadingStore readings, Time.LabScheduler scheduler, TimeProvider clock, ILiveFeed live,
    NoticeBoard notices, TaskWatch tasks, ILogger<BatchGrain> log)
    : Grain, IBatchGrain
{
    private BatchState _state = BatchState.Initial;

    private string Id => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => _state = await Stored(cancellationToken);

    private async Task<BatchState> Stored(CancellationToken cancellationToken)
    {
        await using var session = store.QuerySession();
        var events = await session.Events.FetchStreamAsync(Id, token: cancellationToken);
        return BatchFold.Fold(events.Select(e => (Recorded)e.Data));
    }

    public async Task<AppendAnswer> Append(IReadOnlyList<Entry> entries, long? ifMatch, bool dryRun)
    {
        if (IsStale(entries, ifMatch))
            return Answer([], [new(Codes.Concurrency, "", $"The batch is at version {_state.Version}, not {ifMatch} any more.")], []);
        var lab = await facts.Collect(_state, entries, await EnvironmentFor(entries));
        var decision = BatchDecider.Decide(_state, entries, lab.For);
        if (decision is Refused no) return Answer([], no.Findings, no.Flags);
        var accepted = (Accepted)decision;
        if (dryRun)
            return new(Id, accepted.State.Version, accepted.State.State, accepted.State.Phase, accepted.Events, [], []);
        if (!await TrySave(accepted))
            return Answer([], [new(Codes.Concurrency, "", "Somebody else appended to this batch at the same moment; nothing was stored. Try again.")], []);
        var answer = Answer(accepted.Events, [], []);
        await TellIncubators(accepted.Events);
        if (accepted.Events.Any(ChangesExposure)) await JudgeEnvironment();
        return answer;
    }

    public async Task<BatchState?> State(DateTimeOffset? at, DateTimeOffset? knownAt)
    {
        // A batch that was not here may have been imported since.
        if (!_state.HasStarted && await Stored(CancellationToken.None) is { HasStarted: true } imported && !_state.HasStarted) _state = imported;
        if (!_state.HasStarted) return null;
        return at is null && knownAt is null ? _state : await AsOf(at, knownAt);
    }

    public async Task<IReadOnlyList<Recorded>> Events(long afterVersion)
    {
        await using var session = store.QuerySession();
        var events = await session.Events.FetchStreamAsync(Id, fromVersion: afterVersion + 1);
        return [.. events.Select(e => (Recorded)e.Data)];
    }

    public async Task<Verdict> Release(DateTimeOffset? at, Specification? whatIf)
    {
        var when = at ?? clock.GetUtcNow();
        var state = at is null ? _state : await AsOf(null, at);
        var lab = await facts.Collect(state, [], await EnvironmentAt(state, when), at);
        return ReleaseEvaluator.Evaluate(state, whatIf ?? lab.Spec!, lab.Base, when);
    }

    public async Task<ExceptionReport> Exceptions()
    {
        var now = clock.GetUtcNow();
        var lab = await facts.Collect(_state, [], await EnvironmentAt(_state, now));
        return ExceptionList.Of(_state, lab.Spec!, lab.Base, now, await ReadingsOfStays(_state, now), SignatureCheck.Of(await Events(0)));
    }

    /// <summary>
    /// Readings the stays of cultures and containers should have and do have, for the coverage of the review. Vessels that are together in one incubator
    /// have the same readings: each time is counted once. More readings than the period asks for do not make up for missing ones of another channel or stay.
    /// </summary>
    private async Task<ReadingCount> ReadingsOfStays(BatchState state, DateTimeOffset now)
    {
        var (expected, received) = (0L, 0L);
        var stays = CultureExposure.Vessels(state).Where(v => v.Use == VesselUse.Product).Concat(CultureExposure.Containers(state)).SelectMany(v => v.Stays);
        foreach (var inside in stays.GroupBy(s => s.IncubatorId))
        {
            if (await register.Find(inside.Key) is not { } equipment) continue;
            var channels = equipment.Channels.Select(c => c.Channel).Where(c => !Channels.IsState(c)).DefaultIfEmpty(Channels.Temperature).ToList();
            foreach (var (from, to) in TimeSpans.Merged(inside.Select(s => (s.From, s.To ?? now))))
            {
                var due = (long)((to - from) / equipment.Period);
                expected += due * channels.Count;
                received += (await readings.Count(equipment.IncubatorId, channels, from, to, CancellationToken.None)).Sum(n => Math.Min(n, due));
            }
        }
        return new(expected, received);
    }

    /// <summary>The batch as it was known at <paramref name="knownAt"/>, up to what had happened by <paramref name="at"/>.</summary>
    private async Task<BatchState> AsOf(DateTimeOffset? at, DateTimeOffset? knownAt) =>
        TwoClocks.Fold(await Events(0), at, knownAt);

    // Appends by the software do not make an If-Match stale, except for review and disposition (contract 3.1).
    private bool IsStale(IReadOnlyList<Entry> entries, long? ifMatch)
    {
        if (ifMatch is not { } seen || seen == _state.Version) return false;
        var strict = entries.Any(e => e.Data is RecordReviewed or DispositionSigned);
        return strict || seen > _state.Version || _state.History.Any(e => e.Version > seen && e.ActorRole != Roles.System);
    }

    private async Task<bool> TrySave(Accepted accepted)
    {
        var key = (Id, accepted.State.Version);
        BatchReadModels.Folded[key] = accepted.State;
        try
        {
            await using var session = store.LightweightSession();
            session.Events.Append(Id, accepted.State.Version, accepted.Events);
            foreach (var e in accepted.Events) PutNotice(session, e, accepted.State);
            await session.SaveChangesAsync();
        }
        catch (Exception e)
        {
            // Stored or not is unknown here: the next call reads the stream again.
            DeactivateOnIdle();
            if (IsSecondWriter(e)) return false;
            log.LogError(e, "Batch {BatchId}: append of {Count} events not confirmed", Id, accepted.Events.Count);
            throw new InvalidOperationException($"Batch {Id}: not confirmed stored. {e.Message}");
        }
        finally { BatchReadModels.Folded.TryRemove(key, out _); }
        _state = accepted.State;
        notices.Sent();
        ExpectTasks();
        await TellDescendants(accepted.Events);
        live.Publish(new LiveEvent($"batch:{Id}", "batch", new BatchChanged(Id, _state.Version, _state.State, _state.Phase)));
        return true;
    }

    private void PutNotice(IDocumentSession session, Recorded e, BatchState state)
    {
        var kind = e.Body is DeviationOpened ? "deviation.DeviationOpened" : e.Body is DeviationClosed ? "deviation.DeviationClosed" : null;
        foreach (var told in new[] { $"batch.{e.Type}", kind }.OfType<string>().Where(notices.Wants))
            notices.Put(session, new($"{Id}/{e.Version}/{told}", told, e.RecordedAt, $"{e.Type} {Id}",
                new { batchId = Id, state = state.State, phase = state.Phase, e.Version, e.EventId, e.Type, e.OccurredAt, e.ActorId, flags = e.Flags.Select(f => f.Code) }));
    }

    private void ExpectTasks()
    {
        if (_state.Definition is not { } product) return;
        var now = clock.GetUtcNow();
        var overdue = Schedule.Due(_state, product).Select(t => t.DueAt + t.Grace).Where(at => at > now).ToList();
        if (overdue.Count > 0) tasks.Expect(overdue.Min());
    }

    private static bool ChangesExposure(Recorded e) => e.Body is VesselsSeeded or MovedIntoIncubator or MovedOutOfIncubator or PassagePerformed
        or HarvestPerformed or SheetDetached or VesselDiscarded or CellsFrozen or RecordCorrected or CulturesPooled or SerumFreeWashDone or ConditionedMediumCollected
        or DermalEquivalentCast or ScaffoldSeeded or FillPerformed or StoredAt or RemovedFromStorage or Shipped;

    private static bool IsSecondWriter(Exception e) =>
        e is JasperFx.Events.EventStreamUnexpectedMaxEventIdException or JasperFx.ConcurrencyException
        || e.ToString().Contains("23505", StringComparison.Ordinal);

    private AppendAnswer Answer(IReadOnlyList<Recorded> events, IReadOnlyList<Finding> findings, IReadOnlyList<Flag> flags) =>
        new(Id, _state.Version, _state.State, _state.Phase, events, findings, flags);

    private async Task TellIncubators(IReadOnlyList<Recorded> events)
    {
        if (!events.Any(e => LabWideUse.Freed(e.Body).Any() || BatchReadModels.ChangesOccupancy(e.Body))) return;
        var touched = _state.Culture.Vessels.Values.SelectMany(v => v.Stays).Select(s => s.IncubatorId)
            .Concat(_state.Product.Containers.Values.SelectMany(c => c.Stays).Select(s => s.EquipmentId)).ToImmutableHashSet(StringComparer.Ordinal);
        foreach (var incubator in touched) await GrainFactory.GetGrain<IIncubatorGrain>(incubator).OccupancyChanged();
    }
}

/// <summary>Sent to the screens when a batch got new events.</summary>
public sealed record BatchChanged(string BatchId, long Version, LifeState State, string? Phase);
