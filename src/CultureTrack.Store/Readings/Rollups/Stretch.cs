namespace CultureTrack.Store.Readings.Rollups;

/// <summary>The values of a stretch of time, summed up. It holds at least one.</summary>
/// <param name="First">Time of the first value.</param>
/// <param name="Last">Time of the last value.</param>
public readonly record struct Stretch(DateTimeOffset First, DateTimeOffset Last, int Count, double Min, double Max, double Sum)
{
    /// <summary>This stretch and a later one as one.</summary>
    public Stretch And(in Stretch later)
    {
        var sum = new CarefulSum();
        sum.Add(Sum);
        sum.Add(later.Sum);
        return new(First, later.Last, Count + later.Count, Math.Min(Min, later.Min), Math.Max(Max, later.Max), sum.Value);
    }
}
