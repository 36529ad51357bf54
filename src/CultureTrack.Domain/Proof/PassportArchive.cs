using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace CultureTrack.Domain.Proof;

/// <summary>A file of a passport as it lies in the archive.</summary>
/// <param name="Packed">Compressed with deflate, or as it is when <paramref name="Deflated"/> is false.</param>
public sealed record PassportEntry(string Path, byte[] Packed, bool Deflated, uint Crc, int Bytes)
{
    private const int SmallestDeflated = 4096;

    /// <summary>Large texts are compressed, everything else lies as it is.</summary>
    public static PassportEntry Of(string path, byte[] content)
    {
        if (content.Length < SmallestDeflated || !path.EndsWith(".csv", StringComparison.Ordinal)) return new(path, content, false, Crc32.Of(content), content.Length);
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(content);
        return new(path, packed.ToArray(), true, Crc32.Of(content), content.Length);
    }
}

/// <summary>
/// The zip file around a passport. It is written in one way only, without times, comments or gaps, so that a byte that stands for nothing cannot be
/// changed unseen: what <see cref="Read"/> gives, written again, must be the file. PKWARE APPNOTE 6.3.3, sections 4.3 and 4.4; no Zip64.
/// </summary>
public static class PassportArchive
{
    private const uint LocalSign = 0x04034b50, CentralSign = 0x02014b50, EndSign = 0x06054b50;
    private const ushort Version = 20, Utf8Names = 0x0800, Stored = 0, Deflate = 8, FirstDay = 0x0021;    // 1980-01-01, 00:00
    private const int LocalBytes = 30;

    public static byte[] Write(IReadOnlyList<PassportEntry> entries)
    {
        var file = new MemoryStream();
        var central = new MemoryStream();
        foreach (var e in entries)
        {
            var name = Encoding.UTF8.GetBytes(e.Path);
            Put(central, CentralSign, (uint)Version << 16 | Version);
            var at = (uint)file.Length;
            Put(file, LocalSign);
            Put(file, Version);
            foreach (var to in new[] { file, central })
            {
                Put(to, Utf8Names, e.Deflated ? Deflate : Stored, 0, FirstDay);
                Put(to, e.Crc, (uint)e.Packed.Length, (uint)e.Bytes);
                Put(to, (ushort)name.Length, 0);
            }
            Put(central, 0, 0, 0);    // comment, disk, internal attributes
            Put(central, 0u, at);
            file.Write(name);
            central.Write(name);
            file.Write(e.Packed);
        }
        var start = (uint)file.Length;
        file.Write(central.ToArray());
        Put(file, EndSign);
        Put(file, 0, 0, (ushort)entries.Count, (ushort)entries.Count);
        Put(file, (uint)central.Length, start);
        Put(file, (ushort)0);
        return file.ToArray();
    }

    /// <summary>The files one after the other, as their own headers tell.</summary>
    /// <exception cref="FormatException">The file is not exactly what <see cref="Write"/> writes.</exception>
    public static IReadOnlyList<PassportEntry> Read(byte[] file)
    {
        var entries = new List<PassportEntry>();
        var at = 0;
        while (at + LocalBytes <= file.Length && BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at)) == LocalSign)
        {
            var header = file.AsSpan(at, LocalBytes);
            var (packed, bytes) = (BinaryPrimitives.ReadUInt32LittleEndian(header[18..]), BinaryPrimitives.ReadUInt32LittleEndian(header[22..]));
            var name = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
            if (at + LocalBytes + name + packed > file.Length || bytes > int.MaxValue) throw new FormatException($"A file that begins at byte {at} is not whole.");
            entries.Add(new(Encoding.UTF8.GetString(file, at + LocalBytes, name), file[(at + LocalBytes + name)..(at + LocalBytes + name + (int)packed)],
                BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) == Deflate, BinaryPrimitives.ReadUInt32LittleEndian(header[14..]), (int)bytes));
            at += LocalBytes + name + (int)packed;
        }
        var expected = Write(entries);
        if (expected.AsSpan().SequenceEqual(file)) return entries;
        var same = expected.AsSpan().CommonPrefixLength(file);
        throw new FormatException($"The archive differs at byte {same} from what CultureTrack writes.");
    }

    /// <exception cref="FormatException">It does not unpack to what its header says.</exception>
    public static byte[] Content(PassportEntry e)
    {
        if (!e.Deflated) return e.Packed.Length == e.Bytes && Crc32.Of(e.Packed) == e.Crc ? e.Packed : throw new FormatException($"{e.Path} is damaged.");
        var content = new byte[e.Bytes];
        try
        {
            using var inflate = new DeflateStream(new MemoryStream(e.Packed), CompressionMode.Decompress);
            if (inflate.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) == content.Length && inflate.ReadByte() < 0 && Crc32.Of(content) == e.Crc) return content;
        }
        catch (InvalidDataException x) { throw new FormatException($"{e.Path} does not unpack: {x.Message}", x); }
        throw new FormatException($"{e.Path} is damaged.");
    }

    private static void Put(MemoryStream to, params ReadOnlySpan<ushort> values)
    {
        foreach (var value in values) to.Write([(byte)(value & 0xFF), (byte)(value >> 8)]);
    }

    private static void Put(MemoryStream to, uint first, params ReadOnlySpan<uint> values)
    {
        Put(to, (ushort)(first & 0xFFFF), (ushort)(first >> 16));
        foreach (var value in values) Put(to, (ushort)(value & 0xFFFF), (ushort)(value >> 16));
    }
}

/// <summary>The checksum zip files carry (ISO 3309, polynomial 0xEDB88320); it finds accidents, not intent.</summary>
file static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i =>
    {
        var c = (uint)i;
        for (var bit = 0; bit < 8; bit++) c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
        return c;
    })];

    public static uint Of(ReadOnlySpan<byte> data)
    {
        var c = 0xFFFFFFFF;
        foreach (var b in data) c = Table[(c ^ b) & 0xFF] ^ (c >> 8);
        return ~c;
    }
}
