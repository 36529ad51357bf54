using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using Marten;

namespace CultureTrack.Grains.Tasks;

/// <summary>Something somebody has to do, wherever it comes from.</summary>
/// <param name="Id">Stays the same while the task stands, also when its time moves.</param>
/// <param name="Row">D-number of the schedule, or what it follows from: OOS, HOLD, PHYSICIAN, AUTHORITY, CAPA, TASK.</param>
/// <param name="CompletedBy">The entry that completes it; <c>TaskDone</c>: said by hand.</param>
/// <param name="RoomId">Where the equipment stands in which it is done, as far as known.</param>
public sealed record TaskLine(
    string Id, string Row, string? BatchId, string? EquipmentId, string? RoomId, string? Subject, string Title, string CompletedBy, string Role, string? Assignee,
    DateTimeOffset ShowFrom, DateTimeOffset DueAt, DateTimeOffset OverdueAt, string? Note = null)
{
    /// <summary>Whether it is for that person: given to them, or to nobody and in a role they may act in.</summary>
    public bool IsFor(Actor person) => Assignee is null ? person.RoleFor([Role]) is not null : Assignee == person.UserId;
}

/// <summary>What is due in the whole lab: from the protocols of the batches, equipment, CAPA and deviations, and what people asked for.</summary>
public sealed class TaskBoard(IDocumentStore store)
{
    /// <summary>By time.</summary>
    public async Task<IReadOnlyList<TaskLine>> All(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var equipment = (await session.Query<Equipment>().ToListAsync(ct)).ToDictionary(e => e.EquipmentId, StringComparer.Ordinal);
        var zones = (await session.Query<Site>().ToListAsync(ct)).ToDictionary(s => s.SiteId, s => s.Zone, StringComparer.Ordinal);
        var tasks = (await session.Query<LabTask>().ToListAsync(ct)).ToDictionary(t => t.TaskId, StringComparer.Ordinal);
        var rooms = await RoomsOfBatches(session, equipment, ct);
        var lines = (await session.Query<DueWork>().ToListAsync(ct)).Select(w => Line(w, rooms.GetValueOrDefault(w.BatchId)))
            .Concat(equipment.Values.SelectMany(e => EquipmentTasks.Due(e, zones.GetValueOrDefault(e.Site) ?? "UTC").Select(t => Line(e, t))))
            .Concat((await session.Query<Capa>().Where(c => c.Status != CapaStatus.Closed).ToListAsync(ct)).Select(Line))
            .Concat((await session.Query<LabDeviation>().Where(d => d.ClosedAt == null).ToListAsync(ct)).Select(d => Line(d, equipment)))
            .Concat(tasks.Values.Where(t => t.Opened is not null).Select(t => Line(t, equipment)));
        return [.. lines.Where(l => tasks.GetValueOrDefault(l.Id) is not { IsDone: true })
            .Select(l => tasks.GetValueOrDefault(l.Id) is { Opened: null, Assignee: { } who } ? l with { Assignee = who } : l).OrderBy(l => l.DueAt).ThenBy(l => l.Id, StringComparer.Ordinal)];
    }

    public async Task<TaskLine?> Find(string id, CancellationToken ct) => (await All(ct)).FirstOrDefault(t => t.Id == id);

    // A batch is worked on in the room of the incubator its vessels are in; one that is in several rooms has none.
    private static async Task<Dictionary<string, string?>> RoomsOfBatches(IQuerySession session, Dictionary<string, Equipment> equipment, CancellationToken ct) =>
        (await session.Query<BatchSummary>().Where(b => b.VesselsInCulture > 0).ToListAsync(ct)).ToDictionary(
            b => b.Id, b => b.Incubators.Select(i => equipment.GetValueOrDefault(i)?.RoomId).Distinct().ToList() is [{ } only] ? only : null, StringComparer.Ordinal);

    private static TaskLine Line(DueWork w, string? room) =>
        new(w.Id, w.Task, w.BatchId, null, room, w.Subject, w.Title, w.CompletedBy, w.Role, null, w.ShowFrom, w.DueAt, w.OverdueAt);

    private static TaskLine Line(Equipment e, ScheduledTask t) =>
        new($"{e.EquipmentId}/{t.Row}/{t.Subject}", t.Row, null, e.EquipmentId, e.RoomId, t.Subject, t.Title, t.CompletedBy, t.Role, null, t.DueAt - t.Lead, t.DueAt, t.DueAt + t.Grace);

    private static TaskLine Line(Capa c)
    {
        var (what, by, role, assignee, due) = c.Status == CapaStatus.Open
            ? ("Do", nameof(CapaActionsDone), Roles.Technician, c.Owner, c.DueAt)
            : ("Check the effect of", nameof(CapaClosed), Roles.QualityAssurance, null, c.EffectivenessDueAt);
        return new($"{c.CapaId}/CAPA", "CAPA", null, null, null, c.CapaId, $"{what} {c.CapaId}: {c.Title}", by, role, assignee, due.AddDays(-7), due, due);
    }

    private static TaskLine Line(LabDeviation d, Dictionary<string, Equipment> equipment)
    {
        var due = Schedule.WorkingDaysAfter(d.OpenedAt, 10);
        return new($"{d.DeviationId}/D-22", "D-22", null, d.EquipmentId, d.RoomId ?? equipment.GetValueOrDefault(d.EquipmentId ?? "")?.RoomId, d.DeviationId, $"Close deviation {d.DeviationId}",
            nameof(LabDeviationClosed), Roles.QualityAssurance, null, due.AddDays(-1), due, due);
    }

    private static TaskLine Line(LabTask t, Dictionary<string, Equipment> equipment)
    {
        var o = t.Opened!;
        return new(t.TaskId, "TASK", o.BatchId, o.EquipmentId, o.RoomId ?? equipment.GetValueOrDefault(o.EquipmentId ?? "")?.RoomId, null, o.Title, nameof(TaskDone), o.Role ?? Roles.Technician,
            t.Assignee, o.DueAt.AddHours(-o.Lead), o.DueAt, o.DueAt.AddHours(o.Grace), o.Note);
    }
}
