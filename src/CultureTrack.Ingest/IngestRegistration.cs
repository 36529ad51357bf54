using CultureTrack.Grains.Devices;
using CultureTrack.Grains.Time;
using CultureTrack.Ingest.Broker;
using CultureTrack.Ingest.Delivery;
using CultureTrack.Ingest.External;
using CultureTrack.Store.Readings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CultureTrack.Ingest;

public static class IngestRegistration
{
    /// <summary>
    /// Registers the way in: reading store, pipeline and, by <c>Mqtt:Mode</c>, the embedded broker or the client of an external one. The
    /// caller registers the runtime role's <see cref="Npgsql.NpgsqlDataSource"/>, <see cref="IDeviceDirectory"/>, <see cref="IReadingSink"/>,
    /// <see cref="IDeviceEvents"/> and the lab clock as <see cref="TimeProvider"/>. The broker opens its own sockets.
    /// </summary>
    public static IServiceCollection AddCultureTrackIngest(this IServiceCollection services, IConfiguration configuration)
    {
        var options = MqttOptions.From(configuration);
        services.AddReadingStore();
        services.AddSingleton(options);
        services.AddSingleton<IngestMetrics>();
        services.AddSingleton<ReadingDelivery>();
        services.AddSingleton<ISettles>(s => s.GetRequiredService<ReadingDelivery>());
        services.AddSingleton<TelemetryPipeline>();
        if (options.Mode == MqttMode.Embedded) Add<MqttBroker>(services);
        else Add<ExternalBrokerClient>(services);
        return services;
    }

    static void Add<T>(IServiceCollection services) where T : class, IHostedService, IStatePublisher
    {
        services.AddSingleton<T>();
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<T>());
        services.AddSingleton<IStatePublisher>(s => s.GetRequiredService<T>());
    }
}
