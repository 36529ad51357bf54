using System.Text.Json;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Simulator;
using Shouldly;
using Xunit;

namespace CultureTrack.Instruments.Tests.Simulator;

public sealed class IncubatorModelTests
{
    [Fact]
    public void The_same_seed_gives_the_same_day_and_another_seed_another()
    {
        Day(7).ShouldBe(Day(7));
        Day(8).ShouldNotBe(Day(7));

        static string Day(int seed) => JsonSerializer.Serialize(Model(seed: seed).Record(TimeSpan.FromHours(24), TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void People_open_the_door_4_to_12_times_a_day_for_10_to_40_seconds()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var model = Model(seed: seed);
            var (openings, open) = (0, 0);
            for (var s = 0; s < 24 * 3600; s++)
            {
                var before = model.IsDoorOpen;
                model.Advance(TimeSpan.FromSeconds(1));
                if (model.IsDoorOpen && !before) openings++;
                if (model.IsDoorOpen) open++;
            }
            openings.ShouldBeInRange(4, 12);
            open.ShouldBeInRange(openings * 10, openings * 40);
        }
    }

    [Fact]
    public void A_calm_day_gives_no_excursion_and_no_sensor_fault()
    {
        var facts = Judged(Model(opens: false), TimeSpan.FromHours(24));
        facts.ShouldBeEmpty();
    }

    [Fact]
    public void A_working_day_opens_no_excursion()
    {
        for (var seed = 0; seed < 5; seed++)
            Judged(Model(seed: seed), TimeSpan.FromHours(24)).Where(f => f is not DoorMoved).ShouldBeEmpty();
    }

    [Fact]
    public void A_runaway_heater_opens_a_high_action_and_then_a_critical_excursion()
    {
        var facts = Judged(Model("* at 10m HeaterRunaway for 40m amount 0.2"), TimeSpan.FromHours(3)).OfType<ExcursionBegan>().ToArray();
        facts.Select(f => (f.Excursion.Channel, f.Excursion.Side, f.Excursion.Severity))
            .ShouldBe([(Channels.Temperature, Side.High, Severity.Action), (Channels.Temperature, Side.High, Severity.Critical)]);
    }

    [Fact]
    public void An_empty_CO2_bottle_opens_a_low_excursion_after_an_hour_and_a_quarter()
    {
        var opened = Judged(Model("* at 0s Co2Empty"), TimeSpan.FromHours(2)).OfType<ExcursionBegan>().ShouldHaveSingleItem();
        (opened.Excursion.Channel, opened.Excursion.Side).ShouldBe((Channels.Co2, Side.Low));
        (opened.At - Start).TotalMinutes.ShouldBe(78, 4);
    }

    [Fact]
    public void A_stuck_probe_is_found_out_and_a_dead_one_reads_bad()
    {
        Judged(Model("* at 5m StuckProbe channel temperature"), TimeSpan.FromHours(1)).OfType<SensorFaultRaised>().ShouldHaveSingleItem().Cause.ShouldBe(GapCause.Stuck);
        Judged(Model("* at 5m DeadProbe for 20m channel co2"), TimeSpan.FromHours(1)).OfType<SensorFaultRaised>().ShouldNotBeEmpty();
        var model = Model("* at 5m DeadProbe channel co2");
        model.Advance(TimeSpan.FromMinutes(6));
        model.Read().IsBad.ShouldBeTrue();
    }

    [Fact]
    public void Faults_change_door_clock_network_and_power()
    {
        var model = Model("INC-02 at 1m DoorOpen for 6m\nINC-02 at 1m ClockSkew for 1m amount 90\n# a remark\n\nINC-02 at 2m Offline for 1m\nINC-09 at 0s PowerCut\n* at 3m PowerCut for 1m");
        model.Advance(TimeSpan.FromSeconds(61)).ShouldBeTrue();
        (model.IsDoorOpen, model.ClockSkew.TotalSeconds, model.IsOffline, model.IsPowerLost).ShouldBe((true, 90, false, false));
        model.Advance(TimeSpan.FromSeconds(60));
        (model.IsDoorOpen, model.ClockSkew.TotalSeconds, model.IsOffline, model.IsPowerLost).ShouldBe((true, 0, true, false));
        model.Advance(TimeSpan.FromSeconds(60));
        model.ReadStates().Values[Channels.Power].ShouldBe("lost");
    }

    [Theory]
    [InlineData("INC-02 at 1m Nonsense", "Nonsense")]
    [InlineData("INC-02 at 1x DoorOpen", "1x")]
    [InlineData("INC-02 DoorOpen", "expected")]
    [InlineData("INC-02 at 1m DeadProbe", "channel")]
    [InlineData("INC-02 at 1m DoorOpen until 2m", "until")]
    public void A_script_that_cannot_be_read_names_its_line(string line, string word) =>
        Should.Throw<FormatException>(() => FaultScript.Parse("# first\n" + line)).Message.ShouldSatisfyAllConditions(m => m.ShouldContain("Line 2"), m => m.ShouldContain(word));

    [Fact]
    public void A_freezer_holds_its_set_point()
    {
        var model = new IncubatorModel(new("FRZ-01", EquipmentProfiles.Get("F-80"), 1, FaultScript.None));
        model.Advance(TimeSpan.FromMinutes(1));
        var values = model.Read().Values;
        ((decimal)values[Channels.Temperature]).ShouldBeInRange(-80.6m, -79.4m);
        values.Keys.ShouldBe([Channels.Temperature, Channels.Door]);
    }

    [Fact]
    public void The_memory_of_a_device_forwards_in_order_and_loses_the_oldest_when_full()
    {
        var memory = new StoreAndForward(3);
        for (var i = 1; i <= 5; i++) memory.Keep(new(Start.AddMinutes(i), new Dictionary<string, object>(), i));
        memory.Peek(2).Select(e => e.Seq).ShouldBe([3, 4]);
        (memory.Count, memory.Lost).ShouldBe((3, 2));
        memory.Forget(2);
        memory.Peek(9).Select(e => e.Seq).ShouldBe([5]);
    }

    [Fact]
    public void Payloads_have_the_shape_of_the_contract()
    {
        var element = new TelemetryElement(DateTimeOffset.FromUnixTimeMilliseconds(1764000000000),
            new Dictionary<string, object> { ["temperature"] = 37.02m, ["door"] = "closed" }, 4);
        System.Text.Encoding.UTF8.GetString(Payload.Live(element)).ShouldBe("""{"ts":1764000000000,"seq":4,"values":{"temperature":37.02,"door":"closed"}}""");
        System.Text.Encoding.UTF8.GetString(Payload.Buffered([element with { IsBad = true }])).ShouldBe(
            """[{"ts":1764000000000,"seq":4,"buffered":true,"quality":"bad","values":{"temperature":37.02,"door":"closed"}}]""");
    }

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static IncubatorModel Model(string script = "", int seed = 1, bool opens = true) =>
        new(new("INC-02", EquipmentProfiles.Get("P37-5"), seed, FaultScript.Parse(script), OpensByItself: opens && script.Length == 0));

    private static List<TelemetryFact> Judged(IncubatorModel model, TimeSpan duration)
    {
        var judge = new IncubatorJudge(new("INC-02", EquipmentProfiles.Get("P37-5"), TimeSpan.FromMinutes(1), new Dictionary<string, decimal> { [Channels.Temperature] = 0.01m }));
        var readings = new List<Reading>();
        while (model.Time < duration)
            // The door is told on change, the rest once a minute.
            if (model.Advance(TimeSpan.FromSeconds(1)) || model.Time.TotalSeconds % 60 == 0)
                readings.AddRange(Readings(model.Time.TotalSeconds % 60 == 0 ? model.Read() : model.ReadStates()));
        return Domain.Tests.Telemetry.Feed.Run(judge, readings).Facts;
    }

    private static IEnumerable<Reading> Readings(SimulatedReadings row) => row.Values.Select(v => new Reading(
        Start + row.ModelTime, v.Key, v.Value is decimal d ? (double)d : Channels.StateValue(v.Key, (string)v.Value)!.Value,
        row.IsBad ? ReadingQuality.Bad : ReadingQuality.Good));
}
