using System.Diagnostics;

namespace CultureTrack.IntegrationTests;

/// <summary>Waits for a condition in another process, looking often and giving up with its name.</summary>
static class Waiting
{
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(25);

    public static async Task Until(Func<Task<bool>> condition, string what, int seconds = 30)
    {
        using var timer = new PeriodicTimer(LookEvery);
        for (var began = Stopwatch.GetTimestamp(); !await condition();)
        {
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(seconds), what);
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public static Task Until(Func<bool> condition, string what, int seconds = 30) => Until(() => Task.FromResult(condition()), what, seconds);
}
