using System.Globalization;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>The lines of a product's own schedule (2.5), D-03 and D-05 to D-16, as tasks of one batch.</summary>
internal static class ProductSchedule
{
    public static IEnumerable<ScheduledTask> Due(BatchState s, ProductType product)
    {
        var rules = product.Schedule ?? [];
        return Cultures(s).SelectMany(g => OfCulture(s, g, rules))
            .Concat(rules.Where(r => r.Per == TaskAnchor.Step).Select(r => OfStep(s, r)).OfType<ScheduledTask>())
            .Concat(rules.Where(r => r.Per == TaskAnchor.PlannedFill).Select(r => OfFill(s, r, product)).OfType<ScheduledTask>());
    }

    /// <summary>Living cultures in groups that were seeded together, each in the order of its ids.</summary>
    public static IEnumerable<List<Vessel>> Cultures(BatchState s) => s.State is LifeState.InProcess or LifeState.Quarantined
        ? s.Culture.Vessels.Values.Where(v => v is { Status: VesselStatus.InUse, SeededAt: not null }).GroupBy(v => v.SeedEventId)
            .Select(g => g.OrderBy(v => v.Id, StringComparer.Ordinal).ToList())
        : [];

    public static string Named(List<Vessel> vessels) => vessels.Count == 1 ? vessels[0].Id : $"{vessels[0].Id} and {vessels.Count - 1} more";

    public static List<Recorded<ConfluenceObserved>> LooksAt(BatchState s, List<Vessel> vessels)
    {
        var ids = vessels.Select(v => v.Id).ToHashSet(StringComparer.Ordinal);
        return [.. s.Of<ConfluenceObserved>().Where(l => ids.Contains(l.Data.VesselId))];
    }

    private static IEnumerable<ScheduledTask> OfCulture(BatchState s, List<Vessel> vessels, IEnumerable<TaskRule> rules)
    {
        var first = vessels[0];
        var fitting = rules.Where(r => r.Per == TaskAnchor.Culture && Fits(r, first)).DistinctBy(r => r.Row);
        foreach (var rule in fitting)
            if (DueAt(s, vessels, rule) is { } due) yield return Task(s, rule, first.Id, Named(vessels), due);
    }

    private static bool Fits(TaskRule r, Vessel v) =>
        (r.Purposes is null ? v.HoldsProduct : v.Purpose is { } p && r.Purposes.Contains(p))
        && (r.FirstPassage is null || r.FirstPassage == (v.Passage == 0));

    private static DateTimeOffset? DueAt(BatchState s, List<Vessel> vessels, TaskRule rule)
    {
        var seeded = vessels[0].SeededAt!.Value;
        var done = Done(s, vessels, rule);
        if (done is { } last) return rule.RepeatHours is { } again ? last.AddHours((double)again) : null;
        var latest = seeded.AddHours((double)rule.Hours);
        var ready = rule.ConfluencePct is { } pct ? LooksAt(s, vessels).FirstOrDefault(l => l.Data.Pct >= pct)?.OccurredAt.AddHours((double)rule.ConfluenceHours) : null;
        return ready < latest ? ready : latest;
    }

    // Of a repeated task the last time it was done to these vessels; of any other the first time since they were seeded.
    private static DateTimeOffset? Done(BatchState s, List<Vessel> vessels, TaskRule rule)
    {
        var seeded = vessels[0].SeededAt!.Value;
        if (rule.CompletedBy == nameof(MediumChanged))
            return vessels.Where(v => v.MediumAt > seeded).Max(v => v.MediumAt);
        return rule.Criterion is { } criterion ? Finished(s, rule.CompletedBy, criterion)
            : s.History.FirstOrDefault(e => e.OccurredAt > seeded && ProductSteps.Is(e.Body, rule.CompletedBy) && !IsGrowth(rule.CompletedBy))?.OccurredAt;
    }

    // A passage or a detachment takes its own vessels out of culture; that of others says nothing about these.
    private static bool IsGrowth(string step) => step is nameof(PassagePerformed) or nameof(SheetDetached) or nameof(HarvestPerformed);

    private static ScheduledTask? OfStep(BatchState s, TaskRule rule)
    {
        if (s.State is < LifeState.Quarantined or > LifeState.Harvested) return null;
        if (s.History.LastOrDefault(e => ProductSteps.Is(e.Body, rule.After ?? "")) is not { } anchor) return null;
        if (s.History.Any(e => e.Version > anchor.Version && ProductSteps.Is(e.Body, rule.CompletedBy))) return null;
        var from = anchor.Body is TissueReceived receipt ? receipt.ReceivedAt : anchor.OccurredAt;
        return Task(s, rule, rule.CompletedBy, s.BatchId, from.AddHours((double)rule.Hours));
    }

    private static ScheduledTask? OfFill(BatchState s, TaskRule rule, ProductType product)
    {
        if (s.State is < LifeState.InProcess or > LifeState.Formulated) return null;
        // C-04 is for what will be used fresh; what is frozen waits for C-06.
        if (rule.Criterion is { } criterion && (Finished(s, rule.CompletedBy, criterion) is not null || (criterion == "C-04" && s.Registration!.Storage != Storage.Fresh))) return null;
        if (rule.CompletedBy == nameof(QcResultRecorded) && !s.Of<SampleTaken>().Any(t => t.Data.Criteria.Contains(rule.Criterion!))) return null;
        var fill = s.Registration!.PlannedUseAt.AddHours(-(double)product.FillLeadHours);
        return Task(s, rule, rule.Criterion ?? rule.CompletedBy, s.BatchId, fill.AddHours((double)rule.Hours));
    }

    private static DateTimeOffset? Finished(BatchState s, string completedBy, string criterion) => completedBy == nameof(SampleTaken)
        ? s.Of<SampleTaken>().FirstOrDefault(t => t.Data.Criteria.Contains(criterion))?.OccurredAt
        : s.Qc.ResultsOf(criterion).FirstOrDefault()?.RecordedAt;

    private static ScheduledTask Task(BatchState s, TaskRule rule, string subject, string named, DateTimeOffset due) => new(
        rule.Row, subject, string.Format(CultureInfo.InvariantCulture, rule.Title, named), rule.CompletedBy.Split('/')[0], rule.Role,
        WorkingHours.Moved(rule.Night, s.Zone, due), TimeSpan.FromHours((double)rule.LeadHours), TimeSpan.FromHours((double)rule.GraceHours));
}
