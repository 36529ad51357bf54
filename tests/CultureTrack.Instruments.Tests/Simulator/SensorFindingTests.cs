using System.Text.Json;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Simulator;
using Shouldly;
using Xunit;

namespace CultureTrack.Instruments.Tests.Simulator;

/// <summary>Every kind of sensor fault is found within its time, and nothing is found where nothing is wrong.</summary>
public sealed class SensorFindingTests
{
    private static readonly TimeSpan FaultAt = TimeSpan.FromHours(60);

    [Fact]
    public void A_working_fortnight_without_a_fault_gives_no_finding()
    {
        for (var seed = 11; seed < 14; seed++)
            SensorTrial.Run(TimeSpan.FromDays(14), Device(seed)).Found.ShouldBeEmpty($"seed {seed}");
    }

    [Fact]
    public void Two_devices_in_order_agree_for_a_fortnight() =>
        SensorTrial.Run(TimeSpan.FromDays(14), Device(21), Device(21, probe: 1)).Found.ShouldBeEmpty();

    [Theory]
    [InlineData("StuckProbe channel temperature", SensorFindingKind.Stuck, Channels.Temperature, 31)]
    [InlineData("StuckProbe channel co2", SensorFindingKind.Stuck, Channels.Co2, 6 * 60 + 1)]
    [InlineData("StuckProbe channel humidity", SensorFindingKind.Stuck, Channels.Humidity, 12 * 60 + 1)]
    [InlineData("DeadProbe channel co2", SensorFindingKind.Impossible, Channels.Co2, 5)]
    [InlineData("Offline", SensorFindingKind.Silent, Channels.Temperature, 6)]
    [InlineData("SwapProbes channel co2 other temperature", SensorFindingKind.Swapped, Channels.Co2, 16)]
    [InlineData("SwapProbes channel co2 other humidity", SensorFindingKind.Swapped, Channels.Co2, 16)]
    [InlineData("SwapProbes channel o2 other co2", SensorFindingKind.Swapped, Channels.O2, 16)]
    [InlineData("Replay amount 10", SensorFindingKind.Restamped, null, 61)]
    [InlineData("ClockStopped", SensorFindingKind.Restamped, null, 7)]
    [InlineData("ClockSkew amount 90", SensorFindingKind.ClockUncertain, null, 2)]
    [InlineData("DriftProbe channel temperature amount 0.2", SensorFindingKind.Drifting, Channels.Temperature, 44 * 60)]
    [InlineData("DriftProbe channel co2 amount -0.1", SensorFindingKind.Drifting, Channels.Co2, 57 * 60)]
    [InlineData("DriftProbe channel humidity amount -2", SensorFindingKind.Drifting, Channels.Humidity, 50 * 60)]
    public void A_fault_is_found_within_its_time(string fault, SensorFindingKind kind, string? channel, double withinMin)
    {
        var trial = SensorTrial.Run(FaultAt + TimeSpan.FromMinutes(withinMin + 90), Device(5, fault));
        var found = trial.Found.FirstOrDefault(f => f.Kind == kind && f.Channel == channel).ShouldNotBeNull();
        (found.FoundAt - SensorTrial.Start - FaultAt).TotalMinutes.ShouldBeInRange(0, withinMin);
        trial.Found.ShouldAllBe(f => f.FoundAt >= SensorTrial.Start + FaultAt);
    }

    [Fact]
    public void A_device_that_is_off_is_found_by_the_other_one_in_half_an_hour()
    {
        var trial = SensorTrial.Run(FaultAt + TimeSpan.FromHours(2), Device(5), Device(5, "OffsetProbe channel temperature amount 0.8", probe: 1));
        var found = trial.Found.ShouldHaveSingleItem();
        (found.Kind, found.Channel).ShouldBe((SensorFindingKind.Disagreeing, Channels.Temperature));
        (found.FoundAt - SensorTrial.Start - FaultAt).TotalMinutes.ShouldBeInRange(30, 40);
    }

    [Fact]
    public void A_device_that_falls_silent_beside_another_is_found_though_the_incubator_is_heard()
    {
        var trial = SensorTrial.Run(FaultAt + TimeSpan.FromHours(1), Device(5), Device(5, "Offline", probe: 1));
        var found = trial.Watch.Findings.ShouldHaveSingleItem();
        (found.Kind, found.DeviceId).ShouldBe((SensorFindingKind.Silent, "probe-2"));
        SensorTrust.Of(Channels.Temperature, [found]).Score.ShouldBe(80);
    }

    // Nothing in the numbers tells one 37 °C from another: only the doors do (4.3.10).
    [Fact]
    public void Probes_exchanged_between_two_incubators_give_themselves_away_by_not_answering_the_door()
    {
        var (one, other) = (Device(31), Device(32));
        var trial = new SensorTrial(EquipmentProfiles.Get("P37-5"));
        while (one.Time < TimeSpan.FromDays(1))
        {
            var moved = one.Advance(TimeSpan.FromSeconds(1));
            other.Advance(TimeSpan.FromSeconds(1));
            if (!moved && one.Time.TotalSeconds % 60 != 0) continue;
            KeyValuePair<string, double> door = new(Channels.Door, one.IsDoorOpen ? 1 : 0);
            trial.Take("probe-1", SensorTrial.Start + one.Time, one.Time.TotalSeconds % 60 != 0 ? [door] : [door, new(Channels.Temperature, (double)(decimal)other.Read().Values[Channels.Temperature])]);
        }
        trial.Found.ShouldContain(f => f.Kind == SensorFindingKind.Stuck && f.Channel == Channels.Temperature);
    }

    [Fact]
    public void A_chamber_that_sits_at_another_level_from_the_start_is_no_drift_and_a_step_is_none_either()
    {
        var trial = new SensorTrial(EquipmentProfiles.Get("P37-5"));
        var noise = new Random(3);
        for (var m = 0; m < 8 * 24 * 60; m++)
            trial.Take("probe-1", SensorTrial.Start.AddMinutes(m), [new(Channels.Temperature, Math.Round((m < 5 * 24 * 60 ? 37.6 : 37.1) + 0.03 * (noise.NextDouble() - 0.5), 2))]);
        trial.Found.ShouldBeEmpty();
    }

    [Fact]
    public void A_calm_signal_that_repeats_itself_is_no_copy_and_neither_is_one_that_always_did()
    {
        var trial = new SensorTrial(EquipmentProfiles.Get("P37-5"), resolutions: new Dictionary<string, decimal>());
        for (var m = 0; m < 3 * 24 * 60; m++)
        {
            var (calm, wave) = (m % 2 == 0 ? 37.1 : 36.9, Math.Round(5 + 0.2 * Math.Sin(m % 300 * Math.PI / 150), 2));
            // A disturbance in between: the wave goes on as before.
            trial.Take("probe-1", SensorTrial.Start.AddMinutes(m), [new(Channels.Temperature, calm), new(Channels.Co2, m is > 2000 and < 2100 ? 4.4 + m % 7 * 0.01 : wave)]);
        }
        trial.Watch.Findings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("F-80")]
    [InlineData("LN2-V")]
    [InlineData("BSC")]
    public void Equipment_below_zero_and_without_accuracies_is_watched_too(string profile)
    {
        var device = new IncubatorModel(new("INC-02", EquipmentProfiles.Get(profile), 4, FaultScript.Parse("* at 20h Replay for 3h amount 5")));
        var trial = new SensorTrial(EquipmentProfiles.Get(profile));
        foreach (var read in device.Record(TimeSpan.FromDays(1), TimeSpan.FromMinutes(1)))
            trial.Take("probe-1", SensorTrial.Start + read.ModelTime, [.. read.Values.Where(v => v.Value is decimal).Select(v => KeyValuePair.Create(v.Key, (double)(decimal)v.Value))]);
        trial.Watch.Findings.ShouldAllBe(f => f.Kind == SensorFindingKind.Restamped);
        // The one channel of a freezer or a cabinet shows too few different values to tell a copy.
        trial.Watch.Findings.Count.ShouldBe(profile == "LN2-V" ? 1 : 0);
    }

    [Fact]
    public void A_restart_in_the_middle_of_a_fault_changes_nothing()
    {
        var profile = EquipmentProfiles.Get("P37-5");
        var whole = Replayed(restartAt: -1);
        whole.Watch.Findings.ShouldNotBeEmpty();
        foreach (var restartAt in new[] { 1, 900, 1210, 1240, 1300 }) Replayed(restartAt).Watch.Findings.ShouldBe(whole.Watch.Findings);

        SensorTrial Replayed(int restartAt)
        {
            var device = new IncubatorModel(new("INC-02", profile, 9, FaultScript.Parse("* at 20h Replay for 90m amount 5")));
            var trial = new SensorTrial(profile);
            for (var m = 0; m < 1400; m++)
            {
                device.Advance(TimeSpan.FromMinutes(1));
                var read = device.Read();
                trial.Take("probe-1", SensorTrial.Start + read.ModelTime, [.. read.Values.Where(v => v.Value is decimal).Select(v => KeyValuePair.Create(v.Key, (double)(decimal)v.Value))]);
                if (m == restartAt) trial.Restart(memory => JsonSerializer.Deserialize<SensorMemory>(JsonSerializer.Serialize(memory, RecordJson.Options), RecordJson.Options)!, profile, TimeSpan.FromMinutes(1));
            }
            return trial;
        }
    }

    private static IncubatorModel Device(int seed, string? fault = null, int probe = 0)
    {
        var words = fault?.Split(' ', 2);
        var script = words is null ? FaultScript.None : FaultScript.Parse($"* at {FaultAt.TotalHours}h {string.Join(' ', words)}");
        return new(new("INC-02", EquipmentProfiles.Get("P37-5"), seed, script, Probe: probe));
    }
}
