using System.Globalization;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Domain.Tests;
using Shouldly;
using Xunit;

namespace CultureTrack.Instruments.Tests;

/// <summary>The known defects of real recordings come out as what they are, and nothing else does.</summary>
public sealed class RecordedSensorTests
{
    private static RecordedSensors Read(string folder, string file) => RecordedSensors.Read(SharedFiles.Path("telemetry"), folder, file);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    [Fact]
    public void A_failing_CO2_sensor_is_an_excursion_while_it_climbs_and_missing_from_where_it_stands_at_zero()
    {
        var (trial, _) = Read("bioreactor", "20260213_170934_bioreactor_data.csv").Judge();
        var found = trial.Found.Where(f => f.Channel == Channels.Co2).ShouldHaveSingleItem();
        found.Kind.ShouldBe(SensorFindingKind.Stuck);
        found.Since.ShouldBe(At("2026-02-14 10:51"), TimeSpan.FromMinutes(1));
        (found.FoundAt - found.Since).ShouldBe(TimeSpan.FromHours(6), TimeSpan.FromMinutes(1));

        var co2 = trial.Track.Ledger.Channels[Channels.Co2];
        var last = At("2026-02-15 17:00");
        co2.Gaps(At("2026-02-14 12:00"), last, last).Sum(g => (g.To - g.From).TotalHours).ShouldBe(29, 0.001);
        // 31 hours at zero are no low excursion: they are not known, and not good either.
        co2.Time(SpanKind.ActionLow, found.Since.AddMinutes(1), last, last).ShouldBe(TimeSpan.Zero);
        co2.Totals(found.Since.AddMinutes(1), last).In.ShouldBe(TimeSpan.Zero);
        SensorTrust.At(new(trial.Track.Ledger, []), last).Single(t => t.Channel == Channels.Co2).Score.ShouldBe(0);
    }

    [Fact]
    public void A_quantised_sensor_that_shows_one_value_for_two_hours_is_not_called_stuck_and_two_that_differ_within_their_accuracies_agree()
    {
        var recording = Read("bioreactor", "20251208-0937_bioreactor_data.csv");
        recording.Judge().Trial.Found.ShouldBeEmpty();

        var co2 = recording.Samples.Where(s => s.Channel == "co2").Select(s => s.Value).ToList();
        LongestRun(co2).ShouldBe(1586);

        static int LongestRun(List<decimal> values)
        {
            var (most, run) = (1, 1);
            for (var i = 1; i < values.Count; i++) most = Math.Max(most, run = values[i] == values[i - 1] ? run + 1 : 1);
            return most;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_week_with_summer_time_an_outage_and_a_backfill_shows_its_two_silences_and_the_CO2_sensor_that_is_not_there(bool asArrived)
    {
        var (trial, _) = Read("memmert", "memmert_2025-10-23_to_10-30.jsonl").Judge(asArrived: asArrived);
        trial.Found.Where(f => f is { Kind: SensorFindingKind.Silent, Channel: Channels.Temperature }).Select(f => f.Since.UtcDateTime.ToString("MM-dd HH", CultureInfo.InvariantCulture))
            .ShouldBe(["10-24 13", "10-27 10"]);
        // It reads 0.0 from the first line to the last.
        trial.Found.Where(f => f.Kind == SensorFindingKind.Stuck && f.Channel == Channels.Co2).ShouldNotBeEmpty();
        trial.Found.Where(f => f.Kind is not (SensorFindingKind.Silent or SensorFindingKind.Stuck)).ShouldBeEmpty();
        trial.Found.ShouldNotContain(f => f.Channel == Channels.Humidity && f.Kind == SensorFindingKind.Stuck);
        // The hour that exists twice is neither a gap nor a copy.
        trial.Found.Where(f => f.FoundAt >= At("2025-10-26 00:00") && f.FoundAt < At("2025-10-26 02:00")).ShouldBeEmpty();
        trial.Watch.Findings.ShouldBeEmpty();
    }

    [Fact]
    public void A_chamber_that_never_reaches_its_set_point_is_an_excursion_and_no_fault_of_the_sensor()
    {
        var p37 = EquipmentProfiles.Get("P37-5");
        var at25 = p37 with { Channels = [.. p37.Channels.Select(c => c.Channel == Channels.Temperature ? c with { SetPoint = 25 } : c)] };
        var recording = Read("memmert", "memmert_2025-10-23_to_10-30.jsonl");
        var (trial, _) = recording.Judge(at25);
        var first = trial.Track.Ledger.Excursions.First(e => e.Channel == Channels.Temperature);
        (first.Side, first.StartAt).ShouldBe((Side.High, recording.Samples[0].DeviceTime));
        // Until the set point is changed, four days later.
        first.DurationAsOf(At("2025-10-27 10:00")).TotalDays.ShouldBeGreaterThan(3);
        trial.Found.ShouldNotContain(f => f.Channel == Channels.Temperature && f.Kind == SensorFindingKind.Drifting);
    }

    [Theory]
    [InlineData("embryo-incubator", "test01.csv")]
    [InlineData("embryo-incubator", "test03.csv")]
    [InlineData("office-co2", "datatest.txt")]
    public void Recordings_of_sensors_in_order_give_no_finding(string folder, string file) => Read(folder, file).Judge().Trial.Found.ShouldBeEmpty();
}
