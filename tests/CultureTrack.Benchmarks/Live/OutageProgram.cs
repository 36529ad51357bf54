using System.Diagnostics;
using System.Globalization;
using CultureTrack.Benchmarks.Ingest;
using CultureTrack.Benchmarks.Server;

namespace CultureTrack.Benchmarks.Live;

/// <summary>
/// <c>outages [seconds without a database] [devices] [MB of disk]</c> (Linux, as root: mounts a small memory disk). Under load: the disk fills up; the database stands
/// still, as on a disk that does not answer; and it stands still two seconds of every three, as on a slow one. Each time the server must say that it is not ready,
/// acknowledge nothing that is not stored, and go on by itself afterwards. At the end every acknowledged reading must be stored exactly once. Exit code 1 otherwise.
/// </summary>
internal static class OutageProgram
{
    private const int InFlight = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90), FullFor = TimeSpan.FromSeconds(30), SlowFor = TimeSpan.FromSeconds(45);

    public static async Task<int> Run(string[] args)
    {
        int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
        var (away, devices, megabytes) = (TimeSpan.FromSeconds(Number(0, 600)), Number(1, 20), Number(2, 1500));
        var disk = Directory.CreateTempSubdirectory("culturetrack-disk-").FullName;
        await Execute("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "culturetrack", disk);
        try
        {
            var folder = Directory.CreateDirectory(Path.Combine(disk, "lab")).FullName;
            await using var lab = await RunningLab.Start(manualStart: null, folder);
            var load = new AcknowledgedLoad(InFlight);
            using var stop = new CancellationTokenSource();
            var senders = (await Fleet.Register(lab, devices)).Select(d => load.Send(lab.MqttPort, d, stop.Token)).ToList();
            await Task.Delay(TimeSpan.FromSeconds(5));
            var failures = 0;
            var filler = Path.Combine(disk, "filler");
            failures += await Outage("the disk is full", lab, load, () => Fill(filler, FullFor), () => File.Delete(filler), mustStop: true);
            failures += await Outage("the database stands still", lab, load, () => StandStill(lab, away), () => { }, mustStop: true);
            failures += await Outage("the database is slow", lab, load, () => Slow(lab), () => { }, mustStop: false);
            await stop.CancelAsync();
            await Task.WhenAll(senders);
            await lab.Stop();
            Console.WriteLine($"{devices} devices, {load.Reconnects} reconnects, {failures} outages not handled");
            return Math.Max(await load.Verify(lab.DataFolder), failures > 0 ? 1 : 0);
        }
        finally
        {
            await Execute("umount", disk);
            Directory.Delete(disk);
        }
    }

    /// <returns>1 when the server did not say that it is not ready, or did not come back.</returns>
    private static async Task<int> Outage(string what, RunningLab lab, AcknowledgedLoad load, Func<Task> happen, Action end, bool mustStop)
    {
        var (before, unready, waited) = (load.Acknowledged, 0, 0);
        using var over = new CancellationTokenSource();
        var looking = Task.Run(async () =>
        {
            for (; !over.IsCancellationRequested; waited++, await Task.Delay(500, CancellationToken.None))
                if (!await IsReady(lab)) unready++;
        }, CancellationToken.None);
        await happen();
        await over.CancelAsync();
        await looking;
        var during = load.Acknowledged - before;
        end();
        var (back, at) = (Stopwatch.StartNew(), load.Acknowledged);
        while (back.Elapsed < Patience && !lab.HasExited && !(load.Acknowledged > at + 100 && await IsReady(lab))) await Task.Delay(100);
        var recovered = back.Elapsed < Patience && !lab.HasExited;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {during} acknowledged meanwhile, not ready at {unready} of {waited} looks; {(recovered ? $"acknowledging and ready {back.Elapsed.TotalSeconds:0.0} s after it ended" : "NOT back")}"));
        return recovered && (unready > 0 || !mustStop) ? 0 : 1;
    }

    private static async Task<bool> IsReady(RunningLab lab)
    {
        try { return await lab.IsReady(); }
        catch (HttpRequestException) { return false; }    // not even an answer
    }

    private static async Task Fill(string path, TimeSpan keep)
    {
        const int megabyte = 1 << 20;
        var block = new byte[megabyte];
        await using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            for (var size = megabyte; size > 0;)
            {
                try { await file.WriteAsync(block.AsMemory(0, size)); }
                catch (IOException) { size /= 2; }    // what is left is smaller
            }
        }
        await Task.Delay(keep);
    }

    private static async Task StandStill(RunningLab lab, TimeSpan time)
    {
        await Signal(lab, "-STOP");
        await Task.Delay(time);
        await Signal(lab, "-CONT");
    }

    private static async Task Slow(RunningLab lab)
    {
        for (var began = Stopwatch.StartNew(); began.Elapsed < SlowFor;)
        {
            await StandStill(lab, TimeSpan.FromSeconds(2));
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    // The postmaster and all its processes: they are its children.
    private static async Task Signal(RunningLab lab, string signal)
    {
        using var postmaster = lab.Postmaster();
        var id = postmaster.Id.ToString(CultureInfo.InvariantCulture);
        await Execute("pkill", signal, "-P", id);
        await Execute("kill", signal, id);
    }

    private static async Task Execute(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
