using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum FeedKind { Full, Half, TopUp }
public enum LookMethod { Visual, Image }
public enum Contamination { None, Suspected }

public sealed record MediumChanged(IReadOnlyList<string> VesselIds, string MediumLot, decimal RemovedMl, decimal AddedMl, FeedKind Kind) : EventData;

public sealed record ConfluenceObserved(string VesselId, decimal Pct, LookMethod Method, string Morphology, Contamination Contamination) : EventData;

public sealed record CountReplicate(int Live, int Dead);

public sealed record CellCounted(
    string SampleId, string? VesselId, CellLine CellLine, string Method, decimal Dilution, IReadOnlyList<CountReplicate> Replicates, decimal ViablePerMl,
    decimal ViabilityPct, decimal VolumeMl) : EventData;

internal static class CultureRules
{
    public static void Check(MediumChanged e, Judgement j) { }
    public static void Check(ConfluenceObserved e, Judgement j) { }
}
