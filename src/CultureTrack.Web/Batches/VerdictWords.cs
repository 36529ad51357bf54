using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Release;
using CultureTrack.Web.Look;
using Microsoft.Extensions.Localization;

namespace CultureTrack.Web.Batches;

/// <summary>The words of the verdict and its criteria.</summary>
public static class VerdictWords
{
    public static string Look(string status) => status switch
    {
        "Pass" => Conditions.Ok,
        "FailConfirmed" or "Expired" => Conditions.Critical,
        "FailUnconfirmed" => Conditions.Action,
        "NotApplicable" => Conditions.Off,
        "NotTested" => Conditions.Stale,
        _ => Conditions.Alert,
    };

    public static string Status(string status) => status switch
    {
        "FailConfirmed" => "Fails",
        "FailUnconfirmed" => "Fails, under investigation",
        "NotTested" => "Not tested",
        "NotApplicable" => "Does not apply",
        "Pass" => "Passes",
        _ => status,
    };

    public static string Code(string code) => code switch
    {
        "FAIL" => "Fails",
        "PENDING" => "Pending",
        "NOT_TESTED" => "Not tested",
        "EXPIRED" => "Expired",
        "ASSESS" => "Needs assessment",
        "OPEN" => "Open",
        "NOT_REVIEWED" => "Not reviewed",
        "MISSING" => "Missing",
        _ => code,
    };

    /// <summary>The entry that settles a reason, where there is one; null for what only time or a test settles.</summary>
    public static string? SettledBy(VerdictReason reason) => reason switch
    {
        { Id: "PHYSICIAN" } => nameof(PhysicianInformed),
        { Id: "HOLD" } => nameof(HoldReleased),
        { Id: "DEVIATION" } => nameof(DeviationClosed),
        { Code: "ASSESS" } => nameof(ExcursionAssessed),
        _ when reason.Id.StartsWith("OOS(", StringComparison.Ordinal) => nameof(OosConcluded),
        _ => null,
    };

    public static string Gate(string gate) => gate switch { "F" => "Needed before any release", "C" => "May be pending at conditional release", _ => "For information" };

    /// <summary>What the verdict is and exactly what stands between here and release, in one line.</summary>
    public static string Line(IStringLocalizer<Words> l, Verdict v) => v.Value switch
    {
        "RELEASE" => l["Every criterion passes. Nothing stands between this batch and release."],
        "CONDITIONAL" => l["Conditional release is possible. Until the final release still to come: {0}.", string.Join(", ", v.Pending)],
        "REJECT" => l["This batch cannot be released: {0}.", Ids(v)],
        _ when v.Reasons.Count == 1 => l["One point still to settle before release: {0}.", Ids(v)],
        _ => l["{0} points still to settle before release: {1}.", v.Reasons.Count, Ids(v)],
    };

    public static string Look(Verdict v) => v.Value switch { "RELEASE" => Conditions.Ok, "CONDITIONAL" => Conditions.Alert, "REJECT" => Conditions.Critical, _ => Conditions.Action };

    private static string Ids(Verdict v) => string.Join(", ", v.Reasons.Take(8).Select(r => r.Id)) + (v.Reasons.Count > 8 ? $" + {v.Reasons.Count - 8}" : "");
}
