using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Notices;
using CultureTrack.Grains.People;
using CultureTrack.Grains.Time;
using Marten;
using Microsoft.Extensions.Hosting;

namespace CultureTrack.Grains.Tasks;

/// <summary>Up to when overdue tasks have been told.</summary>
public sealed record TaskMark(string Id, DateTimeOffset UpTo);

/// <summary>
/// Tells of tasks that are overdue: whoever has it or its duty at once, the supervisor on duty after four hours, quality on call after a day. Each is told
/// once, also over a restart.
/// </summary>
public sealed class TaskWatch(IDocumentStore store, TaskBoard board, DutyRoster roster, NoticeBoard notices, LabScheduler scheduler, TimeProvider clock) : IHostedService
{
    private const string Key = "tasks", Mark = "overdue";
    private static readonly TimeSpan[] After = [TimeSpan.Zero, TimeSpan.FromHours(4), TimeSpan.FromHours(24)];
    private static readonly TimeSpan LooksAtLeastEvery = TimeSpan.FromHours(24), LooksAtMostEvery = TimeSpan.FromMinutes(15);
    private readonly Lock _gate = new();
    private DateTimeOffset _next = DateTimeOffset.MaxValue;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Expect(clock.GetUtcNow());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A task becomes overdue then; looks no later than that, or a quarter of an hour after the last look.</summary>
    public void Expect(DateTimeOffset overdueAt)
    {
        lock (_gate)
        {
            if (overdueAt >= _next) return;
            _next = overdueAt;
            scheduler.Schedule(Key, overdueAt, Look);
        }
    }

    private async Task Look()
    {
        var now = clock.GetUtcNow();
        lock (_gate) _next = DateTimeOffset.MaxValue;
        var tasks = await board.All(CancellationToken.None);
        await Tell(tasks, now);
        var next = tasks.SelectMany(t => After.Select(a => t.OverdueAt + a)).Where(at => at > now).Append(now + LooksAtLeastEvery).Min();
        Expect(next < now + LooksAtMostEvery ? now + LooksAtMostEvery : next);
    }

    private async Task Tell(IReadOnlyList<TaskLine> tasks, DateTimeOffset now)
    {
        await using var session = store.LightweightSession();
        var mark = await session.LoadAsync<TaskMark>(Mark, CancellationToken.None);
        // What was overdue before the first look is old news and is not told to everybody at once.
        var since = mark?.UpTo ?? now;
        foreach (var task in tasks)
            for (var level = 0; level < After.Length; level++)
                if (task.OverdueAt + After[level] is var at && at > since && at <= now)
                    notices.Put(session, await NoticeOf(task, level, now));
        session.Store(new TaskMark(Mark, now));
        await session.SaveChangesAsync(CancellationToken.None);
        notices.Sent();
    }

    private async Task<Notice> NoticeOf(TaskLine task, int level, DateTimeOffset now)
    {
        var people = await Called(task, level, now);
        var text = $"{task.Title}{(task.BatchId is null ? "" : $" ({task.BatchId})")} was due at {task.DueAt:u} and is overdue.";
        return new($"task/{task.Id}/{task.OverdueAt:O}/{level + 1}", "task.overdue", now, $"Overdue: {task.Title}", text,
            new { taskId = task.Id, task.Row, task.BatchId, task.EquipmentId, task.Title, task.Role, task.Assignee, task.DueAt, task.OverdueAt, level = level + 1, called = people.Select(p => p.User) }, people);
    }

    private async Task<IReadOnlyList<Person>> Called(TaskLine task, int level, DateTimeOffset now)
    {
        if (level > 0) return (await roster.OnDuty(level == 1 ? Duty.Supervisor : Duty.QaOnCall, now, CancellationToken.None)).People;
        if (task.Assignee is { } who && await roster.Find(who, CancellationToken.None) is { } person) return [person];
        return task.Role switch
        {
            Roles.Technician => (await roster.OnDuty(Duty.OnShift, now, CancellationToken.None)).People,
            Roles.Supervisor => (await roster.OnDuty(Duty.Supervisor, now, CancellationToken.None)).People,
            Roles.QualityAssurance => (await roster.OnDuty(Duty.QaOnCall, now, CancellationToken.None)).People,
            _ => await roster.InRole(task.Role, CancellationToken.None),
        };
    }
}
