using System.Diagnostics;
using System.Globalization;
using CultureTrack.Benchmarks.Server;

namespace CultureTrack.Benchmarks.Live;

/// <summary>
/// <c>soak [minutes] [samples a second]</c>: an even load on the whole server. Every minute: memory of the server and of the database, PUBACK times, and the age of the
/// newest value an incubator shows, which grows when anything queues. Exit code 1 when the last quarter needs 10 % more memory than the second, or twice its time.
/// </summary>
internal static class SoakProgram
{
    private const int Devices = 50;
    private const double MemoryGrowthMax = 1.1, TimeGrowthMax = 2;

    private sealed record Minute(double ServerMb, double DatabaseMb, double P50Ms, double P99Ms, double ShownAgeMs);

    public static async Task<int> Run(string[] args)
    {
        int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
        var (minutes, rate) = (Number(0, 60), Number(1, 2000));
        await using var lab = await RunningLab.Start(manualStart: null);
        await using var fleet = await Fleet.Connect(lab, Devices, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var ack = new Times("PUBACK");
        long sent = 0;
        var load = fleet.PublishAll(Devices, TimeSpan.FromSeconds((double)Devices / rate), took => { ack.Add(took); Interlocked.Increment(ref sent); }, stop.Token);
        var course = new List<Minute>();
        var began = Stopwatch.GetTimestamp();
        for (var minute = 1; minute <= minutes; minute++)
        {
            await Task.Delay(TimeSpan.FromMinutes(minute) - Stopwatch.GetElapsedTime(began), CancellationToken.None);
            var now = new Minute(Memory(lab.ProcessId) / 1e6, DatabaseMemory(lab) / 1e6, ack.At(0.5), ack.At(0.99), await ShownAge(lab));
            ack.Clear();
            course.Add(now);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"minute {minute,3}: server {now.ServerMb:0} MB, database {now.DatabaseMb:0} MB, PUBACK p50 {now.P50Ms:0.0} ms p99 {now.P99Ms:0.0} ms, newest value {now.ShownAgeMs:0} ms old"));
        }
        var perSecond = sent / Stopwatch.GetElapsedTime(began).TotalSeconds;
        await stop.CancelAsync();
        await load;
        // The first quarter warms up: code, caches, the database's buffers.
        var quarter = Math.Max(1, minutes / 4);
        double Growth(Func<Minute, double> of) => Median(course.TakeLast(quarter).Select(of)) / Median(course.Skip(quarter).Take(quarter).DefaultIfEmpty(course[^1]).Select(of));
        var (server, database, p50, p99, age) = (Growth(m => m.ServerMb), Growth(m => m.DatabaseMb), Growth(m => m.P50Ms), Growth(m => m.P99Ms), Growth(m => m.ShownAgeMs));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{perSecond:0} samples/s for {minutes} min; last quarter of the second: server {server:0.00}, database {database:0.00}, p50 {p50:0.00}, p99 {p99:0.00}, age {age:0.00}"));
        return server <= MemoryGrowthMax && database <= MemoryGrowthMax && p50 <= TimeGrowthMax && p99 <= TimeGrowthMax && age <= TimeGrowthMax ? 0 : 1;
    }

    private static async Task<double> ShownAge(RunningLab lab)
    {
        var latest = (await lab.Get("qa01", "/incubators/INC-001"))!["latest"]!.AsArray().First(v => (string)v!["channel"]! == "temperature")!;
        return (TimeProvider.System.GetUtcNow() - DateTimeOffset.Parse((string)latest["at"]!, CultureInfo.InvariantCulture)).TotalMilliseconds;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var ordered ? ordered[ordered.Count / 2] : 0;

    private static long Memory(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.WorkingSet64;
    }

    // Shared buffers are counted once: what a process has of its own, and the postmaster's share of the rest.
    private static long DatabaseMemory(RunningLab lab)
    {
        using var postmaster = lab.Postmaster();
        return Directory.GetDirectories("/proc").Select(d => Path.Combine(d, "stat")).Where(File.Exists).Select(ReadStat)
            .Where(s => s is { } stat && (stat.Parent == postmaster.Id || stat.Id == postmaster.Id)).Sum(s => OwnMemory(s!.Value.Id));
    }

    private static (int Id, int Parent)? ReadStat(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            var rest = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(text[..text.IndexOf(' ', StringComparison.Ordinal)], CultureInfo.InvariantCulture), int.Parse(rest[1], CultureInfo.InvariantCulture));
        }
        catch (IOException) { return null; }    // ended meanwhile
    }

    private static long OwnMemory(int processId)
    {
        try
        {
            const long kilobyte = 1024;
            return File.ReadLines($"/proc/{processId}/status").Where(l => l.StartsWith("RssAnon:", StringComparison.Ordinal))
                .Sum(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * kilobyte);
        }
        catch (IOException) { return 0; }    // ended meanwhile
    }
}
