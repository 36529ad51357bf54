using CultureTrack.Grains.Hosting;
using CultureTrack.Ingest.External;
using CultureTrack.Store.Readings;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serilog.Events;

namespace CultureTrack.Server.Hosting;

/// <summary>Health, metrics and traces: <c>/health/live</c>, <c>/health/ready</c>, <c>/metrics</c>; OTLP when <c>OpenTelemetry:Endpoint</c> is set.</summary>
internal static class Observability
{
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(3);
    private const string OwnMeters = "CultureTrack*";

    public static void Add(WebApplicationBuilder builder, LabSettings settings)
    {
        builder.Services.AddHealthChecks().AddCheck<DatabaseCheck>("database").AddCheck<ReadingsCheck>("readings").AddCheck<WokenCheck>("silo").AddCheck<BrokerCheck>("broker");
        builder.Services.AddSingleton<WakeUp>();
        builder.Services.AddHostedService(s => s.GetRequiredService<WakeUp>());
        var endpoint = settings.Configuration["OpenTelemetry:Endpoint"] is { Length: > 0 } url ? new Uri(url) : null;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("culturetrack", serviceVersion: typeof(Observability).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(m =>
            {
                m.AddMeter(OwnMeters, "Microsoft.Orleans", "Npgsql").AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddPrometheusExporter();
                if (endpoint is not null) m.AddOtlpExporter(o => o.Endpoint = endpoint);
            })
            .WithTracing(t =>
            {
                // Without somebody to send them to, traces cost time and help nobody.
                if (endpoint is null) return;
                t.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddNpgsql().AddSource("Microsoft.Orleans.Application")
                    .AddOtlpExporter(o => o.Endpoint = endpoint);
            });
    }

    public static void Map(WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new() { ResponseWriter = Write });
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    /// <summary>Requests are logged when they fail; the rest is counted.</summary>
    public static LogEventLevel RequestLevel(HttpContext context, double elapsedMs, Exception? e) =>
        e is not null || context.Response.StatusCode >= 500 ? LogEventLevel.Error : LogEventLevel.Debug;

    // One word when all is well; else a line more for each part that does not serve.
    private static Task Write(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        var away = report.Entries.Where(e => e.Value.Status != HealthStatus.Healthy).Select(e => $"\n{e.Key}: {e.Value.Description ?? e.Value.Exception?.Message}");
        return context.Response.WriteAsync(report.Status + string.Concat(away), context.RequestAborted);
    }

    private sealed class DatabaseCheck(NpgsqlDataSource source) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(AnswersWithin);
            try
            {
                // A connection that does not even take a cancellation would hold the answer up for longer.
                await Ask(patience.Token).WaitAsync(patience.Token);
                return HealthCheckResult.Healthy();
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return HealthCheckResult.Unhealthy($"The database does not answer within {AnswersWithin.TotalSeconds:0} s.");
            }
        }

        private async Task Ask(CancellationToken ct)
        {
            await using var command = source.CreateCommand("select 1");
            await command.ExecuteScalarAsync(ct);
        }
    }

    /// <summary>Whether readings that come are stored: a database that answers may have no room for them.</summary>
    private sealed class ReadingsCheck(ReadingWriter writer, TimeProvider clock) : IHealthCheck
    {
        // Devices send what was not acknowledged again at once; when none does, nothing is known any more.
        private static readonly TimeSpan Says = TimeSpan.FromMinutes(1);

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(writer.Failure is { } failure && clock.GetUtcNow() - failure.Last < Says
                ? HealthCheckResult.Unhealthy($"Readings have not been stored since {failure.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: {failure.Reason}") : HealthCheckResult.Healthy());
    }

    /// <summary>Whether telemetry can come in: the embedded broker has started before this is asked, an external one may be away.</summary>
    private sealed class BrokerCheck(IServiceProvider services) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(services.GetService<ExternalBrokerClient>() is { Connected: false } ? HealthCheckResult.Unhealthy("The external MQTT broker is away.") : HealthCheckResult.Healthy());
    }

    private sealed class WokenCheck(WakeUp wakeUp) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(wakeUp.Done ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("Incubators and batches are being woken."));
    }
}
