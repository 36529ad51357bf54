using System.CommandLine;
using System.Diagnostics;
using CultureTrack.Server.Demo;
using CultureTrack.Server.Hosting;
using Serilog;
using Spectre.Console;

namespace CultureTrack.Server.Commands;

/// <summary><c>culturetrack demo</c>: a whole lab to look at, with a month of history and incubators that go on living.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new Command("demo", "Run a lab that is already at work: people, batches in every stage, a month of readings, simulated incubators over real MQTT.\n\n"
            + "Examples:\n  culturetrack demo\n  CULTURETRACK_DataDirectory=/tmp/demo CULTURETRACK_Urls=http://localhost:9000 culturetrack demo");
        command.SetAction((_, ct) => Run(ct));
        return command;
    }

    private static async Task<int> Run(CancellationToken ct)
    {
        var settings = new LabSettings(LabSettings.Read(), ".culturetrack-demo");
        Logs.Configure(settings);
        var folder = new DemoFolder(settings.DataDirectory);
        try
        {
            Check(settings);
            var memory = folder.Read();
            if (memory is null) await folder.BeginSeeding(Logs.Factory.CreateLogger("demo"), ct);
            await using var database = await Database.Open(settings, Logs.Factory, ct);
            if (memory is null) memory = await Fill(settings, database, folder, ct);
            else await DemoBacklog.Write(database, new Grains.Time.SystemLabClock().GetUtcNow(), Logs.Factory, ct);
            return await Serve(settings, database, memory, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { return 0; }
        catch (Exception e) when (e is SettingException or DemoStoryException or Store.Postgres.PostgresUnavailableException or Store.Migrations.SchemaMismatchException or Store.Proof.KeyFileException)
        {
            Log.Fatal("{Message}", e.Message);
            return 1;
        }
        finally { await Log.CloseAndFlushAsync(); }
    }

    private static void Check(LabSettings settings)
    {
        if (settings.Runtime is not null || settings.Owner is not null) throw new SettingException("The demo makes a database of its own; unset ConnectionStrings:CultureTrack.");
        if (settings.ManualStart is not null) throw new SettingException("The demo runs on the real clock; unset Clock:Mode.");
    }

    private static async Task<DemoMemory> Fill(LabSettings settings, Database database, DemoFolder folder, CancellationToken ct)
    {
        var took = Stopwatch.StartNew();
        Console.WriteLine("First start: filling the demo lab with a month of work …");
        Logs.Configure(settings.With(new Dictionary<string, string?> { ["Logging:Level"] = "Warning" }), past: true);
        var memory = await new DemoSeed(settings, database).Run(DemoProgress.Show, ct);
        Logs.Configure(settings);
        folder.EndSeeding(memory);
        Console.WriteLine($"The demo lab is filled ({took.Elapsed.TotalSeconds:0} s).");
        return memory;
    }

    private static async Task<int> Serve(LabSettings settings, Database database, DemoMemory memory, CancellationToken ct)
    {
        var clock = await Clocks.Choose(settings, database, ct);
        await using var app = LabHost.Build(settings, database, clock);
        await app.StartAsync(ct);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct, app.Lifetime.ApplicationStopping);
        var fleet = DemoFleet.Run(app, memory, stopping.Token);
        await Greeting.Print(app, settings, ct);
        DemoTable.Print(AnsiConsole.Console);
        await app.WaitForShutdownAsync(ct);
        await stopping.CancelAsync();
        await fleet;
        return 0;
    }
}
