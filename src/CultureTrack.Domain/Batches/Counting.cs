using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

internal static class CountingRules
{
    public static void Check(CellCounted e, Judgement j) { }
}
