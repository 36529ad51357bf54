using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Simulator;
using Microsoft.Extensions.Time.Testing;
using MQTTnet.Protocol;
using MQTTnet.Server;
using Shouldly;
using Xunit;

namespace CultureTrack.IntegrationTests.Simulator;

/// <summary>A simulated incubator against a real broker on a real port.</summary>
public sealed class SimulatedIncubatorTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(60);
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentQueue<(string Topic, JsonElement Body)> _received = new();
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readings_arrive_live_once_a_period_and_door_changes_at_once()
    {
        var port = FreePort();
        using var broker = await Broker(port);
        using var device = Device(port, "INC-02 at 90s DoorOpen for 20s");
        await Steps(device, 130);
        var elements = Telemetry();
        elements.Select(e => e.GetProperty("seq").GetInt64()).ShouldBe([1, 2, 3, 4, 5]);
        elements.Count(e => e.GetProperty("values").TryGetProperty("temperature", out _)).ShouldBe(3);
        elements.Select(e => e.GetProperty("values").GetProperty("door").GetString()).ShouldBe(["closed", "closed", "open", "closed", "closed"]);
        elements.Any(e => e.TryGetProperty("buffered", out _)).ShouldBeFalse();
        (device.Counts.Acknowledged, device.Counts.Refused, device.Counts.Waiting).ShouldBe((5, 0, 0));
    }

    [Fact]
    [Trait("Rule", "R-35")]
    public async Task What_could_not_be_sent_is_sent_as_buffered_when_the_broker_is_back()
    {
        var port = FreePort();
        using var device = Device(port);
        using (await Broker(port)) await Steps(device, 61);
        await Steps(device, 180);
        device.Counts.Waiting.ShouldBe(3);
        using (await Broker(port)) await Steps(device, 60);
        var elements = Telemetry();
        elements.Select(e => e.GetProperty("seq").GetInt64()).ShouldBe([1, 2, 3, 4, 5, 6]);
        elements.Select(e => e.TryGetProperty("buffered", out _)).ShouldBe([false, false, true, true, true, false]);
        (device.Counts.Forwarded, device.Counts.Lost, device.Counts.Waiting).ShouldBe((3, 0, 0));
    }

    [Fact]
    public async Task Offline_and_a_wrong_clock_are_played_by_the_script()
    {
        var port = FreePort();
        using var broker = await Broker(port);
        using var device = Device(port, "* at 30s Offline for 200s\n* at 0s ClockSkew for 10s amount 90");
        await Steps(device, 241);
        var elements = Telemetry();
        elements.Select(e => e.TryGetProperty("buffered", out _)).ShouldBe([false, true, true, true, false]);
        elements[0].GetProperty("ts").GetInt64().ShouldBe(_clock.Start.AddSeconds(90).ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task A_fleet_runs_on_credentials_of_its_own_until_it_is_stopped()
    {
        var port = FreePort();
        using var broker = await Broker(port);
        var refused = new TaskCompletionSource();
        broker.ValidatingConnectionAsync += e =>
        {
            if (e.Password != "right") (e.ReasonCode, _) = (MqttConnectReasonCode.BadUserNameOrPassword, refused.TrySetResult());
            return Task.CompletedTask;
        };
        var arrived = new TaskCompletionSource();
        broker.InterceptingPublishAsync += e => { if (e.ApplicationMessage.Topic.EndsWith("INC-01/telemetry", StringComparison.Ordinal)) arrived.TrySetResult(); return Task.CompletedTask; };
        FleetDevice[] devices = [new(new("main", "INC-01", "c1", "u1", "right")), new(new("main", "FRZ-01", "c2", "u2", "wrong"), "F-80")];
        using var fleet = new IncubatorFleet(new("127.0.0.1", port, devices, Period, 1, 1, FaultScript.None), _clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_ct);
        var run = fleet.Run(stop.Token);
        await Task.WhenAll(arrived.Task, refused.Task).WaitAsync(TimeSpan.FromSeconds(20), _ct);
        await stop.CancelAsync();
        await run;
        fleet.Counts["FRZ-01"].Acknowledged.ShouldBe(0);
    }

    private async Task Steps(SimulatedIncubator device, int seconds)
    {
        for (var s = 0; s < seconds; s++)
        {
            await device.Step(TimeSpan.FromSeconds(1), _ct);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private SimulatedIncubator Device(int port, string script = "") => new(
        new(new("INC-02", EquipmentProfiles.Get("P37-5"), 1, FaultScript.Parse(script), OpensByItself: false)),
        new("main", "INC-02", "inc-02", "inc-02", "secret"), "127.0.0.1", port, Period, 1, _clock);

    private JsonElement[] Telemetry() => [.. _received.Where(r => r.Topic == "culturetrack/main/INC-02/telemetry")
        .SelectMany(r => r.Body.ValueKind == JsonValueKind.Array ? r.Body.EnumerateArray().ToArray() : [r.Body])];

    private async Task<MqttServer> Broker(int port)
    {
        var broker = new MqttServerFactory().CreateMqttServer(
            new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(port).WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).Build());
        broker.InterceptingPublishAsync += e =>
        {
            if (e.ApplicationMessage.Topic.EndsWith("/telemetry", StringComparison.Ordinal))
                _received.Enqueue((e.ApplicationMessage.Topic, JsonDocument.Parse(Encoding.UTF8.GetString(e.ApplicationMessage.Payload)).RootElement));
            return Task.CompletedTask;
        };
        await broker.StartAsync();
        return broker;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
