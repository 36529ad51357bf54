namespace CultureTrack.Web.Lab;

/// <summary>
/// One answer for everybody who asks at about the same time. Each answer is begun after it was asked for, so nobody is given an older one; while answers are
/// being asked for all the time, they begin <paramref name="apart"/> from each other and one at a time.
/// </summary>
/// <param name="make">Makes the answer.</param>
/// <param name="apart">Least time from the beginning of one answer to that of the next.</param>
public sealed class SharedRound<T>(Func<Task<T>> make, TimeSpan apart, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<T>? _next;
    private Task _running = Task.CompletedTask;
    private long? _began;

    public Task<T> Ask(CancellationToken ct)
    {
        lock (_gate) return (_next ??= Task.Run(Next, CancellationToken.None)).WaitAsync(ct);
    }

    private async Task<T> Next()
    {
        Task running;
        lock (_gate) running = _running;
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);    // who asked for that one is told
        if (_began is { } began && apart - time.GetElapsedTime(began) is { Ticks: > 0 } wait) await Task.Delay(wait, time);
        Task<T> made;
        lock (_gate)
        {
            _next = null;    // who asks from here on wants a later one
            _began = time.GetTimestamp();
            _running = made = Task.Run(make);
        }
        return await made;
    }
}
