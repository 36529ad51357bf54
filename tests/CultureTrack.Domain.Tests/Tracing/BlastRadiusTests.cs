using CultureTrack.Domain.Tracing;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Tracing;

/// <summary>Who shared what with whom: nothing missed, nothing invented, the nearest first.</summary>
public sealed class BlastRadiusTests
{
    [Law(Runs = 60)]
    public void For_a_batch_it_is_what_comparing_everything_with_everything_finds(int seed)
    {
        var lab = new RandomLab(seed);
        var contacts = lab.Contacts();
        for (var n = 0; n < lab.Batches.Count; n++)
        {
            var origin = BlastRadius.OfBatches(new HashSet<string>([RandomLab.Id(n)]), contacts, lab.Composition);
            // As the store does it: only what a trace finds is given on.
            var candidates = contacts.Where(c => origin.Traces.Any(t => t.Finds(c)));
            var found = BlastRadius.Of(origin, candidates, contacts, lab.Composition);
            Flat(found).ShouldBe(new BruteForce(lab).OfBatch(n), ignoreOrder: true);
            Ordered(found, lab);
        }
    }

    [Law(Runs = 60)]
    public void For_a_lot_it_is_every_batch_that_used_it_or_a_medium_with_it_and_what_was_made_of_those(int seed)
    {
        var lab = new RandomLab(seed);
        var contacts = lab.Contacts();
        foreach (var lot in new[] { "L0", "L3", "M0", "M2" })
        {
            var found = BlastRadius.Of(BlastRadius.OfLot(lot, lab.Composition), contacts, contacts, lab.Composition);
            Flat(found).ShouldBe(new BruteForce(lab).OfLot(lot), ignoreOrder: true);
        }
    }

    [Law(Runs = 30)]
    public void It_is_mutual_whoever_reaches_another_is_reached_by_it(int seed)
    {
        var lab = new RandomLab(seed);
        var contacts = lab.Contacts();
        var reached = Enumerable.Range(0, lab.Batches.Count).SelectMany(n => BlastRadius.Of(BlastRadius.OfBatches(new HashSet<string>([RandomLab.Id(n)]), contacts, lab.Composition), contacts, contacts, lab.Composition)
            .Select(b => (From: RandomLab.Id(n), To: b.BatchId))).ToHashSet();
        reached.ShouldAllBe(r => reached.Contains(new(r.To, r.From)));
    }

    [Fact]
    public void An_instant_in_common_is_a_meeting_and_the_next_one_is_not()
    {
        var noon = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
        var stay = new Contact("B", ContactKind.Incubator, "INC-1", "1", "", noon.AddHours(-1), noon, []);
        new Trace(ContactKind.Incubator, "INC-1", Since: noon, Until: noon.AddHours(1)).Finds(stay).ShouldBeTrue();
        new Trace(ContactKind.Incubator, "INC-1", Since: noon.AddMilliseconds(1), Until: noon.AddHours(1)).Finds(stay).ShouldBeFalse();
        new Trace(ContactKind.Incubator, "INC-1", Since: noon.AddYears(1)).Finds(stay with { Until = null }).ShouldBeTrue();
    }

    [Fact]
    public void Media_that_would_contain_each_other_end_the_search_all_the_same()
    {
        var loop = new MediaComposition([("M1", ["M2"]), ("M2", ["M1", "L"])]);
        loop.Roots("M1").ShouldBe(["M1", "M2", "L"], ignoreOrder: true);
        loop.Forward(["L"]).ShouldBe(["L", "M2", "M1"], ignoreOrder: true);
    }

    private static HashSet<BruteForce.Found> Flat(IEnumerable<ReachedBatch> found) =>
        [.. found.SelectMany(b => b.Reasons.Select(r => new BruteForce.Found(b.BatchId, r.Kind, r.Key, r.Via)))];

    private static void Ordered(IReadOnlyList<ReachedBatch> found, RandomLab lab)
    {
        found.Select(b => b.Score).ShouldBeInOrder(SortDirection.Descending);
        found.ShouldAllBe(b => b.Score == b.Reasons.Select(r => r.Kind).Distinct().Sum(BlastRadius.WeightOf));
        var entries = lab.Batches.SelectMany(b => b).Concat(lab.Sessions).Select(e => e.EventId).ToHashSet();
        foreach (var reason in found.SelectMany(b => b.Reasons))
        {
            reason.Events.ShouldNotBeEmpty();
            reason.Events.Any(entries.Contains).ShouldBeTrue();
            (reason.To is null || reason.To >= reason.From).ShouldBeTrue();
        }
    }
}
