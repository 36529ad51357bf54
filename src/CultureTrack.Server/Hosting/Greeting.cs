using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CultureTrack.Server.Hosting;

/// <summary>What a person sees when the server is up.</summary>
internal static class Greeting
{
    public static Task Print(WebApplication app, LabSettings settings, CancellationToken ct)
    {
        foreach (var url in Urls(app)) Console.WriteLine($"CultureTrack answers at {url}");
        if (settings.ManualStart is not null) Console.WriteLine("REHEARSAL: this store runs on a manual clock and is marked as a rehearsal for ever.");
        return Task.CompletedTask;
    }

    public static IReadOnlyCollection<string> Urls(WebApplication app) =>
        [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []];
}
