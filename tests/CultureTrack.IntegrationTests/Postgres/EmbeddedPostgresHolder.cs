using System.Runtime.CompilerServices;
using CultureTrack.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CultureTrack.IntegrationTests.Postgres;

/// <summary>This test program started a second time, with a verb instead of tests: a server that holds a cluster until it is killed.</summary>
static class EmbeddedPostgresHolder
{
    public const string Verb = "hold-embedded-postgres";

    // Runs before the test runner's own entry point, which would not know the verb.
#pragma warning disable CA2255
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void HoldWhenAsked()
    {
        if (Environment.GetCommandLineArgs() is [_, Verb, var folder, ..]) Hold(folder).GetAwaiter().GetResult();
    }

    static async Task Hold(string folder)
    {
        await using var cluster = await EmbeddedPostgres.StartAsync(new PostgresOptions { DataDirectory = folder }, NullLogger.Instance, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(cluster.OwnerConnectionString);
        await using var command = source.CreateCommand("create table kept as select 42 as answer");
        await command.ExecuteNonQueryAsync();
        Console.WriteLine("started");
        await Task.Delay(Timeout.InfiniteTimeSpan);
    }
}
