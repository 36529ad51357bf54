using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CultureTrack.Benchmarks.Server;

/// <summary>
/// 50 users, each sending one command a second to a batch of his own: time from the request to the answer, which is sent after the commit.
/// </summary>
internal static class CommandProgram
{
    private const int Users = 50;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    public static async Task<int> Run(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 60;
        await using var lab = await RunningLab.Start(manualStart: null);
        var now = TimeProvider.System.GetUtcNow().AddSeconds(-2);
        await LabSetup.People(lab);
        await LabSetup.Materials(lab, now);
        var vessels = new List<string>();
        for (var i = 1; i <= Users; i++) vessels.Add(await LabSetup.BatchInCulture(lab, i, TimeProvider.System.GetUtcNow()));
        await Measure(lab, vessels, 5);    // warm: connections, code, plans
        var times = (await Measure(lab, vessels, seconds)).Order().ToArray();
        Console.WriteLine($"{times.Length} commands by {Users} users in {seconds} s: p50 {At(times, 0.50):0.0} ms, p99 {At(times, 0.99):0.0} ms, p99.9 {At(times, 0.999):0.0} ms, max {times[^1]:0.0} ms");
        return 0;
    }

    private static async Task<List<double>> Measure(RunningLab lab, List<string> vessels, int seconds)
    {
        var until = Stopwatch.StartNew();
        var perUser = await Task.WhenAll(vessels.Select((vessel, i) => OneUser(lab, i + 1, vessel, until, seconds)));
        return [.. perUser.SelectMany(t => t)];
    }

    private static async Task<List<double>> OneUser(RunningLab lab, int serial, string vessel, Stopwatch clock, int seconds)
    {
        var times = new List<double>();
        // Users do not all press the button at the same moment.
        await Task.Delay(Pace * (serial / (double)Users));
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            var started = Stopwatch.GetTimestamp();
            await LabSetup.Enter(lab, $"ADSC-{TimeProvider.System.GetUtcNow().Year % 100:00}-{serial:0000}", "ConfluenceObserved", new JsonObject
            {
                ["vesselId"] = vessel,
                ["pct"] = 40,
                ["method"] = "Visual",
                ["morphology"] = "Spindle",
                ["contamination"] = "None",
            });
            var took = Stopwatch.GetElapsedTime(started);
            times.Add(took.TotalMilliseconds);
            if (took < Pace) await Task.Delay(Pace - took);
        }
        return times;
    }

    public static double At(double[] ordered, double share) => ordered[Math.Min(ordered.Length - 1, (int)(ordered.Length * share))];
}
