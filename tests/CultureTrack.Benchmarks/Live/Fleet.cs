using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CultureTrack.Benchmarks.Ingest;
using CultureTrack.Benchmarks.Server;
using MQTTnet;
using MQTTnet.Protocol;

namespace CultureTrack.Benchmarks.Live;

/// <summary>Incubators of a running lab, each with a credential of its own, that publish like real ones do.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly IReadOnlyList<(LoadDevice Device, IMqttClient Client)> _members;

    private Fleet(IReadOnlyList<(LoadDevice, IMqttClient)> members) => _members = members;

    public int Count => _members.Count;

    public LoadDevice this[int index] => _members[index].Device;

    /// <summary>People and incubators <c>INC-001</c>… in service, with what each needs to connect.</summary>
    public static async Task<List<LoadDevice>> Register(RunningLab lab, int count, DateTimeOffset? manualStart = null)
    {
        var now = manualStart ?? TimeProvider.System.GetUtcNow();
        await LabSetup.People(lab);
        var devices = new List<LoadDevice>();
        for (var i = 1; i <= count; i++)
        {
            var id = $"INC-{i:000}";
            await LabSetup.Incubator(lab, id, now);
            var credential = (await lab.Post("adm01", $"/incubators/{id}/credentials", new JsonObject()))!;
            devices.Add(new(id, (string)credential["clientId"]!, (string)credential["username"]!, (string)credential["password"]!, $"culturetrack/main/{id}/telemetry"));
        }
        return devices;
    }

    public static async Task<Fleet> Connect(RunningLab lab, int count, CancellationToken ct)
    {
        var members = new List<(LoadDevice, IMqttClient)>();
        foreach (var device in await Register(lab, count))
        {
            var client = new MqttClientFactory().CreateMqttClient();
            await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", lab.MqttPort).WithClientId(device.ClientId)
                .WithCredentials(device.Username, device.Password).Build(), ct);
            members.Add((device, client));
        }
        return new(members);
    }

    /// <summary>Publishes one sample at QoS 1, measured now.</summary>
    /// <param name="values">Members of the payload's values, as JSON.</param>
    /// <param name="at">Device time; with one the sample is marked as buffered.</param>
    /// <returns>Time until the PUBACK.</returns>
    public async Task<TimeSpan> Publish(int index, string values, CancellationToken ct, DateTimeOffset? at = null)
    {
        var (device, client) = _members[index];
        var ts = (at ?? TimeProvider.System.GetUtcNow()).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var json = $$"""{"ts":{{ts}},"values":{{{values}}}{{(at is null ? "" : ",\"buffered\":true")}}}""";
        var began = Stopwatch.GetTimestamp();
        var answer = await client.PublishAsync(new MqttApplicationMessage { Topic = device.Topic, PayloadSegment = Encoding.UTF8.GetBytes(json), QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce }, ct);
        if (!answer.IsSuccess) throw new InvalidOperationException($"Refused: {answer.ReasonCode} {answer.ReasonString}");
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>A sample of an incubator in which all is well; no two in a row are alike.</summary>
    public static string Good(int step) => string.Create(CultureInfo.InvariantCulture,
        $"\"temperature\":{36.95 + step % 11 * 0.01:0.00},\"co2\":{4.95 + step % 7 * 0.01:0.00},\"o2\":{18.6 + step % 5 * 0.01:0.00},\"humidity\":{94.5 + step % 9 * 0.1:0.0}");

    /// <summary>The first incubators publish, once in a period each and spread over it, until told to stop.</summary>
    /// <param name="count">How many.</param>
    /// <param name="took">Told the PUBACK time of each sample.</param>
    public Task PublishAll(int count, TimeSpan period, Action<TimeSpan> took, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
    {
        await Task.Delay(period * (i / (double)count), CancellationToken.None);
        using var pace = new PeriodicTimer(period);
        for (var step = i; !stop.IsCancellationRequested; step++)
        {
            took(await Publish(i, Good(step), CancellationToken.None));
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }));

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, client) in _members)
        {
            if (client.IsConnected) await client.DisconnectAsync();
            client.Dispose();
        }
    }
}
