using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Tracing;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Grains.Lab;

/// <summary>After a recall: a deviation by the software for every batch that used the lot (2.4).</summary>
public sealed class RecallFollowUp(LotTracing tracing, IGrainFactory grains, TimeProvider clock, ILogger<RecallFollowUp> log)
{
    public async Task OpenDeviations(string lotId, string reason, CancellationToken ct)
    {
        if (await tracing.Trace(lotId, ct) is not { } trace) return;
        foreach (var batch in trace.Batches)
        {
            var text = $"Lot {lotId} was recalled: {reason}" + (batch.Via.Contains(lotId) ? "" : $" (used through {string.Join(", ", batch.Via)})");
            var entry = new Entry(new DeviationOpened(null, text, DeviationClass.Major), Actor.Software, clock.GetUtcNow(), Origin: Origin.System);
            var answer = await grains.GetGrain<IBatchGrain>(batch.BatchId).Append([entry], ifMatch: null, dryRun: false);
            if (!answer.Accepted)    // closed and discarded batches take no deviation any more; the trace of the lot shows them
                log.LogInformation("Batch {BatchId} takes no deviation for recalled lot {LotId}: {Code}", batch.BatchId, lotId, answer.Findings[0].Code);
        }
    }
}
