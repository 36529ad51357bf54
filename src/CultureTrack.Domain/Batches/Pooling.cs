namespace CultureTrack.Domain.Batches;

internal static class PoolingRules
{
    public static void Check(CulturesPooled e, Judgement j) { }
    public static void Check(SubLotSplit e, Judgement j) { }
}
