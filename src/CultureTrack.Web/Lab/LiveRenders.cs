using CultureTrack.Grains.Live;

namespace CultureTrack.Web.Lab;

/// <summary>Brings what happens to a page: at once, but not more often than a person can read.</summary>
public static class LiveRenders
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Calls <paramref name="changed"/> soon after any event of the topics, at most twice a second, and every <paramref name="atLeastEvery"/> even when
    /// nothing happens, because silence too changes what a page must show. Ends with the token; any other failure goes to <paramref name="failed"/>.
    /// </summary>
    public static async Task Follow(ILiveFeed feed, IReadOnlyCollection<string> topics, TimeSpan atLeastEvery, TimeProvider time, Func<Task> changed,
        Func<Exception, Task> failed, CancellationToken ct)
    {
        using var something = new SemaphoreSlim(0, 1);
        try
        {
            var listening = Listen(feed, topics, something, ct);
            while (!ct.IsCancellationRequested)
            {
                await something.WaitAsync(atLeastEvery, ct);
                await changed();
                if (listening.IsFaulted) await listening;
                await Task.Delay(Pause, time, ct);
            }
        }
        catch (OperationCanceledException e) when (ct.IsCancellationRequested)
        {
            // The page was closed: the ordinary end of following it.
            _ = e;
        }
        catch (Exception e)
        {
            if (!ct.IsCancellationRequested) await failed(e);
        }
    }

    private static async Task Listen(ILiveFeed feed, IReadOnlyCollection<string> topics, SemaphoreSlim something, CancellationToken ct)
    {
        await foreach (var _ in feed.Subscribe(topics, ct))
            if (something.CurrentCount == 0) something.Release();
    }
}
