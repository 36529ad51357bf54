using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Batches;

/// <summary>One open task of 2.5.</summary>
/// <param name="Row">D-number of the schedule.</param>
/// <param name="Subject">Vessel, sample, result or batch the task is about.</param>
public sealed record ScheduledTask(
    string Row, string Subject, string Title, string CompletedBy, string Role, DateTimeOffset DueAt, TimeSpan Lead, TimeSpan Grace);

/// <summary>What is due when (2.5), from the batch's own events. A task disappears with the event that completes it.</summary>
public static class Schedule
{
    public static IEnumerable<ScheduledTask> Due(BatchState state, ProductType product)
    {
        if (!state.HasStarted || state.IsTerminal) return [];
        // What is rejected or terminated is made no further, but what was opened on it is still to be closed and the physician told.
        if (state.State is LifeState.Rejected or LifeState.Terminated) return Quality(state).Concat(Informing(state));
        return Receipt(state).Concat(Looks(state)).Concat(ProductSchedule.Due(state, state.Definition ?? product)).Concat(Results(state)).Concat(Disposition(state)).Concat(Quality(state)).Concat(Informing(state));
    }

    // D-01, D-02
    private static IEnumerable<ScheduledTask> Receipt(BatchState s)
    {
        if (s.Last<TissueReceived>() is not { } received) yield break;
        var at = received.Data.ReceivedAt;
        if (s.State == LifeState.Quarantined && s.Last<TissueAccepted>() is null)
            yield return Task("D-01", s.BatchId, "Accept or refuse the tissue", nameof(TissueAccepted), Roles.Technician, at.AddHours(1), 1, 1);
        if (s.State == LifeState.Quarantined && s.Last<IsolationPerformed>() is null)
            yield return Task("D-02", s.BatchId, "Isolate the cells", nameof(IsolationPerformed), Roles.Technician, at.AddHours(4), 2, 20);
    }

    // D-04, for each group of vessels that were seeded together
    private static IEnumerable<ScheduledTask> Looks(BatchState s)
    {
        foreach (var vessels in ProductSchedule.Cultures(s).Where(g => g[0].HoldsProduct))
        {
            var looks = ProductSchedule.LooksAt(s, vessels);
            var due = looks.Count == 0 ? vessels[0].SeededAt!.Value.AddHours(24) : looks[^1].OccurredAt.AddHours(looks[^1].Data.Pct >= 60 ? 24 : 48);
            yield return Task("D-04", vessels[0].Id, $"Look at {ProductSchedule.Named(vessels)}", nameof(ConfluenceObserved), Roles.Technician,
                WorkingHours.Moved(NightRule.Morning, s.Zone, due), 4, 8);
        }
    }

    // D-17, D-18
    private static IEnumerable<ScheduledTask> Results(BatchState s)
    {
        var approved = s.Of<QcResultApproved>().Select(a => a.Data.ResultId).ToHashSet(StringComparer.Ordinal);
        var invalidated = s.Of<QcResultInvalidated>().Select(a => a.Data.ResultId).ToHashSet(StringComparer.Ordinal);
        var results = s.Of<QcResultRecorded>().ToList();
        foreach (var result in results.Where(r => !approved.Contains(r.Data.ResultId) && !invalidated.Contains(r.Data.ResultId) && r.Data.Values.Count > 0))
        {
            var due = result.RecordedAt.AddHours(4);
            yield return Task("D-18", result.Data.ResultId, $"Approve result {result.Data.ResultId}", nameof(QcResultApproved), Roles.QualityControl,
                s.Product.ExpiresAt is { } expires ? Earlier(expires.AddHours(-2), due) : due, 4, 68);
        }
        foreach (var test in s.Of<QcTestStarted>().Where(t => !results.Any(r => r.Data.TestId == t.Data.TestId && r.Data.Kind == ResultKind.Final)))
        {
            var hours = test.Data.CriterionId switch
            {
                "C-06" or "C-04" or "CM-03" => 336,
                "C-11" => 72,
                "CEA-09" => 288,
                "ADSC-08" or "BMM-08" or "MSS-09" => 504,
                "C-07" => 6,
                _ => 24,
            };
            yield return Task("D-17", test.Data.TestId, $"Record the result of {test.Data.CriterionId}", nameof(QcResultRecorded), Roles.QualityControl,
                (test.Data.IncubationStartedAt ?? test.OccurredAt).AddHours(hours), 1, 24);
        }
    }

    // D-19 to D-21
    private static IEnumerable<ScheduledTask> Disposition(BatchState s)
    {
        var cryo = s.Registration!.Storage == Storage.Cryo;
        if (s.State == LifeState.Formulated && s.Product.FilledAt is { } filled)
            yield return Task("D-19", "submit", "Submit for review", nameof(ReviewSubmitted), Roles.Technician, filled.AddHours(1), 1, 1);
        if (s.State == LifeState.PendingDisposition && s.Last<ReviewSubmitted>() is { } submitted)
        {
            if (s.Last<RecordReviewed>() is not { } reviewed || reviewed.Version < submitted.Version)
                yield return Task("D-19", "review", "Review the record", nameof(RecordReviewed), Roles.QualityAssurance, submitted.OccurredAt.AddHours(1), 1, 1);
            var lastResult = s.Of<QcResultRecorded>().Select(r => r.OccurredAt).Append(submitted.OccurredAt).Max();
            var sign = cryo || s.Product.ExpiresAt is null ? lastResult.AddDays(2) : s.Product.ExpiresAt.Value.AddHours(-4);
            yield return Task("D-19", "sign", "Decide on release", nameof(DispositionSigned), Roles.Releaser, sign, 1, 1);
        }
        if (s.State == LifeState.ConditionallyReleased && PendingInAt(s) is { } complete)
            yield return Task("D-20", s.BatchId, "Sign the final release: every result is in", nameof(DispositionSigned), Roles.Releaser, complete.AddHours(4), 24, 24);
        if (s.Registration.PatientRef is not null && s.Last<Administered>() is { } given && s.Last<GraftTakeRecorded>() is null)
            yield return Task("D-21", s.BatchId, "Record the clinical review", nameof(GraftTakeRecorded), Roles.Technician, given.Data.At.AddDays(10), 72, 96);
    }

    /// <summary>When the last of the criteria that were left pending got its approved result; null while one is out.</summary>
    private static DateTimeOffset? PendingInAt(BatchState s)
    {
        var pending = s.Of<DispositionSigned>().LastOrDefault(d => d.Data.Kind == DispositionKind.Conditional)?.Data.Pending ?? [];
        var approved = pending.Select(id => s.Qc.ResultsOf(id).LastOrDefault(r => r.Counts && r.Kind == ResultKind.Final)?.ApprovedEventId)
            .Select(id => id is { } e ? s.Event(e)?.OccurredAt : null).ToList();
        return approved.Count == 0 || approved.Contains(null) ? null : approved.Max();
    }

    // D-22
    private static IEnumerable<ScheduledTask> Quality(BatchState s)
    {
        var assessed = s.Of<ExcursionAssessed>().SelectMany(a => a.Data.Criteria).ToHashSet(StringComparer.Ordinal);
        foreach (var band in s.Of<ExposureBandChanged>().GroupBy(b => b.Data.CriterionId).Select(g => g.Last()))
            if (band.Data.ToBand == ExposureBand.ASSESS && !assessed.Contains(band.Data.CriterionId))
                yield return Task("D-22", band.Data.CriterionId, $"Assess {band.Data.CriterionId}", nameof(ExcursionAssessed), Roles.QualityAssurance,
                    band.OccurredAt.AddHours(24), 24, 0);
        foreach (var open in s.Deviations.Values.Where(d => d.IsOpen))
            yield return Task("D-22", open.DeviationId, $"Close deviation {open.DeviationId}", nameof(DeviationClosed), Roles.QualityAssurance,
                WorkingDaysAfter(open.OpenedAt, 10, s.Zone), 24, 0);
        // 2.6: an "open >" bound makes the task overdue until it is closed.
        foreach (var oos in s.Qc.Oos.Values.Where(o => o.IsOpen))
            yield return Task("OOS", oos.OosId, $"Conclude {oos.OosId} ({oos.CriterionId})", nameof(OosConcluded), Roles.QualityAssurance, WorkingDaysAfter(oos.OpenedAt, 10, s.Zone), DaysLead(14), 0);
        foreach (var hold in s.Holds.Values)
            yield return Task("HOLD", hold.HoldId, $"Release the hold or decide: {hold.Reason}", nameof(HoldReleased), Roles.QualityAssurance, WorkingDaysAfter(hold.PlacedAt, 5, s.Zone), DaysLead(7), 0);
    }

    // 2.3: the treating physician within 24 h; 3.9: the authority of an exceptional use.
    private static IEnumerable<ScheduledTask> Informing(BatchState s)
    {
        foreach (var task in PhysicianTasks.Open(s))
            yield return Task("PHYSICIAN", task.EventId.ToString("N"), $"Inform the physician: {task.Text}", nameof(PhysicianInformed), Roles.QualityAssurance, task.DueAt, 24, 0);
        foreach (var use in s.Of<ExceptionalUseRequested>())
            yield return Task("AUTHORITY", use.EventId.ToString("N"), "Notify the authority of the exceptional use", nameof(Lab.TaskDone), Roles.QualityAssurance, use.Data.AuthorityTaskDueAt, 48, 0);
    }

    private static double DaysLead(int days) => TimeSpan.FromDays(days).TotalHours;

    private static ScheduledTask Task(
        string row, string subject, string title, string completedBy, string role, DateTimeOffset due, double leadHours, double graceHours) =>
        new(row, subject, title, completedBy, role, due, TimeSpan.FromHours(leadHours), TimeSpan.FromHours(graceHours));

    private static DateTimeOffset Earlier(DateTimeOffset? a, DateTimeOffset b) => a is { } given && given < b ? given : b;

    /// <summary>The same time of day after a number of working days; Saturdays and Sundays of the zone count not.</summary>
    public static DateTimeOffset WorkingDaysAfter(DateTimeOffset from, int days, string zone = "UTC")
    {
        var day = from;
        while (days > 0)
        {
            day = day.AddDays(1);
            if (SiteTime.Local(zone, day).DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) days--;
        }
        return day;
    }
}
