using System.Buffers.Binary;
using System.Text;

namespace CultureTrack.Benchmarks.BadInput;

/// <summary>Makes bad out of good. Seeded, so that what was found can be found again; not for several threads.</summary>
internal sealed class Mutations(int seed)
{
    private const int DeepMax = 20_000, LongMax = 200_000;

    private static readonly string[] Scraps =
    [
        "null", "true", "false", "-1", "-0", "0.1e-320", "1e400", "-1e308", "1e30", "79228162514264337593543950336", "18446744073709551616", "9223372036854775807", "NaN", "Infinity",
        "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"x\"", "\"-\"", "\"37,0\"", "\"N/A\"", "[]", "{}", "[[]]", "[null]", "{\"\":{}}", "\"2026-02-30T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999Z\"",
        "\"0001-01-01T00:00:00Z\"", "\"2026-03-02T08:00:00+14:00\"", "1764000000000", "-62135596800000", "253402300799999", "0.00000000000000000000000000001", "\"../../etc/passwd\"", "\"'; drop table x; --\"", "\"\\u202e\"",
    ];

    public Random Random { get; } = new(seed);

    /// <summary>A mutation of a valid JSON text, as bytes: sometimes still JSON, sometimes no longer text.</summary>
    public byte[] Json(string valid) => Random.Next(20) switch
    {
        0 => Noise(),
        1 => Deep(),
        2 => Long(valid),
        3 => Bytes(Encoding.UTF8.GetBytes(valid)),
        4 => Cut(Encoding.UTF8.GetBytes(valid)),
        5 => Twice(valid),
        _ => Encoding.UTF8.GetBytes(Text(valid)),
    };

    public byte[] Noise()
    {
        var noise = new byte[Random.Next(0, 600)];
        Random.NextBytes(noise);
        return noise;
    }

    /// <summary>Flips, drops and doubles bytes, which also breaks UTF-8.</summary>
    public byte[] Bytes(byte[] valid)
    {
        var bytes = valid.ToList();
        for (var n = Random.Next(1, 8); n > 0 && bytes.Count > 0; n--)
        {
            var at = Random.Next(bytes.Count);
            switch (Random.Next(4))
            {
                case 0: bytes[at] = (byte)Random.Next(256); break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.Insert(at, (byte)Random.Next(0x80, 0x100)); break;
                default: bytes[at] ^= (byte)(1 << Random.Next(8)); break;
            }
        }
        return [.. bytes];
    }

    public byte[] Cut(byte[] valid) => valid[..Random.Next(valid.Length)];

    public string Scrap() => Scraps[Random.Next(Scraps.Length)];

    /// <summary>Puts odd values where values stand, one to three times.</summary>
    public string Text(string valid)
    {
        for (var n = Random.Next(1, 4); n > 0; n--) valid = Replaced(valid);
        return valid;
    }

    private string Replaced(string text)
    {
        var starts = Enumerable.Range(0, text.Length).Where(i => text[i] is ':' or '[').ToList();
        if (starts.Count == 0) return text + Scrap();
        var from = starts[Random.Next(starts.Count)] + 1;
        var to = text.IndexOfAny([',', '}', ']'], from);
        return to < 0 ? text[..from] + Scrap() : text[..from] + Scrap() + text[to..];
    }

    private byte[] Deep()
    {
        var depth = Random.Next(10, DeepMax);
        return Encoding.UTF8.GetBytes(Random.Next(3) switch
        {
            0 => new string('[', depth),
            1 => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth),
            _ => "{\"values\":" + new string('[', depth) + new string(']', depth) + "}",
        });
    }

    private byte[] Long(string valid)
    {
        var length = Random.Next(1, LongMax);
        var filler = Random.Next(3) switch { 0 => new string('9', length), 1 => "\"" + new string('x', length) + "\"", _ => "[" + string.Join(',', Enumerable.Repeat(Scrap(), length / 10)) + "]" };
        var colon = valid.IndexOf(':', StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(colon < 0 ? filler : valid[..(colon + 1)] + filler + ",\"x\":" + valid[(colon + 1)..]);
    }

    // The same member again, which some readers let win and some lose.
    private byte[] Twice(string valid) => Encoding.UTF8.GetBytes(valid.Length > 2 && valid[0] == '{' ? valid[..^1] + "," + Text(valid)[1..] : valid + valid);

    /// <summary>A PUBLISH as bytes on the wire with something wrong in its frame: length, topic, flags, properties.</summary>
    public byte[] PublishFrame(string topic, byte[] payload)
    {
        var name = Random.Next(3) == 0 ? Bytes(Encoding.UTF8.GetBytes(topic)) : Encoding.UTF8.GetBytes(topic);
        var body = new byte[2 + name.Length + 3 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)(Random.Next(4) == 0 ? Random.Next(65536) : name.Length));
        name.CopyTo(body, 2);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2 + name.Length), (ushort)Random.Next(65536));
        body[4 + name.Length] = (byte)(Random.Next(4) == 0 ? Random.Next(256) : 0);
        payload.CopyTo(body, 5 + name.Length);
        var length = Random.Next(4) == 0 ? Random.Next(0, 2_000_000) : body.Length;
        List<byte> frame = [(byte)(Random.Next(4) == 0 ? Random.Next(256) : 0x32)];
        do
        {
            frame.Add((byte)(length % 128 | (length > 127 ? 0x80 : 0)));
            length /= 128;
        } while (length > 0);
        return [.. frame, .. body];
    }
}
