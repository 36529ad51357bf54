using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using CultureTrack.Grains.Batches;
using CultureTrack.Server.Hosting;
using CultureTrack.Store.Events;
using CultureTrack.Store.Postgres;
using Marten;
using Npgsql;

namespace CultureTrack.Server.Commands;

/// <summary><c>culturetrack migrate --rebuild</c>: read models anew from the events, in the store of a server that may run meanwhile.</summary>
internal static class RebuildCommand
{
    public static async Task<int> Run(LabSettings settings, bool json, CancellationToken ct)
    {
        var running = settings.Runtime ?? RunningPostgres.Find(settings.DataDirectory);
        if (running is null && !RunningPostgres.Exists(settings.DataDirectory)) return await CommandOutput.Fail($"There is no store in {settings.DataDirectory}.", CommandOutput.Usage);
        await using var cluster = running is null
            ? await EmbeddedPostgres.StartAsync(new PostgresOptions { DataDirectory = settings.DataDirectory, BinDirectory = settings.PostgresBinDirectory, Port = settings.PostgresPort }, Logs.Factory.CreateLogger("rebuild"), ct) : null;
        await using var source = NpgsqlDataSource.Create(running ?? cluster!.RuntimeConnectionString);
        await using var store = DocumentStore.For(o =>
        {
            o.Connection(source);
            EventStore.Configure(o, Features.All, ownsSchema: false);
        });
        await Store.Migrations.SchemaMigrations.EnsureCurrent(running ?? cluster!.RuntimeConnectionString, ct);
        var took = Stopwatch.StartNew();
        if (await ReadModelVersion.Rebuild(source, store, json || Console.IsOutputRedirected ? null : (done, of) => CommandOutput.Status($"{done} of {of} batches"), ct) is not { } result)
            return await CommandOutput.Fail("Another process is rebuilding at this moment.");
        if (json) CommandOutput.WriteJson(new { result.Batches, result.Events, result.Again, Seconds = Math.Round(took.Elapsed.TotalSeconds, 1) });
        else Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\rRead models of {result.Batches} batches rebuilt from {result.Events} events in {took.Elapsed.TotalSeconds:0.0} s; {result.Again} were written to meanwhile and folded again."));
        return 0;
    }
}
