using CultureTrack.Domain.Telemetry;
using Shouldly;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>
/// The law of exposure on random histories: what a vessel met is the join of its stays with what its incubators did, half minute by half minute, through
/// moves, passages, splits and pools; every minute of its life is accounted for once; and what is not known is never taken for good.
/// </summary>
public sealed class ExposureLawTests
{
    private const double Exactly = 1e-6;
    private static readonly string[] Judged = [Channels.Temperature, Channels.Co2, Channels.Humidity];

    [Law(Arbitrary = [typeof(RandomHistory)], Runs = 30)]
    public void Every_minute_of_a_life_is_accounted_for_once_and_the_unknown_is_never_good(RandomHistory history)
    {
        var (join, input) = (new MinuteJoin(history), Arrived(history));
        foreach (var vessel in history.Vessels.Where(v => MinuteJoin.From(v) <= join.End))
        {
            var own = Own(input, vessel, join);
            (own.StayMin + own.OutMin).ShouldBe(join.To(vessel) - MinuteJoin.From(vessel), Exactly, vessel.VesselId);
            foreach (var channel in Judged)
            {
                var stays = join.Stays(vessel).Select(s => join.Time(s.Incubator, channel, s.From, s.To)).ToList();
                double Sum(Cell cell) => stays.Sum(s => s[cell]);
                (own.Gaps.GetValueOrDefault(channel)?.MissingMin ?? 0).ShouldBe(Sum(Cell.Missing), Exactly, $"{vessel.VesselId} {channel} missing");
                foreach (var stay in join.Stays(vessel))
                {
                    var totals = input.Incubators[stay.Incubator].Ledger.Channels[channel].Totals(Min(stay.From), Min(stay.To));
                    var cells = join.Time(stay.Incubator, channel, stay.From, stay.To);
                    (totals.Covered + totals.Missing).TotalMinutes.ShouldBe(stay.To - stay.From, Exactly);
                    (totals.In.TotalMinutes, totals.Low.TotalMinutes, totals.High.TotalMinutes, totals.Door.TotalMinutes, totals.Missing.TotalMinutes)
                        .ShouldBe((cells[Cell.In], cells[Cell.Low], cells[Cell.High], cells[Cell.Door], cells[Cell.Missing] + cells[Cell.NotKnownYet]), $"{vessel.VesselId} {channel} {stay}");
                }
            }
        }
    }

    [Law(Arbitrary = [typeof(RandomHistory)], Runs = 30)]
    public void Exposure_through_moves_passages_splits_and_pools_is_the_join_of_minutes(RandomHistory history)
    {
        var (join, input) = (new MinuteJoin(history), Arrived(history));
        var result = Exposure.Evaluate(input, Min(join.End));
        var seen = new Dictionary<string, Joined>(StringComparer.Ordinal);
        foreach (var vessel in history.Vessels.Where(v => MinuteJoin.From(v) <= join.End))
        {
            var expected = seen[vessel.VesselId] = Joined.Of(join, vessel).After([.. vessel.ParentIds.Select(p => seen[p])]);
            var found = result.Vessels.Single(v => v.VesselId == vessel.VesselId).Metrics;
            Check("high", found.HighTRawMin, expected.High);
            Check("low", found.LowTRawMin, expected.Low);
            Check("co2", found.Co2RawMin, expected.Co2);
            Check("humidity", found.HumidityRawMin, expected.Humidity);
            Check("door", found.DoorMin, expected.Door);
            Check("stay", found.StayMin, expected.Stay);
            Check("out", found.OutMin, expected.Out);
            Check("out in a day", found.OutDayMin, expected.Out);
            Check("longest gap", found.LongestGapMin, expected.Gap);
            Check("longest heat", found.HighTLongestMin, expected.Heat);
            found.HotReadings.ShouldBe(expected.Hot, vessel.VesselId);
            if (expected.Peak > 38) found.PeakT.ShouldBe(expected.Peak, vessel.VesselId);

            void Check(string what, double value, double should) => value.ShouldBe(should, Exactly, $"{vessel.VesselId} {what}, seed {history.Seed}");
        }
        // The batch is its worst vessel, never a sum (4.3.8).
        var product = history.Vessels.Where(v => v.Use == VesselUse.Product && seen.ContainsKey(v.VesselId) && !history.Vessels.Any(c => c.Use != VesselUse.Test && seen.ContainsKey(c.VesselId) && c.ParentIds.Contains(v.VesselId)));
        result.Metrics.Single(m => m.Id == "E-02").Value.ShouldNotBeNull().ShouldBe(product.Select(v => seen[v.VesselId].High).DefaultIfEmpty(0).Max(), Exactly);
    }

    /// <summary>The metrics of 4.5, joined.</summary>
    private sealed record Joined(double High, double Low, double Co2, double Humidity, double Door, double Stay, double Out, double Gap, double Heat, int Hot, double Peak)
    {
        public static Joined Of(MinuteJoin join, VesselCulture vessel)
        {
            var stays = join.Stays(vessel).ToList();
            double Sum(string channel, params Cell[] cells) => stays.Sum(s => cells.Sum(c => join.Time(s.Incubator, channel, s.From, s.To)[c]));
            var met = stays.Select(s => join.Met(s.Incubator, Channels.Temperature, s.From, s.To, isOver: s.To < join.End || vessel.CultureEndAt is not null || vessel.Stays.Any(x => x.To == Min(s.To)))).ToList();
            return new(Sum(Channels.Temperature, Cell.High), Sum(Channels.Temperature, Cell.Low), Sum(Channels.Co2, Cell.Low, Cell.High), Sum(Channels.Humidity, Cell.Low),
                stays.Sum(s => Judged.Max(c => join.Time(s.Incubator, c, s.From, s.To)[Cell.Door])), stays.Sum(s => s.To - s.From),
                join.To(vessel) - MinuteJoin.From(vessel) - stays.Sum(s => s.To - s.From),
                stays.SelectMany(s => Judged.Select(c => join.LongestGap(s.Incubator, c, s.From, s.To))).Append(0).Max(),
                stays.Select(s => join.LongestHeat(s.Incubator, s.From, s.To)).Append(0).Max(), met.Select(Consecutive).Append(0).Max(), met.SelectMany(m => m).Append(double.MinValue).Max());
        }

        /// <summary>Sums go on from the largest of the parents', extremes join (4.3.8).</summary>
        public Joined After(IReadOnlyList<Joined> parents)
        {
            return parents.Count == 0 ? this : new(Add(j => j.High), Add(j => j.Low), Add(j => j.Co2), Add(j => j.Humidity), Add(j => j.Door), Add(j => j.Stay), Add(j => j.Out),
                Most(j => j.Gap), Most(j => j.Heat), (int)Most(j => j.Hot), Most(j => j.Peak));
            double Add(Func<Joined, double> of) => parents.Max(of) + of(this);
            double Most(Func<Joined, double> of) => parents.Append(this).Max(of);
        }

        private static int Consecutive(double[] values)
        {
            var (most, run) = (0, 0);
            foreach (var value in values) most = Math.Max(most, run = value >= 40 ? run + 1 : 0);
            return most;
        }
    }

    private static VesselMetrics Own(ExposureInput input, VesselCulture vessel, MinuteJoin join) =>
        Exposure.Evaluate(new([vessel with { ParentIds = [] }], input.Incubators), Min(join.End)).Vessels.Single().Metrics;

    /// <summary>The readings as they come: in chunks, a third of them up to two hours late, judged again whenever one is late.</summary>
    private static ExposureInput Arrived(RandomHistory history)
    {
        var random = new Random(history.Seed);
        var incubators = new Dictionary<string, IncubatorEnvironment>(StringComparer.Ordinal);
        foreach (var (id, readings) in history.Readings)
        {
            var track = new IncubatorTrack(Judge(id: id));
            var stored = new List<Reading>();
            foreach (var chunk in readings.OrderBy(r => r.At + TimeSpan.FromMinutes(random.Next(40) == 0 ? random.Next(120) : 0)).Chunk(random.Next(5, 200)))
            {
                stored.AddRange(chunk);
                track.Take(chunk, out var lateFrom);
                if (lateFrom is not { } from) continue;
                var (memory, after) = track.ReplayPoint(from);
                track.Replay(memory, stored.Where(r => after is null || r.At > after), Min(RandomHistory.Length + 500));
            }
            incubators[id] = new(track.Ledger, [.. Judged.Select(c => new Calibration(c, Min(-100_000), Min(400_000)))]);
        }
        return new(history.Vessels, incubators);
    }
}
