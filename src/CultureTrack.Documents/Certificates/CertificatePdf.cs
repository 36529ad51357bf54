using System.Globalization;
using CultureTrack.Documents.BatchRecord;
using CultureTrack.Documents.Layout;
using CultureTrack.Documents.Wording;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Release;

namespace CultureTrack.Documents.Certificates;

/// <summary>
/// The certificate of analysis: product, quantity, every criterion with limit and observation, what fails or is pending, and the signed decision. Without a
/// signed decision it says on every page that it is a draft and certifies nothing.
/// </summary>
public static class CertificatePdf
{
    private static readonly Column[] Columns = [new("Criterion", 29), new("Method", 21), new("Limit", 18), new("Observed", 20), new("Status", 12)];

    public static byte[] Write(BatchDossier d) => Printer.Run(() =>
    {
        using var flow = new PaperFlow(BatchRecordPdf.Frame(d, Title(d), Notice(d)));
        new TextStyle(20, Bold: true).Draw(flow.Page, Title(d), PaperFlow.Left, flow.Y + 18);
        flow.Gap(30);
        Decision(flow, d);
        Product(flow, d);
        Failing(flow, d);
        Pending(flow, d);
        Criteria(flow, d);
        Statement(flow, d);
        return PdfFile.Write(flow.Finish(), $"{Title(d)} {d.State.BatchId}", Passport.MadeFrom(new(d.State.Version, d.HeadHash)), d.At);
    });

    private static bool IsCertificate(BatchDossier d) => d.Disposition?.Data.Kind is DispositionKind.Conditional or DispositionKind.Release or DispositionKind.FinalRelease or DispositionKind.Exceptional;

    private static string Title(BatchDossier d) => d.Disposition is null ? "Draft of a certificate of analysis" : "Certificate of analysis";

    private static string? Notice(BatchDossier d)
    {
        var said = new[]
        {
            d.Rehearsal ? "REHEARSAL" : null,
            d.Disposition is null ? "DRAFT: NO CERTIFICATE, THE BATCH IS NOT RELEASED" : IsCertificate(d) ? null : $"{DispositionBox.Word(d.Disposition.Data.Kind)}: NOT FOR USE",
            d.State.Holds.IsEmpty ? null : "ON HOLD",
        };
        return string.Join("  ·  ", said.OfType<string>()) is { Length: > 0 } notice ? notice : null;
    }

    private static void Decision(PaperFlow flow, BatchDossier d)
    {
        if (d.Disposition is null)
            flow.Notice("This is no certificate", $"No decision on release is signed. The evaluation at {Exact.Time(d.Zone, d.At)}, the time of the last entry, was {d.Verdict.Value}{(d.Verdict.Reasons.Count > 0 ? $": {string.Join(", ", d.Verdict.Reasons.Select(r => r.Id))}" : "")}. Do not use the product on the strength of this page.");
        else DispositionBox.Draw(flow, d);
        if (!d.State.Holds.IsEmpty) flow.Notice("On hold", string.Join("\n", d.State.Holds.Values.OrderBy(h => h.PlacedAt).Select(h => h.Reason)));
    }

    private static void Product(PaperFlow flow, BatchDossier d)
    {
        flow.Heading("Product");
        flow.Facts(Cover.Identity(d));
        var filled = d.State.Product.Filled.ToList();
        var storage = d.State.Definition?.ExpiryFor(d.Registration.Storage, filled.Count > 0 && filled.All(c => c.Lyophilised) ? Domain.Products.ProductForm.Lyophilised : Domain.Products.ProductForm.AsFilled);
        flow.Facts(
        [
            ("Quantity", filled.Count == 0 ? "nothing is filled" : Quantity(filled)), ("Storage range", storage?.StorageText ?? "–"),
            ("Filled", d.State.Product.FilledAt is { } at ? $"{Exact.Time(d.Zone, at)} ({d.Zone})" : "–"), ("Expires", d.State.Product.ExpiresAt is { } expires ? $"{Exact.Time(d.Zone, expires)} ({d.Zone})" : "–"),
            ("Passage", d.State.Culture.Passage is { } p ? $"P{p}" : "–"), ("Cumulative doublings", d.State.Culture.Cpdl is { } c ? c.ToString("0.0", CultureInfo.InvariantCulture) : "–"),
        ]);
        if (filled.Count > 0) flow.Facts([("Containers", string.Join(", ", filled.Select(c => c.Id)))], 1);
    }

    /// <summary>Containers of one kind together: <c>12 × 2 mL, 40 000 000 viable cells</c>.</summary>
    private static string Quantity(List<Container> filled)
    {
        var kinds = filled.GroupBy(c => (c.VolumeMl, c.Viable, c.AreaCm2)).OrderByDescending(g => g.Count()).ThenBy(g => g.Key.VolumeMl).ThenBy(g => g.Key.AreaCm2)
            .Select(g => $"{g.Count()} × {Exact.Number(g.Key.VolumeMl)} mL{(g.Key.Viable is { } v ? $", {Num.Cells(v)} viable cells" : "")}{(g.Key.AreaCm2 is { } a ? $", {Exact.Number(a)} cm²" : "")}");
        var total = filled.Sum(c => c.Viable ?? 0) is > 0 and var cells ? $"{Num.Cells(cells)} viable cells" : filled.Sum(c => c.AreaCm2 ?? 0) is > 0 and var area ? $"{Exact.Number(area)} cm²" : $"{Exact.Number(filled.Sum(c => c.VolumeMl))} mL";
        return $"{filled.Count} containers, {total} in all: {string.Join("; ", kinds)}";
    }

    private static void Failing(PaperFlow flow, BatchDossier d)
    {
        if (d.Disposition?.Data.Kind != DispositionKind.Exceptional) return;
        flow.Heading("Criteria that are not met: released at the treating physician's request");
        foreach (var request in d.State.Of<ExceptionalUseRequested>())
            flow.Text($"Request {request.Data.PhysicianRef} of {Exact.Time(d.Zone, request.Data.RequestedAt)} for {string.Join(", ", request.Data.Criteria)}; risk evaluation {request.Data.RiskEvaluationRef}; {(request.Data.NoAlternative ? "no alternative for the patient" : "")}; authority to be notified by {Exact.Time(d.Zone, request.Data.AuthorityTaskDueAt)}.");
        flow.Table(Columns, d.Verdict.Criteria.Where(CriteriaChapter.IsBad).Select(c => Row(d, c)), "No criterion fails by now.");
    }

    private static void Pending(PaperFlow flow, BatchDossier d)
    {
        var pending = d.Disposition?.Data.Kind == DispositionKind.Conditional ? d.Disposition.Data.Pending
            : d.Disposition is null ? [.. d.Verdict.Criteria.Where(c => c.Gate != "I" && c.Status == "Pending").Select(c => c.Id)] : [];
        if (pending.Count == 0) return;
        flow.Heading("Tests pending: this list goes with the product");
        flow.Table([new("Criterion", 34), new("Method", 26), new("Limit", 18), new("Result expected", 22), new("Standing now", 16)], pending.Select(id =>
        {
            var criterion = d.Specification.Find(id);
            var status = d.Verdict.Criteria.FirstOrDefault(c => c.Id == id);
            return new Row($"{id} {criterion?.Attribute}", criterion?.Method ?? "–", Figures.Printed(status?.Limit), Expected(d, criterion), status is null ? "–" : CriteriaChapter.Status(status));
        }), "");
    }

    // Start of the incubation, before it the collection, plus the validated duration (3.1).
    private static string Expected(BatchDossier d, Criterion? criterion)
    {
        if (criterion?.ValidatedHours is not { } hours) return "–";
        var tests = d.State.Qc.Tests.Values.Where(t => t.CriterionId == criterion.Id).ToList();
        var from = tests.Max(t => t.IncubationStartedAt) ?? d.State.Qc.Samples.Values.Where(s => s.Criteria.Contains(criterion.Id)).Max(s => (DateTimeOffset?)s.CollectedAt);
        return from is { } start ? Exact.Day(d.Zone, start.AddHours((double)hours)) : "–";
    }

    private static void Criteria(PaperFlow flow, BatchDossier d)
    {
        flow.Heading($"Criteria, specification {d.Registration.SpecId} version {d.Registration.SpecVersion}");
        flow.Table(Columns, d.Verdict.Criteria.Where(c => c.Status != "NotApplicable").Select(c => Row(d, c)), "The specification has no criteria.");
        var not = d.Verdict.Criteria.Where(c => c.Status == "NotApplicable").Select(c => $"{c.Id} {c.Attribute}").ToList();
        if (not.Count > 0) flow.Text($"Not applicable to this batch: {string.Join("; ", not)}.", TextStyle.Quiet);
    }

    private static Row Row(BatchDossier d, CriterionStatus c) => new(CriteriaChapter.IsBad(c), $"{c.Id} {c.Attribute}{(c.Gate == "I" ? " (for information)" : "")}",
        d.Specification.Find(c.Id)?.Method ?? "–", Figures.Printed(c.Limit), c.Observed is { Length: > 0 } seen ? Figures.Printed(seen) : "–", CriteriaChapter.Status(c));

    private static void Statement(PaperFlow flow, BatchDossier d)
    {
        flow.Gap(6);
        if (d.Disposition?.Signature is { } s && IsCertificate(d))
        {
            flow.Need(60);
            flow.Heading("Certification");
            flow.Text($"{s.FullName} ({s.User}) signed electronically, with the meaning {Said.Words(s.Meaning)}, on {s.Local} ({s.Zone}), {Exact.Utc(s.SignedAt)}. The signature is bound to content {s.ContentHash} at record version {s.StreamVersion} and is {(SignatureRules.IsValid(d.Disposition, s) ? "valid" : "NOT VALID")}.");
        }
        var deviations = d.State.Deviations.Values.OrderBy(x => x.OpenedAt).ToList();
        if (deviations.Count > 0) flow.Text($"Deviations: {string.Join("; ", deviations.Select(x => $"{x.DeviationId} {x.Class?.ToString().ToLowerInvariant() ?? "not classified"}, {(x.IsOpen ? "open" : "closed")}"))}.", TextStyle.Quiet);
        flow.Text("Observations are of approved results and of the process record, rounded to the decimals of their limits; the batch record holds every value as it was entered.", TextStyle.Quiet);
    }
}
