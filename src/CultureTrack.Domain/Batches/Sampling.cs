using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum SampleMatrix { Cells, Supernatant, CellsAndSupernatant, FinalProduct, Extract, Plate, Image }

public sealed record SampleTaken(
    string SampleId, IReadOnlyList<string> Criteria, SampleMatrix Matrix, decimal? VolumeMl, IReadOnlyList<string> SourceIds, DateTimeOffset CollectedAt) : EventData;

public sealed record SampleDispatched(string SampleId, string LabRef, decimal TempC, string Custodian) : EventData;

public sealed record SampleAccepted(string SampleId, decimal TempC, int CoiMatches) : EventData;

internal static class SamplingRules
{
    public static void Check(SampleTaken e, Judgement j) { }
    public static void Check(SampleDispatched e, Judgement j) { }
    public static void Check(SampleAccepted e, Judgement j) { }
}
