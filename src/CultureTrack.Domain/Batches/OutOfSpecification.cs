using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum OosConclusion { AssignableLabError, Confirmed, Inconclusive, NotConfirmed }

/// <summary>Opened by the software when a recorded result of an F or C criterion fails; one at a time for a criterion and batch.</summary>
public sealed record OosOpened(string OosId, string ResultId, string CriterionId, IReadOnlyList<string>? Parts = null) : EventData;

public sealed record OosConcluded(string OosId, int Phase, OosConclusion Conclusion, string Rationale) : EventData;

internal static class OosRules
{
    public static void Check(QcResultInvalidated e, Judgement j) { }
    public static void Check(QcRetestOrdered e, Judgement j) { }
    public static void Check(OosOpened e, Judgement j) { }
    public static void Check(OosConcluded e, Judgement j) { }
}
