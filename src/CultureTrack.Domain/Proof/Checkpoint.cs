using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Proof;

/// <summary>What a checkpoint says: how many streams and events there are, the heads that are new since the one before, and the hash of that one.</summary>
/// <param name="Events">Of all streams together, up to their heads.</param>
/// <param name="HeadsRoot">Root of <see cref="HeadTree"/> over the heads that are new in this checkpoint.</param>
/// <param name="Previous">Hash of the checkpoint before; zeros for the first.</param>
public sealed record CheckpointBody(
    int Format, long Number, DateTimeOffset MadeAt, bool Rehearsal, long Streams, long Events, long NewHeads, string HeadsRoot, string Previous, string KeyId)
{
    public const int CurrentFormat = 1;

    public static readonly string NoneBefore = Convert.ToHexStringLower(EventChain.Beginning);
}

/// <summary>A signed checkpoint: the text of its body, byte for byte as it was signed, and the signature over it (DER).</summary>
public sealed record Checkpoint(string Text, byte[] Signature)
{
    public CheckpointBody Body => JsonSerializer.Deserialize<CheckpointBody>(Text, RecordJson.Options) ?? throw new JsonException("The checkpoint is empty.");

    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    public static Checkpoint Sign(CheckpointBody body, SigningKey key)
    {
        var text = JsonSerializer.Serialize(body, RecordJson.Options);
        return new(text, key.Sign(Encoding.UTF8.GetBytes(text)));
    }

    public bool IsSignedBy(PublicKey key) => key.Verifies(Encoding.UTF8.GetBytes(Text), Signature);
}
