using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Devices;
using CultureTrack.Grains.Incubators;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.Notices;
using CultureTrack.Grains.Tasks;
using CultureTrack.Grains.Tracing;
using CultureTrack.Store.Events;
using CultureTrack.Store.Tracing;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace CultureTrack.Grains.People;

public static class PeopleRegistration
{
    private const int ShortestPassword = 12;

    /// <summary>Accounts, sessions, signatures and the registers of the lab. Needs IDocumentStore, TimeProvider, ILiveFeed and IGrainFactory.</summary>
    public static IServiceCollection AddPeopleAndRegisters(this IServiceCollection services, string? setupToken, TimeSpan? passwordLife = null, IdentityProvider? provider = null)
    {
        services.AddSingleton<IStoreFeature, PeopleStorage>().AddSingleton<IStoreFeature, LabStorage>();
        services.AddSingleton(new SetupToken(setupToken));
        services.AddSingleton(new PasswordPolicy(passwordLife));
        services.AddSingleton(provider ?? IdentityProvider.None).AddSingleton<ProviderIdentities>().AddSingleton<SigningRequests>();
        services.AddIdentityCore<UserAccount>(o =>
        {
            o.Password.RequiredLength = ShortestPassword;
            (o.Password.RequireDigit, o.Password.RequireLowercase, o.Password.RequireUppercase, o.Password.RequireNonAlphanumeric) = (false, false, false, false);
            o.Lockout.MaxFailedAccessAttempts = PasswordGate.MostFailures;
            o.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromDays(36500);    // until an administrator unlocks it
        }).AddUserStore<UserStore>();
        services.AddSingleton<NoticeBoard>().AddHostedService(s => s.GetRequiredService<NoticeBoard>());
        services.AddSingleton<WebhookRegister>().AddSingleton<Outbox>().AddSingleton<AlarmCalls>().AddSingleton<NuisanceTasks>().AddSingleton<AlarmHistory>().AddSingleton<Backtests>().AddHostedService<DeliverySender>();
        services.AddSingleton<LabWriter>().AddSingleton<Sessions>().AddSingleton<AuditTrail>().AddSingleton<IdempotentAnswers>().AddSingleton<ActorLookup>().AddSingleton<DutyRoster>();
        services.AddScoped<PasswordGate>().AddScoped<Signatures>().AddScoped<PeopleRegister>().AddScoped<SetupGate>().AddScoped<TrainingRegister>();
        services.AddSingleton<AsFoundFollowUp>().AddSingleton<CapaRegister>().AddSingleton<Deviations>().AddSingleton<StorageMap>();
        services.AddSingleton<TaskBoard>().AddSingleton<TaskRegister>().AddSingleton<TaskWatch>().AddHostedService(s => s.GetRequiredService<TaskWatch>());
        services.AddSingleton<EquipmentRegister>().AddSingleton<DeviceCredentials>().AddSingleton<CleanRooms>().AddSingleton<Specifications>().AddSingleton<ProductTypes>().AddSingleton<TestMethods>().AddSingleton<Controls.ControlRegister>().AddSingleton<Release.ManyVerdicts>().AddSingleton<InstrumentFiles>();
        services.AddSingleton<SiteRegister>().AddSingleton<MaterialRegister>().AddSingleton<ContactTable>().AddSingleton<LotTracing>().AddSingleton<BlastRadiusSearch>().AddSingleton<BlastHolds>().AddSingleton<LineageSearch>().AddSingleton<RecallFollowUp>();
        services.AddSingleton<DeviceDirectory>().AddSingleton<IDeviceDirectory>(s => s.GetRequiredService<DeviceDirectory>());
        services.AddSingleton<IEquipmentListener>(s => s.GetRequiredService<DeviceDirectory>());
        services.AddHostedService(s => s.GetRequiredService<DeviceDirectory>());
        services.AddSingleton<ILabFactsSource, LabFactsSource>();
        return services;
    }
}
