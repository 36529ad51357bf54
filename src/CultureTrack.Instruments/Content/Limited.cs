namespace CultureTrack.Instruments.Content;

internal static class Limited
{
    /// <summary>All bytes of the stream, or null when there are more than <paramref name="bytesMax"/>.</summary>
    public static byte[]? Read(Stream stream, long bytesMax)
    {
        using var whole = new MemoryStream();
        var chunk = new byte[81920];
        int read;
        while ((read = stream.Read(chunk)) > 0)
        {
            if (whole.Length + read > bytesMax) return null;
            whole.Write(chunk, 0, read);
        }
        return whole.ToArray();
    }
}
