namespace CultureTrack.Store.Readings.Sealed;

/// <summary>
/// Numbers of which some may be absent: a column that says which are there, one byte, how many decimals (0 to 15, or <see cref="Bits"/>: the number's IEEE 754
/// bits), then a column of those there are, as whole numbers. Every bit comes back.
/// </summary>
static class ValueColumn
{
    const byte Bits = 0xFF;
    const int MostDecimals = 15;

    /// <summary>Beyond it not every whole number is a double.</summary>
    const double Exact = 1L << 53;

    static readonly double[] PowersOfTen = [.. Enumerable.Range(0, MostDecimals + 1).Select(e => double.Parse($"1e{e}", System.Globalization.CultureInfo.InvariantCulture))];

    public static void Write(List<byte> to, IReadOnlyList<double?> values)
    {
        ColumnCodec.Write(to, [.. values.Select(v => v is null ? 0L : 1L)]);
        var there = values.Where(v => v is not null).Select(v => v!.Value).ToList();
        var decimals = Decimals(there);
        to.Add(decimals is { } few ? (byte)few : Bits);
        ColumnCodec.Write(to, [.. there.Select(v => decimals is { } e ? Scaled(v, e) : BitConverter.DoubleToInt64Bits(v))]);
    }

    public static void Read(ref ReadOnlySpan<byte> from, int n, Action<int, double> take)
    {
        var there = ColumnCodec.Read(ref from, n);
        var kind = from[0];
        from = from[1..];
        if (kind is > MostDecimals and not Bits) throw new InvalidDataException($"A sealed channel with {kind} decimals.");
        var values = ColumnCodec.Read(ref from, there.Count(t => t != 0));
        for (int i = 0, next = 0; i < n; i++)
            if (there[i] != 0)
                take(i, kind == Bits ? BitConverter.Int64BitsToDouble(values[next++]) : values[next++] / PowersOfTen[kind]);
    }

    public static void Skip(ref ReadOnlySpan<byte> from, int n)
    {
        var there = ColumnCodec.Read(ref from, n).Count(t => t != 0);
        from = from[1..];
        ColumnCodec.Skip(ref from, there);
    }

    /// <summary>The fewest decimals that give every value back to the last bit; null when none do.</summary>
    static int? Decimals(List<double> values)
    {
        var decimals = 0;
        foreach (var value in values)
            while (!IsExact(value, decimals))
                if (++decimals > MostDecimals)
                    return null;
        return values.All(v => IsExact(v, decimals)) ? decimals : null;
    }

    static bool IsExact(double value, int decimals)
    {
        var scaled = value * PowersOfTen[decimals];
        return Math.Abs(scaled) < Exact && BitConverter.DoubleToInt64Bits(Scaled(value, decimals) / PowersOfTen[decimals]) == BitConverter.DoubleToInt64Bits(value);
    }

    static long Scaled(double value, int decimals) => (long)Math.Round(value * PowersOfTen[decimals]);
}
