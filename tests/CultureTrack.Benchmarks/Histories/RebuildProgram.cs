using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CultureTrack.Benchmarks.Server;
using CultureTrack.Domain.Batches;
using CultureTrack.Store.Events;
using CultureTrack.Store.Migrations;
using CultureTrack.Store.Proof;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CultureTrack.Benchmarks.Histories;

/// <summary>
/// Rebuilds the read models of many batches with <c>culturetrack migrate --rebuild</c> beside a running server, while people make entries over HTTP. Then a
/// part of the batches is played event by event into a second store and every row is compared.
/// </summary>
internal static class RebuildProgram
{
    private const int Writers = 5, Compared = 40;

    public static async Task<int> Run(string[] args)
    {
        var batches = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        var events = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 200;
        await using var lab = await RunningLab.Start(manualStart: null);
        await LabSetup.People(lab);
        await LabSetup.Materials(lab, TimeProvider.System.GetUtcNow().AddSeconds(-2));
        var vessels = new List<string>();
        for (var i = 1; i <= Writers; i++) vessels.Add(await LabSetup.BatchInCulture(lab, i, TimeProvider.System.GetUtcNow()));
        await using var owner = NpgsqlDataSource.Create(Cluster.Owner(lab.DataFolder));
        var history = new LabHistory(new(batches, events, BatchesADay: Math.Max(8, batches / 1200)));
        var clock = Stopwatch.StartNew();
        var loaded = await new HistoryLoader(owner).Load(history);
        Console.WriteLine($"loaded {batches} batches, {loaded} events in {clock.Elapsed.TotalSeconds:0.0} s");
        using var stop = new CancellationTokenSource();
        var writing = Write(lab, vessels, stop.Token);
        clock.Restart();
        Console.WriteLine(await Rebuild(lab));
        var took = clock.Elapsed;
        await stop.CancelAsync();
        var times = (await writing).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"rebuild of {batches} batches in {took.TotalSeconds:0.0} s, the start of the command included; meanwhile {times.Length} entries over HTTP: p50 {CommandProgram.At(times, 0.5):0} ms, p99 {CommandProgram.At(times, 0.99):0} ms, max {times[^1]:0} ms"));
        return await Compare(lab, owner, history) ? 0 : 1;
    }

    internal static async Task<string> Rebuild(RunningLab lab)
    {
        using var process = Process.Start(lab.Command("migrate", "--rebuild", "--json"))!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? said.Trim() : throw new InvalidOperationException($"migrate --rebuild ended with {process.ExitCode}: {said}");
    }

    private static async Task<IReadOnlyCollection<double>> Write(RunningLab lab, List<string> vessels, CancellationToken stop)
    {
        var times = new ConcurrentBag<double>();
        await Task.WhenAll(vessels.Select(async (vessel, i) =>
        {
            // Each makes five entries a second until the rebuild is done.
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            while (!stop.IsCancellationRequested)
            {
                var started = Stopwatch.GetTimestamp();
                await LabSetup.Enter(lab, $"ADSC-{TimeProvider.System.GetUtcNow().Year % 100:00}-{i + 1:0000}", "ConfluenceObserved", new JsonObject
                {
                    ["vesselId"] = vessel,
                    ["pct"] = 40,
                    ["method"] = "Visual",
                    ["morphology"] = "Spindle",
                    ["contamination"] = "None",
                });
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                try { await pace.WaitForNextTickAsync(stop); }
                catch (OperationCanceledException) { return; }
            }
        }));
        return times;
    }

    /// <summary>The batches written to, and some of the others with their neighbours, in a store of their own that was written event by event.</summary>
    private static async Task<bool> Compare(RunningLab lab, NpgsqlDataSource owner, LabHistory history)
    {
        var year = TimeProvider.System.GetUtcNow().Year % 100;
        string[] ids = [.. Enumerable.Range(1, Writers).Select(i => $"ADSC-{year:00}-{i:0000}"),
            .. Enumerable.Range(0, Math.Min(Compared, history.Options.Batches)).Select(i => history.BatchId((int)((long)i * history.Options.Batches / Compared / 5 * 5) + i % 5)).Distinct()];
        await using var copy = await SecondStore(lab.DataFolder);
        await using (var here = (Marten.DocumentStore)RegisterDocuments.Store(owner))
        await using (var there = (Marten.DocumentStore)RegisterDocuments.Store(copy))
        {
            var states = ids.ToDictionary(id => id, _ => BatchState.Initial, StringComparer.Ordinal);
            foreach (var e in await ReadModelRows.Events(here, ids, CancellationToken.None))
            {
                // As the batch's grain does: the state is folded before the append.
                BatchReadModels.Folded[(e.StreamId, e.Version)] = states[e.StreamId] = BatchFold.Apply(states[e.StreamId], e);
                await using var session = there.LightweightSession();
                session.Events.Append(e.StreamId, e.Version, e);
                await session.SaveChangesAsync();
            }
        }
        var (rebuilt, incremental) = (await ReadModelRows.Of(owner, ids, CancellationToken.None), await ReadModelRows.Of(copy, ids, CancellationToken.None));
        foreach (var row in rebuilt.Except(incremental).Take(5)) Console.WriteLine($"only rebuilt: {row}");
        foreach (var row in incremental.Except(rebuilt).Take(5)) Console.WriteLine($"only event by event: {row}");
        var equal = rebuilt.SequenceEqual(incremental);
        Console.WriteLine($"{rebuilt.Count} rows of {ids.Length} batches {(equal ? "equal" : "DIFFER from")} those written event by event");
        return equal;
    }

    private static async Task<NpgsqlDataSource> SecondStore(string dataFolder)
    {
        var name = $"copy_{Guid.CreateVersion7():n}";
        await using (var server = NpgsqlDataSource.Create(Cluster.Superuser(dataFolder)))
        await using (var create = server.CreateCommand($"create database {name} owner culturetrack_owner"))
            await create.ExecuteNonQueryAsync();
        await SchemaMigrations.Run(Cluster.Owner(dataFolder, name), Cluster.Runtime(dataFolder, name),
            [new EventStoreMigration([new BatchStorage(), new LabStorage(), new PeopleStorage()]), new ChainStart()], NullLogger.Instance, CancellationToken.None);
        return NpgsqlDataSource.Create(Cluster.Owner(dataFolder, name));
    }
}
