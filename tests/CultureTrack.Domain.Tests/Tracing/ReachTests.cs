using CultureTrack.Domain.Tracing;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Tracing.Told;

namespace CultureTrack.Domain.Tests.Tracing;

/// <summary>What a batch, a lot or a thing is compared with, which reason that gives, and how reasons and batches are ranked.</summary>
public sealed class ReachTests
{
    private static readonly MediaComposition NoMedia = new([]);
    private static readonly Guid E1 = Guid.Parse("00000000-0000-7000-8000-000000000001"), E2 = Guid.Parse("00000000-0000-7000-8000-000000000002"), E3 = Guid.Parse("00000000-0000-7000-8000-000000000003");

    [Theory]
    [InlineData(ReachKind.MadeFromIt, 100)]
    [InlineData(ReachKind.MadeInto, 90)]
    [InlineData(ReachKind.SameSource, 80)]
    [InlineData(ReachKind.SameTissue, 80)]
    [InlineData(ReachKind.SameDonor, 60)]
    [InlineData(ReachKind.SameShelf, 50)]
    [InlineData(ReachKind.SameCabinet, 45)]
    [InlineData(ReachKind.SameIncubator, 35)]
    [InlineData(ReachKind.SameStorage, 35)]
    [InlineData(ReachKind.SameLot, 30)]
    [InlineData(ReachKind.SameRoom, 25)]
    [InlineData(ReachKind.LotInMedium, 25)]
    [InlineData(ReachKind.SameOperator, 10)]
    public void The_nearer_a_reason_the_more_it_weighs(ReachKind kind, int weight)
    {
        BlastRadius.WeightOf(kind).ShouldBe(weight);
        new Reach(kind, "K", null, Noon, null, [], []).Weight.ShouldBe(weight);
    }

    [Fact]
    public void A_batch_is_compared_by_what_it_met_but_not_by_stores_sources_and_recalls()
    {
        var own = Enum.GetValues<ContactKind>().Select(k => Met("O", k, "K", 1, 2, "P", E1)).ToList();
        var origin = BlastRadius.OfBatches(new HashSet<string>(["O"]), own.Append(Met("Other", ContactKind.Donor, "D", 1, 2, "", E2)), NoMedia);
        origin.Traces.Select(Plain).ShouldBe(
        [
            (ContactKind.Donor, "K", null, null, null, null, [E1]), (ContactKind.Tissue, "K", null, null, null, null, [E1]), (ContactKind.Operator, "K", "P", null, null, null, [E1]),
            (ContactKind.Incubator, "K", null, Hour(1), Hour(2), "P", [E1]), (ContactKind.Cabinet, "K", null, Hour(1), Hour(2), null, [E1]), (ContactKind.Room, "K", null, Hour(1), Hour(2), null, [E1]),
            (ContactKind.Lot, "K", null, null, null, null, [E1]),
        ], Alike);
        (origin.ReachesDescendants, origin.Batches.Single()).ShouldBe((false, "O"));
    }

    [Theory]
    [InlineData(0.0, 10.0, null, null, 0.0, 10.0)]
    [InlineData(0.0, null, null, null, 0.0, null)]
    [InlineData(0.0, 10.0, 4.0, 6.0, 4.0, 6.0)]
    [InlineData(0.0, null, 4.0, 6.0, 4.0, 6.0)]
    [InlineData(5.0, 5.5, 4.0, 6.0, 5.0, 5.5)]
    [InlineData(5.0, 10.0, 4.0, null, 5.0, 10.0)]
    [InlineData(6.0, 10.0, 4.0, 6.0, 6.0, 6.0)]
    [InlineData(0.0, 4.0, 4.0, 6.0, 4.0, 4.0)]
    public void Of_a_time_asked_for_only_what_lies_in_it_is_compared(double since, double? until, double? from, double? to, double sinceThen, double? untilThen)
    {
        foreach (var kind in new[] { ContactKind.Incubator, ContactKind.Cabinet, ContactKind.Room })
        {
            var trace = BlastRadius.OfBatches(new HashSet<string>(["O"]), [Met("O", kind, "K", since, until)], NoMedia, At(from), At(to)).Traces.ShouldHaveSingleItem();
            (trace.Since, trace.Until).ShouldBe((At(sinceThen), At(untilThen)));
        }
    }

    [Theory]
    [InlineData(0.0, 3.9, false)]
    [InlineData(0.0, 4.0, true)]
    [InlineData(6.0, null, true)]
    [InlineData(6.1, null, false)]
    public void What_was_met_before_or_after_the_time_asked_for_is_not_compared(double since, double? until, bool compared) =>
        BlastRadius.OfBatches(new HashSet<string>(["O"]), [Met("O", ContactKind.Cabinet, "K", since, until)], NoMedia, Hour(4), Hour(6)).Traces.Any().ShouldBe(compared);

    [Fact]
    public void A_batch_that_used_a_medium_is_compared_by_the_medium_by_what_it_was_mixed_from_and_by_other_media_of_that()
    {
        var media = new MediaComposition([("M1", ["L1", "L2"]), ("M2", ["L1"]), ("M3", ["L8"])]);
        var origin = BlastRadius.OfBatches(new HashSet<string>(["O"]), [Met("O", ContactKind.Lot, "M1", 1, 2, "", E1, E2), Met("O", ContactKind.Lot, "L9", 1, 2, "", E3)], media);
        origin.UsedLots.ShouldBe(["M1", "L9"], ignoreOrder: true);
        origin.Lots.ShouldBe(["M1", "L1", "L2", "L9"], ignoreOrder: true);
        origin.Traces.Select(t => (t.Kind, t.Key, Shown: string.Join(' ', t.Events))).ShouldBe(
        [
            (ContactKind.Lot, "M1", $"{E1} {E2}"), (ContactKind.Lot, "L1", $"{E1}"), (ContactKind.Lot, "L2", $"{E1}"), (ContactKind.Lot, "M2", $"{E1}"), (ContactKind.Lot, "L9", $"{E3}"),
        ], ignoreOrder: true);
    }

    [Fact]
    public void A_lot_is_looked_for_in_every_medium_mixed_from_it_and_reaches_what_was_made_of_its_users()
    {
        var origin = BlastRadius.OfLot("L1", new([("M1", ["L1"]), ("M2", ["M1"]), ("M3", ["L2"])]));
        origin.Traces.Select(t => t.Key).ShouldBe(["L1", "M1", "M2"], ignoreOrder: true);
        (origin.Lots.Single(), origin.UsedLots.Single(), origin.Batches.Count, origin.ReachesDescendants).ShouldBe(("L1", "L1", 0, true));
    }

    [Fact]
    public void A_thing_is_looked_for_in_its_time_and_an_incubator_on_its_shelf()
    {
        var origin = BlastRadius.OfThing([ContactKind.Incubator, ContactKind.Storage], "X", Hour(1), Hour(2), "3");
        origin.Traces.Select(Plain).ShouldBe([(ContactKind.Incubator, "X", "3", Hour(1), Hour(2), "3", []), (ContactKind.Storage, "X", null, Hour(1), Hour(2), "3", [])], Alike);
        (origin.ReachesDescendants, origin.Batches.Count, origin.Lots.Count, origin.UsedLots.Count).ShouldBe((true, 0, 0, 0));
    }

    [Fact]
    public void A_trace_finds_its_own_kind_key_and_part_only()
    {
        var shelf = Met("B", ContactKind.Incubator, "INC-1", 1, 2, "1");
        new Trace(ContactKind.Incubator, "INC-1").Finds(shelf).ShouldBeTrue();
        new Trace(ContactKind.Incubator, "INC-1", "1").Finds(shelf).ShouldBeTrue();
        new Trace(ContactKind.Incubator, "INC-1", "2").Finds(shelf).ShouldBeFalse();
        new Trace(ContactKind.Incubator, "INC-2").Finds(shelf).ShouldBeFalse();
        new Trace(ContactKind.Storage, "INC-1").Finds(shelf).ShouldBeFalse();
        new Trace(ContactKind.Incubator, "INC-1", null, null, Hour(1)).Finds(shelf).ShouldBeTrue();
        new Trace(ContactKind.Incubator, "INC-1", null, null, Hour(0.9)).Finds(shelf).ShouldBeFalse();
    }

    [Fact]
    public void Each_kind_of_contact_gives_its_reason_with_the_time_in_common()
    {
        Reason(ContactKind.Donor).ShouldBe((ReachKind.SameDonor, null, 1, null));
        Reason(ContactKind.Tissue).ShouldBe((ReachKind.SameTissue, null, 1, null));
        Reason(ContactKind.Incubator).ShouldBe((ReachKind.SameShelf, "1", 2, 4));
        Reason(ContactKind.Incubator, part: "2").ShouldBe((ReachKind.SameIncubator, null, 2, 4));
        Reason(ContactKind.Storage).ShouldBe((ReachKind.SameStorage, null, 2, 4));
        Reason(ContactKind.Cabinet).ShouldBe((ReachKind.SameCabinet, null, 2, 4));
        Reason(ContactKind.Room).ShouldBe((ReachKind.SameRoom, null, 2, 4));
        Reason(ContactKind.Operator).ShouldBe((ReachKind.SameOperator, "1", 1, 5));

        static (ReachKind, string?, double, double?) Reason(ContactKind kind, string part = "1")
        {
            var origin = new BlastOrigin(new HashSet<string>(["O"]), [new(kind, "K", null, Hour(2), Hour(4)) { Events = [E2], Shelf = "1" }], new HashSet<string>(), new HashSet<string>(), false);
            var r = BlastRadius.Of(origin, [Met("B", kind, "K", 1, 5, part, E1), Met("O", kind, "K", 1, 5, part, E3)], [], NoMedia).ShouldHaveSingleItem().Reasons.ShouldHaveSingleItem();
            (r.Key, r.Events.Single(), r.OriginEvents.Single()).ShouldBe(("K", E1, E2));
            return (r.Kind, r.Via, (r.From - Noon).TotalHours, (r.To - Noon)?.TotalHours);
        }
    }

    [Fact]
    public void A_lot_of_the_origin_is_shared_itself_and_any_other_through_what_it_was_mixed_from()
    {
        var media = new MediaComposition([("M1", ["L1", "L2"]), ("M2", ["L1", "L2", "L3"])]);
        var origin = BlastRadius.OfBatches(new HashSet<string>(["O"]), [Met("O", ContactKind.Lot, "M1", 1, 2, "", E1)], media);
        var found = BlastRadius.Of(origin, [Met("B", ContactKind.Lot, "M1", 1, 2, "", E2), Met("B", ContactKind.Lot, "M2", 3, 4, "", E3)], [], media).ShouldHaveSingleItem();
        found.Reasons.Select(r => (r.Kind, r.Key, r.Via, r.From, r.To)).ShouldBe(
        [
            (ReachKind.SameLot, "M1", null, Hour(1), Hour(2)), (ReachKind.LotInMedium, "L1", "M2", Hour(3), Hour(4)), (ReachKind.LotInMedium, "L2", "M2", Hour(3), Hour(4)),
        ]);
        found.Score.ShouldBe(30 + 25, "a kind counts once");
    }

    [Fact]
    public void Several_stays_and_several_media_of_one_lot_are_one_reason_with_all_its_evidence()
    {
        var media = new MediaComposition([("M1", ["L1"]), ("M2", ["L1"])]);
        var lot = Only(BlastRadius.OfLot("L1", media), media, Met("B", ContactKind.Lot, "M2", 3, 4, "", E1), Met("B", ContactKind.Lot, "M1", 1, 9, "", E2, E1));
        (lot.Kind, lot.Via, lot.From, lot.To, lot.Events.SequenceEqual([E1, E2])).ShouldBe((ReachKind.LotInMedium, "M1", Hour(1), Hour(9), true));

        var inside = BlastRadius.OfThing([ContactKind.Incubator], "INC-1", null, null);
        var stays = Only(inside, media, Met("B", ContactKind.Incubator, "INC-1", 5, 6, "1", E1), Met("B", ContactKind.Incubator, "INC-1", 2, 3, "2", E2));
        (stays.From, stays.To).ShouldBe((Hour(2), Hour(6)));
        Only(inside, media, Met("B", ContactKind.Incubator, "INC-1", 5, null, "1", E1), Met("B", ContactKind.Incubator, "INC-1", 2, 3, "2", E2)).To.ShouldBeNull();
    }

    [Fact]
    public void Reasons_are_ranked_by_weight_kind_beginning_key_and_shelf()
    {
        var own = new[]
        {
            Met("O", ContactKind.Incubator, "INC-1", 0, 9, "1"), Met("O", ContactKind.Incubator, "INC-1", 0, 9, "2"), Met("O", ContactKind.Incubator, "INC-2", 0, 9, "1"), Met("O", ContactKind.Donor, "D", 0, null),
            Met("O", ContactKind.Room, "R", 0, 9), Met("O", ContactKind.Lot, "M", 0, 9), Met("O", ContactKind.Operator, "b", 0, 9), Met("O", ContactKind.Operator, "a", 0, 9), Met("O", ContactKind.Operator, "z", 0, 9),
        };
        var others = own.Select(c => c with { BatchId = "B" }).Where(c => c.Kind != ContactKind.Lot).Select(c => c.Key == "z" ? c with { Since = Hour(-1) } : c).Append(Met("B", ContactKind.Lot, "M2", 0, 9)).Reverse();
        var media = new MediaComposition([("M", ["L"]), ("M2", ["L"])]);
        var found = BlastRadius.Of(BlastRadius.OfBatches(new HashSet<string>(["O"]), own, media), others, [], media).ShouldHaveSingleItem();
        found.Reasons.Select(r => (r.Kind, r.Key, r.Via)).ShouldBe(
        [
            (ReachKind.SameDonor, "D", null), (ReachKind.SameShelf, "INC-1", "1"), (ReachKind.SameShelf, "INC-1", "2"), (ReachKind.SameShelf, "INC-2", "1"), (ReachKind.SameIncubator, "INC-1", null),
            (ReachKind.SameRoom, "R", null), (ReachKind.LotInMedium, "L", "M2"), (ReachKind.SameOperator, "z", ""), (ReachKind.SameOperator, "a", ""), (ReachKind.SameOperator, "b", ""),
        ]);
        found.Score.ShouldBe(60 + 50 + 35 + 25 + 25 + 10);
    }

    [Fact]
    public void Batches_are_ranked_by_score_then_by_the_number_of_reasons_then_by_name()
    {
        var own = new[] { Met("O", ContactKind.Donor, "D", 0, null), Met("O", ContactKind.Operator, "a", 0, 9), Met("O", ContactKind.Operator, "b", 0, 9) };
        Contact[] others =
        [
            Met("B4", ContactKind.Operator, "a", 0, 9), Met("B3", ContactKind.Operator, "a", 0, 9), Met("B5", ContactKind.Operator, "a", 0, 9), Met("B5", ContactKind.Operator, "b", 0, 9), Met("B9", ContactKind.Donor, "D", 0, null),
        ];
        BlastRadius.Of(BlastRadius.OfBatches(new HashSet<string>(["O"]), own, NoMedia), others, [], NoMedia).Select(b => (b.BatchId, b.Score, b.Reasons.Count))
            .ShouldBe([("B9", 60, 1), ("B5", 10, 2), ("B3", 10, 1), ("B4", 10, 1)]);
    }

    private static Reach Only(BlastOrigin origin, MediaComposition media, params Contact[] contacts) => BlastRadius.Of(origin, contacts, [], media).ShouldHaveSingleItem().Reasons.ShouldHaveSingleItem();

    internal static Contact Met(string batch, ContactKind kind, string key, double since, double? until, string part = "", params Guid[] events) => new(batch, kind, key, part, "", Hour(since), At(until), events);

    private static DateTimeOffset? At(double? hour) => hour is { } h ? Hour(h) : null;

    private static (ContactKind Kind, string Key, string? Part, DateTimeOffset? Since, DateTimeOffset? Until, string? Shelf, Guid[] Events) Plain(Trace t) => (t.Kind, t.Key, t.Part, t.Since, t.Until, t.Shelf, [.. t.Events]);

    private static readonly IEqualityComparer<(ContactKind Kind, string Key, string? Part, DateTimeOffset? Since, DateTimeOffset? Until, string? Shelf, Guid[] Events)> Alike =
        EqualityComparer<(ContactKind Kind, string Key, string? Part, DateTimeOffset? Since, DateTimeOffset? Until, string? Shelf, Guid[] Events)>.Create(
            (a, b) => (a.Kind, a.Key, a.Part, a.Since, a.Until, a.Shelf) == (b.Kind, b.Key, b.Part, b.Since, b.Until, b.Shelf) && a.Events.SequenceEqual(b.Events));
}
