using System.Text.Json;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>Which older memories an incubator's track keeps, from which of them late readings are judged, and that they are judged as if in order.</summary>
public sealed class IncubatorTrackTests
{
    private static readonly Func<double, double> Still = m => Calm(m, 37, 0.1);

    private static IncubatorTrack Track(params IEnumerable<Reading>[] messages)
    {
        var track = new IncubatorTrack(Judge());
        foreach (var message in messages) track.Take(message, out _);
        return track;
    }

    private static DateTimeOffset? After(IncubatorTrack track, double minute) => track.ReplayPoint(Min(minute)).ReadingsAfter;

    [Fact]
    public void Late_data_of_the_first_hour_are_judged_with_everything_there_is()
    {
        var track = Track(Minutes(0, 59, Still));
        track.ReplayPoint(Min(59.5)).ShouldBe((IncubatorMemory.Empty, null));
        new IncubatorTrack(Judge()).ReplayPoint(Min(0)).ShouldBe((IncubatorMemory.Empty, null));
    }

    [Fact]
    public void From_the_first_reading_of_an_hour_on_the_memory_of_the_hours_before_is_kept()
    {
        var track = Track(Minutes(0, 59, Still));
        var before = track.Memory;
        track.Take(Minutes(60, 130, Still), out var late);
        late.ShouldBeNull();
        var (from, after) = track.ReplayPoint(Min(60));
        from.ShouldBeSameAs(before);
        after.ShouldBe(Min(59));
        new[] { 59, 59.5, 119, 119.5, 500 }.Select(m => After(track, m)).ShouldBe([null, Min(59), Min(59), Min(119), Min(119)]);
    }

    [Fact]
    public void An_hour_without_readings_adds_nothing_to_go_back_to()
    {
        var track = Track(Minutes(10, 20, Still), Minutes(150, 155, Still));
        new[] { 20, 21, 150, 200 }.Select(m => After(track, m)).ShouldBe([null, Min(20), Min(20), Min(20)]);
    }

    [Fact]
    public void A_track_of_a_stored_memory_goes_on_where_it_was_and_goes_back_no_further()
    {
        var judge = Judge();
        var stored = Run(judge, Minutes(0, 90, Still)).Memory;
        var track = new IncubatorTrack(judge, stored);
        track.Memory.ShouldBeSameAs(stored);
        track.ReplayPoint(Min(90.5)).ShouldBe((stored, Min(90)));
        track.ReplayPoint(Min(90)).ShouldBe((IncubatorMemory.Empty, null));
        track.Take(Minutes(91, 100, Still), out _).ShouldBeEmpty();
        track.Replay(stored, [.. Minutes(91, 100, Still), R(95.5, 37.0)], Min(101)).ShouldBeEmpty();
        After(track, 92).ShouldBe(Min(90), "the stored memory holds for a second replay");
        track.Ledger.Channels[Channels.Temperature].FirstAt.ShouldBe(Min(0));
    }

    [Fact]
    public void Of_several_late_readings_the_earliest_is_named_and_none_is_taken()
    {
        var track = Track([.. Minutes(10, 20, Still), .. Minutes(10, 20, m => Calm(m, 5, 0.02), Channels.Co2)]);
        var before = track.Memory;
        track.Take([R(14, 37.3), R(12, 5.2, Channels.Co2), R(20, 37.2)], out var late).ShouldBeEmpty();
        late.ShouldBe(Min(12));
        track.Memory.ShouldBeSameAs(before);
        track.Take([R(21, 37.0), R(15, 37.3)], out late);
        (late, track.Memory.TakenUpTo).ShouldBe((Min(15), Min(21)));
    }

    [Fact]
    public void A_late_reading_takes_away_nothing_that_is_kept()
    {
        var track = Track(Minutes(0, 130, Still), [R(30, 37.3), R(59, 37.3), R(119, 37.3)]);
        new[] { 60, 120 }.Select(m => After(track, m)).ShouldBe([Min(59), Min(119)]);
    }

    [Theory]
    [InlineData(58, null, null)]
    [InlineData(59, null, null)]
    [InlineData(60, 59.0, 59.0)]
    [InlineData(119, 59.0, 59.0)]
    [InlineData(120, 59.0, 119.0)]
    public void A_channel_that_lags_behind_takes_away_the_memories_it_is_missing_in(double lagging, double? hour, double? later)
    {
        var track = Track([.. Minutes(0, 130, Still), R(1, 5.0, Channels.Co2)], [R(lagging, 5.0, Channels.Co2)]);
        new[] { 60.0, 131 }.Select(m => After(track, m)).ShouldBe([hour is { } h ? Min(h) : null, later is { } l ? Min(l) : null]);
    }

    [Fact]
    public void A_replay_keeps_what_it_started_from_and_builds_the_later_memories_anew()
    {
        Reading[] warm = [.. Minutes(70, 75, _ => 38.2)], all = [.. Minutes(0, 69, Still), .. warm, .. Minutes(76, 200, Still)];
        var track = Track(all.Except(warm), warm);
        var (from, after) = track.ReplayPoint(Min(70));
        after.ShouldBe(Min(59));
        track.Replay(from, all.Where(r => r.At > after), Min(201)).Select(f => f.GetType()).ShouldBe([typeof(ExcursionBegan), typeof(ExcursionEnded)]);
        track.ReplayPoint(Min(60)).From.ShouldBeSameAs(from);
        var (kept, upTo) = track.ReplayPoint(Min(150));
        upTo.ShouldBe(Min(119));
        Text(track.Judge, kept).ShouldBe(Text(track.Judge, Run(Judge(), all.Where(r => r.At <= Min(119))).Memory));
        After(track, 201).ShouldBe(Min(179));
        Text(track.Judge, track.Memory).ShouldBe(Text(track.Judge, Run(Judge(), all).Memory));
    }

    [Fact]
    public void A_replay_of_everything_keeps_none_of_the_older_memories()
    {
        Reading[] all = [.. Minutes(0, 130, Still)];
        var track = Track(all.Skip(30), all[..30]);
        track.ReplayPoint(Min(0)).From.ShouldBeSameAs(IncubatorMemory.Empty);
        track.Replay(IncubatorMemory.Empty, all, Min(131)).ShouldBeEmpty();
        foreach (var (minute, last) in new[] { (60, 59), (120, 119) })
            Text(track.Judge, track.ReplayPoint(Min(minute)).From).ShouldBe(Text(track.Judge, Run(Judge(), all.Where(r => r.At <= Min(last))).Memory));
    }

    [Fact]
    public void A_replay_without_anything_later_forgets_what_was_kept_since()
    {
        var track = Track(Minutes(0, 130, Still));
        var (from, _) = track.ReplayPoint(Min(60));
        track.Replay(from, [], Min(131)).ShouldBeEmpty();
        (track.Memory, After(track, 500)).ShouldBe((from, Min(59)));
    }

    [Theory]
    [InlineData(24 * 63)]
    [InlineData(24 * 63 + 5)]
    public void Memories_are_kept_for_each_hour_of_two_days_and_for_each_midnight_of_sixty(int hours)
    {
        var track = new IncubatorTrack(Judge());
        track.Take(Enumerable.Range(0, hours + 1).Select(h => R(60 * h, Still(h))), out _);
        var kept = Enumerable.Range(0, hours + 2).Select(h => After(track, 60 * h)).Distinct();
        var expected = Enumerable.Range(1, hours).Where(h => h >= hours - 48 || h % 24 == 0 && h >= hours - 24 * 60).Select(h => (DateTimeOffset?)Min(60 * (h - 1)));
        kept.ShouldBe(expected.Prepend(null));
    }

    private static string Text(IncubatorJudge judge, IncubatorMemory memory) => JsonSerializer.Serialize(judge.Ledger(memory));
}
