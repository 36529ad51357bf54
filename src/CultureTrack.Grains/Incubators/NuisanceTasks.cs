using System.Globalization;
using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.Tasks;
using Marten;

namespace CultureTrack.Grains.Incubators;

/// <summary>Asks for the maintenance of what chatters (4.6): one open task a point, however often it chatters meanwhile.</summary>
public sealed class NuisanceTasks(IDocumentStore store, TaskRegister register, LabWriter writer)
{
    private static readonly TimeSpan DueAfter = TimeSpan.FromDays(3);

    /// <summary>Opens the task of a nuisance alarm unless it was opened before or another of the same point waits to be done.</summary>
    public async Task Open(Alarm alarm, CancellationToken ct)
    {
        var (id, equipment) = (Id(alarm), alarm.IncubatorId);
        var title = $"Mend the alarm {alarm.Point} of {alarm.IncubatorId}, which chatters";
        await using (var session = store.QuerySession())
        {
            if (await session.LoadAsync<LabTask>(id, ct) is not null) return;
            var waiting = await session.Query<LabTask>().Where(t => t.Opened!.EquipmentId == equipment && t.DoneAt == null).ToListAsync(ct);
            if (waiting.Any(t => t.Opened!.Title == title)) return;
        }
        var note = $"Three activations within 60 s, the last at {alarm.NuisanceSince:u}. Look for a loose contact, a value at its limit or a deadband that is too narrow; limits and delays change only through an approved change.";
        var opened = await register.Open(new LabEntry(new TaskOpened(id, title, alarm.NuisanceSince!.Value + DueAfter, Roles.Technician, EquipmentId: alarm.IncubatorId, Note: note, Lead: (int)DueAfter.TotalHours), Actor.Software, writer.Now), ct);
        // Another server may have opened it at this moment; every other refusal is a bug.
        if (!opened.Accepted && opened.Findings.Any(f => f.Code is not (Codes.ValDuplicate or Codes.Concurrency)))
            throw new InvalidOperationException($"Task {id}: {string.Join(" ", opened.Findings.Select(f => f.Message))}");
    }

    // Of one nuisance, and so the same after a restart.
    private static string Id(Alarm alarm) => $"MEND-{alarm.IncubatorId}-{alarm.NuisanceSince!.Value.UtcDateTime.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture)}";
}
