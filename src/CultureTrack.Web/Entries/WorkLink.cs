using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Tasks;

namespace CultureTrack.Web.Entries;

/// <summary>The way from a task to the form that completes it, filled in as far as the task knows.</summary>
public static class WorkLink
{
    public static string To(DueWork work) => OfBatch(work.BatchId, work.CompletedBy, work.Subject);

    public static string To(TaskLine task) => task.CompletedBy switch
    {
        nameof(WalkRoundDone) => $"/incubators/{task.EquipmentId}/walk-round",
        nameof(CalibrationRecorded) => $"/incubators/{task.EquipmentId}/care",
        nameof(CapaActionsDone) or nameof(CapaClosed) => $"/capas/{task.Subject}",
        nameof(LabDeviationClosed) => $"/deviations/{task.Subject}",
        nameof(TaskDone) => $"/tasks?id={Uri.EscapeDataString(task.Id)}",
        nameof(DeviationClosed) => $"/deviations/{task.Subject}?batch={task.BatchId}",
        _ => OfBatch(task.BatchId!, task.CompletedBy, task.Subject),
    };

    private static string OfBatch(string batchId, string completedBy, string? about)
    {
        var type = completedBy.Split([',', ' ', '/'], StringSplitOptions.RemoveEmptyEntries)[0];
        if (type is nameof(RecordReviewed) or nameof(DispositionSigned)) return $"/batches/{batchId}/review";
        var subject = about is { } s && s != batchId ? Uri.EscapeDataString(s) : null;
        var fields = type switch
        {
            _ when subject is null => "",
            nameof(HoldReleased) => $"?holdId={subject}",
            nameof(OosConcluded) => $"?oosId={subject}",
            nameof(ExcursionAssessed) or nameof(SampleTaken) => $"?criteria={subject}",
            nameof(PhysicianInformed) => "?about=PositiveResult",
            _ => $"?vesselIds={subject}&vesselId={subject}&fromVesselIds={subject}&resultId={subject}&testId={subject}",
        };
        return $"/batches/{batchId}/enter/{type}{fields}";
    }
}
