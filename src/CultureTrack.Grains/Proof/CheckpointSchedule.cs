using CultureTrack.Store.Proof;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Grains.Proof;

/// <summary>
/// Makes a checkpoint at the start, every minute in which something was appended, and at an orderly end. The minutes are the machine's, also in a
/// rehearsal: what can be dropped unseen is bounded in real time.
/// </summary>
public sealed class CheckpointSchedule(CheckpointWriter checkpoints, ILogger<CheckpointSchedule> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1), LastWithin = TimeSpan.FromSeconds(10);
    private long _newest;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        do await Make(stoppingToken);
        while (await Next(timer, stoppingToken));
        using var last = new CancellationTokenSource(LastWithin);
        await Make(last.Token);
    }

    private static async Task<bool> Next(PeriodicTimer timer, CancellationToken ct)
    {
        try { return await timer.WaitForNextTickAsync(ct); }
        catch (OperationCanceledException) { return false; }
    }

    // A checkpoint that cannot be made now covers its events in a minute; the lab's work does not wait for it.
    private async Task Make(CancellationToken ct)
    {
        try
        {
            if (await checkpoints.Make(ct) is not { } made || made.Body.Number == _newest) return;
            _newest = made.Body.Number;
            // Also a copy outside of the database: whoever collects the log can tell when checkpoints went missing.
            log.LogInformation("Checkpoint {Number} over {Streams} streams and {Events} events: {Hash}", _newest, made.Body.Streams, made.Body.Events, made.Hash);
        }
        catch (Exception e) when (!ct.IsCancellationRequested) { log.LogError(e, "No checkpoint could be made"); }
        catch (OperationCanceledException e) { log.LogDebug(e, "The server ended while a checkpoint was being made"); }
    }
}
