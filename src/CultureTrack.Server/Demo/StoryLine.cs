namespace CultureTrack.Server.Demo;

/// <summary>
/// Plays several stories on one clock. Each story waits for its next moment; the earliest one goes on, alone, so that everything happens in the order
/// of time and always in the same order. What lies after the end stays undone: that is the present state of each story.
/// </summary>
/// <param name="start">Moment before which nothing happens; a story that asks for an earlier one goes on at once.</param>
/// <param name="advance">Brings the lab to a moment: readings, deadlines, clock.</param>
internal sealed class StoryLine(DateTimeOffset start, Func<DateTimeOffset, CancellationToken, Task> advance)
{
    private readonly PriorityQueue<TaskCompletionSource, (DateTimeOffset At, int Turn)> _waiting = new();
    private TaskCompletionSource _waits = new();
    private int _turn;

    public DateTimeOffset Now { get; private set; } = start;

    /// <summary>Completes when the lab has come to <paramref name="moment"/>; never when that lies after the end.</summary>
    public Task At(DateTimeOffset moment)
    {
        if (moment <= Now) return Task.CompletedTask;
        var resume = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue(resume, (moment, _turn++));
        _waits.TrySetResult();
        return resume.Task;
    }

    /// <summary>Plays the stories up to <paramref name="end"/>, which is asked for again at every step because real time goes on meanwhile.</summary>
    /// <param name="progress">Told each moment reached.</param>
    public async Task Play(IEnumerable<Func<Task>> stories, Func<DateTimeOffset> end, Action<DateTimeOffset>? progress, CancellationToken ct)
    {
        var running = new List<Task>();
        foreach (var story in stories)
        {
            _waits = new();
            running.Add(story());
            await NextWait(running);
        }
        while (_waiting.TryPeek(out var resume, out var next) && next.At <= end())
        {
            ct.ThrowIfCancellationRequested();
            _waiting.Dequeue();
            await advance(next.At, ct);
            Now = next.At;
            progress?.Invoke(Now);
            _waits = new();
            resume.SetResult();
            await NextWait(running);
        }
        Now = end();
        await advance(Now, ct);
    }

    /// <summary>The story that goes on now has come to its next moment, has ended, or has failed.</summary>
    private async Task NextWait(List<Task> running)
    {
        while (!_waits.Task.IsCompleted)
        {
            var ended = await Task.WhenAny(running.Append(_waits.Task));
            if (ended == _waits.Task) break;
            running.Remove(ended);
            await ended;
            return;
        }
        foreach (var failed in running.Where(r => r.IsFaulted).ToList()) await failed;
    }
}
