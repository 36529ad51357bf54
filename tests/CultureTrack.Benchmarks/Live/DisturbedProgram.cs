using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CultureTrack.Benchmarks.Ingest;
using CultureTrack.Benchmarks.Server;
using MQTTnet;
using MQTTnet.Protocol;

namespace CultureTrack.Benchmarks.Live;

/// <summary>
/// <c>disturbed [kills] [minutes]</c>: plays the same hours of four incubators (a runaway heater, an empty gas bottle, doors, a device that is silent and sends its
/// memory afterwards, a mains failure) twice on a manual clock: undisturbed, and with the server and its database killed by SIGKILL at random moments. Readings,
/// alarms, excursions, exposure and the batches' events must be equal. Exit code 1 when they are not.
/// </summary>
internal static class DisturbedProgram
{
    private const int Incubators = 4, LongestWaitMs = 50;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<int> Run(string[] args)
    {
        int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
        var (kills, minutes) = (Number(0, 50), Number(1, 300));
        var undisturbed = await Play(minutes, kills: 0);
        var disturbed = await Play(minutes, kills);
        var differences = undisturbed.Keys.Where(k => undisturbed[k] != disturbed[k]).ToList();
        foreach (var name in differences) Show(name, undisturbed[name], disturbed[name]);
        Console.WriteLine($"{kills} kills in {minutes} min of the lab's time; {string.Join(", ", undisturbed.Keys.Except(differences))} equal{(differences.Count == 0 ? "" : $"; DIFFERENT: {string.Join(", ", differences)}")}");
        return differences.Count == 0 ? 0 : 1;
    }

    private static async Task<Dictionary<string, string>> Play(int minutes, int kills)
    {
        await using var lab = await RunningLab.Start(Start);
        var devices = await Fleet.Register(lab, Incubators, Start);
        await LabSetup.Materials(lab, Start);
        for (var i = 0; i < Incubators; i++)
        {
            var vessel = await LabSetup.BatchInCulture(lab, i + 1, Start);
            await LabSetup.Enter(lab, BatchOf(i), "MovedIntoIncubator", new JsonObject { ["vesselIds"] = new JsonArray(vessel), ["incubatorId"] = devices[i].Id, ["shelf"] = 1 });
        }
        var moments = Random.Shared.GetItems(Enumerable.Range(1, minutes).ToArray(), kills).CountBy(m => m).ToDictionary();
        await using var sender = new Sender(lab, devices);
        for (var minute = 1; minute <= minutes; minute++)
        {
            var (at, isLast) = (Start.AddMinutes(minute), minute == minutes);
            await Insist(() => lab.Clock(at));
            var publishing = sender.Publish(minute, at);
            for (var i = 0; i < moments.GetValueOrDefault(minute); i++) await Kill(lab);
            await publishing;
            if (minute % 50 == 0 || isLast) Console.Error.WriteLine($"minute {minute} of {minutes}, {kills} kills asked for");
        }
        await Insist(() => lab.Clock(Start.AddMinutes(minutes + 30)));
        return await Outcome(lab);
    }

    private static string BatchOf(int index) => $"ADSC-26-{index + 1:0000}";

    // Somewhere in the publishing, its commit, the judging that follows, or after it.
    private static async Task Kill(RunningLab lab)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(0, LongestWaitMs)));
        if (Random.Shared.Next(2) == 0)
            using (var postmaster = lab.Postmaster()) postmaster.Kill();
        await lab.KillAndStartAgain();
    }

    private static async Task Insist(Func<Task> act)
    {
        for (var tried = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            try
            {
                await act();
                return;
            }
            catch (Exception e) when (tried.Elapsed < TimeSpan.FromSeconds(60) && e is HttpRequestException or InvalidOperationException) { continue; }    // the database comes back by itself
        }
    }

    private static async Task<Dictionary<string, string>> Outcome(RunningLab lab)
    {
        var outcome = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["alarms"] = Lines((await lab.Get("qa01", "/alarms?pageSize=500"))!["items"]!.AsArray().OrderBy(a => (string)a!["alarmId"]!, StringComparer.Ordinal)),
        };
        for (var i = 0; i < Incubators; i++)
        {
            var id = $"INC-{i + 1:000}";
            var readings = new List<string>();
            foreach (var channel in new[] { "temperature", "co2", "humidity", "door", "power" })
            {
                var items = (await lab.Get("qa01", $"/incubators/{id}/readings?channel={channel}&from={LabSetup.Text(Start)}&to={LabSetup.Text(Start.AddDays(2))}"))!["items"]!.AsArray();
                readings.AddRange(items.Select(r => $"{channel} {r!["time"]} {r["value"]} {r["conflict"]}"));
            }
            outcome[$"readings of {id}"] = string.Join('\n', readings);
            outcome[$"exposure of {BatchOf(i)}"] = Indented(await lab.Get("qa01", $"/batches/{BatchOf(i)}/exposure"));
            outcome[$"events of {BatchOf(i)}"] = Lines((await lab.Get("qa01", $"/batches/{BatchOf(i)}/events"))!["items"]!.AsArray().Select(Timeless));
        }
        return outcome;
    }

    /// <summary>Without what is different in every run: ids and hashes.</summary>
    private static JsonNode Timeless(JsonNode? e) => new JsonObject
    {
        ["type"] = e!["type"]!.DeepClone(),
        ["occurredAt"] = e["occurredAt"]?.DeepClone(),
        ["actor"] = e["actor"]?["user"]?.DeepClone(),
        ["data"] = (string)e["type"]! is "IsolationPerformed" or "VesselsSeeded" ? null : WithoutIds(e["data"]!.DeepClone()),
    };

    // The reason of a hold placed by the system names its deviation.
    private static JsonNode WithoutIds(JsonNode data)
    {
        foreach (var name in new[] { "supersedesEventId", "deviationId", "deviationRef", "holdId", "reason" }) (data as JsonObject)?.Remove(name);
        return data;
    }

    private static string Lines(IEnumerable<JsonNode?> items) => string.Join('\n', items.Select(i => i!.ToJsonString()));

    private static string Indented(JsonNode? node) => node!.ToJsonString(new() { WriteIndented = true });

    private static void Show(string name, string expected, string found)
    {
        var (left, right) = (expected.Split('\n'), found.Split('\n'));
        Console.WriteLine($"{name}: {left.Length} lines undisturbed, {right.Length} disturbed");
        foreach (var line in left.Except(right, StringComparer.Ordinal).Take(5)) Console.WriteLine($"  undisturbed only: {line}");
        foreach (var line in right.Except(left, StringComparer.Ordinal).Take(5)) Console.WriteLine($"  disturbed only:   {line}");
    }

    /// <summary>The four devices: what is not acknowledged is sent again.</summary>
    private sealed class Sender(RunningLab lab, IReadOnlyList<LoadDevice> devices) : IAsyncDisposable
    {
        private readonly IMqttClient?[] _clients = new IMqttClient?[devices.Count];

        public Task Publish(int minute, DateTimeOffset at) => Task.WhenAll(Enumerable.Range(0, devices.Count).Select(async i =>
        {
            foreach (var payload in Course.Of(i, minute, at, Start)) await Deliver(i, payload);
        }));

        private async Task Deliver(int index, string payload)
        {
            var message = new MqttApplicationMessage { Topic = devices[index].Topic, PayloadSegment = System.Text.Encoding.UTF8.GetBytes(payload), QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce };
            for (var tried = Stopwatch.StartNew(); tried.Elapsed < TimeSpan.FromMinutes(2); await Task.Delay(50))
            {
                try
                {
                    using var patience = new CancellationTokenSource(Patience);
                    if ((await (await Client(index, patience.Token)).PublishAsync(message, patience.Token)).IsSuccess) return;
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    _clients[index]?.Dispose();    // killed, or told to send again
                    _clients[index] = null;
                }
            }
            throw new TimeoutException($"{devices[index].Id} was not answered for two minutes.");
        }

        private async Task<IMqttClient> Client(int index, CancellationToken ct)
        {
            if (_clients[index] is { IsConnected: true } connected) return connected;
            _clients[index]?.Dispose();
            var client = _clients[index] = new MqttClientFactory().CreateMqttClient();
            await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", lab.MqttPort).WithClientId(devices[index].ClientId)
                .WithCredentials(devices[index].Username, devices[index].Password).Build(), ct);
            return client;
        }

        public ValueTask DisposeAsync()
        {
            foreach (var client in _clients) client?.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>What the four incubators go through, by the minute.</summary>
    private static class Course
    {
        public static IEnumerable<string> Of(int index, int minute, DateTimeOffset at, DateTimeOffset start)
        {
            // The fourth is silent for a while and sends what it remembered afterwards.
            if (index == 3 && minute is > 60 and <= 95) yield break;
            if (index == 3 && minute == 96)
                yield return $"[{string.Join(',', Enumerable.Range(61, 35).Select(past => Sample(index, past, start.AddMinutes(past), ",\"buffered\":true")))}]";
            yield return Sample(index, minute, at, "");
        }

        private static string Sample(int index, int minute, DateTimeOffset at, string more)
        {
            var noise = minute * 7919 % 11 * 0.01;
            var (temperature, co2, humidity, door, power) = (36.95 + noise, 4.95 + noise, 94.5 + noise, "closed", "ok");
            switch (index)
            {
                case 0 when minute is > 20 and <= 60: temperature = 38.2 + (minute - 20) * 0.05; break;
                case 0 when minute is > 140 and <= 150: temperature = 40.4; break;
                case 1 when minute is > 30 and <= 80: co2 = 3.5 - (minute - 30) * 0.02; break;
                case 1 when minute % 20 == 0: door = "open"; break;
                case 2 when minute is > 100 and <= 125: (power, temperature) = ("lost", 37 - (minute - 100) * 0.07); break;
                case 3 when minute is > 70 and <= 90: temperature = 39.4; break;
                default: break;
            }
            return string.Create(CultureInfo.InvariantCulture,
                $$"""{"ts":{{at.ToUnixTimeMilliseconds()}},"values":{"temperature":{{temperature:0.00}},"co2":{{co2:0.00}},"humidity":{{humidity:0.00}},"door":"{{door}}","power":"{{power}}"}{{more}}}""");
        }
    }
}
