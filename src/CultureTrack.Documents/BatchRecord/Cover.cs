using System.Globalization;
using CultureTrack.Documents.Layout;
using CultureTrack.Documents.Wording;
using CultureTrack.Domain.Batches;
using PdfSharp.Drawing;

namespace CultureTrack.Documents.BatchRecord;

/// <summary>First page: whose batch this is, where it stands, who decided, and where to find what.</summary>
internal static class Cover
{
    public static void Draw(PaperFlow flow, BatchDossier d, int chapters)
    {
        flow.Gap(6);
        new TextStyle(10, Grey: 0.3).Draw(flow.Page, "Batch record", PaperFlow.Left, flow.Y + 10);
        new TextStyle(26, Bold: true).Draw(flow.Page, TextStyle.Printable(d.State.BatchId), PaperFlow.Left, flow.Y + 40);
        flow.Gap(52);
        flow.Text(d.ProductName, new TextStyle(12));
        flow.Gap(8);
        if (d.Disposition is not null) DispositionBox.Draw(flow, d);
        else flow.Notice($"State: {Said.Words(d.State.State.ToString())}", "No decision on release is signed. Nothing in this record permits the use of the product.");
        if (!d.State.Holds.IsEmpty) flow.Notice("On hold", string.Join("\n", d.State.Holds.Values.OrderBy(h => h.PlacedAt).Select(h => $"{h.HoldId}: {h.Reason} (since {Exact.Time(d.Zone, h.PlacedAt)}, {h.PlacedBy})")));
        flow.Heading("Identity");
        flow.Facts(Identity(d));
        flow.Heading("Where it stands");
        flow.Facts(Standing(d));
        flow.Heading("Contents");
        flow.ContentsHere(chapters);
    }

    internal static IReadOnlyList<(string, string)> Identity(BatchDossier d)
    {
        var r = d.Registration;
        var receipt = d.State.Last<TissueReceived>();
        var facts = new List<(string, string)>
        {
            ("Batch", d.State.BatchId), ("Product", $"{d.ProductName} ({d.State.ProductType})"),
            ("Patient pseudonym", r.PatientRef ?? "none (allogeneic)"), ("Second identifier", d.SecondIdentifier ?? "–"),
            ("Donor", r.DonorRef), ("Use", r.Autologous ? "autologous" : "allogeneic"),
            ("Starting material", receipt is null ? Source(d) : $"{receipt.Data.Tissue}, DIN {receipt.Data.Din} {receipt.Data.DinFlag} {receipt.Data.DinCheck}"),
            ("Received", receipt is null ? "–" : Exact.Time(d.Zone, receipt.Data.ReceivedAt)),
            ("Specification", $"{r.SpecId} version {r.SpecVersion}"), ("Intended use", Said.Words(r.IntendedUse.ToString())),
            ("Ordered", $"{Exact.Number(r.OrderedQty)} {Num.UnitText(r.OrderedUnit.ToString())}"), ("Storage", r.Storage == Storage.Fresh ? "fresh" : "cryopreserved"),
            ("Planned use", Exact.Time(d.Zone, r.PlannedUseAt)), ("Site", $"{(d.SiteName.Length > 0 ? $"{d.SiteName} ({r.Site})" : r.Site)}, {d.Zone}, {d.State.Jurisdiction}"),
        };
        if (r.Route is { } route) facts.Add(("Route", $"{Said.Words(route.ToString()).ToLowerInvariant()}{(r.PatientWeightKg is { } kg ? $", patient {Exact.Number(kg)} kg" : "")}{(r.DoseVolumeMl is { } ml ? $", dose {Exact.Number(ml)} mL" : "")}"));
        return facts;
    }

    private static string Source(BatchDossier d) => d.State.Last<SourceCellsAllocated>() is { } source ? $"cells of {source.Data.SourceBatchId}, passage {source.Data.Passage}" : "–";

    private static IReadOnlyList<(string, string)> Standing(BatchDossier d)
    {
        var s = d.State;
        return
        [
            ("State", $"{Said.Words(s.State.ToString())}{(s.Phase is { } phase ? $", phase {Said.Words(phase).ToLowerInvariant()}" : "")}"), ("Verdict", $"{d.Verdict.Value} as of {Exact.Time(d.Zone, d.Verdict.At)}"),
            ("Passage", s.Culture.Passage is { } p ? $"P{p}" : "–"), ("Cumulative doublings", s.Culture.Cpdl is { } c ? c.ToString("0.000", CultureInfo.InvariantCulture) + (s.Culture.P0Unknown ? " (P0 unknown)" : "") : "–"),
            ("Filled", s.Product.FilledAt is { } filled ? Exact.Time(d.Zone, filled) : "–"), ("Expires", s.Product.ExpiresAt is { } expires ? Exact.Time(d.Zone, expires) : "–"),
            ("Distribution", Said.Words(s.Distribution.ToString())), ("Entries", string.Create(CultureInfo.InvariantCulture, $"{d.Events.Count}, {d.Events.Count(e => e.Flags.Count > 0)} flagged")),
            ("Open deviations", s.Deviations.Values.Count(x => x.IsOpen).ToString(CultureInfo.InvariantCulture)), ("Open OOS", s.Qc.Oos.Values.Count(o => o.IsOpen).ToString(CultureInfo.InvariantCulture)),
        ];
    }
}

/// <summary>The signed decision in a frame: what it is, who signed it, when, on which verdict.</summary>
internal static class DispositionBox
{
    public static void Draw(PaperFlow flow, BatchDossier d)
    {
        var signed = d.Disposition!;
        var lines = new List<string> { $"on verdict {signed.Data.Verdict} of record version {signed.Data.VerdictVersion}{(signed.Data.Pending.Count > 0 ? $"; tests pending: {string.Join(", ", signed.Data.Pending)}" : "")}" };
        if (signed.Data.Reasons.Count > 0) lines.Add($"Reasons: {string.Join(", ", signed.Data.Reasons)}");
        if (signed.Reason is { } reason) lines.Add($"Reason given: {reason}");
        if (signed.Signature is { } s) lines.Add(SignatureText.Full(signed, s));
        flow.Need(70);
        flow.Notice(Word(signed.Data.Kind), string.Join("\n", lines));
    }

    public static string Word(DispositionKind kind) => kind switch
    {
        DispositionKind.Conditional => "CONDITIONALLY RELEASED",
        DispositionKind.Release or DispositionKind.FinalRelease => "RELEASED",
        DispositionKind.Exceptional => "EXCEPTIONAL RELEASE",
        DispositionKind.Reject => "REJECTED",
        DispositionKind.Revoke => "RELEASE REVOKED",
        _ => kind.ToString(),
    };
}
