using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CultureTrack.Grains.Notices;
using CultureTrack.Grains.Time;
using CultureTrack.Store.Proof;
using Marten;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace CultureTrack.Web.Service;

/// <summary>One part of the server and whether it serves.</summary>
public sealed record PartHealth(string Part, bool Healthy, string? Why);

/// <param name="Rates">Counted in the last minute by this server: messages, readings, refusals.</param>
public sealed record ServiceView(
    DateTimeOffset At, bool Healthy, IReadOnlyList<PartHealth> Parts, IReadOnlyDictionary<string, long> Rates, long? Checkpoint, DateTimeOffset? CheckpointAt, long? EventsCovered, int DeliveriesWaiting);

/// <summary>How the server is: its parts, what comes in, the newest checkpoint, what waits to be delivered.</summary>
public sealed class ServiceStatus(HealthCheckService health, CheckpointWriter checkpoints, IngestRates rates, IDocumentStore store, TimeProvider clock)
{
    public async Task<ServiceView> Now(CancellationToken ct)
    {
        var report = await health.CheckHealthAsync(ct);
        var parts = report.Entries.Select(e => new PartHealth(e.Key, e.Value.Status == HealthStatus.Healthy, e.Value.Description ?? e.Value.Exception?.Message)).Prepend(new("api", true, null));
        await using var session = store.QuerySession();
        var waiting = await session.Query<Delivery>().CountAsync(d => d.Status == DeliveryStatus.Pending, ct);
        var last = await checkpoints.Newest(ct);
        return new(clock.GetUtcNow(), report.Status == HealthStatus.Healthy, [.. parts], rates.LastMinute(), last?.Body.Number, last?.Body.MadeAt, last?.Body.Events, waiting);
    }
}

/// <summary>Listens to the counters of the way in and remembers a minute of them.</summary>
public sealed class IngestRates : IHostedService, IDisposable
{
    private const string Meter = "CultureTrack.Ingest", Prefix = "culturetrack.ingest.";
    private const int Seconds = 60;
    private static readonly string[] Counted = ["messages", "readings", "duplicates", "conflicts", "refusals"];
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Name, long Second), long> _counts = new();

    public IngestRates()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Meter && instrument is Counter<long> && Counted.Contains(instrument.Name.Replace(Prefix, "", StringComparison.Ordinal))) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Count(instrument.Name.Replace(Prefix, "", StringComparison.Ordinal), value));
        _listener.Start();
    }

    public IReadOnlyDictionary<string, long> LastMinute()
    {
        var now = Second;
        foreach (var old in _counts.Keys.Where(k => k.Second < now - Seconds)) _counts.TryRemove(old, out _);
        return Counted.ToDictionary(name => name, name => _counts.Where(c => c.Key.Name == name && c.Key.Second >= now - Seconds).Sum(c => c.Value), StringComparer.Ordinal);
    }

    // Counts from the server's start on, not from when somebody looks.
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    // Real seconds: what the machine does in a minute is no matter of the lab's clock.
    private static long Second => TimeProvider.System.GetTimestamp() / TimeProvider.System.TimestampFrequency;

    private void Count(string name, long value)
    {
        var second = Second;
        if (!_counts.ContainsKey((name, second)))
            foreach (var old in _counts.Keys.Where(k => k.Second < second - Seconds)) _counts.TryRemove(old, out _);
        _counts.AddOrUpdate((name, second), value, (_, was) => was + value);
    }
}
