using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CultureTrack.Benchmarks.Ingest;
using CultureTrack.Benchmarks.Server;
using CultureTrack.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CultureTrack.Benchmarks.BadInput;

/// <summary>
/// <c>bad-input [count] [seed]</c>: that many random and mutated MQTT messages and as many HTTP bodies against a running server, with good messages among
/// them. Exit code 1 after a crash, a 500, an unanswered message or a good message that is not stored exactly once.
/// </summary>
internal static class BadInputProgram
{
    public static async Task<int> Run(string[] args)
    {
        int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
        var (count, seed) = (Number(0, 100_000), Number(1, 20260302));
        await using var lab = await RunningLab.Start(manualStart: null);
        var (gateway, device, batch, users) = await Prepare(lab);

        var began = Stopwatch.StartNew();
        var mqtt = new MqttBadInput(lab.MqttPort, gateway, device, count, seed);
        await mqtt.Run();
        Console.WriteLine($"{mqtt.Report} ({began.Elapsed.TotalSeconds:0} s)");
        began.Restart();
        var http = new HttpBadInput(lab, batch, users, count, seed);
        await http.Run();
        Console.WriteLine($"{http.Report} ({began.Elapsed.TotalSeconds:0} s)");

        var alive = await Alive(lab);
        await lab.Stop();
        var stored = await GoodStored(lab.DataFolder, mqtt.Good);
        return mqtt.Passed && http.Passed && alive && stored && lab.ExitCode == 0 ? 0 : 1;
    }

    private static async Task<(LoadDevice Gateway, LoadDevice Device, string Batch, IReadOnlyList<string> Users)> Prepare(RunningLab lab)
    {
        var now = TimeProvider.System.GetUtcNow();
        await LabSetup.People(lab);
        await LabSetup.Materials(lab, now);
        foreach (var id in new[] { "INC-01", "INC-02", "INC-03" }) await LabSetup.Incubator(lab, id, now);
        var gateway = (await lab.Post("adm01", "/gateways", new JsonObject { ["gatewayId"] = "GW-1", ["site"] = "main", ["incubators"] = new JsonArray("*") }))!;
        var device = (await lab.Post("adm01", "/incubators/INC-01/credentials", new JsonObject()))!;
        await LabSetup.BatchInCulture(lab, 1, now);
        var users = new List<string>();
        foreach (var (role, number) in new[] { "T", "QC", "QA", "SUPERVISOR", "ADMIN" }.SelectMany(role => new[] { 1, 2, 3 }.Select(n => (role, n))))
        {
            users.Add($"odd-{role.ToLowerInvariant()}{number}");
            await lab.AddUser(users[^1], role);
        }
        return (Credential("GW-1", gateway), Credential("INC-01", device), $"ADSC-{now.Year % 100:00}-0001", users);

        static LoadDevice Credential(string id, JsonNode given) => new(id, (string)given["clientId"]!, (string)given["username"]!, (string)given["password"]!, "");
    }

    // The pages that show what came must still be able to.
    private static async Task<bool> Alive(RunningLab lab)
    {
        if (lab.HasExited) { Console.WriteLine("The server has ended."); return false; }
        foreach (var path in new[] { "/incubators", "/incubators/INC-01", "/alarms", "/rejects", "/batches", "/audit", "/incubators/INC-01/readings?channel=temperature", "/about" }) await lab.Get("adm01", path);
        using var process = Process.GetProcessById(lab.ProcessId);
        Console.WriteLine($"The server answers; its memory is {process.WorkingSet64 / (1024 * 1024)} MB.");
        return await lab.IsReady();
    }

    private static async Task<bool> GoodStored(string folder, IReadOnlyCollection<(DateTimeOffset At, double Value)> good)
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(new PostgresOptions { DataDirectory = folder }, NullLogger.Instance, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(postgres.OwnerConnectionString);
        await using var command = source.CreateCommand($"select at, temperature from telemetry.readings where incubator_id = '{MqttBadInput.GoodIncubator}'");
        await using var reader = await command.ExecuteReaderAsync();
        var stored = new List<(DateTimeOffset, double)>();
        while (await reader.ReadAsync()) stored.Add((new DateTimeOffset(reader.GetDateTime(0), TimeSpan.Zero), reader.GetDouble(1)));
        // One whose acknowledgement got lost with its connection may be there too, but nothing twice.
        var same = stored.ToHashSet().IsSupersetOf(good) && stored.Count == stored.Distinct().Count();
        Console.WriteLine($"{good.Count} good messages acknowledged, {stored.Count} stored: {(same ? "each exactly once" : "NOT the same")}");
        return same;
    }
}
