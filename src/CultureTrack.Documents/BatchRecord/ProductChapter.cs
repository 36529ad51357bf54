using CultureTrack.Documents.Layout;
using CultureTrack.Documents.Wording;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Documents.BatchRecord;

/// <summary>What was made of the cells: containers, labels, and where they went.</summary>
internal static class ProductChapter
{
    public static void Draw(PaperFlow flow, BatchDossier d)
    {
        flow.Chapter("Product, labels and distribution");
        flow.Heading("Containers");
        flow.Table([new("Container", 22), new("Volume, mL", 11, true), new("Viable cells", 15, true), new("Area, cm²", 10, true), new("Expires", 24), new("Storage", 18), new("Standing", 16)],
            d.State.Product.Containers.Values.Select(c => new Row(c.Withdrawn, c.Id, Exact.Number(c.VolumeMl), c.Viable is { } v ? Exact.Number(v) : "–", c.AreaCm2 is { } a ? Exact.Number(a) : "–",
                c.ExpiresAt is { } e ? Exact.Time(d.Zone, e) : "–", c.StoredIn is { } place ? $"{place} {c.Position}" : "–", Standing(c))), "Nothing is filled yet.");
        flow.Heading("Labels printed");
        flow.Table([new("When", 21), new("By", 10), new("Copies", 9, true), new("Labels", 34), new("Texts", 42), new("Reprint", 16), new("Entry", 7)],
            d.Events.OfType<Recorded<LabelsPrinted>>().Select(l => new Row(l.Data.Reprint, Exact.Time(d.Zone, l.OccurredAt), l.ActorId, Exact.Number(l.Data.Copies), string.Join(", ", l.Data.ContainerIds),
                string.Join(" | ", l.Data.Texts), l.Data.Reprint ? $"yes: {l.Data.Reason ?? l.Reason}" : "no", CriteriaChapter.Versions(d, [l.EventId]))), "No label was printed.");
        foreach (var r in d.Events.OfType<Recorded<LabelsReconciled>>())
            flow.Text($"Reconciled {Exact.Time(d.Zone, r.OccurredAt)} by {r.ActorId} (v{r.Version}): {r.Data.Printed} printed = {r.Data.Applied} applied + {r.Data.Destroyed} destroyed + {r.Data.Retained} retained{(r.Data.Printed == r.Data.Applied + r.Data.Destroyed + r.Data.Retained ? "" : ": DOES NOT ADD UP")}.");
        flow.Heading("Distribution");
        flow.Table([new("When", 22), new("What", 14), new("Containers", 44), new("By", 12), new("Entry", 8)],
            d.Events.Where(e => e.Body is Shipped or Delivered or Administered or Returned).Select(e => new Row(Exact.Time(d.Zone, e.OccurredAt), Said.Words(e.Type), string.Join(", ", Ids(e.Body)), e.ActorId, CriteriaChapter.Versions(d, [e.EventId]))), "Nothing has left the laboratory.");
    }

    private static IReadOnlyList<string> Ids(EventData data) => data switch
    {
        Shipped s => s.ContainerIds,
        Delivered s => s.ContainerIds,
        Administered s => s.ContainerIds,
        Returned s => s.ContainerIds,
        _ => [],
    };

    private static string Standing(Container c) => c switch
    {
        { Withdrawn: true } => "withdrawn",
        { Administered: true } => "administered",
        { Returned: true } => "returned",
        { Delivered: true } => "delivered",
        { Shipped: true } => "shipped",
        { Thawed: true } => "thawed",
        _ => c.IsFilled ? "filled" : "frozen",
    };
}

/// <summary>Files that belong to the record, by their hash.</summary>
internal static class AttachmentChapter
{
    public static void Draw(PaperFlow flow, BatchDossier d)
    {
        flow.Chapter("Attachments");
        flow.Table([new("Attachment", 30), new("File", 22), new("Type", 12), new("Bytes", 10, true), new("SHA-256", 38), new("Entries that name it", 14)],
            d.Attachments.Select(a => new Row(a.AttachmentId, a.FileName, a.ContentType, Exact.Number(a.Bytes), a.Sha256,
                CriteriaChapter.Versions(d, d.Events.Where(e => AttachmentRefs.Of(e.Body).Contains(a.AttachmentId)).Select(e => e.EventId)))), "No file is attached.");
    }
}
