using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Marten;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Grains.Batches;

/// <summary>Batches that are made of one another: what the source says of itself, and how its troubles reach what was made of it.</summary>
public sealed partial class BatchGrain
{
    public async Task<SourceFact?> AsSource(DateTimeOffset? at)
    {
        if (!_state.HasStarted) return null;
        var when = at ?? clock.GetUtcNow();
        var state = at is null ? _state : await AsOf(null, at);
        if (!state.HasStarted) return null;
        var lab = await facts.Collect(state, [], await EnvironmentAt(state, when), at);
        return lab.Spec is { } spec ? SourceRecord.FactOf(state, spec, lab.Base, when) : null;
    }

    public async Task SourceChanged()
    {
        var lab = await facts.Collect(_state, [], EnvironmentReport.None);
        var now = clock.GetUtcNow();
        var holds = SourceReactions.Holds(_state, lab.Base.Source).Select(h => ((EventData)h, now)).ToList();
        if (holds.Count > 0 && !await TrySave(BatchDecider.Record(_state, holds, lab.Base, now)))
            throw new InvalidOperationException($"Batch {Id}: somebody else appended at the same moment; the hold of its source is not placed yet.");
    }

    private async Task TellDescendants(IReadOnlyList<Recorded> events)
    {
        if (!events.Any(e => e.Body is HoldPlaced or DonorEligibilityDetermined or BatchTerminated or DispositionSigned { Kind: DispositionKind.Reject or DispositionKind.Revoke })) return;
        await using var session = store.QuerySession();
        var made = await session.Query<Allocation>().Where(a => a.SourceBatchId == Id).Select(a => a.BatchId).ToListAsync();
        foreach (var batch in made)
        {
            try { await GrainFactory.GetGrain<IBatchGrain>(batch).SourceChanged(); }
            // What is stored here stays; the other batch asks for its source again with its next entry.
            catch (Exception e) { log.LogError(e, "Batch {BatchId}: {Descendant} could not be told that its source changed", Id, batch); }
        }
    }
}
