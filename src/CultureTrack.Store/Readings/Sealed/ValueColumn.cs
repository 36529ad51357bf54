namespace CultureTrack.Store.Readings.Sealed;

/// <summary>
/// Numbers of which some may be absent: a column that says which are there, one byte, how many decimals (0 to 18, or <see cref="Bits"/>: the number's IEEE 754
/// bits), then a column of those there are, as whole numbers. Or <see cref="Distinct"/>, how many different values there are, those in the same way (decimals,
/// column), then a column of which it is each time: for a sensor that averages, and so has long values that come again. Every bit comes back.
/// </summary>
static class ValueColumn
{
    const byte Bits = 0xFF, Distinct = 0xFE;
    const int MostDecimals = 18;

    /// <summary>Beyond it not every whole number is a double.</summary>
    const double Exact = 1L << 53;

    static readonly double[] PowersOfTen = [.. Enumerable.Range(0, MostDecimals + 1).Select(e => double.Parse($"1e{e}", System.Globalization.CultureInfo.InvariantCulture))];

    public static void Write(List<byte> to, IReadOnlyList<double?> values)
    {
        ColumnCodec.Write(to, [.. values.Select(v => v is null ? 0L : 1L)]);
        var there = values.Where(v => v is not null).Select(v => v!.Value).ToList();
        var plain = new List<byte>(there.Count);
        Numbers(plain, there);
        var different = there.DistinctBy(BitConverter.DoubleToInt64Bits).Order().ToList();
        if (different.Count < there.Count / 2)
        {
            var index = different.Select((v, i) => (Bits: BitConverter.DoubleToInt64Bits(v), i)).ToDictionary(d => d.Bits, d => (long)d.i);
            var coded = new List<byte>(there.Count) { Distinct };
            ColumnCodec.WriteUnsigned(coded, (ulong)different.Count);
            Numbers(coded, different);
            ColumnCodec.Write(coded, [.. there.Select(v => index[BitConverter.DoubleToInt64Bits(v)])]);
            if (coded.Count < plain.Count) plain = coded;
        }
        to.AddRange(plain);
    }

    static void Numbers(List<byte> to, List<double> values)
    {
        var decimals = Decimals(values);
        to.Add(decimals is { } few ? (byte)few : Bits);
        ColumnCodec.Write(to, [.. values.Select(v => decimals is { } e ? Scaled(v, e) : BitConverter.DoubleToInt64Bits(v))]);
    }

    public static void Read(ref ReadOnlySpan<byte> from, int n, Action<int, double> take)
    {
        var there = ColumnCodec.Read(ref from, n);
        var count = there.Count(t => t != 0);
        var kind = Kind(ref from);
        var values = kind == Distinct ? Different(ref from, count) : Numbers(ref from, kind, count);
        for (int i = 0, next = 0; i < n; i++)
            if (there[i] != 0)
                take(i, values[next++]);
    }

    static double[] Different(ref ReadOnlySpan<byte> from, int count)
    {
        var different = (int)ColumnCodec.ReadUnsigned(ref from);
        var values = Numbers(ref from, Kind(ref from), different);
        return [.. ColumnCodec.Read(ref from, count).Select(i => values[i])];
    }

    static double[] Numbers(ref ReadOnlySpan<byte> from, byte kind, int count)
    {
        if (kind is > MostDecimals and not Bits) throw new InvalidDataException($"A sealed channel with {kind} decimals.");
        var numbers = ColumnCodec.Read(ref from, count);
        var values = new double[count];
        if (kind == Bits)
            for (var i = 0; i < count; i++) values[i] = BitConverter.Int64BitsToDouble(numbers[i]);
        else
            for (var i = 0; i < count; i++) values[i] = numbers[i] / PowersOfTen[kind];
        return values;
    }

    static byte Kind(ref ReadOnlySpan<byte> from)
    {
        var kind = from[0];
        from = from[1..];
        return kind;
    }

    public static void Skip(ref ReadOnlySpan<byte> from, int n)
    {
        var there = ColumnCodec.Read(ref from, n).Count(t => t != 0);
        if (Kind(ref from) == Distinct)
        {
            var different = (int)ColumnCodec.ReadUnsigned(ref from);
            Kind(ref from);
            ColumnCodec.Skip(ref from, different);
        }
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
