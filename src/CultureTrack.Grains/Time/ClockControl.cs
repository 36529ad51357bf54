namespace CultureTrack.Grains.Time;

/// <summary>Something that still works on what was received; the clock waits for it before it moves and before it says settled.</summary>
public interface ISettles
{
    Task WhenSettled(CancellationToken ct);
}

/// <summary>Puts the manual clock forward, running every deadline on the way in time order.</summary>
public sealed class ClockControl(TimeProvider clock, LabScheduler scheduler, IEnumerable<ISettles> settling) : IDisposable
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
                if (item.Due > manual.GetUtcNow()) manual.Set(item.Due);
                await scheduler.Run(item);
                await Settle(ct);
            }
            manual.Set(target);
            return true;
        }
        finally { _one.Release(); }
    }

    public void Dispose() => _one.Dispose();

    private async Task Settle(CancellationToken ct)
    {
        foreach (var part in settling) await part.WhenSettled(ct);
    }
}
