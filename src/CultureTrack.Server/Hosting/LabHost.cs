using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Devices;
using CultureTrack.Grains.Hosting;
using CultureTrack.Grains.Incubators;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.Live;
using CultureTrack.Grains.People;
using CultureTrack.Grains.Proof;
using CultureTrack.Grains.Time;
using CultureTrack.Ingest;
using CultureTrack.Store.Events;
using CultureTrack.Store.Proof;
using CultureTrack.Web;
using CultureTrack.Web.Api;
using Marten;
using Npgsql;
using Orleans.Configuration;
using Serilog;

namespace CultureTrack.Server.Hosting;

/// <summary>Composes the server: database, event store, silo, broker, API and pages in one process.</summary>
internal static class LabHost
{
    public static WebApplication Build(LabSettings settings, Database database, TimeProvider clock)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(LabHost).Assembly.GetName().Name });
        builder.Configuration.Sources.Clear();
        // Orleans would read a section of its own name as provider names; ours is applied below.
        builder.Configuration.AddInMemoryCollection(settings.Configuration.AsEnumerable().Where(s => s.Value is not null && !s.Key.StartsWith("Orleans:", StringComparison.OrdinalIgnoreCase)));
        builder.Host.UseSerilog();
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton<DatabaseWatch>().AddHostedService(p => p.GetRequiredService<DatabaseWatch>());
        builder.WebHost.UseUrls(settings.Urls.Split(';'));
        if (settings.HttpsCertificateFile is { } file)
        {
            var https = PemCertificate.Load("Https", file, settings.HttpsCertificateKeyFile);
            builder.WebHost.ConfigureKestrel(k => k.ConfigureHttpsDefaults(o => (o.ServerCertificate, o.ServerCertificateChain) = (https.Certificate, https.Chain)));
        }
        // Run from a checkout, the app's own fonts, styles and scripts stand in the sources; published, in wwwroot.
        builder.WebHost.UseStaticWebAssets();
        AddStores(builder.Services, database);
        AddProof(builder.Services, settings.SigningKeyFile);
        AddGrains(builder, settings, database);
        builder.Services.AddSingleton(Grains.Notices.MailSettings.Read(settings.Configuration));
        builder.Services.AddPeopleAndRegisters(settings.Configuration["Setup:Token"], settings.PasswordLife, settings.Provider);
        builder.Services.AddCultureTrackIngest(settings.Configuration);
        builder.Services.AddCultureTrackApi(settings.Configuration, settings.Provider);
        builder.Services.AddSingleton<IAboutSource, AboutPorts>();
        builder.Services.AddCultureTrackPages();
        Observability.Add(builder, settings);
        var app = builder.Build();
        app.UseSerilogRequestLogging(o => o.GetLevel = Observability.RequestLevel);
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        Observability.Map(app);
        app.MapCultureTrackApi();
        app.MapCultureTrackPages();
        return app;
    }

    private static void AddStores(IServiceCollection services, Database database)
    {
        // The same few commands come all day: the database reads and plans each once a connection. Nothing leaves a connection other than it was found, so none is
        // reset between two uses.
        services.AddSingleton(_ => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.RuntimeConnectionString)
        {
            MaxPoolSize = 40,
            MaxAutoPrepare = 200,
            NoResetOnClose = true,
        }));
        services.AddMarten(provider =>
        {
            var options = new StoreOptions();
            options.Connection(provider.GetRequiredService<NpgsqlDataSource>());
            return EventStore.Configure(options, Features.All, ownsSchema: false);
        }).UseLightweightSessions();
    }

    // Registered before the silo, so that the last checkpoint is made after the silo has ended.
    private static void AddProof(IServiceCollection services, string keyFile)
    {
        services.AddSingleton(KeyFile.LoadOrCreate(keyFile));
        services.AddSingleton(TrustedKeys.Beside(keyFile));
        services.AddSingleton<CheckpointWriter>().AddSingleton<ChainReader>().AddSingleton<ImportedPassports>().AddSingleton<VerificationLog>();
        services.AddHostedService<CheckpointSchedule>();
        services.AddSingleton<VerificationSchedule>().AddHostedService(p => p.GetRequiredService<VerificationSchedule>());
    }

    private static void AddGrains(WebApplicationBuilder builder, LabSettings settings, Database database)
    {
        var services = builder.Services;
        services.AddDomainSerialization();
        services.AddSingleton<ILiveFeed, LiveFeed>();
        services.AddSingleton<BatchFacts>().AddSingleton<ReviewReports>();
        services.AddSingleton<IEquipmentRegister, EquipmentSource>();
        services.AddSingleton<IEquipmentListener, IncubatorListener>();
        services.AddSingleton<IReadingSink, IncubatorFeed>();
        services.AddSingleton<IDeviceEvents, DeviceEvents>();
        services.AddSingleton<LabScheduler>();
        services.AddHostedService(p => p.GetRequiredService<LabScheduler>());
        services.AddHostedService<ReadModelsOnStart>();
        services.AddSingleton<ClockControl>();
        services.AddSingleton<ClockGuard>().AddHostedService(p => p.GetRequiredService<ClockGuard>());
        builder.Host.UseOrleans(silo =>
        {
            if (settings.ClusteredSilos)
            {
                silo.UseAdoNetClustering(o => { o.Invariant = "Npgsql"; o.ConnectionString = database.RuntimeConnectionString; });
                silo.ConfigureEndpoints(FreePorts.Or(settings.SiloPort), FreePorts.Or(settings.GatewayPort));
            }
            else silo.UseLocalhostClustering(FreePorts.Or(settings.SiloPort), FreePorts.Or(settings.GatewayPort));
            silo.Configure<ClusterOptions>(o => { o.ClusterId = "culturetrack"; o.ServiceId = "culturetrack"; });
            // A batch that nobody has looked at for an hour is read again from its stream when somebody does.
            silo.Configure<GrainCollectionOptions>(o => o.CollectionAge = TimeSpan.FromHours(1));
        });
    }
}

/// <summary>Ports for a server that need not be known outside.</summary>
internal static class FreePorts
{
    public static int Or(int port)
    {
        if (port != 0) return port;
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }
}
