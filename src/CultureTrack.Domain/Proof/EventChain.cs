using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace CultureTrack.Domain.Proof;

/// <summary>An event as it is stored: its place, its stored name and the whole envelope with data.</summary>
public sealed record StoredEvent(string StreamId, long Version, string StoredType, JsonElement Envelope);

/// <summary>The last event of a stream: how many there are, and the hash that stands for all of them.</summary>
public sealed record StreamHead(string StreamId, long Version, string Hash);

/// <summary>
/// The hash chain of one stream. The content hash covers one event; the link covers it and, through the link before, everything that was
/// stored earlier in the stream.
/// </summary>
public static class EventChain
{
    /// <summary>What stands before the first event.</summary>
    public static readonly byte[] Beginning = new byte[SHA256.HashSizeInBytes];

    private const string ContentTag = "culturetrack-event-1";

    /// <summary>Written before both hashes of a link; the database computes the same, see the function proof.link.</summary>
    private static ReadOnlySpan<byte> LinkTag => "culturetrack-link-1"u8;

    public static byte[] Content(StoredEvent e) => Canonical.Hash(to =>
    {
        Canonical.Text(to, ContentTag);
        Canonical.Text(to, e.StreamId);
        Canonical.Text(to, e.Version.ToString(CultureInfo.InvariantCulture));
        Canonical.Text(to, e.StoredType);
        Canonical.Value(to, e.Envelope);
    });

    public static byte[] Link(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> content) => SHA256.HashData([.. LinkTag, .. previous, .. content]);
}
