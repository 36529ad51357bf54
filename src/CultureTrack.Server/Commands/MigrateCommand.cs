using System.CommandLine;
using CultureTrack.Server.Hosting;

namespace CultureTrack.Server.Commands;

/// <summary><c>culturetrack migrate</c>: brings an external database to this program's schema, as its owner; with <c>--rebuild</c>, read models anew.</summary>
internal static class MigrateCommand
{
    private static readonly Option<bool> Rebuild = new("--rebuild") { Description = "Build the read models of all batches anew from their events, here or in the external database. The server may run and people may go on writing." };
    private static readonly Option<bool> Json = CommandOutput.Json();

    public static Command Create()
    {
        var command = new Command("migrate", "Bring an external database to this program's schema. Example: CULTURETRACK_ConnectionStrings__CultureTrackOwner=… "
            + "CULTURETRACK_ConnectionStrings__CultureTrack=… culturetrack migrate\n\n"
            + "Read models (lists, lineage, contacts of batches) anew, while the server runs:\n  culturetrack migrate --rebuild");
        command.Options.Add(Rebuild);
        command.Options.Add(Json);
        command.SetAction((parsed, ct) => Run(parsed, ct));
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken ct)
    {
        var settings = new LabSettings(LabSettings.Read(), ".culturetrack");
        Logs.Configure(settings);
        if (parsed.GetValue(Rebuild))
        {
            try { return await RebuildCommand.Run(settings, parsed.GetValue(Json), ct); }
            catch (Exception e) when (StartFailure.Explains(e)) { return StartFailure.Report(e); }
        }
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
