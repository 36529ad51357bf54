using CultureTrack.IntegrationTests;
using CultureTrack.IntegrationTests.Containers;
using CultureTrack.Store.Migrations;
using CultureTrack.Store.Postgres;
using DotNet.Testcontainers.Builders;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Testcontainers.PostgreSql;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace CultureTrack.IntegrationTests;

/// <summary>An empty database with the two roles of a real installation.</summary>
public sealed record TestDatabase(string OwnerConnectionString, string RuntimeConnectionString)
{
    /// <summary>Brings it to the product's schema.</summary>
    public async Task<TestDatabase> Migrated(params IMigrationStep[] steps)
    {
        await SchemaMigrations.Run(OwnerConnectionString, RuntimeConnectionString, steps, NullLogger.Instance, CancellationToken.None);
        return this;
    }
}

/// <summary>
/// One real PostgreSQL server for the run: a container where a Docker engine answers, else the embedded cluster that the product itself
/// uses. Every test class takes databases of its own from it.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    const string Image = "postgres:15", Owner = "test_owner", Runtime = "test_runtime", Password = "only-in-this-test-run";

    readonly string _folder = Path.Combine(Path.GetTempPath(), $"culturetrack-test-{Guid.CreateVersion7():n}");
    PostgreSqlContainer? _container;
    EmbeddedPostgres? _embedded;

    /// <summary>Sign-in of the server's superuser.</summary>
    public string ServerConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (await StartContainer() is { } container)
        {
            (_container, ServerConnectionString) = (container, container.GetConnectionString());
            Console.WriteLine($"Integration tests use PostgreSQL in a container ({Image}).");
        }
        else
        {
            _embedded = await EmbeddedPostgres.StartAsync(new PostgresOptions { DataDirectory = _folder }, NullLogger.Instance, CancellationToken.None);
            ServerConnectionString = _embedded.SuperuserConnectionString;
            Console.WriteLine($"Integration tests use the embedded PostgreSQL {_embedded.Binaries.Major} cluster (no Docker engine with {Image} answers).");
        }
        await using var server = NpgsqlDataSource.Create(ServerConnectionString);
        foreach (var role in (string[])[Owner, Runtime])
            await Execute(server, $"create role {role} login password '{Password}'");
    }

    static async Task<PostgreSqlContainer?> StartContainer()
    {
        if (!await ContainerEngine.Answers()) return null;
        try
        {
            var container = new PostgreSqlBuilder(Image).Build();
            await container.StartAsync();
            return container;
        }
        catch (Exception e) when (!ContainerEngine.IsRequired && e is DockerUnavailableException or Docker.DotNet.DockerApiException or ArgumentException)
        {
            return null;    // the engine can neither find nor pull the image
        }
    }

    public Task<TestDatabase> CreateDatabase() => Create(Owner, Runtime);

    /// <summary>One whose roles have names of their own.</summary>
    public async Task<TestDatabase> CreateDatabase(string owner, string runtime)
    {
        await using (var server = NpgsqlDataSource.Create(ServerConnectionString))
            foreach (var role in (string[])[owner, runtime])
                await Execute(server, $"do $$ begin if not exists (select from pg_roles where rolname = '{role}') then create role {role} login; end if; alter role {role} password '{Password}'; end $$");
        return await Create(owner, runtime);
    }

    async Task<TestDatabase> Create(string owner, string runtime)
    {
        var name = $"ct_{Guid.CreateVersion7():n}";
        await using var server = NpgsqlDataSource.Create(ServerConnectionString);
        await Execute(server, $"create database {name} owner {owner}");
        return new TestDatabase(As(owner, name), As(runtime, name));
    }

    string As(string role, string database) => new NpgsqlConnectionStringBuilder(ServerConnectionString)
    {
        Username = role,
        Password = Password,
        Database = database,
        MaxPoolSize = 20,
    }.ConnectionString;

    static async Task Execute(NpgsqlDataSource server, string sql)
    {
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is not null) await _container.DisposeAsync();
        if (_embedded is null) return;
        await _embedded.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
