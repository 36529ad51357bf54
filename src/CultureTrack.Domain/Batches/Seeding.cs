using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum FeederArrest { Gamma, Mitomycin }

public sealed record FeederPlated(
    string FeederLot, IReadOnlyList<string> VesselIds, decimal CellsPerCm2, FeederArrest Arrest, decimal? DoseGy, DateTimeOffset ArrestedAt) : EventData;

public sealed record SeededVessel(string Id, string Type, decimal AreaCm2);

public sealed record VesselsSeeded(
    SeedingPurpose Purpose, CellLine CellLine, IReadOnlyList<string> SourceIds, IReadOnlyList<SeededVessel> Vessels, decimal ViableSeeded,
    decimal CellsPerCm2, int Passage, string MediumLot, decimal MediumMl) : EventData;

internal static class SeedingRules
{
    public static void Check(FeederPlated e, Judgement j) { }
    public static void Check(VesselsSeeded e, Judgement j) { }
}
