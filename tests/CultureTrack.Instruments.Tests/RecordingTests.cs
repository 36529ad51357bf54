using CultureTrack.Domain.Tests;
using System.Globalization;
using System.Text;
using CultureTrack.Instruments.Recordings;
using Shouldly;
using Xunit;

namespace CultureTrack.Instruments.Tests;

public sealed class RecordingTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void Every_memmert_reading_gets_the_instant_of_the_oracle_also_in_the_hour_that_exists_twice()
    {
        var truth = File.ReadLines(SharedFiles.Path("telemetry", "memmert", "memmert_2025-10-23_to_10-30.truth.tsv")).Skip(1)
            .Select(l => DateTimeOffset.Parse(l.Split('\t')[3], CultureInfo.InvariantCulture)).ToList();
        var parsed = ReadShared(Berlin, "memmert", "memmert_2025-10-23_to_10-30.jsonl");

        parsed.Format.ShouldBe("memmert");
        parsed.Report.LinesRead.ShouldBe(8016);
        parsed.Report.Skipped.Count.ShouldBe(7);
        parsed.Report.Skipped.ShouldContain(s => s.Line == 5451);
        var unused = parsed.Report.Skipped.Select(s => truth[s.Line - 1]).ToHashSet();
        parsed.Samples.Where(s => s.Channel == "temperature").Select(s => s.DeviceTime).ShouldBe(truth.Where(t => !unused.Contains(t)));
        parsed.Samples.Select(s => s.Channel).Distinct().ShouldBe(["temperature", "humidity", "co2", "temperatureSetpoint", "humiditySetpoint", "co2Setpoint"], ignoreOrder: true);
    }

    [Fact]
    public void The_gaps_of_the_memmert_recording_are_reported_with_the_line_they_follow()
    {
        var gaps = ReadShared(Berlin, "memmert", "memmert_2025-10-23_to_10-30.jsonl").Report.Gaps;
        gaps.Select(g => g.AfterLine).ShouldBe([31, 1447, 5566, 5655, 5657, 6956]);
        gaps.ShouldContain(g => g.AfterLine == 5566 && (g.To - g.From) > TimeSpan.FromHours(22));
    }

    [Fact]
    public void Three_overlapping_uploads_hold_206_readings_together()
    {
        var times = new[] { "window_0.json", "window_1.json", "window_5.json" }
            .SelectMany(n => ReadShared(Berlin, "memmert", n).Samples).Where(s => s.Channel == "temperature").Select(s => s.DeviceTime).ToHashSet();
        times.Count.ShouldBe(206);
    }

    [Fact]
    public void Local_times_without_a_zone_are_refused_and_the_reason_names_the_zone()
    {
        using var stream = File.OpenRead(SharedFiles.Path("telemetry", "memmert", "window_0.json"));
        Recording.Read(stream).ShouldBeOfType<RecordingOutcome.Rejected>().Reason.ShouldContain("zone");
    }

    [Fact]
    public void The_embryo_incubator_log_gives_its_doors_and_gases()
    {
        var parsed = ReadShared(TimeZoneInfo.Utc, "embryo-incubator", "test03.csv");
        parsed.Format.ShouldBe("embryo-incubator");
        parsed.Report.LinesRead.ShouldBe(187);
        parsed.Samples.Where(s => s is { Channel: "doorOpen", Value: > 0 }).Select(s => s.Value).ShouldBe([6.49m, 4.47m]);
        parsed.Samples.Last(s => s.Channel == "o2").Value.ShouldBe(5.20m);
    }

    [Theory]
    [InlineData("embryo-incubator", "test01.csv", 120)]
    [InlineData("embryo-incubator", "test-10-rows.csv", 10)]
    [InlineData("bioreactor", "20260213_170934_bioreactor_data.csv", 8811)]
    [InlineData("office-co2", "datatest.txt", 2665)]
    public void A_csv_recording_is_recognised_and_read_whole(string folder, string name, int rows)
    {
        var parsed = ReadShared(TimeZoneInfo.Utc, folder, name);
        parsed.Format.ShouldBe(folder);
        parsed.Samples.Count(s => s.Channel == "temperature").ShouldBe(rows);
        parsed.Report.Skipped.ShouldBeEmpty();
    }

    [Fact]
    public void A_failing_sensor_is_imported_as_it_is()
    {
        var co2 = ReadShared(TimeZoneInfo.Utc, "bioreactor", "20260213_170934_bioreactor_data.csv").Samples.Where(s => s.Channel == "co2").ToList();
        co2.Max(s => s.Value).ShouldBe(6.5802m);
        co2.AsEnumerable().Reverse().TakeWhile(s => s.Value == 0).Count().ShouldBe(5627);
    }

    [Fact]
    public void Seconds_since_start_need_the_start()
    {
        var path = SharedFiles.Path("telemetry", "bioreactor", "20251208-0937_bioreactor_data.csv");
        using var without = File.OpenRead(path);
        Recording.Read(without).ShouldBeOfType<RecordingOutcome.Rejected>().Reason.ShouldContain("start");

        var start = new DateTimeOffset(2025, 12, 8, 9, 37, 0, TimeSpan.Zero);
        using var with = File.OpenRead(path);
        var parsed = Recording.Read(with, settings: new(StartedAt: start)).ShouldBeOfType<RecordingOutcome.Parsed>();
        parsed.Report.LinesRead.ShouldBe(5909);
        parsed.Report.First!.Value.ShouldBe(start, TimeSpan.FromSeconds(1));
        parsed.Samples.First(s => s.Channel == "co2").Value.ShouldBe(0.026m);
    }

    [Fact]
    public void Sensors_of_one_recording_are_kept_apart()
    {
        var parsed = ReadShared(null, "iot-incubator", "sample.json");
        parsed.Samples.Select(s => s.Device).Distinct().ShouldBe(["sensor1", "sensor2", "sensor3", "sensor4"]);
        parsed.Samples.Count.ShouldBe(4 * 13 * 2);
    }

    [Fact]
    public void A_file_that_names_neither_quantity_nor_unit_is_read_only_when_its_format_is_named()
    {
        var path = SharedFiles.Path("telemetry", "nab", "ambient_temperature_system_failure.csv");
        using var unnamed = File.OpenRead(path);
        Recording.Read(unnamed, settings: new(Zone: TimeZoneInfo.Utc)).ShouldBeOfType<RecordingOutcome.Rejected>();

        using var named = File.OpenRead(path);
        var parsed = Recording.Read(named, settings: new("nab", TimeZoneInfo.Utc, LongestStep: TimeSpan.FromHours(1.5))).ShouldBeOfType<RecordingOutcome.Parsed>();
        parsed.Samples[0].Value.ShouldBe(21.044908411m);
        parsed.Report.Gaps.Count.ShouldBe(10);
        parsed.Report.Gaps.Max(g => g.To - g.From).TotalHours.ShouldBe(174, 1);
    }

    [Fact]
    public void A_log_without_time_stamps_is_refused_until_its_start_is_named()
    {
        const string log = "deltat: 262.797\n H 00538 T 01240 Z 00608 z 00588\n H 00539 T 01241 Z 00605 z 00598\ndeltat: 281.385\n";
        Read(log, new()).ShouldBeOfType<RecordingOutcome.Rejected>().Reason.ShouldContain("start");
        var start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var parsed = Read(log, new(StartedAt: start)).ShouldBeOfType<RecordingOutcome.Parsed>();
        parsed.Samples.ShouldContain(new RecordedSample(start.AddMilliseconds(281_385), "temperature", 24.1m, "°C"));
        parsed.Report.Skipped.ShouldHaveSingleItem().Line.ShouldBe(2);
    }

    [Fact]
    public void A_lone_reading_in_the_hour_that_exists_twice_is_left_out_with_the_reason()
    {
        const string csv = "timestamp,value\n2025-10-25 12:00:00,70.5\n2025-10-26 02:30:00,70.6\n2025-10-26 12:00:00,70.7\n";
        var parsed = Read(csv, new("nab", Berlin)).ShouldBeOfType<RecordingOutcome.Parsed>();
        parsed.Samples.Count.ShouldBe(2);
        parsed.Report.Skipped.ShouldHaveSingleItem().Reason.ShouldContain("exists twice");
    }

    [Fact]
    public void A_time_the_clock_jumped_over_is_left_out_with_the_reason()
    {
        const string csv = "timestamp,value\n2026-03-29 01:30:00,70.5\n2026-03-29 02:30:00,70.6\n";
        Read(csv, new("nab", Berlin)).ShouldBeOfType<RecordingOutcome.Parsed>().Report.Skipped.ShouldHaveSingleItem().Reason.ShouldContain("does not exist");
    }

    [Fact]
    public void The_same_value_again_counts_as_repeat_and_another_value_as_conflict()
    {
        const string csv = "timestamp,value\n2026-01-01 01:00:00,70.5\n2026-01-01 01:00:00,70.5\n2026-01-01 01:00:00,71.5\n";
        var parsed = Read(csv, new("nab", TimeZoneInfo.Utc)).ShouldBeOfType<RecordingOutcome.Parsed>();
        (parsed.Samples.Count, parsed.Report.Repeats, parsed.Report.Conflicts).ShouldBe((2, 1, 1));
    }

    [Fact(Timeout = 120_000)]
    public async Task Mutated_recordings_are_read_or_refused_and_never_crash()
    {
        var token = TestContext.Current.CancellationToken;
        string[][] files = [["memmert", "window_0.json"], ["embryo-incubator", "test-10-rows.csv"], ["iot-incubator", "sample.json"]];
        var originals = files.Select(f => File.ReadAllBytes(SharedFiles.Path(["telemetry", .. f]))).ToArray();
        await Task.Run(() =>
        {
            var random = new Random(20260320);
            for (var i = 0; i < 600; i++, token.ThrowIfCancellationRequested())
            {
                using var stream = new MemoryStream(Mutation.Of(originals[i % originals.Length], random));
                Recording.Read(stream, settings: new(Zone: Berlin)).ShouldNotBeNull();
            }
        }, token);
    }

    private static RecordingOutcome.Parsed ReadShared(TimeZoneInfo? zone, params string[] path)
    {
        using var stream = File.OpenRead(SharedFiles.Path(["telemetry", .. path]));
        var outcome = Recording.Read(stream, settings: new(Zone: zone));
        return outcome.ShouldBeOfType<RecordingOutcome.Parsed>(outcome.ToString());
    }

    private static RecordingOutcome Read(string text, RecordingSettings settings)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return Recording.Read(stream, settings: settings);
    }
}
