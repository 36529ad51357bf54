using System.Globalization;
using CultureTrack.Web.Alarms;
using CultureTrack.Web.Entries;
using CultureTrack.Web.Floor;
using CultureTrack.Web.Lab;
using CultureTrack.Web.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CultureTrack.Web;

/// <summary>The pages as a part of the server.</summary>
public static class Pages
{
    // A page that hears nothing for nine seconds says so (start.js), so the server speaks at least every three.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(3);

    /// <summary>Registers what the pages need; the server adds the live feed, the grains, the store, sign-in and <see cref="ILabIndex"/>'s sources.</summary>
    public static IServiceCollection AddCultureTrackPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(o => o.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(10))
            .AddHubOptions(o => { o.KeepAliveInterval = KeepAlive; o.ClientTimeoutInterval = KeepAlive * 5; });
        services.AddLocalization();
        services.AddCascadingAuthenticationState();
        services.AddSingleton<LabLive>();
        services.AddSingleton<FloorTrends>();
        services.AddSingleton<FloorData>();
        services.AddSingleton<Batches.BatchPageData>().AddSingleton<Batches.GrowthExperience>();
        services.AddSingleton<ILabIndex, LabIndex>();
        services.AddSingleton<PickList>();
        // One for each open page: what is signed at the identity provider is asked on the page it is entered on.
        services.AddScoped<SigningPrompt>().AddScoped<SigningDesk>();
        services.AddScoped<IEntryDesk, EntryDesk>();
        services.AddScoped<Documents.DocumentsOfPages>();
        services.AddScoped<AlarmDesk>();
        services.AddScoped<Registers.LabDesk>();
        services.AddScoped<Tracing.BlastDesk>();
        services.AddSingleton<Registers.Picks>();
        services.AddSingleton<Service.IngestRates>().AddHostedService(p => p.GetRequiredService<Service.IngestRates>());
        services.AddSingleton<Service.ServiceStatus>();
        services.AddSingleton<Incubators.IncubatorData>();
        services.AddSingleton<Scanning.ScanDesk>().AddScoped<Scanning.ScanMove>();
        services.AddSingleton<Laboratory.SamplesData>().AddSingleton<Laboratory.LotTrends>();
        services.AddScoped<AlarmCount>();
        return services;
    }

    /// <summary>Maps every page. Call after authentication, authorization and antiforgery are in the pipeline.</summary>
    public static void MapCultureTrackPages(this WebApplication app)
    {
        // Words are English so far; dates and decimals follow the reader. The API and files never do.
        app.UseWhen(c => !c.Request.Path.StartsWithSegments("/api"), pages => pages.UseRequestLocalization(o => o.SetDefaultCulture("en-GB")
            .AddSupportedCultures("en-GB", "en-US", "en", "de", "fr", "nl", "it", "es").AddSupportedUICultures("en-GB", "en-US", "en")));
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
