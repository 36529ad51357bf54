using System.CommandLine;
using CultureTrack.Grains.Time;
using CultureTrack.Server.Hosting;
using Serilog;

namespace CultureTrack.Server.Commands;

/// <summary><c>culturetrack serve</c>: everything in one process, until Ctrl+C.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Run the server (default). Example: culturetrack serve");
        command.SetAction((_, ct) => Run(ct));
        return command;
    }

    public static Task<int> Run(CancellationToken ct) => Run(new LabSettings(LabSettings.Read(), ".culturetrack"), (_, _) => Task.CompletedTask, ct);

    /// <param name="started">Runs when the server answers: prints, or seeds a demo.</param>
    public static async Task<int> Run(LabSettings settings, Func<WebApplication, CancellationToken, Task> started, CancellationToken ct)
    {
        Logs.Configure(settings);
        try
        {
            await using var database = await Database.Open(settings, Logs.Factory, ct);
            var clock = await Clocks.Choose(settings, database, ct);
            await using var app = LabHost.Build(settings, database, clock);
            await app.StartAsync(ct);
            await Greeting.Print(app, settings, ct);
            await started(app, ct);
            await app.WaitForShutdownAsync(ct);
            return 0;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { return 0; }
        catch (Exception e) when (e is SettingException or Store.Postgres.PostgresUnavailableException or Store.Migrations.SchemaMismatchException or Store.Proof.KeyFileException)
        {
            Log.Fatal("{Message}", e.Message);
            return 1;
        }
        finally { await Log.CloseAndFlushAsync(); }
    }
}
