using CultureTrack.Grains.Batches;

namespace CultureTrack.Web.Entries;

/// <summary>The way from a task to the form that completes it, filled in as far as the task knows.</summary>
public static class WorkLink
{
    public static string To(DueWork work)
    {
        var type = work.CompletedBy.Split([',', ' ', '/'], StringSplitOptions.RemoveEmptyEntries)[0];
        if (type is "RecordReviewed" or "DispositionSigned") return $"/batches/{work.BatchId}/review";
        var subject = work.Subject is { } s && s != work.BatchId ? Uri.EscapeDataString(s) : null;
        return $"/batches/{work.BatchId}/enter/{type}{(subject is null ? "" : $"?vesselIds={subject}&vesselId={subject}&fromVesselIds={subject}&resultId={subject}&testId={subject}")}";
    }
}
