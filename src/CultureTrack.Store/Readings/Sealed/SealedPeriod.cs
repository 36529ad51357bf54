using System.Text;

namespace CultureTrack.Store.Readings.Sealed;

/// <summary>
/// All rows of one incubator whose key time lies in one period (an hour, a day or a month, UTC), as bytes, column after column. Nothing is lost: what is unpacked is what was packed, to the
/// microsecond and the last bit of every value. The database unpacks it by itself before it takes it (<c>telemetry.seal_period</c>).
/// </summary>
/// <remarks>
/// version 1, rows n, devices (count, then length and UTF-8 each); columns of n: device, key time (µs since 2000-01-01 UTC), part, received − key time,
/// effective − key time, quality, flags; <c>seq</c>; a mask of the canonical channels that appear; those channels; other channels (count, then length and
/// UTF-8 name before each). <c>seq</c>: a column of n that says which rows have it, then a column of those there are. A channel is a <see cref="ValueColumn"/>.
/// </remarks>
public static class SealedPeriod
{
    public const byte Version = 1;
    const int MostRows = 1_000_000;

    static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="rows">Of one incubator, ordered by key time, device (as the database orders) and part; no conflicts. 1 to 1 000 000.</param>
    public static byte[] Pack(IReadOnlyList<ReadingRow> rows)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count, nameof(rows));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows.Count, MostRows, nameof(rows));
        var body = new List<byte>(rows.Count * 8) { Version };
        ColumnCodec.WriteUnsigned(body, (ulong)rows.Count);
        var devices = rows.Select(r => r.DeviceId).Distinct(StringComparer.Ordinal).ToList();
        ColumnCodec.WriteUnsigned(body, (ulong)devices.Count);
        foreach (var device in devices) Text(body, device);
        ColumnCodec.Write(body, [.. rows.Select(r => (long)devices.IndexOf(r.DeviceId))]);
        ColumnCodec.Write(body, [.. rows.Select(r => Microseconds(r.At - Epoch))]);
        ColumnCodec.Write(body, [.. rows.Select(r => (long)r.Part)]);
        ColumnCodec.Write(body, [.. rows.Select(r => Microseconds(r.ReceivedAt - r.At))]);
        ColumnCodec.Write(body, [.. rows.Select(r => Microseconds(r.EffectiveAt - r.At))]);
        ColumnCodec.Write(body, [.. rows.Select(r => (long)r.Quality)]);
        ColumnCodec.Write(body, [.. rows.Select(r => (long)r.Flags)]);
        Sparse(body, [.. rows.Select(r => r.Seq)]);
        var canonical = Enumerable.Range(0, ChannelNames.Count).Where(c => rows.Any(r => r.Values[(CanonicalChannel)c] is not null)).ToList();
        ColumnCodec.WriteUnsigned(body, canonical.Aggregate(0UL, (mask, c) => mask | 1UL << c));
        foreach (var channel in canonical) ValueColumn.Write(body, [.. rows.Select(r => r.Values[(CanonicalChannel)channel])]);
        var others = rows.SelectMany(r => r.Values.Other?.Keys ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        ColumnCodec.WriteUnsigned(body, (ulong)others.Count);
        foreach (var name in others)
        {
            Text(body, name);
            ValueColumn.Write(body, [.. rows.Select(r => r.Values[name])]);
        }
        return [.. body];
    }

    /// <param name="channel">Reads the values of this channel only; null = of all.</param>
    /// <exception cref="InvalidDataException">The bytes are not a sealed period.</exception>
    public static List<ReadingRow> Unpack(string incubatorId, ReadOnlySpan<byte> body, string? channel = null)
    {
        var n = Open(ref body, out var devices);
        long[] device = ColumnCodec.Read(ref body, n), at = ColumnCodec.Read(ref body, n), part = ColumnCodec.Read(ref body, n), received = ColumnCodec.Read(ref body, n), effective = ColumnCodec.Read(ref body, n),
            quality = ColumnCodec.Read(ref body, n), flags = ColumnCodec.Read(ref body, n);
        var seq = Sparse(ref body, n);
        var values = new ChannelValues[n];
        for (var i = 0; i < n; i++) values[i] = new ChannelValues();
        var mask = ColumnCodec.ReadUnsigned(ref body);
        for (var c = 0; c < ChannelNames.Count; c++)
            if ((mask & 1UL << c) != 0)
                Channel(((CanonicalChannel)c).Name(), ref body, (i, value) => values[i][(CanonicalChannel)c] = value);
        for (var others = ColumnCodec.ReadUnsigned(ref body); others > 0; others--)
        {
            var name = Text(ref body);
            Channel(name, ref body, (i, value) => values[i][name] = value);
        }
        if (body.Length > 0) throw new InvalidDataException("A sealed period has bytes behind its end.");
        var rows = new List<ReadingRow>(n);
        for (var i = 0; i < n; i++)
        {
            var keyTime = Epoch + Ticks(at[i]);
            rows.Add(new ReadingRow
            {
                IncubatorId = incubatorId,
                DeviceId = devices[device[i]],
                At = keyTime,
                Part = (short)part[i],
                ReceivedAt = keyTime + Ticks(received[i]),
                EffectiveAt = keyTime + Ticks(effective[i]),
                Quality = (ReadingQuality)quality[i],
                Flags = (ReadingFlags)flags[i],
                Seq = seq[i],
                Values = values[i],
            });
        }
        return rows;

        void Channel(string name, ref ReadOnlySpan<byte> from, Action<int, double> take)
        {
            if (channel is null || channel == name) ValueColumn.Read(ref from, n, take);
            else ValueColumn.Skip(ref from, n);
        }
    }

    /// <summary>The values of some channels of the rows that count (good, at a certain time), by effective time; reads no other column.</summary>
    /// <param name="take">Effective time, and one value a channel; null where the row has none.</param>
    public static void Counting(ReadOnlySpan<byte> body, IReadOnlyList<string> channels, Action<DateTimeOffset, double?[]> take)
    {
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentNullException.ThrowIfNull(take);
        var n = Open(ref body, devices: out _);
        ColumnCodec.Skip(ref body, n);
        var at = ColumnCodec.Read(ref body, n);
        ColumnCodec.Skip(ref body, n);
        ColumnCodec.Skip(ref body, n);
        long[] effective = ColumnCodec.Read(ref body, n), quality = ColumnCodec.Read(ref body, n), flags = ColumnCodec.Read(ref body, n);
        ColumnCodec.Skip(ref body, ColumnCodec.Read(ref body, n).Count(t => t != 0));
        var rows = new double?[n][];
        for (var i = 0; i < n; i++) rows[i] = new double?[channels.Count];
        var mask = ColumnCodec.ReadUnsigned(ref body);
        for (var c = 0; c < ChannelNames.Count; c++)
            if ((mask & 1UL << c) != 0)
                Channel(((CanonicalChannel)c).Name(), ref body);
        for (var others = ColumnCodec.ReadUnsigned(ref body); others > 0; others--) Channel(Text(ref body), ref body);
        for (var i = 0; i < n; i++)
            if (quality[i] == (long)ReadingQuality.Good && (flags[i] & (long)ReadingFlags.ClockUncertain) == 0)
                take(Epoch + Ticks(at[i] + effective[i]), rows[i]);

        void Channel(string name, ref ReadOnlySpan<byte> from)
        {
            var asked = Enumerable.Range(0, channels.Count).Where(i => channels[i] == name).ToArray();
            if (asked.Length > 0) ValueColumn.Read(ref from, n, (i, value) => { foreach (var a in asked) rows[i][a] = value; });
            else ValueColumn.Skip(ref from, n);
        }
    }

    static int Open(ref ReadOnlySpan<byte> body, out string[] devices)
    {
        if (body[0] != Version) throw new InvalidDataException($"A sealed period of version {body[0]}; this program reads version {Version}.");
        body = body[1..];
        var n = ColumnCodec.ReadUnsigned(ref body);
        if (n is < 1 or > MostRows) throw new InvalidDataException($"A sealed period of {n} rows.");
        devices = new string[(int)ColumnCodec.ReadUnsigned(ref body)];
        for (var i = 0; i < devices.Length; i++) devices[i] = Text(ref body);
        return (int)n;
    }

    static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
    static TimeSpan Ticks(long microseconds) => TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    static void Text(List<byte> to, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        ColumnCodec.WriteUnsigned(to, (ulong)bytes.Length);
        to.AddRange(bytes);
    }

    static string Text(ref ReadOnlySpan<byte> from)
    {
        var length = (int)ColumnCodec.ReadUnsigned(ref from);
        var text = Encoding.UTF8.GetString(from[..length]);
        from = from[length..];
        return text;
    }

    static void Sparse(List<byte> to, IReadOnlyList<long?> values)
    {
        ColumnCodec.Write(to, [.. values.Select(v => v is null ? 0L : 1L)]);
        ColumnCodec.Write(to, [.. values.Where(v => v is not null).Select(v => v!.Value)]);
    }

    static long?[] Sparse(ref ReadOnlySpan<byte> from, int n)
    {
        var there = ColumnCodec.Read(ref from, n);
        var values = ColumnCodec.Read(ref from, there.Count(t => t != 0));
        var (all, next) = (new long?[n], 0);
        for (var i = 0; i < n; i++)
            if (there[i] != 0)
                all[i] = values[next++];
        return all;
    }
}
