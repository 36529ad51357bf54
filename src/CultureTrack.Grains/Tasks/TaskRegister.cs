using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using Marten;

namespace CultureTrack.Grains.Tasks;

/// <summary>Tasks that people open, give to somebody and report done.</summary>
public sealed class TaskRegister(LabWriter writer, TaskBoard board, TaskWatch watch)
{
    public async Task<Outcome<TaskLine>> Open(LabEntry entry, CancellationToken ct)
    {
        var data = (TaskOpened)entry.Data;
        data = data with { TaskId = data.TaskId ?? writer.NewId("TASK"), Assignee = data.Assignee is { } who ? UserAccount.NormalId(who) : null };
        await using (var work = await writer.Begin(ct))
        {
            var known = await work.Session.LoadAsync<LabTask>(data.TaskId, ct);
            var assigneeKnown = data.Assignee is not null && (await ActorLookup.Among(work.Session, [data.Assignee], ct)).Count > 0;
            var batchKnown = data.BatchId is { } batch && await work.Session.LoadAsync<BatchSummary>(batch, ct) is not null;
            var equipmentKnown = data.EquipmentId is { } id && await work.Session.LoadAsync<Equipment>(id, ct) is not null;
            var e = work.Append(entry with { Data = data }, LabTask.Stream(data.TaskId), known?.Version ?? 0, j => TaskRules.Check(data, known, assigneeKnown, batchKnown, equipmentKnown, j));
            if (e is null) return work.Refused<TaskLine>();
            work.Session.Insert(LabTask.Apply(null, data.TaskId, e));
            var saved = await work.Save(true, ct);
            if (!saved.Accepted) return saved.Refused<TaskLine>();
        }
        watch.Expect(data.DueAt.AddHours(data.Grace));
        return Outcome.Of((await board.Find(data.TaskId, ct))!);
    }

    public async Task<Outcome<TaskLine>> Assign(LabEntry entry, string id, CancellationToken ct)
    {
        var data = (TaskAssigned)entry.Data;
        data = data with { Assignee = data.Assignee is { } who ? UserAccount.NormalId(who) : null };
        return await Change(entry with { Data = data }, id, async (session, task, _) =>
        {
            var known = data.Assignee is not null && (await ActorLookup.Among(session, [data.Assignee], ct)).Count > 0;
            return j => TaskRules.Check(data, task, known, j);
        }, ct);
    }

    public Task<Outcome<TaskLine>> Done(LabEntry entry, string id, CancellationToken ct) =>
        Change(entry, id, (_, task, line) => Task.FromResult<Action<LabJudgement>>(j => TaskRules.Check(task, line.Role, line.CompletedBy, j)), ct);

    private async Task<Outcome<TaskLine>> Change(LabEntry entry, string id, Func<IQuerySession, LabTask?, TaskLine, Task<Action<LabJudgement>>> rule, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var task = await work.Session.LoadAsync<LabTask>(id, ct);
        if (await board.Find(id, ct) is not { } line)
            return task is { IsDone: true } ? Outcome.Refuse<TaskLine>(Codes.StateTransition, "taskId", "The task is done already.") : Outcome.NotFound<TaskLine>($"The task {id}");
        var check = await rule(work.Session, task, line);
        if (work.Append(entry, LabTask.Stream(id), task?.Version ?? 0, check) is not { } e) return work.Refused<TaskLine>();
        var changed = LabTask.Apply(task, id, e);
        work.Session.Store(changed);
        return await work.Save(line with { Assignee = changed.Assignee }, ct);
    }
}
