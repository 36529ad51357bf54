using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Grains.Time;

/// <summary>
/// Runs what is due by the lab clock: one deadline a key, the latest one set counts. Deadlines themselves follow from stored facts and are set again
/// when their grain wakes up, so nothing is lost with the process.
/// </summary>
public sealed class LabScheduler(TimeProvider clock, ILogger<LabScheduler> log) : BackgroundService
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(string Key, long Turn), (DateTimeOffset Due, long Turn)> _queue = new();
    private readonly Dictionary<string, (DateTimeOffset Due, long Turn, Func<Task> Run)> _latest = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changed = new(0, 1);
    private long _turn;

    public void Schedule(string key, DateTimeOffset? due, Func<Task> run)
    {
        lock (_gate)
        {
            if (_latest.TryGetValue(key, out var was) && was.Due == due) return;
            _latest.Remove(key);
            if (due is not { } at) return;
            _latest[key] = (at, ++_turn, run);
            _queue.Enqueue((key, _turn), (at, _turn));
        }
        if (_changed.CurrentCount == 0) Wake();
    }

    private void Wake()
    {
        // Two threads may pass the check together; the second release of a full semaphore is what it says: already woken.
        try { _changed.Release(); }
        catch (SemaphoreFullException e) { log.LogTrace(e, "Scheduler already woken"); }
    }

    /// <summary>The next deadline up to <paramref name="until"/>, taken out; null when none is left.</summary>
    internal (DateTimeOffset Due, string Key, Func<Task> Run)? Take(DateTimeOffset until)
    {
        lock (_gate)
        {
            while (_queue.TryPeek(out var item, out var order))
            {
                if (!_latest.TryGetValue(item.Key, out var latest) || latest.Turn != item.Turn) { _queue.Dequeue(); continue; }
                if (order.Due > until) return null;
                _queue.Dequeue();
                _latest.Remove(item.Key);
                return (order.Due, item.Key, latest.Run);
            }
            return null;
        }
    }

    /// <summary>Runs one deadline; a failure is logged and tried again a minute later by the lab clock.</summary>
    internal async Task Run((DateTimeOffset Due, string Key, Func<Task> Run) item)
    {
        try { await item.Run(); }
        catch (Exception e)
        {
            log.LogError(e, "Deadline {Key} of {Due:O} failed and is tried again", item.Key, item.Due);
            Schedule(item.Key, clock.GetUtcNow().AddMinutes(1), item.Run);
        }
    }

    public override void Dispose()
    {
        _changed.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (clock is ManualLabClock) return;    // PUT /clock runs the deadlines instead
        while (!stoppingToken.IsCancellationRequested)
        {
            while (Take(clock.GetUtcNow()) is { } item) await Run(item);
            await ((Task)_changed.WaitAsync(Sleep(), stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan Sleep()
    {
        lock (_gate)
        {
            if (!_queue.TryPeek(out _, out var next)) return LongestSleep;
            var wait = next.Due - clock.GetUtcNow();
            return wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait > LongestSleep ? LongestSleep : wait;
        }
    }
}
