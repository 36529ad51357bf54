using System.Globalization;
using CultureTrack.Documents.Layout;
using CultureTrack.Documents.Wording;
using CultureTrack.Domain.Release;

namespace CultureTrack.Documents.BatchRecord;

/// <summary>The criteria as they stood at the last entry, with the entries each rests on.</summary>
internal static class CriteriaChapter
{
    private static readonly Column[] Columns = [new("Criterion", 23), new("Gate", 5), new("Status", 11), new("Limit", 15), new("Observed", 17), new("Why", 24), new("Entries", 9)];

    public static void Draw(PaperFlow flow, BatchDossier d)
    {
        flow.Chapter($"Release criteria, {d.Registration.SpecId} version {d.Registration.SpecVersion}", newPage: true);
        flow.Text($"Verdict {d.Verdict.Value}, evaluated for {Exact.Time(d.Zone, d.Verdict.At)}, the time of the last entry. Gate F: needed before any release. C: may be pending at conditional release. I: for information.", TextStyle.Quiet);
        flow.Gap(4);
        if (d.Verdict.Reasons.Count > 0)
            flow.Table([new("Stands in the way", 16), new("Code", 12), new("What", 62), new("Entries", 10)],
                d.Verdict.Reasons.Select(r => new Row(true, r.Id, r.Code, Figures.Printed(r.Text), Versions(d, r.Evidence))), "");
        if (d.Verdict.Pending.Count > 0) flow.Text($"Pending at conditional release: {string.Join(", ", d.Verdict.Pending)}", TextStyle.Strong);
        flow.Table(Columns, d.Verdict.Criteria.Select(c => new Row(IsBad(c), $"{c.Id} {c.Attribute}", c.Gate, Status(c),
            Figures.Printed(c.Limit), Figures.Printed(c.Observed), Figures.Printed(c.Why), Versions(d, c.Evidence))), "The specification has no criteria.");
    }

    public static bool IsBad(CriterionStatus c) => c.Gate != "I" && c.Status is "FailConfirmed" or "FailUnconfirmed" or "Expired";

    public static string Status(CriterionStatus c) => c.Status switch
    {
        "Pass" => c.Alert ? "Pass, alerted" : "Pass",
        "FailConfirmed" => "FAIL",
        "FailUnconfirmed" => "FAIL, under investigation",
        "NotTested" => "Not tested",
        "NotApplicable" => "Not applicable",
        _ => c.Status,
    };

    /// <summary>Entries by their version in this record, which is how the history chapter numbers them.</summary>
    public static string Versions(BatchDossier d, IEnumerable<Guid> ids) =>
        string.Join(", ", ids.Select(d.VersionOf).OfType<long>().Distinct().Order().Select(v => $"v{v.ToString(CultureInfo.InvariantCulture)}"));
}
