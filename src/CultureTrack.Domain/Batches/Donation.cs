using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum DonorResult { NonReactive, Reactive, Indeterminate }
public enum EligibilityStatus { Eligible, Ineligible, AutologousExempt, Incomplete }

public sealed record ConsentRecorded(string ConsentRef, DateTimeOffset SignedAt, IReadOnlyList<string> Scope) : EventData;

public sealed record DonorTestRecorded(string Marker, string Kit, DateTimeOffset SampledAt, DonorResult Result) : EventData;

public sealed record DonorEligibilityDetermined(EligibilityStatus Status) : EventData;

internal static class DonationRules
{
    public static void Check(ConsentRecorded e, Judgement j)
    {
        j.Require(e.SignedAt <= j.Now, Codes.ValFuture, Judgement.Data("signedAt"), "The consent was signed in the future.");
        if (j.State.Last<TissueReceived>() is { } receipt)
            j.Require(e.SignedAt <= receipt.Data.ProcuredAt, Codes.ValOrder, Judgement.Data("signedAt"), "The consent was signed after the tissue had been taken.");
        var use = j.Registration.IntendedUse.ToString();
        j.FlagIf(!e.Scope.Contains(use, StringComparer.OrdinalIgnoreCase), Flags.OutOfWindow, "scope", use, string.Join(", ", e.Scope));
    }

    public static void Check(DonorTestRecorded e, Judgement j)
    {
        j.Require(e.SampledAt <= j.Now, Codes.ValFuture, Judgement.Data("sampledAt"), "The sample was taken in the future.");
        j.Require(DonorTesting.Markers.Contains(e.Marker), Codes.ValFormat, Judgement.Data("marker"),
            $"{e.Marker} is no donor marker; known are {string.Join(", ", DonorTesting.Markers)}.");
        if (j.State.Last<TissueReceived>() is { } receipt && !DonorTesting.IsInWindow(e.SampledAt, receipt.Data, j.State.Zone))
            j.Flag(Flags.OutOfWindow, "sampledAt", receipt.Data.Tissue == TissueKind.Marrow ? "-30–7 d" : "-7–7 d", RecordJson.Text(e.SampledAt));
    }

    public static void Check(DonorEligibilityDetermined e, Judgement j)
    {
        switch (e.Status)
        {
            case EligibilityStatus.Eligible:
                var missing = DonorTesting.Missing(j.State).ToList();
                j.Guard(missing.Count == 0, "status", $"Not tested: {string.Join(", ", missing)}.");
                var reactive = DonorTesting.Reactive(j.State).ToList();
                j.Guard(reactive.Count == 0, "status", $"Reactive: {string.Join(", ", reactive)}.");
                break;
            case EligibilityStatus.AutologousExempt:
                j.Guard(j.Registration.Autologous, "status", "Only an autologous donor is exempt.");
                j.Guard(j.State.Jurisdiction != Jurisdiction.EU, "status", "In the EU autologous donors are tested too.");
                break;
        }
    }
}

/// <summary>Donor testing (3.7): which markers, when sampled, and whether the status lets cells be used.</summary>
internal static class DonorTesting
{
    private const int WindowDays = 7;
    private const int MarrowBeforeDays = 30;

    /// <summary>K-07.</summary>
    public static readonly IReadOnlySet<string> Markers = new HashSet<string>(
        ["HIV-1", "HIV-2", "HBsAg", "anti-HBc", "HCV", "Treponema pallidum", "HIV-1 NAT", "HCV NAT", "HBV NAT", "HTLV-I/II", "CMV", "WNV NAT"],
        StringComparer.Ordinal);

    /// <summary>Markers a donor of this batch needs. Fat and marrow are rich in leukocytes; before the receipt the product tells which tissue it will be.</summary>
    public static IEnumerable<string> Required(BatchState state)
    {
        var tissue = state.Last<TissueReceived>()?.Data.Tissue;
        var leukocyteRich = tissue is TissueKind.Lipoaspirate or TissueKind.Marrow
            || (tissue is null or TissueKind.BankVial && state.Definition is { IsLeukocyteRich: true });
        string[] always = ["HIV-1", "HIV-2", "HBsAg", "anti-HBc", "HCV", "Treponema pallidum", "HIV-1 NAT", "HCV NAT", "HBV NAT"];
        return leukocyteRich ? [.. always, "HTLV-I/II", "CMV"] : always;
    }

    public static IEnumerable<string> Missing(BatchState state) =>
        Required(state).Except(state.Of<DonorTestRecorded>().Select(t => t.Data.Marker), StringComparer.Ordinal);

    /// <summary>Markers whose latest result is not clear. CMV alone makes nobody ineligible.</summary>
    public static IEnumerable<string> Reactive(BatchState state) => state.Of<DonorTestRecorded>().GroupBy(t => t.Data.Marker)
        .Where(m => m.Key != "CMV" && m.Last().Data.Result != DonorResult.NonReactive).Select(m => m.Key);

    /// <summary>Day of recovery ±7 d in the batch's zone; marrow up to 30 d before.</summary>
    public static bool IsInWindow(DateTimeOffset sampledAt, TissueReceived receipt, string zone)
    {
        var days = (SiteTime.Local(zone, sampledAt).Date - SiteTime.Local(zone, receipt.ProcuredAt).Date).Days;
        return days <= WindowDays && days >= -(receipt.Tissue == TissueKind.Marrow ? MarrowBeforeDays : WindowDays);
    }

    /// <summary>Exempt or Eligible; in the EU an autologous donor only needs results (Dir. 2006/17/EC Annex II).</summary>
    public static bool Passed(BatchState state) => state.Last<DonorEligibilityDetermined>()?.Data.Status switch
    {
        EligibilityStatus.Eligible or EligibilityStatus.AutologousExempt => true,
        _ => state is { Registration.Autologous: true, Jurisdiction: Jurisdiction.EU } && !Missing(state).Any(),
    };

    /// <summary>T03: a donor sample was drawn, or none is needed.</summary>
    public static bool SampledOrExempt(BatchState state) => state.Of<DonorTestRecorded>().Any()
        || state.Last<DonorEligibilityDetermined>()?.Data.Status is EligibilityStatus.AutologousExempt or EligibilityStatus.Eligible;
}
