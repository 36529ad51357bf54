using System.Text.Json;
using CultureTrack.Store.Postgres;
using Npgsql;

namespace CultureTrack.Benchmarks.Histories;

/// <summary>Sign-ins of the embedded cluster of a server that runs.</summary>
internal static class Cluster
{
    public static string Owner(string dataDirectory, string? database = null) => As(dataDirectory, EmbeddedPostgres.OwnerRole, "Owner", database);
    public static string Superuser(string dataDirectory) => As(dataDirectory, "postgres", "Superuser", "postgres");
    public static string Runtime(string dataDirectory, string? database = null) => As(dataDirectory, EmbeddedPostgres.RuntimeRole, "Runtime", database);

    private static string As(string dataDirectory, string role, string secret, string? database)
    {
        var running = new NpgsqlConnectionStringBuilder(RunningPostgres.Find(dataDirectory) ?? throw new InvalidOperationException($"No cluster runs in {dataDirectory}."));
        using var secrets = JsonDocument.Parse(File.ReadAllText(Path.Combine(dataDirectory, "postgres-secrets.json")));
        (running.Username, running.Password, running.Database) = (role, secrets.RootElement.GetProperty(secret).GetString(), database ?? running.Database);
        return running.ConnectionString;
    }
}
