using System.Diagnostics;
using System.Globalization;
using CultureTrack.Benchmarks.Live;
using CultureTrack.Benchmarks.Server;

namespace CultureTrack.Benchmarks.Ingest;

/// <summary>
/// <c>kill-postgres [times] [devices]</c>: SIGKILLs the database beside a whole running server at random moments, while devices publish at QoS 1. The same
/// server process must go on, get its database back, and at the end hold every acknowledged reading exactly once. Exit code 1 when it does not.
/// </summary>
internal static class KillDatabaseProgram
{
    private const int InFlight = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<int> Run(string[] args)
    {
        int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
        var (times, devices) = (Number(0, 5), Number(1, 50));
        var load = new AcknowledgedLoad(InFlight);
        await using var lab = await RunningLab.Start(manualStart: null);
        var fleet = await Fleet.Register(lab, devices);
        using var stop = new CancellationTokenSource();
        var senders = fleet.Select(d => load.Send(lab.MqttPort, d, stop.Token)).ToList();
        var random = new Random();
        var failures = 0;
        for (var round = 1; round <= times; round++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1500, 4000)));
            var (at, began) = (load.Acknowledged, Stopwatch.GetTimestamp());
            Kill(lab);
            var back = await Recovered(lab, load);
            if (!back) failures++;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"killed PostgreSQL ({round}/{times}) at {at} acknowledged; {(back ? $"acknowledging again and ready after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s" : "NOT back")}"));
            if (lab.HasExited) break;
        }
        await Task.Delay(TimeSpan.FromSeconds(2));
        await stop.CancelAsync();
        await Task.WhenAll(senders);
        if (lab.HasExited) Console.WriteLine("The server has ended.");
        await lab.Stop();
        Console.WriteLine($"{times} kills, {devices} devices, {load.Reconnects} reconnects, {failures} without recovery");
        return Math.Max(await load.Verify(lab.DataFolder), failures > 0 || lab.ExitCode != 0 ? 1 : 0);
    }

    private static void Kill(RunningLab lab)
    {
        using var postmaster = lab.Postmaster();
        postmaster.Kill();
        postmaster.WaitForExit();
    }

    // Acknowledgements that were on their way when the database died do not count: some must come after it was seen to be gone.
    private static async Task<bool> Recovered(RunningLab lab, AcknowledgedLoad load)
    {
        var waited = Stopwatch.StartNew();
        await Task.Delay(200);
        var before = load.Acknowledged;
        for (; waited.Elapsed < Patience; await Task.Delay(50))
            if (lab.HasExited) return false;
            else if (load.Acknowledged > before + 100 && await lab.IsReady()) return true;
        return false;
    }
}
