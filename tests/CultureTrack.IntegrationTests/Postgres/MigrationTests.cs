using CultureTrack.Store.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans.Configuration;
using Orleans.Runtime;

namespace CultureTrack.IntegrationTests.Postgres;

public sealed class MigrationTests(PostgresFixture postgres)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Servers_that_start_at_the_same_time_apply_every_script_once()
    {
        var database = await postgres.CreateDatabase();
        (await Should.ThrowAsync<SchemaMismatchException>(() => SchemaMigrations.EnsureCurrent(database.RuntimeConnectionString, Ct))).Message.ShouldContain("culturetrack migrate");
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            SchemaMigrations.Run(database.OwnerConnectionString, database.RuntimeConnectionString, [], NullLogger.Instance, Ct)));
        runs.Count(applied => applied.Count > 0).ShouldBe(1);
        await SchemaMigrations.EnsureCurrent(database.RuntimeConnectionString, Ct);
    }

    [Fact]
    public async Task A_script_changed_after_it_was_applied_is_noticed()
    {
        var database = await (await postgres.CreateDatabase()).Migrated();
        await using var owner = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await using var command = owner.CreateCommand("update schema_migrations set hash = 'other' where name = '0001_readings'");
        await command.ExecuteNonQueryAsync(Ct);
        (await Should.ThrowAsync<SchemaMismatchException>(() => SchemaMigrations.EnsureCurrent(database.RuntimeConnectionString, Ct))).Message.ShouldContain("0001_readings");
    }

    [Fact]
    public async Task Two_silos_find_each_other_through_the_database_with_the_runtime_role()
    {
        var database = await (await postgres.CreateDatabase()).Migrated();
        using var first = Silo(database);
        await first.StartAsync(Ct);
        using var second = Silo(database);
        await second.StartAsync(Ct);
        var management = second.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        (await management.GetHosts(onlyActive: true, Ct)).Count.ShouldBe(2);
        await second.StopAsync(Ct);
        await first.StopAsync(Ct);
    }

    static IHost Silo(TestDatabase database)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
        {
            silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", database.RuntimeConnectionString));
            silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("test", "test"));
            silo.ConfigureEndpoints("127.0.0.1", FreePort(), FreePort(), listenOnAnyHostAddress: false);
        });
        return builder.Build();
    }

    static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }
}
