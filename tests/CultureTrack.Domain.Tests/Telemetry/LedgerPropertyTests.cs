using System.Text.Json;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>A recording with every kind of trouble in it.</summary>
public sealed record Recording(IReadOnlyList<Reading> Readings, int Seed)
{
    public static Arbitrary<Recording> Arbitrary() =>
        Gen.Choose(0, int.MaxValue).Select(seed => new Recording(Make(seed), seed)).ToArbitrary();

    private static List<Reading> Make(int seed)
    {
        var random = new Random(seed);
        var readings = new List<Reading>();
        var (value, flatFor, doorFor) = (37.0, 0, 0);
        for (var m = 0.0; m < 400; m += random.Next(20) == 0 ? random.Next(1, 12) : random.Next(1, 3) * 0.5)
        {
            // A walk that visits both sides of every limit, stands still now and then, jumps and is called bad.
            if (flatFor-- <= 0) value = Math.Round(Math.Clamp(value + (random.NextDouble() - 0.5) * (random.Next(30) == 0 ? 12 : 1.2), 33, 41.5), 1);
            if (random.Next(60) == 0) flatFor = random.Next(10, 80);
            var quality = random.Next(25) == 0 ? ReadingQuality.Bad : random.Next(40) == 0 ? ReadingQuality.ClockUncertain : ReadingQuality.Good;
            readings.Add(new(Min(m), Channels.Temperature, value, quality));
            readings.Add(new(Min(m), Channels.Co2, Math.Round(5 + (value - 37) / 2, 2)));
            if (random.Next(15) == 0) doorFor = random.Next(1, 5);
            if (doorFor-- >= 0 || random.Next(4) == 0) readings.Add(R(m, doorFor >= 0 ? 1 : 0, Channels.Door));
        }
        return readings;
    }
}

public sealed class LedgerPropertyTests
{
    [Law(Arbitrary = [typeof(Recording)], Runs = 30)]
    public void One_reading_at_a_time_gives_what_a_replay_from_scratch_gives(Recording recording)
    {
        var judge = Judge();
        var (memory, facts) = Run(judge, recording.Readings);
        Text(judge.Ledger(memory)).ShouldBe(Text(judge.Ledger(judge.Replay(IncubatorMemory.Empty, recording.Readings))));
        Told(facts).ShouldBe(judge.Ledger(memory).Excursions.Select(e => (e.ExcursionId, e.ClosedAt)).Order());
    }

    [Law(Arbitrary = [typeof(Recording)], Runs = 30)]
    public void Readings_that_arrive_shuffled_give_the_same_ledger_and_the_same_told_excursions(Recording recording)
    {
        var judge = Judge();
        var expected = judge.Ledger(judge.Replay(IncubatorMemory.Empty, recording.Readings));
        var random = new Random(recording.Seed);
        var late = recording.Readings.OrderBy(r => r.At + TimeSpan.FromMinutes(random.Next(3) == 0 ? random.Next(120) : 0)).ToArray();
        var track = new IncubatorTrack(judge);
        var stored = new List<Reading>();
        var facts = new List<TelemetryFact>();
        foreach (var chunk in late.Chunk(7))
        {
            stored.AddRange(chunk);
            facts.AddRange(track.Take(chunk, out var lateFrom));
            if (lateFrom is not { } from) continue;
            var (memory, after) = track.ReplayPoint(from);
            facts.AddRange(track.Replay(memory, stored.Where(r => after is null || r.At > after), Min(500)));
        }
        Facts(track.Ledger).ShouldBe(Facts(expected));
        Told(facts).ShouldBe(track.Ledger.Excursions.Select(e => (e.ExcursionId, e.ClosedAt)).Order());
    }

    [Law(Arbitrary = [typeof(Recording)], Runs = 30)]
    public void Covered_and_missing_time_are_the_whole_period_and_match_a_count_of_seconds(Recording recording)
    {
        var judge = Judge();
        var channel = Channel(judge, judge.Replay(IncubatorMemory.Empty, recording.Readings));
        var totals = channel.Totals(Min(0), Min(420));
        (totals.Covered + totals.Missing).ShouldBe(TimeSpan.FromMinutes(420));
        totals.In.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        var gaps = channel.Gaps(Min(0), Min(420), Min(500)).ToArray();
        var spans = channel.Facts.Spans.Where(s => s.Kind is SpanKind.ActionLow or SpanKind.ActionHigh or SpanKind.Door).Concat(gaps).OrderBy(s => s.From).ToArray();
        spans.Zip(spans.Skip(1)).ShouldAllBe(p => p.First.To <= p.Second.From);
    }

    [Law(Arbitrary = [typeof(Recording)], Runs = 25)]
    public void Raw_time_of_an_excursion_is_the_time_beyond_its_limit_within_it(Recording recording)
    {
        var judge = Judge();
        var channel = Channel(judge, judge.Replay(IncubatorMemory.Empty, recording.Readings));
        foreach (var e in channel.Facts.Excursions.Where(e => !e.IsOpen))
            channel.Time(VesselKind(e), e.StartAt, e.EndAt!.Value, Min(1000)).ShouldBe(e.Raw);

        static SpanKind VesselKind(Excursion e) => (e.Severity, e.Side) switch
        {
            (Severity.Action, Side.Low) => SpanKind.ActionLow,
            (Severity.Action, _) => SpanKind.ActionHigh,
            (_, Side.Low) => SpanKind.CriticalLow,
            _ => SpanKind.CriticalHigh,
        };
    }

    [Law(Arbitrary = [typeof(Recording)], Runs = 25)]
    public void A_restart_at_any_reading_changes_nothing(Recording recording)
    {
        var judge = Judge();
        var ordered = judge.InOrder(recording.Readings).ToArray();
        var cut = recording.Seed % ordered.Length;
        var before = Run(judge, ordered[..cut]).Memory;
        var restored = JsonSerializer.Deserialize<IncubatorMemory>(JsonSerializer.Serialize(before, RecordJson.Options), RecordJson.Options)!;
        Text(judge.Ledger(Run(judge, ordered[cut..], restored).Memory)).ShouldBe(Text(judge.Ledger(Run(judge, ordered).Memory)));
    }

    [Fact]
    [Trait("Rule", "R-35")]
    public void Late_data_amend_and_withdraw_and_keep_the_id()
    {
        var judge = Judge();
        var track = new IncubatorTrack(judge);
        var hot = Minutes(0, 20, m => Calm(m, 38.3, 0.1)).ToArray();
        var facts = track.Take([.. hot.Where(r => r.At >= Min(3))], out var none);
        none.ShouldBeNull();
        var told = facts.ShouldHaveSingleItem().ShouldBeOfType<ExcursionBegan>().Excursion;
        told.StartAt.ShouldBe(Min(3));

        track.Take(hot[..3], out var lateFrom);
        lateFrom.ShouldBe(Min(0));
        var amended = track.Replay(track.ReplayPoint(Min(0)).From, hot, Min(21)).ShouldHaveSingleItem().ShouldBeOfType<ExcursionRevised>();
        (amended.Excursion.ExcursionId, amended.Excursion.StartAt, amended.Before.StartAt).ShouldBe((told.ExcursionId, Min(0), told.StartAt));
        track.Ledger.Excursions.ShouldHaveSingleItem().ExcursionId.ShouldBe(told.ExcursionId);

        Reading[] calm = [.. hot.Select(r => r with { Value = 37.0, At = r.At.AddSeconds(30) })];
        track.Take(calm, out lateFrom);
        track.Replay(track.ReplayPoint(lateFrom!.Value).From, [.. hot, .. calm], Min(22)).ShouldHaveSingleItem().ShouldBeOfType<ExcursionTakenBack>();
        track.Ledger.Excursions.ShouldBeEmpty();
    }

    // Ids keep what was told first, so a ledger that grew differs in ids alone.
    private static string Facts(IncubatorLedger ledger) => Text(ledger with
    {
        Channels = ledger.Channels.SetItems(ledger.Channels.Select(c => KeyValuePair.Create(c.Key, c.Value with
        {
            Facts = c.Value.Facts with { Excursions = [.. c.Value.Facts.Excursions.Select(e => e with { ExcursionId = "" })] },
        }))),
    });

    private static string Text(IncubatorLedger ledger) => JsonSerializer.Serialize(ledger);

    // What someone who only hears the facts believes in the end.
    private static IEnumerable<(string, DateTimeOffset?)> Told(IEnumerable<TelemetryFact> facts)
    {
        var believed = new SortedDictionary<string, DateTimeOffset?>(StringComparer.Ordinal);
        foreach (var fact in facts)
            switch (fact)
            {
                case ExcursionBegan o: believed.TryAdd(o.Excursion.ExcursionId, null).ShouldBeTrue(); break;
                case ExcursionEnded c: believed[c.Excursion.ExcursionId] = c.Excursion.ClosedAt; break;
                case ExcursionRevised a: believed[a.Excursion.ExcursionId] = a.Excursion.ClosedAt; break;
                case ExcursionTakenBack w: believed.Remove(w.Excursion.ExcursionId).ShouldBeTrue(); break;
            }
        return believed.Select(b => (b.Key, b.Value)).Order();
    }
}
