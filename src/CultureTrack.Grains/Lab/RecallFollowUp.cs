using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tracing;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Tracing;
using Marten;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Grains.Lab;

/// <summary>After a recall: a deviation by the software for every batch that used the lot, directly or through a medium (2.4).</summary>
public sealed class RecallFollowUp(LotTracing tracing, IDocumentStore store, IGrainFactory grains, TimeProvider clock, ILogger<RecallFollowUp> log)
{
    /// <summary>Opens what is missing; a batch that has its deviation, or takes none any more, is left alone. So it can be repeated at any time.</summary>
    public async Task OpenDeviations(string lotId, string reason, CancellationToken ct)
    {
        if (await tracing.Trace(lotId, ct) is not { } trace) return;
        foreach (var batch in trace.Batches.Where(b => b.DeviationId is null))
        {
            var grain = grains.GetGrain<IBatchGrain>(batch.BatchId);
            if (await grain.State() is { IsTerminal: true }) continue;    // closed and discarded: the trace of the lot shows them
            var text = $"Lot {lotId} was recalled: {reason}" + (batch.Via.Contains(lotId) ? "" : $" (used through {string.Join(", ", batch.Via)})");
            var entry = new Entry(new DeviationOpened(null, text, DeviationClass.Major, Contacts.RunOf(lotId)), Actor.Software, clock.GetUtcNow(), Origin: Origin.System);
            var answer = await grain.Append([entry], ifMatch: null, dryRun: false);
            if (!answer.Accepted) log.LogError("Batch {BatchId} takes no deviation for recalled lot {LotId}: {Code}", batch.BatchId, lotId, answer.Findings[0].Code);
        }
    }

    /// <summary>Lots that QA has recalled; the media recalled with them are reached through them.</summary>
    public async Task<IReadOnlyList<string>> Recalled(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return [.. (await session.Query<Material>().Where(m => m.Status == MaterialStatus.Recalled).ToListAsync(ct))
            .Where(m => !m.RecallReason!.StartsWith(MaterialRegister.Contains, StringComparison.Ordinal)).Select(m => m.LotId)];
    }

    /// <summary>Finishes what a server that ended in the middle left undone.</summary>
    public async Task Resume(string lotId, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        if (await session.LoadAsync<Material>(lotId, ct) is { RecallReason: { } reason }) await OpenDeviations(lotId, reason, ct);
    }
}
