using CultureTrack.Store;
using Npgsql;

namespace CultureTrack.Grains.Time;

/// <summary>Something that still works on what was received; the clock waits for it before it moves and before it says settled.</summary>
public interface ISettles
{
    Task WhenSettled(CancellationToken ct);
}

/// <summary>Puts the manual clock forward, running every deadline on the way in time order.</summary>
public sealed class ClockControl(TimeProvider clock, LabScheduler scheduler, IEnumerable<ISettles> settling, NpgsqlDataSource source) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    public bool IsManual => clock is ManualLabClock;

    /// <summary>False when the clock is not manual or <paramref name="target"/> lies before it.</summary>
    public async Task<bool> Advance(DateTimeOffset target, CancellationToken ct)
    {
        if (clock is not ManualLabClock manual) return false;
        await _one.WaitAsync(ct);
        try
        {
            if (target < manual.GetUtcNow()) return false;
            await Settle(ct);
            while (scheduler.Take(target) is { } item)
            {
                if (item.Due > manual.GetUtcNow()) await Set(manual, item.Due, ct);
                await scheduler.Run(item);
                await Settle(ct);
            }
            if (target > manual.GetUtcNow()) await Set(manual, target, ct);
            return true;
        }
        finally { _one.Release(); }
    }

    public void Dispose() => _one.Dispose();

    // Kept before anything is judged by it: a server that is killed must not start again before what it has stored.
    private async Task Set(ManualLabClock manual, DateTimeOffset now, CancellationToken ct)
    {
        await Installation.KeepManualNow(source, now, ct);
        manual.Set(now);
    }

    private async Task Settle(CancellationToken ct)
    {
        foreach (var part in settling) await part.WhenSettled(ct);
    }
}
