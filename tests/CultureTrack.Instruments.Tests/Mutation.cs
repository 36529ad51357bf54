namespace CultureTrack.Instruments.Tests;

/// <summary>Damage as it happens to files: flipped bytes, cut ends, lost or doubled pieces, foreign separators and numbers.</summary>
internal static class Mutation
{
    private static readonly byte[][] Pieces =
    [
        ","u8.ToArray(), ";"u8.ToArray(), "\t"u8.ToArray(), "\""u8.ToArray(), "\n"u8.ToArray(), "\r\n"u8.ToArray(), "NaN"u8.ToArray(), "1E999"u8.ToArray(),
        "-0.0"u8.ToArray(), "79228162514264337593543950336"u8.ToArray(), "99/99/9999"u8.ToArray(), "("u8.ToArray(), ")"u8.ToArray(), "%"u8.ToArray(), [0], [0xFF, 0xFE], [0xC3],
    ];

    public static byte[] Of(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (var step = random.Next(1, 5); step > 0 && bytes.Count > 1; step--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, bytes.Count - at); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(40), bytes.Count - at)); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(200), bytes.Count - at))); break;
                case 4: bytes.InsertRange(at, Pieces[random.Next(Pieces.Length)]); break;
                default: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            }
        }
        return [.. bytes];
    }
}
