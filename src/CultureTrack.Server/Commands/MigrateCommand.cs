using System.CommandLine;
using CultureTrack.Server.Hosting;

namespace CultureTrack.Server.Commands;

/// <summary><c>culturetrack migrate</c>: brings an external database to this program's schema, as its owner.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", "Bring an external database to this program's schema. Example: CULTURETRACK_ConnectionStrings__CultureTrackOwner=… "
            + "CULTURETRACK_ConnectionStrings__CultureTrack=… culturetrack migrate");
        command.SetAction((_, ct) => Run(ct));
        return command;
    }

    private static async Task<int> Run(CancellationToken ct)
    {
        var settings = new LabSettings(LabSettings.Read(), ".culturetrack");
        Logs.Configure(settings);
        if (settings.Owner is not { } owner || settings.Runtime is not { } runtime)
        {
            await Console.Error.WriteLineAsync("migrate needs ConnectionStrings:CultureTrackOwner and ConnectionStrings:CultureTrack; the embedded database migrates itself.");
            return 2;
        }
        try
        {
            var applied = await Database.MigrateExternal(owner, runtime, Logs.Factory.CreateLogger("migrate"), ct);
            Console.WriteLine(applied.Count == 0 ? "The database is at this program's schema." : $"Applied {string.Join(", ", applied)}.");
            return 0;
        }
        catch (Exception e) when (StartFailure.Explains(e)) { return StartFailure.Report(e); }
    }
}
