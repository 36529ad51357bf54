using CultureTrack.Domain.Tracing;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Tracing.Told;

namespace CultureTrack.Domain.Tests.Tracing;

/// <summary>Which batches were made of which: forebears, descendants and what else was made of the forebears.</summary>
public sealed class FamilyTests
{
    // Grand → Parent → Origin → Child → Grandchild; Parent → Sibling; Grand → Uncle; Stranger stands alone.
    private static readonly Contact[] Links =
    [
        Made("Parent", "Grand", 1), Made("Origin", "Parent", 2), Made("Child", "Origin", 3), Made("Grandchild", "Child", 4), Made("Sibling", "Parent", 5), Made("Uncle", "Grand", 6),
        new("Stranger", ContactKind.Donor, "Origin", "", "", Noon, null, []),
    ];

    [Fact]
    public void Descendants_and_forebears_are_followed_to_the_end_the_batches_themselves_included()
    {
        BatchFamily.Descendants(["Parent"], Links).ShouldBe(["Parent", "Origin", "Sibling", "Child", "Grandchild"], ignoreOrder: true);
        BatchFamily.Descendants(["Child", "Uncle"], Links).ShouldBe(["Child", "Uncle", "Grandchild"], ignoreOrder: true);
        BatchFamily.Ancestors(["Child"], Links).ShouldBe(["Child", "Origin", "Parent", "Grand"], ignoreOrder: true);
        BatchFamily.Ancestors(["Stranger"], Links).ShouldBe(["Stranger"]);
    }

    [Fact]
    public void Around_a_batch_are_what_was_made_of_it_what_it_was_made_of_and_what_else_was_made_of_that() =>
        Around(OfBatches("Origin")).ShouldBe(
        [
            ("Child", ReachKind.MadeFromIt, "Origin"), ("Grand", ReachKind.MadeInto, "Origin"), ("Grandchild", ReachKind.MadeFromIt, "Origin"), ("Parent", ReachKind.MadeInto, "Origin"),
            ("Sibling", ReachKind.SameSource, "Grand"), ("Sibling", ReachKind.SameSource, "Parent"), ("Uncle", ReachKind.SameSource, "Grand"),
        ]);

    [Fact]
    public void Of_several_batches_none_is_found_and_each_finding_names_the_one_it_belongs_to() =>
        Around(OfBatches("Uncle", "Child")).ShouldBe(
        [
            ("Grand", ReachKind.MadeInto, "Uncle"), ("Grandchild", ReachKind.MadeFromIt, "Child"), ("Origin", ReachKind.MadeInto, "Child"), ("Parent", ReachKind.MadeInto, "Child"),
            ("Sibling", ReachKind.SameSource, "Grand"), ("Sibling", ReachKind.SameSource, "Parent"),
        ]);

    [Fact]
    public void A_batch_and_its_forebear_asked_for_together_are_not_found_in_each_other() =>
        Around(OfBatches("Origin", "Parent")).ShouldBe(
        [
            ("Child", ReachKind.MadeFromIt, "Origin"), ("Child", ReachKind.MadeFromIt, "Parent"), ("Grand", ReachKind.MadeInto, "Origin"), ("Grandchild", ReachKind.MadeFromIt, "Origin"),
            ("Grandchild", ReachKind.MadeFromIt, "Parent"), ("Sibling", ReachKind.MadeFromIt, "Parent"), ("Uncle", ReachKind.SameSource, "Grand"),
        ]);

    [Fact]
    public void Of_a_bad_lot_what_was_made_of_its_users_is_found_and_nothing_above_them()
    {
        var media = new MediaComposition([]);
        var used = ReachTests.Met("Origin", ContactKind.Lot, "L", 0, 1);
        Flat(BlastRadius.Of(BlastRadius.OfLot("L", media), [used], Links, media)).ShouldBe(
            [("Child", ReachKind.MadeFromIt, "Origin"), ("Grandchild", ReachKind.MadeFromIt, "Origin"), ("Origin", ReachKind.SameLot, "L")]);
    }

    [Fact]
    public void The_evidence_is_every_allocation_that_led_there_and_the_time_that_of_the_first()
    {
        var (late, early) = (Made("Child", "Origin", 5), Made("Child", "Origin", 3));
        var reason = BlastRadius.Of(OfBatches("Origin"), [], [late, early], new([])).ShouldHaveSingleItem().Reasons.ShouldHaveSingleItem();
        (reason.From, reason.To, reason.Via).ShouldBe((Hour(3), null, null));
        reason.Events.ShouldBe([.. late.Events, .. early.Events]);
        reason.OriginEvents.ShouldBeEmpty();
    }

    [Fact]
    public void A_batch_that_would_be_made_of_itself_ends_the_search_all_the_same()
    {
        Contact[] loop = [Made("B", "A", 1), Made("A", "B", 2)];
        BatchFamily.Descendants(["A"], loop).ShouldBe(["A", "B"], ignoreOrder: true);
        Around(OfBatches("A"), loop).ShouldBe([("B", ReachKind.MadeFromIt, "A"), ("B", ReachKind.MadeInto, "A")]);
    }

    [Fact]
    public void A_medium_registered_twice_keeps_its_first_composition()
    {
        var media = new MediaComposition([("M", ["L1"]), ("M", ["L2"])]);
        media.Roots("M").ShouldBe(["M", "L1"], ignoreOrder: true);
        media.Forward(["L2"]).ShouldBe(["L2"]);
    }

    private static BlastOrigin OfBatches(params string[] batches) => BlastRadius.OfBatches(batches.ToHashSet(), [], new([]));

    private static IEnumerable<(string, ReachKind, string)> Around(BlastOrigin origin, Contact[]? links = null) => Flat(BlastRadius.Of(origin, [], links ?? Links, new([])));

    private static IEnumerable<(string, ReachKind, string)> Flat(IEnumerable<ReachedBatch> found) =>
        [.. found.SelectMany(b => b.Reasons.Select(r => (b.BatchId, r.Kind, r.Key))).OrderBy(f => f.BatchId, StringComparer.Ordinal).ThenBy(f => f.Kind).ThenBy(f => f.Key, StringComparer.Ordinal)];

    private static Contact Made(string batch, string of, double hour) => new(batch, ContactKind.Source, of, "", "", Hour(hour), null, [Guid.CreateVersion7(Hour(hour))]);
}
