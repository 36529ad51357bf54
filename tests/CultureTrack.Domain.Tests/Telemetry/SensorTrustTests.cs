using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>The trust score: what each finding takes, when it stands, and which stays it touches.</summary>
public sealed class SensorTrustTests
{
    private static SensorFinding Finding(SensorFindingKind kind, double from, double? to = null, double? found = null, string? channel = Channels.Co2, string? device = null) =>
        new(kind, channel, device, Min(from), Min(found ?? from), to is { } end ? Min(end) : null, "Because.");

    [Theory]
    [InlineData(SensorFindingKind.Silent, 0)]
    [InlineData(SensorFindingKind.Stuck, 0)]
    [InlineData(SensorFindingKind.Impossible, 0)]
    [InlineData(SensorFindingKind.Swapped, 0)]
    [InlineData(SensorFindingKind.Restamped, 0)]
    [InlineData(SensorFindingKind.Disagreeing, 50)]
    [InlineData(SensorFindingKind.ClockUncertain, 50)]
    [InlineData(SensorFindingKind.Drifting, 60)]
    [InlineData(SensorFindingKind.CalibrationOverdue, 70)]
    public void Every_kind_takes_what_the_table_says(SensorFindingKind kind, int left) => SensorTrust.Of(Channels.Co2, [Finding(kind, 0)]).Score.ShouldBe(left);

    [Fact]
    public void Findings_add_up_to_nothing_at_most_and_the_gravest_comes_first()
    {
        var trust = SensorTrust.Of(Channels.Co2, [Finding(SensorFindingKind.CalibrationOverdue, 0), Finding(SensorFindingKind.Drifting, 5)]);
        trust.Score.ShouldBe(30);
        trust.Findings.Select(f => f.Kind).ShouldBe([SensorFindingKind.Drifting, SensorFindingKind.CalibrationOverdue]);
        SensorTrust.Of(Channels.Co2, [.. trust.Findings, Finding(SensorFindingKind.Disagreeing, 5)]).Score.ShouldBe(0);
        SensorTrust.Of(Channels.Co2, []).Score.ShouldBe(100);
        SensorTrust.Of(Channels.Co2, [Finding(SensorFindingKind.Silent, 0, device: "probe-2")]).Score.ShouldBe(80);
    }

    [Fact]
    public void A_finding_stands_from_when_it_was_known_and_old_values_as_new_a_day_longer()
    {
        var drift = Finding(SensorFindingKind.Drifting, 10, 100, found: 50);
        (drift.StandsAt(Min(49)), drift.StandsAt(Min(50)), drift.StandsAt(Min(99)), drift.StandsAt(Min(100))).ShouldBe((false, true, true, false));
        var copy = Finding(SensorFindingKind.Restamped, 10, 100, found: 50);
        (copy.StandsAt(Min(100 + 1439)), copy.StandsAt(Min(100 + 1440))).ShouldBe((true, false));
        (drift.Touches(Min(0), Min(10)), drift.Touches(Min(0), Min(11)), drift.Touches(Min(99), Min(200)), drift.Touches(Min(100), Min(200))).ShouldBe((false, true, true, false));
    }

    [Fact]
    public void Silence_a_stuck_and_a_bad_sensor_show_while_they_last_and_not_before_they_are_known()
    {
        var judge = Judge();
        Reading[] readings =
        [
            .. Minutes(0, 100, m => Calm(m, 37, 0.1)), .. Minutes(0, 30, m => Calm(m, 5, 0.02), Channels.Co2), .. Minutes(31, 100, _ => 99, Channels.Co2),
            .. Minutes(0, 60, m => Calm(m, 95, 0.5), Channels.Humidity), .. Minutes(101, 140, _ => 37.0),
        ];
        var environment = new IncubatorEnvironment(judge.Ledger(judge.Replay(IncubatorMemory.Empty, readings)), []);
        At(90).ShouldBe([(Channels.Co2, SensorFindingKind.Impossible, Min(32.5)), (Channels.Humidity, SensorFindingKind.Silent, Min(62.5))]);
        At(140).ShouldBe([(Channels.Co2, SensorFindingKind.Impossible, Min(32.5)), (Channels.Humidity, SensorFindingKind.Silent, Min(62.5)), (Channels.Temperature, SensorFindingKind.Stuck, Min(102.5))]);
        At(20).ShouldBeEmpty();
        // A channel that was never heard is silent since it was expected.
        SensorTrust.At(environment, Min(140), Min(-10)).Single(t => t.Channel == Channels.GasPressure).Findings.ShouldHaveSingleItem().Since.ShouldBe(Min(-10));

        IEnumerable<(string, SensorFindingKind, DateTimeOffset)> At(double minute) => SensorTrust.At(environment, Min(minute)).SelectMany(t => t.Findings.Select(f => (t.Channel, f.Kind, f.Since)));
    }

    [Fact]
    public void A_calibration_past_its_date_shows_from_that_date_until_the_next_one()
    {
        Calibration[] calibrations = [new(Channels.Co2, Min(0), Min(100)), new(Channels.Co2, Min(150), Min(900))];
        var judge = Judge();
        var environment = new IncubatorEnvironment(judge.Ledger(judge.Replay(IncubatorMemory.Empty, Minutes(0, 200, m => Calm(m, 5, 0.02), Channels.Co2))), calibrations);
        Co2(99).ShouldBeEmpty();
        Co2(100).ShouldHaveSingleItem().Since.ShouldBe(Min(100));
        Co2(150).ShouldBeEmpty();

        IReadOnlyList<SensorFinding> Co2(double minute) => SensorTrust.At(environment, Min(minute)).Single(t => t.Channel == Channels.Co2).Findings;
    }

    [Fact]
    public void A_doubt_reaches_the_cultures_that_were_with_the_sensor_and_no_others()
    {
        var judge = Judge(id: "INC-1");
        var ledger = judge.Ledger(judge.Replay(IncubatorMemory.Empty, CalmWith(0, 300, [])));
        SensorFinding[] findings =
        [
            Finding(SensorFindingKind.Drifting, 100, 200, found: 150), Finding(SensorFindingKind.Restamped, 20, 40, channel: null, device: "probe-1"),
            Finding(SensorFindingKind.ClockUncertain, 100), Finding(SensorFindingKind.Swapped, 100, channel: Channels.O2),
        ];
        During(250, 0, 60).ShouldBe([SensorFindingKind.Restamped]);
        During(250, 60, 100).ShouldBeEmpty();
        During(250, 60, 101).ShouldBe([SensorFindingKind.Drifting]);
        During(149, 60, 149).ShouldBeEmpty();
        During(250, 0, 250, VesselUse.Test).ShouldBeEmpty();
        During(250, 0, 250, VesselUse.Discarded).ShouldBeEmpty();

        IEnumerable<SensorFindingKind> During(double at, double from, double to, VesselUse use = VesselUse.Product) => SensorDoubts.During(
            new([new("V-1", Min(from), null, [], use, [new("INC-1", Min(from), Min(to))])], new Dictionary<string, IncubatorEnvironment> { ["INC-1"] = new(ledger, []) { Findings = findings } }),
            Min(at)).Select(d => d.Finding.Kind);
    }
}
