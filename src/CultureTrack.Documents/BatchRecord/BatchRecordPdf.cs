using System.Globalization;
using CultureTrack.Documents.Layout;
using CultureTrack.Documents.Wording;
using CultureTrack.Domain.Proof;

namespace CultureTrack.Documents.BatchRecord;

/// <summary>The whole record of one batch on paper: identity, decisions, criteria, growth, environment, quality, materials, and every entry in order.</summary>
public static class BatchRecordPdf
{
    private const int Chapters = 10;

    /// <summary>The same dossier gives the same bytes, whatever the machine's locale, time zone and fonts.</summary>
    public static byte[] Write(BatchDossier d) => Printer.Run(() =>
    {
        using var flow = new PaperFlow(Frame(d, "Batch record", d.Rehearsal ? "REHEARSAL: MADE WITH A CLOCK MOVED BY HAND, NOT A RECORD OF REAL TREATMENT MATERIAL" : null));
        Cover.Draw(flow, d, Chapters);
        SignatureChapter.Draw(flow, d);
        CriteriaChapter.Draw(flow, d);
        GrowthChapter.Draw(flow, d);
        EnvironmentChapter.Draw(flow, d);
        QualityChapter.Draw(flow, d);
        TestingChapter.Draw(flow, d);
        MaterialChapter.Draw(flow, d);
        ProductChapter.Draw(flow, d);
        AttachmentChapter.Draw(flow, d);
        HistoryChapter.Draw(flow, d);
        return PdfFile.Write(flow.Finish(), $"Batch record {d.State.BatchId}", Passport.MadeFrom(new(d.State.Version, d.HeadHash)), d.At);
    });

    internal static PageFrame Frame(BatchDossier d, string title, string? notice) => new(
        $"{title} {d.State.BatchId}",
        $"{d.ProductName} · {Patient(d)}",
        Said.Words(d.State.State.ToString()),
        string.Create(CultureInfo.InvariantCulture,
            $"Record version {d.State.Version}, last entry {Exact.Time(d.Zone, d.At)} ({d.Zone}). Chain hash {d.HeadHash}. Times are local to the site with offset. Made by CultureTrack from the events of the record alone; the same version prints the same bytes."),
        notice);

    internal static string Patient(BatchDossier d) => d.Registration.PatientRef is { } patient
        ? $"Patient {patient}{(d.SecondIdentifier is { } second ? $" / {second}" : "")}" : $"Donor {d.Registration.DonorRef}";
}

/// <summary>Makes one document at a time, independent of who asks: numbers and dates in one form, and memory for one only.</summary>
internal static class Printer
{
    // The library keeps fonts in common caches and is made for one thread.
    private static readonly Lock One = new();
    private static readonly CultureInfo Paper = MakePaper();

    // Decimal points, thousands apart by a thin blank: no reader takes one for the other.
    private static CultureInfo MakePaper()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberGroupSeparator = "\u2009";
        return culture;
    }

    public static byte[] Run(Func<byte[]> write)
    {
        lock (One)
        {
            var culture = CultureInfo.CurrentCulture;
            CultureInfo.CurrentCulture = Paper;
            try { return write(); }
            finally { CultureInfo.CurrentCulture = culture; }
        }
    }
}
