using CultureTrack.Store.Readings.Sealed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CultureTrack.Store.Readings;

public static class ReadingRegistration
{
    /// <summary>Registers the reading writer and its readers on the <see cref="NpgsqlDataSource"/> of the runtime role, which the caller registers.</summary>
    public static IServiceCollection AddReadingStore(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new ReadingWriterOptions());
        services.AddSingleton(s => new ReadingWriter(s.GetRequiredService<NpgsqlDataSource>(), s.GetRequiredService<ReadingWriterOptions>(),
            TimeProvider.System, s.GetRequiredService<ILogger<ReadingWriter>>()));
        services.AddSingleton<ReadingStore>();
        services.TryAddSingleton(new SealingOptions());
        services.AddHostedService<ReadingSealer>();
        services.AddSingleton<RejectLog>();
        services.AddSingleton<Documents.AttachmentStore>().AddSingleton<Documents.IssuedDocuments>().AddSingleton<Documents.LabelPrints>();
        return services;
    }
}
