using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum DonorResult { NonReactive, Reactive, Indeterminate }
public enum EligibilityStatus { Eligible, Ineligible, AutologousExempt, Incomplete }

public sealed record ConsentRecorded(string ConsentRef, DateTimeOffset SignedAt, IReadOnlyList<string> Scope) : EventData;

public sealed record DonorTestRecorded(string Marker, string Kit, DateTimeOffset SampledAt, DonorResult Result) : EventData;

public sealed record DonorEligibilityDetermined(EligibilityStatus Status) : EventData;

internal static class DonationRules
{
    public static void Check(ConsentRecorded e, Judgement j) { }
    public static void Check(DonorTestRecorded e, Judgement j) { }
    public static void Check(DonorEligibilityDetermined e, Judgement j) { }
}
