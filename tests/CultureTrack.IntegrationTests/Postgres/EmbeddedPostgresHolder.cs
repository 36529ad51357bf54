using System.Runtime.CompilerServices;
using CultureTrack.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CultureTrack.IntegrationTests.Postgres;

/// <summary>This test program started a second time, with a verb instead of tests: a server that holds a cluster until it is killed.</summary>
static class EmbeddedPostgresHolder
{
    public const string Verb = "hold-embedded-postgres";

    // Runs before the test runner's own entry point, which would not know the verb. No await here: a continuation of this module would
    // wait for the initializer to end.
#pragma warning disable CA2255
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void HoldWhenAsked()
    {
        if (Environment.GetCommandLineArgs() is not [_, Verb, var folder, ..]) return;
        var cluster = EmbeddedPostgres.StartAsync(new PostgresOptions { DataDirectory = folder }, NullLogger.Instance, CancellationToken.None).GetAwaiter().GetResult();
        using var source = NpgsqlDataSource.Create(cluster.OwnerConnectionString);
        using var command = source.CreateCommand("create table kept as select 42 as answer");
        command.ExecuteNonQuery();
        Console.WriteLine("started");
        Console.In.ReadToEnd();    // until it is killed, or its parent ends
    }
}
