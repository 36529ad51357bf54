using System.Buffers.Binary;

namespace CultureTrack.Store.Readings.Sealed;

/// <summary>
/// A column of whole numbers as bytes: their length, one byte that says how, then the numbers as varints. Every way is tried and the shortest is kept, so that
/// a clock that ticks evenly, a door that stays shut and a sensor that trembles each cost what they carry. A column of no numbers is no bytes.
/// <c>telemetry.sealed_column</c> in the database reads the same.
/// </summary>
static class ColumnCodec
{
    enum Way : byte
    {
        Constant = 0, Differences = 1, Second = 2, DifferencesRuns = 3, SecondRuns = 4, Raw = 5,
    }

    /// <summary>Beyond it differences of differences could leave 64 bits.</summary>
    const long Differencable = 1L << 60;

    public static void Write(List<byte> to, IReadOnlyList<long> values)
    {
        if (values.Count == 0) return;
        List<byte>? shortest = null;
        foreach (var way in Ways(values))
        {
            var bytes = new List<byte>(values.Count) { (byte)way };
            Write(bytes, way, values);
            if (shortest is null || bytes.Count < shortest.Count) shortest = bytes;
        }
        WriteUnsigned(to, (ulong)shortest!.Count);
        to.AddRange(shortest);
    }

    static Way[] Ways(IReadOnlyList<long> values) =>
        values.Any(v => v is >= Differencable or <= -Differencable) ? [Way.Raw]
        : values.All(v => v == values[0]) ? [Way.Constant]
        : [Way.Differences, Way.Second, Way.DifferencesRuns, Way.SecondRuns];

    static void Write(List<byte> to, Way way, IReadOnlyList<long> values)
    {
        if (way == Way.Constant)
        {
            WriteSigned(to, values[0]);
            return;
        }
        if (way == Way.Raw)
        {
            Span<byte> bytes = stackalloc byte[8];
            foreach (var value in values)
            {
                BinaryPrimitives.WriteInt64BigEndian(bytes, value);
                to.AddRange(bytes);
            }
            return;
        }
        bool second = way is Way.Second or Way.SecondRuns, runs = way is Way.DifferencesRuns or Way.SecondRuns;
        long previous = 0, difference = 0, zeros = 0;
        foreach (var value in values)
        {
            var step = value - previous;
            var written = second ? step - difference : step;
            (previous, difference) = (value, step);
            if (!runs)
            {
                WriteSigned(to, written);
            }
            else if (written == 0)
            {
                zeros++;
            }
            else
            {
                WriteZeros(to, ref zeros);
                WriteSigned(to, written);
            }
        }
        WriteZeros(to, ref zeros);
    }

    static void WriteZeros(List<byte> to, ref long zeros)
    {
        if (zeros == 0) return;
        WriteSigned(to, 0);
        WriteUnsigned(to, (ulong)zeros);
        zeros = 0;
    }

    static void WriteSigned(List<byte> to, long value) => WriteUnsigned(to, unchecked((ulong)(value << 1 ^ value >> 63)));

    public static void WriteUnsigned(List<byte> to, ulong value)
    {
        for (; value >= 0x80; value >>= 7) to.Add((byte)(value & 0x7F | 0x80));
        to.Add((byte)value);
    }

    /// <summary>Goes past a column of <paramref name="count"/> numbers.</summary>
    public static void Skip(ref ReadOnlySpan<byte> from, int count)
    {
        if (count > 0) Take(ref from);
    }

    /// <param name="from">Left behind the column.</param>
    public static long[] Read(ref ReadOnlySpan<byte> from, int count)
    {
        var values = new long[count];
        if (count > 0) Read(Take(ref from), values);
        return values;
    }

    static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> from)
    {
        var length = (int)ReadUnsigned(ref from);
        var column = from[..length];
        from = from[length..];
        return column;
    }

    static void Read(ReadOnlySpan<byte> from, Span<long> values)
    {
        var way = (Way)from[0];
        from = from[1..];
        switch (way)
        {
            case Way.Constant:
                values.Fill(ReadSigned(ref from));
                break;
            case Way.Raw:
                foreach (ref var value in values)
                {
                    value = BinaryPrimitives.ReadInt64BigEndian(from);
                    from = from[8..];
                }
                break;
            case Way.Differences or Way.Second or Way.DifferencesRuns or Way.SecondRuns:
                ReadSteps(ref from, values, second: way is Way.Second or Way.SecondRuns, runs: way is Way.DifferencesRuns or Way.SecondRuns);
                break;
            default:
                throw new InvalidDataException($"A sealed column is written in the unknown way {(byte)way}.");
        }
        if (from.Length > 0) throw new InvalidDataException("A sealed column has bytes behind its end.");
    }

    static void ReadSteps(ref ReadOnlySpan<byte> from, Span<long> values, bool second, bool runs)
    {
        long previous = 0, difference = 0;
        ulong zeros = 0;
        foreach (ref var value in values)
        {
            long written = 0;
            if (zeros > 0) zeros--;
            else if ((written = ReadSigned(ref from)) == 0 && runs) zeros = ReadUnsigned(ref from) - 1;
            difference = second ? difference + written : written;
            value = previous += difference;
        }
        if (zeros != 0) throw new InvalidDataException("A run of a sealed column is longer than the column.");
    }

    static long ReadSigned(ref ReadOnlySpan<byte> from)
    {
        var folded = ReadUnsigned(ref from);
        return (long)(folded >> 1) ^ -(long)(folded & 1);    // below 2^63, see Differencable
    }

    public static ulong ReadUnsigned(ref ReadOnlySpan<byte> from)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = from[0];
            from = from[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
            if (shift > 56) throw new InvalidDataException("A number of a sealed column has no end.");
        }
    }
}
