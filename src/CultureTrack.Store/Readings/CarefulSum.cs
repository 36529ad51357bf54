namespace CultureTrack.Store.Readings;

/// <summary>
/// A sum that carries what each addition rounds off (A. Neumaier, Zeitschrift für Angewandte Mathematik und Mechanik 54, 1974), so that parts summed up before
/// give the same total as their values one by one. Beyond the range of a double it is infinite.
/// </summary>
struct CarefulSum
{
    double _sum, _lost;

    public readonly double Value => double.IsFinite(_sum) ? _sum + _lost : _sum;

    public void Add(double value)
    {
        var sum = _sum + value;
        _lost += Math.Abs(_sum) >= Math.Abs(value) ? _sum - sum + value : value - sum + _sum;
        _sum = sum;
    }
}
