using CultureTrack.Domain.Products;

namespace CultureTrack.Domain.Batches;

/// <summary>One open task of 2.5.</summary>
/// <param name="Row">D-number of the schedule.</param>
/// <param name="Subject">Vessel, sample, result or batch the task is about.</param>
public sealed record ScheduledTask(
    string Row, string Subject, string Title, string CompletedBy, string Role, DateTimeOffset DueAt, TimeSpan Lead, TimeSpan Grace);

/// <summary>What is due when (2.5), from the batch's own events.</summary>
public static class Schedule
{
    public static IEnumerable<ScheduledTask> Due(BatchState state, ProductType product) => [];
}
