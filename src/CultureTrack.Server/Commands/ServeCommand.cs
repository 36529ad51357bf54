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

    public static async Task<int> Run(CancellationToken ct)
    {
        try
        {
            var settings = new LabSettings(LabSettings.Read(), ".culturetrack");
            Logs.Configure(settings);
            ListenAddresses.Check(settings);
            await using var database = await Database.Open(settings, Logs.Factory, ct);
            var clock = await Clocks.Choose(settings, database, ct);
            await using var app = LabHost.Build(settings, database, clock);
            await app.StartAsync(ct);
            await Greeting.Print(app, settings, ct);
            await app.WaitForShutdownAsync(ct);
            return app.Services.GetRequiredService<DatabaseWatch>().ExitCode;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { return 0; }
        catch (Exception e) when (StartFailure.Explains(e)) { return StartFailure.Report(e); }
        finally { await Log.CloseAndFlushAsync(); }
    }
}
