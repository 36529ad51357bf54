using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CultureTrack.Domain.Proof;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Proof;

/// <summary>The bytes under every hash, computed here anew from the canonical form as docs/passport.md describes it.</summary>
public sealed class HeadTreeTests
{
    private static readonly StreamHead Head = new("CEA-26-0001", 42, "a5" + new string('0', 62));

    [Fact]
    public void A_leaf_is_the_hash_of_a_zero_byte_the_tag_the_stream_its_version_and_its_hash() =>
        HeadTree.Leaf(Head).ShouldBe(SHA256.HashData([0, .. Text("culturetrack-head-1"), .. Text(Head.StreamId), .. Text("42"), .. Text(Head.Hash)]));

    [Fact]
    public void A_length_counts_bytes_and_not_characters() =>
        HeadTree.Leaf(new("Léa", 1, "")).ShouldBe(SHA256.HashData([0, .. "19:culturetrack-head-1"u8, .. "4:Léa"u8, .. "1:1"u8, .. "0:"u8]));

    [Fact]
    public void No_leaves_give_the_hash_of_nothing_and_one_leaf_is_its_own_root()
    {
        HeadTree.Root([]).ShouldBe(SHA256.HashData([]));
        HeadTree.Root([Leaf(1)]).ShouldBe(Leaf(1));
    }

    [Fact]
    public void Neighbours_are_hashed_together_and_the_odd_one_at_the_end_moves_up_as_it_is()
    {
        var (a, b, c, d, e) = (Leaf(1), Leaf(2), Leaf(3), Leaf(4), Leaf(5));
        HeadTree.Root([a, b]).ShouldBe(Node(a, b));
        HeadTree.Root([a, b, c]).ShouldBe(Node(Node(a, b), c));
        HeadTree.Root([a, b, c, d]).ShouldBe(Node(Node(a, b), Node(c, d)));
        HeadTree.Root([a, b, c, d, e]).ShouldBe(Node(Node(Node(a, b), Node(c, d)), e));
    }

    [Fact]
    public void The_way_from_a_leaf_names_each_neighbour_and_its_side()
    {
        var (a, b, c, d, e) = (Leaf(1), Leaf(2), Leaf(3), Leaf(4), Leaf(5));
        byte[][] leaves = [a, b, c, d, e];
        HeadTree.Path(leaves, 0).ShouldBe([Step("right", b), Step("right", Node(c, d)), Step("right", e)]);
        HeadTree.Path(leaves, 1).ShouldBe([Step("left", a), Step("right", Node(c, d)), Step("right", e)]);
        HeadTree.Path(leaves, 2).ShouldBe([Step("right", d), Step("left", Node(a, b)), Step("right", e)]);
        HeadTree.Path(leaves, 3).ShouldBe([Step("left", c), Step("left", Node(a, b)), Step("right", e)]);
        HeadTree.Path(leaves, 4).ShouldBe([Step("left", Node(Node(a, b), Node(c, d)))]);
        HeadTree.Path([a], 0).ShouldBeEmpty();
    }

    [Fact]
    public void From_every_leaf_of_trees_of_every_size_the_way_leads_to_the_root()
    {
        for (var size = 1; size <= 17; size++)
        {
            byte[][] leaves = [.. Enumerable.Range(0, size).Select(Leaf)];
            for (var i = 0; i < size; i++) HeadTree.Climb(leaves[i], HeadTree.Path(leaves, i)).ShouldBe(HeadTree.Root(leaves), $"leaf {i} of {size}");
        }
    }

    [Fact]
    public void A_way_leads_elsewhere_when_a_side_or_a_neighbour_is_another_and_nowhere_when_it_is_no_way()
    {
        HeadTree.Climb(Leaf(1), [Step("left", Leaf(2))]).ShouldBe(Node(Leaf(2), Leaf(1)));
        HeadTree.Climb(Leaf(1), [Step("right", Leaf(2))]).ShouldBe(Node(Leaf(1), Leaf(2)));
        Should.Throw<FormatException>(() => HeadTree.Climb(Leaf(1), [Step("above", Leaf(2))]));
        Should.Throw<FormatException>(() => HeadTree.Climb(Leaf(1), [new("left", "no hash")]));
    }

    [Fact]
    public void The_content_of_an_event_is_the_hash_of_its_place_its_stored_name_and_its_envelope()
    {
        var envelope = JsonSerializer.Deserialize<JsonElement>("""{"z":[true,false,null,-12.50],"a":"é","b":{}}""");
        EventChain.Content(new("CEA-26-0001", 7, "cells_counted", envelope)).ShouldBe(SHA256.HashData(
        [
            .. Text("culturetrack-event-1"), .. Text("CEA-26-0001"), .. Text("7"), .. Text("cells_counted"),
            .. "{3:"u8, .. Text("a"), .. "\""u8, .. Text("é"), .. Text("b"), .. "{0:"u8, .. Text("z"), .. "[4:tfn#"u8, .. Text("-125e-1"),
        ]));
    }

    [Fact]
    public void Members_stand_in_the_order_of_the_bytes_of_their_names()
    {
        // U+FFFD is EF BF BD in UTF-8 and before the surrogates of U+1F600 only by bytes; upper case stands before lower case.
        var value = JsonSerializer.Deserialize<JsonElement>("""{"\uD83D\uDE00":1,"\uFFFD":2,"b":3,"B":4,"ab":5,"a":6}""");
        Canonical.Hash(to => Canonical.Value(to, value)).ShouldBe(SHA256.HashData(
            [.. "{6:"u8, .. Member("B", 4), .. Member("a", 6), .. Member("ab", 5), .. Member("b", 3), .. Member("\uFFFD", 2), .. Member("\U0001F600", 1)]));

        static byte[] Member(string name, int number) => [.. Text(name), .. "#"u8, .. Text(string.Create(CultureInfo.InvariantCulture, $"{number}e0"))];
    }

    [Fact]
    public void What_is_no_value_has_no_canonical_form() => Should.Throw<ArgumentException>(() => Canonical.Hash(to => Canonical.Value(to, default)));

    [Theory]
    [InlineData("0", "0e0")]
    [InlineData("-0.00", "0e0")]
    [InlineData("0e5", "0e0")]
    [InlineData("1", "1e0")]
    [InlineData("10", "1e1")]
    [InlineData("101", "101e0")]
    [InlineData("1010", "101e1")]
    [InlineData("1.0", "1e0")]
    [InlineData("10.0", "1e1")]
    [InlineData("0.10", "1e-1")]
    [InlineData("0.01", "1e-2")]
    [InlineData("-0.5", "-5e-1")]
    [InlineData("-2.5E-3", "-25e-4")]
    [InlineData("2.50e+3", "25e2")]
    [InlineData("20E2", "2e3")]
    public void A_number_is_its_digits_and_a_power_of_ten(string json, string canonical) => Canonical.Number(json).ShouldBe(canonical);

    [Fact]
    public void A_link_is_the_hash_of_its_tag_the_link_before_and_the_content()
    {
        byte[] before = [.. Enumerable.Repeat((byte)7, 32)], content = [.. Enumerable.Repeat((byte)9, 32)];
        EventChain.Link(before, content).ShouldBe(SHA256.HashData([.. "culturetrack-link-1"u8, .. before, .. content]));
        EventChain.Beginning.ShouldBe(new byte[32]);
        CheckpointBody.NoneBefore.ShouldBe(new string('0', 64));
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. Encoding.ASCII.GetBytes(bytes.Length.ToString(CultureInfo.InvariantCulture)), (byte)':', .. bytes];
    }

    private static byte[] Leaf(int number) => SHA256.HashData([(byte)number]);
    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);
    private static TreeStep Step(string side, byte[] hash) => new(side, Convert.ToHexString(hash).ToLowerInvariant());
}
