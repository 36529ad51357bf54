using CultureTrack.Ingest;
using CultureTrack.Server.Demo;
using CultureTrack.Server.Hosting;
using CultureTrack.Store.Migrations;
using CultureTrack.Store.Postgres;
using CultureTrack.Store.Proof;
using Microsoft.AspNetCore.Connections;

namespace CultureTrack.Server.Commands;

/// <summary>What keeps a server from starting and the person at the console can mend: one sentence that names the setting. Anything else is a fault of the program and keeps its trace.</summary>
internal static class StartFailure
{
    public static bool Explains(Exception e) => Sentence(e) is not null;

    /// <returns>The exit code.</returns>
    public static int Report(Exception e)
    {
        Console.Error.WriteLine(Sentence(e));    // not to the log, whose settings may be what is wrong
        return CommandOutput.Failed;
    }

    private static string? Sentence(Exception e) => e switch
    {
        SettingException or UnusableSettingException or PostgresUnavailableException or SchemaMismatchException or KeyFileException or DemoStoryException => e.Message,
        // Taken between our look and the server's start.
        IOException { InnerException: AddressInUseException } => $"{e.Message} Stop the other program, or set Urls to a free port.",
        _ => null,
    };
}
