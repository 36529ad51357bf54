using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CultureTrack.Benchmarks.Histories;
using CultureTrack.Benchmarks.Server;
using CultureTrack.Store.Readings;
using Npgsql;

namespace CultureTrack.Benchmarks.StoredReadings;

/// <summary><c>backtest [days] [period s]</c>: how long another limit takes to be tried on the past of an incubator over HTTP, and what memory that takes.</summary>
internal static class BacktestProgram
{
    private const int Rounds = 3;
    private const double LowCo2 = 3.7;

    public static async Task<int> Run(string[] args)
    {
        var days = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 90;
        var period = TimeSpan.FromSeconds(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 60);
        var start = new DateTimeOffset(TimeProvider.System.GetUtcNow().Date.AddDays(-days - 5), TimeSpan.Zero);
        await using var lab = await RunningLab.Start(manualStart: null);
        await LabSetup.People(lab);
        await using var owner = NpgsqlDataSource.Create(Cluster.Owner(lab.DataFolder));
        await StorageProgram.Copy(owner, "INC-001", [.. StorageProgram.Pack(Readings(start, days, period))]);
        await LabSetup.Incubator(lab, "INC-001", TimeProvider.System.GetUtcNow());
        var before = Memory(lab);
        for (var round = 0; round < Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            var answer = await lab.Post("qa01", "/incubators/INC-001/backtest", new JsonObject
            {
                ["from"] = LabSetup.Text(start.AddDays(2)),
                ["to"] = LabSetup.Text(start.AddDays(days)),
                ["changes"] = new JsonArray(new JsonObject { ["channel"] = "co2", ["severity"] = "action", ["side"] = "low", ["delayMin"] = 25 }),
            });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{days} days, {answer!["readings"]} readings: {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s; excursions found {answer["found"]}, missed {answer["missed"]}; pages a week {answer["live"]!["pagesPerWeek"]} and {answer["candidate"]!["pagesPerWeek"]}; memory of the server {before} MB before, {Memory(lab)} MB after"));
        }
        return 0;
    }

    // Every third day the gas runs out, for twenty minutes or for forty.
    private static IEnumerable<ReadingRow> Readings(DateTimeOffset start, int days, TimeSpan period)
    {
        foreach (var row in MadeUpReadings.Simulated("INC-001", 1, start, days, period))
        {
            var at = row.At - start;
            if (at.Days % 3 == 0 && at.Hours == 3 && at.Minutes < (at.Days % 2 == 0 ? 20 : 40)) row.Values["co2"] = LowCo2 + at.Minutes % 2 * 0.02;
            yield return row;
        }
    }

    private static long Memory(RunningLab lab)
    {
        using var server = Process.GetProcessById(lab.ProcessId);
        return server.WorkingSet64 / (1024 * 1024);
    }
}
