using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Incubators;
using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Grains.Hosting;

/// <summary>
/// Wakes every incubator in use and every batch in culture when the server has started, so that their deadlines (silence, escalation, bands that change by
/// time alone) run again, and finishes recalls that an earlier end interrupted. Ready when all have been woken.
/// </summary>
public sealed class WakeUp(IGrainFactory grains, IEquipmentRegister register, IDocumentStore store, Lab.RecallFollowUp recalls, ILogger<WakeUp> log) : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    public bool Done { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!Done)
        {
            try
            {
                await WakeAll(stoppingToken);
                Done = true;
            }
            catch (Exception e)
            {
                if (stoppingToken.IsCancellationRequested) return;
                // A database that is away for a moment is no reason to end the server.
                log.LogWarning(e, "Incubators and batches could not be woken; trying again");
                await Task.Delay(RetryPause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WakeAll(CancellationToken stoppingToken)
    {
        await Each(from e in await register.All() where e.Status != "Retired" select e.IncubatorId, id => grains.GetGrain<IIncubatorGrain>(id).Due());
        await using var session = store.QuerySession();
        var open = await session.Query<BatchSummary>().Where(b => b.VesselsInCulture > 0).Select(b => b.Id).ToListAsync(stoppingToken);
        // Containers in a freezer wait for nothing but time and readings, too.
        var stored = (await session.Query<StoragePosition>().Select(p => p.BatchId).ToListAsync(stoppingToken)).Distinct();
        await Each(open.Union(stored), id => grains.GetGrain<IBatchGrain>(id).Due());
        await Each(await recalls.Recalled(stoppingToken), lot => recalls.Resume(lot, stoppingToken));
    }

    // One that cannot be woken must not keep the others asleep; it wakes with its next reading or entry.
    private async Task Each(IEnumerable<string> ids, Func<string, Task> wake)
    {
        foreach (var id in ids)
        {
            try { await wake(id); }
            catch (Exception e) { log.LogError(e, "{Id} could not be woken", id); }
        }
    }
}
