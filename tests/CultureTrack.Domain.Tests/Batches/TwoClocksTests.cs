using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tests.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>The past by two clocks: what had happened, and what was known of it.</summary>
[Trait("Rule", "R-03")]
public sealed class TwoClocksTests
{
    private static readonly Story Whole = WorkedBatches.AdscReady();

    [Fact]
    public void Every_moment_of_a_life_can_be_looked_at_by_either_clock()
    {
        var moments = Whole.State.History.SelectMany(e => new[] { e.OccurredAt, e.RecordedAt }).Distinct().Order().ToList();
        foreach (var at in moments)
        {
            var then = TwoClocks.Fold(Whole.State.History, at, null);
            then.History.Select(e => e.EventId).ShouldBe(Whole.State.History.Where(e => e.OccurredAt <= at).Select(e => e.EventId));
            TwoClocks.Fold(Whole.State.History, null, at).Version.ShouldBe(Whole.State.History.Count(e => e.RecordedAt <= at));
        }
        TwoClocks.Fold(Whole.State.History, moments[0].AddTicks(-1), null).HasStarted.ShouldBeFalse();
        TwoClocks.Fold(Whole.State.History, null, null).State.ShouldBe(Whole.State.State);
    }

    [Fact]
    public void A_late_entry_belongs_to_its_moment_once_it_is_known()
    {
        var s = WorkedBatches.AdscGrowing();
        var (happened, told) = (s.Time("04-24 15:00"), s.Time("04-24 18:00"));
        var entry = new Entry(new DeviationOpened("DEV-1", "Lid was open", DeviationClass.Minor), s.Person("tech01"), told, happened, "Told at the end of the shift", "Told late");
        var events = BatchDecider.Decide(s.State, entry, s.Facts).ShouldBeOfType<Accepted>().State.History;
        TwoClocks.Fold(events, happened, null).Deviations.ContainsKey("DEV-1").ShouldBeTrue();
        TwoClocks.Fold(events, happened, happened).Deviations.ContainsKey("DEV-1").ShouldBeFalse();
        TwoClocks.Fold(events, happened.AddMinutes(-1), null).Deviations.ContainsKey("DEV-1").ShouldBeFalse();
        TwoClocks.Fold(events, null, told).Deviations.ContainsKey("DEV-1").ShouldBeTrue();
    }

    [Fact]
    public void A_correction_changes_the_past_it_corrects_from_when_it_was_known()
    {
        var s = WorkedBatches.AdscGrowing();
        var isolation = s.State.Of<IsolationPerformed>().Single();
        var now = s.Time("04-24 16:00");
        var correction = new RecordCorrected(isolation.EventId, "viabilityPct", JsonSerializer.SerializeToElement(82m), JsonSerializer.SerializeToElement(81m), "Read from the wrong line");
        var decided = BatchDecider.Decide(s.State, new Entry(correction, s.Person("tech01"), now, now, Comment: "Typing error", Signature: new(s.Person("tech01"), Meanings.Performed, true)), s.Facts);
        IReadOnlyList<Recorded> stored = [.. s.State.History, .. decided.ShouldBeOfType<Accepted>().Events];
        decimal Seen(DateTimeOffset? at, DateTimeOffset? known) => TwoClocks.Fold(stored, at, known).Of<IsolationPerformed>().Single().Data.ViabilityPct;
        Seen(isolation.OccurredAt, null).ShouldBe(81m);
        Seen(isolation.OccurredAt, now.AddMinutes(-1)).ShouldBe(82m);
        Seen(null, null).ShouldBe(81m);
        // Before the entry had happened there is nothing to correct.
        TwoClocks.Fold(stored, isolation.OccurredAt.AddMinutes(-1), null).Of<RecordCorrected>().ShouldBeEmpty();
    }

    [Fact]
    public void An_imported_entry_happened_long_before_anything_of_it_was_known()
    {
        var imported = WorkedBatches.AdscGrowing().State.History.Select(e => e with { Origin = Origin.Imported, RecordedAt = e.RecordedAt.AddYears(1) }).ToList();
        TwoClocks.Fold(imported, imported[^1].OccurredAt, null).Version.ShouldBe(imported.Count);
        TwoClocks.Fold(imported, null, imported[^1].OccurredAt).HasStarted.ShouldBeFalse();
    }
}
