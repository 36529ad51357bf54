using Npgsql;

namespace CultureTrack.Store.Postgres;

/// <summary>The embedded cluster of a server that runs at this moment, for tools that only read.</summary>
public static class RunningPostgres
{
    /// <summary>True when there ever was a cluster in the data directory.</summary>
    public static bool Exists(string dataDirectory) => File.Exists(Path.Combine(Data(dataDirectory), "PG_VERSION"));

    /// <summary>Sign-in of the runtime role; null when no cluster runs.</summary>
    public static string? Find(string dataDirectory)
    {
        if (PostmasterFile.Read(Data(dataDirectory)) is not { Ready: true, Alive: true } running) return null;
        var secrets = PostgresSecrets.LoadOrCreate(Path.Combine(dataDirectory, "postgres-secrets.json"));
        return new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = running.Port,
            Username = EmbeddedPostgres.RuntimeRole,
            Password = secrets.Runtime,
            Database = EmbeddedPostgres.DatabaseName,
            ApplicationName = "culturetrack",
        }.ConnectionString;
    }

    private static string Data(string dataDirectory) => Path.Combine(dataDirectory, "postgres", "data");
}
