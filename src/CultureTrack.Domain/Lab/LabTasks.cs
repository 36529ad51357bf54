using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

/// <summary>Something to do that no protocol asks for.</summary>
/// <param name="TaskId">Given by the software when left out.</param>
/// <param name="Role">Who may do it: T unless said; the assignee may whatever the role.</param>
/// <param name="Lead">Shown in Today that many hours before it is due, 0–720 h.</param>
/// <param name="Grace">Overdue that many hours after it was due, 0–720 h.</param>
public sealed record TaskOpened(
    string? TaskId, string Title, DateTimeOffset DueAt, string? Role = null, string? Assignee = null, string? BatchId = null, string? EquipmentId = null,
    string? RoomId = null, string? Note = null, int Lead = 24, int Grace = 0) : EventData;

/// <summary>Somebody is to do it; null gives it back to everybody in the role.</summary>
public sealed record TaskAssigned(string? Assignee) : EventData;

/// <summary>It is done. Also for tasks of a protocol that no entry of a batch completes, such as telling an authority.</summary>
public sealed record TaskDone(string? Note = null) : EventData;

/// <summary>What the register knows of a task: one opened by hand, or what people added to one that follows from a record.</summary>
public sealed record LabTask(string TaskId, long Version)
{
    public TaskOpened? Opened { get; init; }
    public string? OpenedBy { get; init; }
    public DateTimeOffset? OpenedAt { get; init; }
    public string? Assignee { get; init; }
    public string? DoneBy { get; init; }
    public DateTimeOffset? DoneAt { get; init; }
    public string? DoneNote { get; init; }

    public bool IsDone => DoneAt is not null;

    public static string Stream(string taskId) => $"task/{taskId}";

    public static LabTask Apply(LabTask? task, string taskId, Recorded e)
    {
        var known = (task ?? new LabTask(taskId, 0)) with { Version = e.Version };
        return e.Body switch
        {
            TaskOpened o => known with { Opened = o, OpenedBy = e.ActorId, OpenedAt = e.OccurredAt, Assignee = o.Assignee },
            TaskAssigned a => known with { Assignee = a.Assignee },
            TaskDone d => known with { DoneBy = e.ActorId, DoneAt = e.OccurredAt, DoneNote = d.Note },
            _ => throw new InvalidOperationException($"{e.Type} cannot follow in the stream {e.StreamId}."),
        };
    }
}

public static class TaskRules
{
    private const int MostHours = 720;

    /// <param name="known">Ids named that exist: batch, equipment.</param>
    public static void Check(TaskOpened e, LabTask? there, bool assigneeKnown, bool batchKnown, bool equipmentKnown, LabJudgement j)
    {
        j.Id("taskId", e.TaskId);
        j.Id("roomId", e.RoomId);
        j.Text("title", e.Title, 200);
        j.Require(there is null, Codes.ValDuplicate, "taskId", $"The task {e.TaskId} exists already.");
        j.Require(e.Role is null || Roles.OfPeople.Contains(e.Role), Codes.ValFormat, "role", $"Roles are {string.Join(", ", Roles.OfPeople)}.");
        j.Require(e.Assignee is null || assigneeKnown, Codes.ValFormat, "assignee", $"{e.Assignee} is not an active person.");
        j.Require(e.BatchId is null || batchKnown, Codes.ValFormat, "batchId", $"No batch {e.BatchId} is registered.");
        j.Require(e.EquipmentId is null || equipmentKnown, Codes.ValFormat, "equipmentId", $"No equipment {e.EquipmentId} is registered.");
        j.Require(e.Lead is >= 0 and <= MostHours, Codes.ValRange, "lead", $"0 to {MostHours} h.");
        j.Require(e.Grace is >= 0 and <= MostHours, Codes.ValRange, "grace", $"0 to {MostHours} h.");
    }

    public static void Check(TaskAssigned e, LabTask? task, bool assigneeKnown, LabJudgement j)
    {
        j.Require(e.Assignee is null || assigneeKnown, Codes.ValFormat, "assignee", $"{e.Assignee} is not an active person.");
        j.Require(task is not { IsDone: true }, Codes.StateTransition, "taskId", "The task is done already.");
    }

    /// <param name="role">Whose it is.</param>
    /// <param name="completedBy">The entry that completes it by itself.</param>
    public static void Check(LabTask? task, string role, string completedBy, LabJudgement j)
    {
        j.Require(completedBy == nameof(TaskDone), Codes.StateGuard, "taskId", $"The task is done by the entry {completedBy}.");
        j.Require(task is not { IsDone: true }, Codes.StateTransition, "taskId", "The task is done already.");
        var actor = j.Entry.Actor;
        j.Require(task?.Assignee == actor.UserId || actor.RoleFor([role]) is not null, Codes.SodRole, "taskId", $"It is for {task?.Assignee ?? role}.");
    }
}
