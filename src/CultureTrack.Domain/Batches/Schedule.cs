using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>One open task of 2.5.</summary>
/// <param name="Row">D-number of the schedule.</param>
/// <param name="Subject">Vessel, sample, result or batch the task is about.</param>
public sealed record ScheduledTask(
    string Row, string Subject, string Title, string CompletedBy, string Role, DateTimeOffset DueAt, TimeSpan Lead, TimeSpan Grace);

/// <summary>What is due when (2.5), from the batch's own events. A task disappears with the event that completes it.</summary>
public static class Schedule
{
    private static readonly string[] Sheets = ["CEA"];

    public static IEnumerable<ScheduledTask> Due(BatchState state, ProductType product)
    {
        if (!state.HasStarted || state.State is LifeState.Rejected or LifeState.Terminated or LifeState.Discarded or LifeState.Closed) return [];
        return Receipt(state).Concat(Culture(state)).Concat(Samples(state, product)).Concat(Results(state)).Concat(Disposition(state)).Concat(Quality(state));
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

    // D-04 to D-09, for each group of vessels that were seeded together
    private static IEnumerable<ScheduledTask> Culture(BatchState s)
    {
        if (s.State != LifeState.InProcess) yield break;
        var groups = s.Culture.Vessels.Values.Where(v => v is { Status: VesselStatus.InUse, HoldsProduct: true, SeededAt: not null }).GroupBy(v => v.SeedEventId);
        foreach (var vessels in groups.Select(g => g.OrderBy(v => v.Id, StringComparer.Ordinal).ToList()))
        {
            var first = vessels[0];
            var seeded = first.SeededAt!.Value;
            var subject = vessels.Count == 1 ? first.Id : $"{first.Id} and {vessels.Count - 1} more";
            yield return Look(s, vessels, subject, seeded);
            yield return Feed(s, vessels, subject, seeded);
            if (Passage(s, vessels, subject, seeded) is { } passage) yield return passage;
        }
    }

    private static ScheduledTask Look(BatchState s, List<Vessel> vessels, string subject, DateTimeOffset seeded)
    {
        var looks = LooksAt(s, vessels);
        var due = looks.Count == 0 ? seeded.AddHours(24) : looks[^1].OccurredAt.AddHours(looks[^1].Data.Pct >= 60 ? 24 : 48);
        return Task("D-04", vessels[0].Id, $"Look at {subject}", nameof(ConfluenceObserved), Roles.Technician, IntoTheDay(s.Zone, due), 4, 8);
    }

    private static ScheduledTask Feed(BatchState s, List<Vessel> vessels, string subject, DateTimeOffset seeded)
    {
        var isSheet = vessels[0].Purpose == SeedingPurpose.Sheet;
        var changed = vessels.Where(v => v.MediumAt > seeded).Select(v => v.MediumAt!.Value).DefaultIfEmpty().Max();
        var (row, due) = s.ProductType == "ADSC"
            ? ("D-06", changed == default ? seeded.AddHours(vessels[0].Passage == 0 ? 72 : 48) : changed.AddHours(72))
            : ("D-05", changed == default ? seeded.AddHours(72) : changed.AddHours(isSheet ? 72 : 48));
        return Task(row, vessels[0].Id, $"Change medium of {subject}", nameof(MediumChanged), Roles.Technician, BackToAfternoon(s.Zone, due), 4, 20);
    }

    private static ScheduledTask? Passage(BatchState s, List<Vessel> vessels, string subject, DateTimeOffset seeded)
    {
        var looks = LooksAt(s, vessels);
        if (vessels[0].Purpose == SeedingPurpose.Sheet)
        {
            var full = looks.FirstOrDefault(l => l.Data.Pct >= 100)?.OccurredAt.AddHours(24);
            return Task("D-09", vessels[0].Id, $"Detach {subject}", nameof(SheetDetached), Roles.Technician,
                IntoTheDay(s.Zone, Earlier(full, seeded.AddDays(11))), 24, 72);
        }
        var ready = looks.FirstOrDefault(l => l.Data.Pct >= 80)?.OccurredAt;
        var isSkin = Sheets.Contains(s.ProductType);
        var latest = seeded.AddDays(isSkin ? 7 : vessels[0].Passage == 0 ? 8 : 5);
        return Task(isSkin ? "D-07" : "D-08", vessels[0].Id, $"Passage or harvest {subject}", nameof(PassagePerformed), Roles.Technician,
            IntoTheDay(s.Zone, Earlier(ready, latest)), 24, 24);
    }

    // D-13 to D-15
    private static IEnumerable<ScheduledTask> Samples(BatchState s, ProductType product)
    {
        if (s.State is < LifeState.InProcess or > LifeState.Formulated) yield break;
        var fill = s.Registration!.PlannedUseAt.AddHours(-(double)product.FillLeadHours);
        if (s.Registration.Storage == Storage.Fresh && !IsTaken(s, "C-04"))
            yield return Task("D-13", "C-04", "Take the in-process sterility sample", nameof(SampleTaken), Roles.Technician, fill.AddHours(-72), 12, 12);
        if (!IsTaken(s, "C-07"))
            yield return Task("D-14", "C-07", "Take the mycoplasma sample", nameof(SampleTaken), Roles.Technician, fill.AddHours(-24), 24, 20);
        if (!IsTaken(s, "C-06"))
            yield return Task("D-15", "C-06", "Take the final samples", nameof(SampleTaken), Roles.Technician, fill.AddMinutes(-30), 2, 0.5);
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
            var hours = test.Data.CriterionId switch { "C-06" or "C-04" => 336, "C-11" => 72, "CEA-09" => 288, "ADSC-08" => 504, "C-07" => 6, _ => 24 };
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
            var sign = cryo || s.Product.ExpiresAt is null ? submitted.OccurredAt.AddDays(2) : s.Product.ExpiresAt.Value.AddHours(-4);
            yield return Task("D-19", "sign", "Decide on release", nameof(DispositionSigned), Roles.Releaser, sign, 1, 1);
        }
        if (s.State == LifeState.ConditionallyReleased && s.Last<QcResultApproved>() is { } last)
            yield return Task("D-20", s.BatchId, "Sign the final release when every result is in", nameof(DispositionSigned), Roles.Releaser,
                last.OccurredAt.AddHours(4), 24, 24);
        if (s.Registration.PatientRef is not null && s.Last<Administered>() is { } given && s.Last<GraftTakeRecorded>() is null)
            yield return Task("D-21", s.BatchId, "Record the clinical review", nameof(GraftTakeRecorded), Roles.Technician, given.Data.At.AddDays(10), 72, 96);
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
                WorkingDaysAfter(open.OpenedAt, 10), 24, 0);
    }

    private static List<Recorded<ConfluenceObserved>> LooksAt(BatchState s, List<Vessel> vessels)
    {
        var ids = vessels.Select(v => v.Id).ToHashSet(StringComparer.Ordinal);
        return [.. s.Of<ConfluenceObserved>().Where(l => ids.Contains(l.Data.VesselId))];
    }

    private static bool IsTaken(BatchState s, string criterion) => s.Of<SampleTaken>().Any(t => t.Data.Criteria.Contains(criterion));

    private static ScheduledTask Task(
        string row, string subject, string title, string completedBy, string role, DateTimeOffset due, double leadHours, double graceHours) =>
        new(row, subject, title, completedBy, role, due, TimeSpan.FromHours(leadHours), TimeSpan.FromHours(graceHours));

    private static DateTimeOffset Earlier(DateTimeOffset? a, DateTimeOffset b) => a is { } given && given < b ? given : b;

    // Between 18:00 and 07:00 site time nobody feeds: the task moves back to 17:00.
    private static DateTimeOffset BackToAfternoon(string zone, DateTimeOffset due)
    {
        var local = SiteTime.Local(zone, due);
        if (local.Hour is >= 7 and < 18) return due;
        var day = local.Hour < 7 ? local.Date.AddDays(-1) : local.Date;
        return At(zone, day.AddHours(17));
    }

    // Everything else moves forward to 08:00.
    private static DateTimeOffset IntoTheDay(string zone, DateTimeOffset due)
    {
        var local = SiteTime.Local(zone, due);
        if (local.Hour is >= 7 and < 18) return due;
        var day = local.Hour < 7 ? local.Date : local.Date.AddDays(1);
        return At(zone, day.AddHours(8));
    }

    private static DateTimeOffset At(string zone, DateTime local) =>
        new DateTimeOffset(local, TimeZoneInfo.FindSystemTimeZoneById(zone).GetUtcOffset(local)).ToUniversalTime();

    private static DateTimeOffset WorkingDaysAfter(DateTimeOffset from, int days)
    {
        var day = from;
        while (days > 0)
        {
            day = day.AddDays(1);
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) days--;
        }
        return day;
    }
}
