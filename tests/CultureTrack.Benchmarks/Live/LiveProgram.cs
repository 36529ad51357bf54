using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CultureTrack.Benchmarks.Ingest;
using CultureTrack.Benchmarks.Server;
using MQTTnet;

namespace CultureTrack.Benchmarks.Live;

/// <summary>
/// <c>live [incubators] [viewers] [seconds]</c>: incubators publish once a second each; viewers follow all of them on the live stream, and one MQTT client follows
/// their <c>state</c> topics. Prints the shown age (of the newest value each viewer has of each incubator, looked at ten times a second), the delay from the
/// measurement to the viewer, and how often a viewer is told of one incubator. Exit code 1 when the shown age of 99 % is 1.5 s or more, or a viewer is told
/// more than twice a second.
/// </summary>
internal static class LiveProgram
{
    private const double ShownAgeMaxMs = 1500, TellsPerSecondMax = 2;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5), LookEvery = TimeSpan.FromMilliseconds(100);

    public static async Task<int> Run(string[] args)
    {
        int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
        var (incubators, viewers, seconds) = (Number(0, 200), Number(1, 50), Number(2, 30));
        await using var lab = await RunningLab.Start(manualStart: null);
        await using var fleet = await Fleet.Connect(lab, incubators, CancellationToken.None);
        Console.Error.WriteLine($"{incubators} incubators and {viewers} viewers");
        using var stop = new CancellationTokenSource();
        var (ack, delay, state, age) = (new Times("PUBACK"), new Times("measured to live stream"), new Times("measured to MQTT state"), new Times("shown age"));
        var screens = new List<Screen>();
        for (var i = 0; i < viewers; i++) screens.Add(new(await LiveStream.Open(lab, "incubator:*", stop.Token), delay));
        using var subscriber = await Subscribe(lab, fleet, state, stop.Token);
        var publishing = fleet.PublishAll(incubators, TimeSpan.FromSeconds(1), ack.Add, stop.Token);
        var watching = screens.Select(s => s.Watch(stop.Token)).ToList();
        await Task.Delay(WarmUp, CancellationToken.None);
        foreach (var times in new[] { ack, delay, state }) times.Clear();
        foreach (var screen in screens) screen.Told = 0;
        using var server = Process.GetProcessById(lab.ProcessId);
        var (cpu, began) = (server.TotalProcessorTime, Stopwatch.GetTimestamp());
        using (var look = new PeriodicTimer(LookEvery))
            while (Stopwatch.GetElapsedTime(began).TotalSeconds < seconds && await look.WaitForNextTickAsync())
            {
                var now = TimeProvider.System.GetUtcNow();
                foreach (var shown in screens.SelectMany(s => s.Newest.Values)) age.Add(now - shown);
            }
        server.Refresh();
        var (took, used) = (Stopwatch.GetElapsedTime(began).TotalSeconds, server.TotalProcessorTime - cpu);
        var told = screens.Max(s => s.Told) / took / incubators;
        await stop.CancelAsync();
        await Task.WhenAll([publishing, .. watching]);
        foreach (var times in new[] { ack, delay, state, age }) Console.WriteLine(times);
        var least = screens.Min(s => s.Newest.Count);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"a viewer was told of one incubator at most {told:0.00} times a second, saw at least {least} of {incubators}; the server used {used.TotalSeconds / took:0.00} processors and {server.WorkingSet64 / 1e6:0} MB"));
        foreach (var screen in screens) await screen.DisposeAsync();
        return age.At(0.99) < ShownAgeMaxMs && told <= TellsPerSecondMax && least == incubators ? 0 : 1;
    }

    private static async Task<IMqttClient> Subscribe(RunningLab lab, Fleet fleet, Times state, CancellationToken ct)
    {
        var credential = (await lab.Post("adm01", "/gateways", new System.Text.Json.Nodes.JsonObject
        {
            ["gatewayId"] = "GW-LIVE",
            ["site"] = "main",
            ["incubators"] = new System.Text.Json.Nodes.JsonArray("*"),
        }))!;
        var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += e =>
        {
            if (!e.ApplicationMessage.Retain && MeasuredAt(e.ApplicationMessage.Payload.ToArray()) is { } at) state.Add(TimeProvider.System.GetUtcNow() - at.At);
            return Task.CompletedTask;
        };
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", lab.MqttPort).WithClientId((string)credential["clientId"]!)
            .WithCredentials((string)credential["username"]!, (string)credential["password"]!).Build(), ct);
        for (var i = 0; i < fleet.Count; i++) await client.SubscribeAsync(fleet[i].Topic.Replace("/telemetry", "/state", StringComparison.Ordinal), cancellationToken: ct);
        return client;
    }

    /// <summary>Incubator and time of the temperature in a live event or a state message.</summary>
    private static (string Incubator, DateTimeOffset At)? MeasuredAt(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement.TryGetProperty("data", out var data) ? data : document.RootElement;
        return root.TryGetProperty("values", out var values) && values.TryGetProperty("temperature", out var temperature)
            ? ((root.TryGetProperty("incubatorId", out var id) ? id : root.GetProperty("incubator")).GetString()!, temperature.GetProperty("at").GetDateTimeOffset()) : null;
    }

    private sealed class Screen(LiveStream stream, Times delay) : IAsyncDisposable
    {
        public ConcurrentDictionary<string, DateTimeOffset> Newest { get; } = new(StringComparer.Ordinal);

        public long Told { get; set; }

        public async Task Watch(CancellationToken stop)
        {
            await foreach (var (kind, json) in stream.Events(stop))
            {
                if (kind != "reading" || MeasuredAt(json) is not { } measured) continue;
                Told++;
                if (Newest.TryGetValue(measured.Incubator, out var was) && was >= measured.At) continue;
                Newest[measured.Incubator] = measured.At;
                delay.Add(TimeProvider.System.GetUtcNow() - measured.At);
            }
        }

        public ValueTask DisposeAsync() => stream.DisposeAsync();
    }
}
