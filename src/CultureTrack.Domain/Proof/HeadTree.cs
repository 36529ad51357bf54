using System.Globalization;
using System.Security.Cryptography;

namespace CultureTrack.Domain.Proof;

/// <summary>One step from a leaf to the root: the neighbour's hash and the side it stands on.</summary>
public sealed record TreeStep(string Side, string Hash);

/// <summary>
/// A Merkle tree over the heads of streams, in the order of their names. One head can be shown to belong to the root without naming any other stream.
/// </summary>
public static class HeadTree
{
    private const string LeafTag = "culturetrack-head-1";

    public static byte[] Leaf(StreamHead head) => Canonical.Hash(to =>
    {
        to.Write([0]);
        Canonical.Text(to, LeafTag);
        Canonical.Text(to, head.StreamId);
        Canonical.Text(to, head.Version.ToString(CultureInfo.InvariantCulture));
        Canonical.Text(to, head.Hash);
    });

    /// <param name="leaves">In the order of the streams' names; none gives the hash of nothing.</param>
    public static byte[] Root(IReadOnlyList<byte[]> leaves)
    {
        if (leaves.Count == 0) return SHA256.HashData([]);
        var level = leaves;
        while (level.Count > 1) level = Above(level);
        return level[0];
    }

    /// <summary>The way from a leaf to the root.</summary>
    public static IReadOnlyList<TreeStep> Path(IReadOnlyList<byte[]> leaves, int index)
    {
        var path = new List<TreeStep>();
        for (var level = leaves; level.Count > 1; level = Above(level), index /= 2)
        {
            var neighbour = index ^ 1;
            if (neighbour < level.Count) path.Add(new(neighbour < index ? "left" : "right", Convert.ToHexStringLower(level[neighbour])));
        }
        return path;
    }

    /// <summary>The root a leaf and a way lead to.</summary>
    /// <exception cref="FormatException">The way holds something else than sides and hashes.</exception>
    public static byte[] Climb(byte[] leaf, IEnumerable<TreeStep> path) => path.Aggregate(leaf, (at, step) => step.Side switch
    {
        "left" => Node(Convert.FromHexString(step.Hash), at),
        "right" => Node(at, Convert.FromHexString(step.Hash)),
        var other => throw new FormatException($"{other} is no side."),
    });

    // The odd one at the end of a level moves up as it is.
    private static List<byte[]> Above(IReadOnlyList<byte[]> level) =>
        [.. level.Chunk(2).Select(pair => pair is [var left, var right] ? Node(left, right) : pair[0])];

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);
}

file static class Bytes
{
    public static void Write(this System.Buffers.IBufferWriter<byte> to, ReadOnlySpan<byte> bytes) => System.Buffers.BuffersExtensions.Write(to, bytes);
}
