using System.Globalization;

namespace CultureTrack.Benchmarks.Live;

/// <summary>Measured times, from any thread.</summary>
internal sealed class Times(string name)
{
    private readonly Lock _gate = new();
    private readonly List<double> _ms = [];

    public int Count
    {
        get { lock (_gate) return _ms.Count; }
    }

    public void Add(TimeSpan time)
    {
        lock (_gate) _ms.Add(time.TotalMilliseconds);
    }

    /// <summary>Forgets the times so far, such as those of a warm-up.</summary>
    public void Clear()
    {
        lock (_gate) _ms.Clear();
    }

    /// <summary>In milliseconds; the share is in [0, 1].</summary>
    public double At(double share)
    {
        lock (_gate)
        {
            if (_ms.Count == 0) return double.NaN;
            _ms.Sort();
            return _ms[(int)((_ms.Count - 1) * share)];
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{name,-46} {Count,9} times   p50 {At(0.5):0.0} ms   p99 {At(0.99):0.0} ms   p99.9 {At(0.999):0.0} ms   max {At(1):0.0} ms");
}
