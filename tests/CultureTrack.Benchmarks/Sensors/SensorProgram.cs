using System.Globalization;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Instruments.Tests;
using CultureTrack.Instruments.Tests.Simulator;
using CultureTrack.Simulator;

namespace CultureTrack.Benchmarks.Sensors;

/// <summary>
/// <c>sensors [runs] [folder of recordings]</c>: how soon each kind of sensor fault is found on simulated incubators, and how often something is found where
/// nothing is wrong: on clean simulated weeks, and on recordings of real ones.
/// </summary>
static class SensorProgram
{
    private const int CleanDays = 14, FaultDay = 3;

    // Kind of fault, what should find it, how long after it to look.
    private static readonly (string Script, SensorFindingKind Kind, string? Channel, double Days)[] Faults =
    [
        ("StuckProbe channel temperature", SensorFindingKind.Stuck, Channels.Temperature, 0.5),
        ("StuckProbe channel co2", SensorFindingKind.Stuck, Channels.Co2, 0.5),
        ("StuckProbe channel humidity", SensorFindingKind.Stuck, Channels.Humidity, 1),
        ("DeadProbe channel co2", SensorFindingKind.Impossible, Channels.Co2, 0.2),
        ("Offline", SensorFindingKind.Silent, Channels.Temperature, 0.2),
        ("SwapProbes channel co2 other temperature", SensorFindingKind.Swapped, Channels.Co2, 0.2),
        ("SwapProbes channel co2 other humidity", SensorFindingKind.Swapped, Channels.Co2, 0.2),
        ("SwapProbes channel o2 other co2", SensorFindingKind.Swapped, Channels.O2, 0.2),
        ("Replay amount 10", SensorFindingKind.Restamped, null, 0.2),
        ("ClockStopped", SensorFindingKind.Restamped, null, 0.2),
        ("ClockSkew amount 90", SensorFindingKind.ClockUncertain, null, 0.2),
        ("DriftProbe channel temperature amount 0.2", SensorFindingKind.Drifting, Channels.Temperature, 4),
        ("DriftProbe channel temperature amount 0.05", SensorFindingKind.Drifting, Channels.Temperature, 10),
        ("DriftProbe channel co2 amount 0.1", SensorFindingKind.Drifting, Channels.Co2, 5),
        ("DriftProbe channel humidity amount -1", SensorFindingKind.Drifting, Channels.Humidity, 7),
    ];

    /// <returns>0 when every fault was found in every run and nothing on clean weeks.</returns>
    public static int Run(string[] args)
    {
        var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        Console.WriteLine($"{"fault (a reading a minute, 4 to 12 door openings a day)",-56} {"found",7} {"median",9} {"p95",9}  also found");
        var missed = 0;
        foreach (var fault in Faults) missed += Print(fault.Script, runs, [.. Enumerable.Range(0, runs).Select(i => Trial(fault.Script, fault.Kind, fault.Channel, fault.Days, i))]);
        missed += Print("a second device off by 0.8 °C", runs, [.. Enumerable.Range(0, runs).Select(Apart)]);
        var clean = Enumerable.Range(0, runs).SelectMany(i => SensorTrial.Run(TimeSpan.FromDays(CleanDays), Device(1000 + i, null), Device(1000 + i, null, probe: 1)).Found).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"clean weeks of two devices each: {clean.Count} findings in {runs * CleanDays / 7.0:0} weeks, {clean.Count / (runs * CleanDays / 7.0):0.00} a week"));
        if (args.Length > 1) Recordings(args[1]);
        return missed == 0 && clean.Count == 0 ? 0 : 1;
    }

    private static (double? DelayMin, string[] Others) Trial(string script, SensorFindingKind kind, string? channel, double days, int run)
    {
        var at = TimeSpan.FromDays(FaultDay) + TimeSpan.FromMinutes(new Random(run * 31 + script.Length).Next(24 * 60));
        return Delay(SensorTrial.Run(at + TimeSpan.FromDays(days), Device(run, $"* at {(int)at.TotalMinutes}m {script}")), kind, channel, at);
    }

    private static (double? DelayMin, string[] Others) Apart(int run)
    {
        var at = TimeSpan.FromDays(FaultDay) + TimeSpan.FromMinutes(run * 97);
        return Delay(SensorTrial.Run(at + TimeSpan.FromHours(6), Device(run, null), Device(run, $"* at {(int)at.TotalMinutes}m OffsetProbe channel temperature amount 0.8", probe: 1)),
            SensorFindingKind.Disagreeing, Channels.Temperature, at);
    }

    private static (double? DelayMin, string[] Others) Delay(SensorTrial trial, SensorFindingKind kind, string? channel, TimeSpan at)
    {
        var found = trial.Found.FirstOrDefault(f => f.Kind == kind && f.Channel == channel && f.FoundAt >= SensorTrial.Start + at);
        return ((found?.FoundAt - SensorTrial.Start - at)?.TotalMinutes,
            [.. trial.Found.Where(f => (f.Kind, f.Channel) != (kind, channel)).Select(f => f.FoundAt < SensorTrial.Start + at ? $"FALSE {f.Kind} {f.Channel}" : $"{f.Kind} {f.Channel}".Trim()).Distinct()]);
    }

    private static int Print(string what, int runs, IReadOnlyList<(double? DelayMin, string[] Others)> trials)
    {
        var delays = trials.Select(t => t.DelayMin).OfType<double>().Order().ToList();
        string At(double share) => delays.Count == 0 ? "–" : Span(delays[(int)Math.Ceiling(share * delays.Count) - 1]);
        Console.WriteLine($"{what,-56} {$"{delays.Count}/{runs}",7} {At(0.5),9} {At(0.95),9}  {string.Join(", ", trials.SelectMany(t => t.Others).Distinct().Order(StringComparer.Ordinal))}");
        return runs - delays.Count;
    }

    private static string Span(double minutes) => minutes < 120 ? string.Create(CultureInfo.InvariantCulture, $"{minutes:0.0} min") : string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:0.0} h");

    private static IncubatorModel Device(int seed, string? script, int probe = 0) =>
        new(new("INC-02", EquipmentProfiles.Get("P37-5"), seed, script is null ? FaultScript.None : FaultScript.Parse(script), Probe: probe));

    private static void Recordings(string folder)
    {
        Console.WriteLine();
        Console.WriteLine($"{"recording (judged as a P37-5)",-56} {"weeks",7}  findings: kind, channel, since, found after");
        foreach (var recorded in RecordedSensors.In(folder))
        {
            var (trial, weeks) = recorded.Judge();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{recorded.Name,-56} {weeks,7:0.00}  {trial.Found.Count}"));
            foreach (var kind in trial.Found.GroupBy(f => (f.Kind, f.Channel)))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",-56} {"",7}  {kind.Key.Kind} {kind.Key.Channel} × {kind.Count()}: first since {kind.First().Since:yyyy-MM-dd HH:mm}, after {Span((kind.First().FoundAt - kind.First().Since).TotalMinutes)}"));
        }
    }
}
