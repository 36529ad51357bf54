using System.Globalization;
using CultureTrack.Documents.Layout;
using CultureTrack.Documents.Wording;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Documents.BatchRecord;

/// <summary>Everything out of the ordinary: exceptions with who has seen them, deviations, OOS, holds, corrections with both values.</summary>
internal static class QualityChapter
{
    public static void Draw(PaperFlow flow, BatchDossier d)
    {
        flow.Chapter("Exceptions and quality decisions", newPage: true);
        Review(flow, d);
        flow.Heading("Exceptions");
        flow.Table([new("Kind", 12), new("What", 66), new("Seen in review", 11), new("Entries", 11)],
            d.Exceptions.Items.Select(x => new Row(x.Kind, Figures.Printed(x.Text), x.Seen ? "yes" : "no", CriteriaChapter.Versions(d, x.EventIds))), "No exception.");
        flow.Heading("Corrections: the value first recorded and the one that holds");
        flow.Table([new("When, who", 24), new("Entry corrected", 18), new("Field", 13), new("Old value", 14), new("New value", 14), new("Reason", 25), new("Entry", 6)],
            d.Events.OfType<Recorded<RecordCorrected>>().Select(c => Correction(d, c)), "Nothing was corrected.");
        flow.Heading("Deviations");
        flow.Table([new("Deviation", 16), new("Class", 9), new("What", 35), new("Opened", 20), new("Closed", 30)], d.State.Deviations.Values.OrderBy(x => x.OpenedAt).Select(x => Deviation(d, x)), "No deviation.");
        flow.Heading("Out of specification");
        flow.Table([new("OOS", 16), new("Criterion, result", 20), new("Opened", 20), new("Conclusion", 44)], d.State.Qc.Oos.Values.OrderBy(o => o.Version).Select(o => Oos(d, o)), "No result out of specification.");
        flow.Heading("Holds");
        flow.Table([new("Hold", 16), new("Placed", 24), new("Reason", 30), new("Released", 30)], d.Events.OfType<Recorded<HoldPlaced>>().Select(h => Hold(d, h)), "No hold.");
    }

    private static void Review(PaperFlow flow, BatchDossier d)
    {
        var c = d.Exceptions.Coverage;
        flow.Heading("Review");
        foreach (var r in d.Events.OfType<Recorded<RecordReviewed>>())
            flow.Text($"Reviewed at record version {r.Data.ScopeVersion}, {r.Data.ExceptionsSeen.Count.ToString(CultureInfo.InvariantCulture)} exceptions seen, audit trail {(r.Data.AuditTrailReviewed ? "reviewed" : "not reviewed")}. {(r.Signature is { } s ? SignatureText.Full(r, s) : "")}");
        if (d.State.Last<RecordReviewed>() is null) flow.Text("The record has not been reviewed.", TextStyle.Strong);
        flow.Facts(
        [
            ("Rules run", Exact.Number(c.RulesRun)), ("Signatures checked", Exact.Number(c.SignaturesChecked)),
            ("Readings expected", Exact.Number(c.ReadingsExpected)), ("Readings received", Exact.Number(c.ReadingsReceived)),
            ("Steps expected", Exact.Number(c.StepsExpected)), ("Steps done", Exact.Number(c.StepsDone)),
        ]);
    }

    private static Row Correction(BatchDossier d, Recorded<RecordCorrected> c) => new(
        $"{Exact.Time(d.Zone, c.RecordedAt)}\n{c.ActorId} ({c.ActorRole})", $"{Said.Words(d.Events.FirstOrDefault(e => e.EventId == c.Data.CorrectsEventId)?.Type ?? "unknown")}, {CriteriaChapter.Versions(d, [c.Data.CorrectsEventId])}",
        c.Data.Field, c.Data.OldValue is { } old ? Exact.Value(old, d.Zone) : "nothing", c.Data.NewValue is { } now ? Exact.Value(now, d.Zone) : "nothing", c.Data.Reason, CriteriaChapter.Versions(d, [c.EventId]));

    private static Row Deviation(BatchDossier d, Deviation x)
    {
        var closed = d.Events.OfType<Recorded<DeviationClosed>>().LastOrDefault(e => e.EventId == x.ClosedEventId);
        return new(x.IsOpen, x.DeviationId, x.Class?.ToString() ?? "not classified", x.Text, $"{Exact.Day(d.Zone, x.OpenedAt)}, {x.OpenedBy} {CriteriaChapter.Versions(d, [x.EventId])}",
            closed is null ? "OPEN" : $"{Exact.Day(d.Zone, closed.OccurredAt)}, {closed.ActorId} v{closed.Version}: {closed.Data.RootCause}. Impact: {closed.Data.Impact}{(closed.Data.CapaRefs.Count > 0 ? $". CAPA {string.Join(", ", closed.Data.CapaRefs)}" : "")}");
    }

    private static Row Oos(BatchDossier d, OosCase o)
    {
        var concluded = d.Events.OfType<Recorded<OosConcluded>>().LastOrDefault(e => e.EventId == o.ConcludedEventId);
        return new(o.IsOpen || o.IsConfirmed, o.OosId, $"{o.CriterionId}, {o.ResultId}", $"{Exact.Day(d.Zone, o.OpenedAt)} {CriteriaChapter.Versions(d, [o.EventId])}",
            concluded is null ? "OPEN" : $"{Said.Words(concluded.Data.Conclusion.ToString())}, phase {concluded.Data.Phase}, {concluded.ActorId} v{concluded.Version}: {concluded.Data.Rationale}");
    }

    private static Row Hold(BatchDossier d, Recorded<HoldPlaced> h)
    {
        var released = d.Events.OfType<Recorded<HoldReleased>>().FirstOrDefault(r => r.Data.HoldId == h.Data.HoldId);
        return new(released is null, h.Data.HoldId ?? "–", $"{Exact.Day(d.Zone, h.OccurredAt)}, {h.ActorId} v{h.Version}", h.Data.Reason,
            released is null ? "OPEN" : $"{Exact.Day(d.Zone, released.OccurredAt)}, {released.ActorId} v{released.Version}: {released.Data.Reason}");
    }
}
