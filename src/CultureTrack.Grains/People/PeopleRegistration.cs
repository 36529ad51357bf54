using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Devices;
using CultureTrack.Grains.Lab;
using CultureTrack.Store.Events;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace CultureTrack.Grains.People;

public static class PeopleRegistration
{
    private const int ShortestPassword = 12;

    /// <summary>Accounts, sessions, signatures and the registers of the lab. Needs IDocumentStore, TimeProvider, ILiveFeed and IGrainFactory.</summary>
    public static IServiceCollection AddPeopleAndRegisters(this IServiceCollection services, string? setupToken)
    {
        services.AddSingleton<IStoreFeature, PeopleStorage>().AddSingleton<IStoreFeature, LabStorage>();
        services.AddSingleton(new SetupToken(setupToken));
        services.AddIdentityCore<UserAccount>(o =>
        {
            o.Password.RequiredLength = ShortestPassword;
            (o.Password.RequireDigit, o.Password.RequireLowercase, o.Password.RequireUppercase, o.Password.RequireNonAlphanumeric) = (false, false, false, false);
            o.Lockout.MaxFailedAccessAttempts = PasswordGate.MostFailures;
            o.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromDays(36500);    // until an administrator unlocks it
        }).AddUserStore<UserStore>();
        services.AddSingleton<LabWriter>().AddSingleton<Sessions>().AddSingleton<AuditTrail>().AddSingleton<IdempotentAnswers>().AddSingleton<ActorLookup>();
        services.AddScoped<PasswordGate>().AddScoped<Signatures>().AddScoped<PeopleRegister>().AddScoped<SetupGate>().AddScoped<TrainingRegister>();
        services.AddSingleton<SiteRegister>().AddSingleton<MaterialRegister>().AddSingleton<LotTracing>().AddSingleton<RecallFollowUp>();
        services.AddSingleton<EquipmentRegister>().AddSingleton<DeviceCredentials>().AddSingleton<CleanRooms>().AddSingleton<Specifications>().AddSingleton<InstrumentFiles>();
        services.AddSingleton<DeviceDirectory>().AddSingleton<IDeviceDirectory>(s => s.GetRequiredService<DeviceDirectory>());
        services.AddSingleton<IEquipmentListener>(s => s.GetRequiredService<DeviceDirectory>());
        services.AddHostedService(s => s.GetRequiredService<DeviceDirectory>());
        services.AddSingleton<ILabFactsSource, LabFactsSource>();
        return services;
    }
}
