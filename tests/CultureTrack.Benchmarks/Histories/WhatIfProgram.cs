using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Benchmarks.Server;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Release;
using CultureTrack.Grains.Batches;
using Npgsql;

namespace CultureTrack.Benchmarks.Histories;

/// <summary>A draft asked about all closed batches over HTTP: from the request to the last line, on a running server with PostgreSQL.</summary>
internal static class WhatIfProgram
{
    private const int AtOnce = 200;

    public static async Task<int> Run(string[] args)
    {
        var batches = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        var events = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 200;
        await using var lab = await RunningLab.Start(manualStart: null);
        await LabSetup.People(lab);
        await using var owner = NpgsqlDataSource.Create(Cluster.Owner(lab.DataFolder));
        var history = new LabHistory(new(batches, events, BatchesADay: Math.Max(8, batches / 1200)));
        var clock = Stopwatch.StartNew();
        var loaded = await new HistoryLoader(owner).Load(history);
        await Summaries(owner, history);
        Console.WriteLine($"loaded {batches} batches, {loaded} events in {clock.Elapsed.TotalSeconds:0.0} s");

        var own = SpecificationRegister.BuiltIn[("ADSC", 1)];
        var tighter = own with
        {
            Version = 2,
            EffectiveFrom = TimeProvider.System.GetUtcNow().AddDays(30),
            ApprovedBy = null,
            Criteria = [.. own.Criteria.Select(c => c.Id == "ADSC-05" ? c with { Parts = [.. c.Parts.Select(p => p with { Limit = new() { Max = "1.0", MaxExcluded = true } })] } : c)],
        };
        await lab.Post("qa01", "/specifications", JsonSerializer.SerializeToNode(tighter, SpecificationRegister.Json)!);
        foreach (var round in new[] { "first", "second" })
        {
            clock.Restart();
            var answer = (await lab.Post("qa01", "/specifications/ADSC/versions/2/what-if?pageSize=1", new JsonObject { ["states"] = new JsonArray("Closed"), ["onlyChanged"] = true }))!;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{round} time: {answer["summary"]!["batches"]} closed batches in {clock.Elapsed.TotalSeconds:0.0} s; {answer["summary"]!.ToJsonString()}"));
        }
        return 0;
    }

    private static async Task Summaries(NpgsqlDataSource owner, LabHistory history)
    {
        await using var store = (Marten.DocumentStore)RegisterDocuments.Store(owner);
        foreach (var chunk in Enumerable.Range(0, history.Options.Batches).Chunk(AtOnce))
        {
            await using var session = store.LightweightSession();
            session.Store(chunk.Select(i => BatchReadModels.Summary(BatchFold.Fold(history.Batch(i)))).ToArray());
            await session.SaveChangesAsync();
        }
    }
}
