using CultureTrack.Domain.Records;
using CultureTrack.Web.Documents;
using CultureTrack.Web.Passports;
using CultureTrack.Web.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CultureTrack.Web.Api;

public static class ApiRegistration
{
    private const string Root = "/api/v1";

    /// <summary>The HTTP API. Needs the services of AddPeopleAndRegisters, the grains and the reading store.</summary>
    public static IServiceCollection AddCultureTrackApi(this IServiceCollection services, IConfiguration configuration, Grains.People.IdentityProvider provider)
    {
        services.ConfigureHttpJsonOptions(o => RecordJson.Configure(o.SerializerOptions));
        services.AddSingleton<RequestRate>().AddSingleton<Repetition>().AddSingleton<IncubatorViews>().AddSingleton<Laboratory.InstrumentIntake>();
        services.AddSingleton<DossierMaker>().AddSingleton<BatchDocuments>().AddSingleton<LabelDesk>().AddSingleton<AttachmentDesk>();
        services.AddSingleton<PassportMaker>().AddSingleton<IPassportPart, DocumentPart>().AddSingleton<IPassportPart, SpecificationPart>().AddSingleton<IPassportPart, ExcursionPart>().AddSingleton<IPassportPart, TelemetryPart>();
        services.AddSingleton(new AboutSettings(configuration["Clock:Mode"] ?? "real"));
        return services.AddReference().AddSignIn(provider);
    }

    /// <summary>Maps the API, its reference and the sign-in forms of the web app.</summary>
    public static WebApplication MapCultureTrackApi(this WebApplication app)
    {
        app.UseWhen(c => c.Request.Path.StartsWithSegments(Root), api => api.UseMiddleware<ApiPipeline>());
        var root = app.MapGroup(Root).DisableAntiforgery();
        root.MapPeople();
        root.MapRegisters();
        root.MapMaterials();
        root.MapBlastRadius();
        root.MapIncubators();
        root.MapReadings();
        root.MapAlarms();
        root.MapAlarmFigures();
        root.MapBacktests();
        root.MapBatches();
        root.MapBatchViews();
        root.MapQuality();
        root.MapDeviations();
        root.MapCapas();
        root.MapTasks();
        root.MapWebhooks();
        root.MapStorage();
        root.MapProductTypes();
        root.MapWhatIf();
        root.MapMethods();
        root.MapControls();
        root.MapLoggerFiles();
        root.MapInstruments();
        root.MapLive();
        root.MapProof();
        root.MapDocuments();
        root.MapRecords();
        root.Map("{**path}", () => Problem.Of(Codes.NotFound, "No such path or method.")).ExcludeFromDescription();
        app.MapReference();
        app.MapSignInForms();
        return app;
    }
}
