using System.Diagnostics;
using System.Globalization;
using CultureTrack.Benchmarks.Server;
using CultureTrack.Domain.Records;
using Npgsql;

namespace CultureTrack.Benchmarks.Histories;

/// <summary>
/// Blast radius over many batches and lineage of many nodes, asked over HTTP of a running server; the store is filled with made-up histories and its read models are
/// rebuilt first.
/// </summary>
internal static class TraceProgram
{
    private const int Rounds = 20;

    /// <summary>Batches, events each.</summary>
    public static async Task<int> BlastRadius(string[] args)
    {
        var (batches, events) = Numbers(args, 10_000, BatchHistory.FewestEvents);
        var history = new LabHistory(new(batches, events));
        await using var lab = await Filled(history);
        var (middle, end) = (history.BatchId(batches / 2), RecordJson.Text(history.End));
        var day = history.StartOf(batches / 2);
        await Time(lab, $"/blast-radius?batch={middle}");
        await Time(lab, $"/blast-radius?batch={middle}&open=true");
        await Time(lab, $"/blast-radius?lot={LabHistory.Medium(day)}");
        await Time(lab, $"/blast-radius?lot={LabHistory.Base(day)}");
        await Time(lab, $"/blast-radius?operator=tech01&from={RecordJson.Text(day)}&to={RecordJson.Text(day.AddDays(7))}");
        await Time(lab, $"/materials/{LabHistory.Base(day)}/use");
        Console.WriteLine($"history until {end}");
        return 0;
    }

    /// <summary>Nodes wanted: a chain of batches, each made of the one before.</summary>
    public static async Task<int> Lineage(string[] args)
    {
        var nodes = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        var batches = nodes / 75 + 1;
        // Every one but the first is made of the one before it: one family.
        var history = new LabHistory(new(batches, BatchHistory.FewestEvents, DerivedEvery: 1, VesselsEach: 16));
        await using var lab = await Filled(history);
        foreach (var id in new[] { history.BatchId(0), history.BatchId(batches / 2), history.BatchId(batches - 1) })
            foreach (var direction in new[] { "ancestors", "descendants", "both" }) await Time(lab, $"/batches/{id}/lineage?direction={direction}&limit=20000");
        return 0;
    }

    private static (int, int) Numbers(string[] args, int first, int second) => (
        args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : first, args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : second);

    private static async Task<RunningLab> Filled(LabHistory history)
    {
        var lab = await RunningLab.Start(manualStart: null);
        await LabSetup.People(lab);
        await using var owner = NpgsqlDataSource.Create(Cluster.Owner(lab.DataFolder));
        var clock = Stopwatch.StartNew();
        var events = await new HistoryLoader(owner).Load(history);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{history.Options.Batches} batches, {events} events loaded in {clock.Elapsed.TotalSeconds:0} s"));
        clock.Restart();
        Console.WriteLine(await RebuildProgram.Rebuild(lab));
        await using var analyze = owner.CreateCommand("analyze");
        await analyze.ExecuteNonQueryAsync();
        return lab;
    }

    private static async Task Time(RunningLab lab, string path)
    {
        var first = Stopwatch.StartNew();
        var answer = (await lab.Get("qa01", path))!;
        first.Stop();
        var times = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1" + path);
            request.Headers.Authorization = new("Bearer", await lab.Session("qa01"));
            using var reply = await lab.Http.SendAsync(request);
            await reply.Content.ReadAsByteArrayAsync();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        var ordered = times.Order().ToArray();
        var size = answer["total"]?.GetValue<int>() is { } total ? $"{total} batches" : answer["nodes"] is { } nodes ? $"{nodes.AsArray().Count} nodes, {answer["edges"]!.AsArray().Count} edges, truncated {answer["truncated"]}" : $"{answer["batches"]?.AsArray().Count} batches";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"GET {path}: {size}; first {first.ElapsedMilliseconds} ms, then p50 {CommandProgram.At(ordered, 0.5):0} ms, max {ordered[^1]:0} ms"));
    }
}
