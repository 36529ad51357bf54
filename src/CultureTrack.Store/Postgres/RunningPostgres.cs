using Npgsql;

namespace CultureTrack.Store.Postgres;

/// <summary>The embedded cluster of a server that runs at this moment, for tools that only read.</summary>
public static class RunningPostgres
{
    /// <summary>True when there ever was a cluster in the data directory.</summary>
    public static bool Exists(string dataDirectory) => File.Exists(Path.Combine(Data(dataDirectory), "PG_VERSION"));

    /// <summary>Major version of the cluster; null when there is none.</summary>
    public static int? Major(string dataDirectory) => EmbeddedPostgres.ClusterMajor(Data(dataDirectory));

    /// <summary>Sign-in of the runtime role; null when no cluster runs.</summary>
    public static string? Find(string dataDirectory) => Connection(dataDirectory, s => (EmbeddedPostgres.RuntimeRole, s.Runtime));

    /// <summary>Sign-in of the superuser to the same database, for backups; null when no cluster runs.</summary>
    public static string? FindAsSuperuser(string dataDirectory) => Connection(dataDirectory, s => (EmbeddedPostgres.Superuser, s.Superuser));

    private static string? Connection(string dataDirectory, Func<PostgresSecrets, (string User, string Password)> role)
    {
        if (PostmasterFile.Read(Data(dataDirectory)) is not { Ready: true, Alive: true } running) return null;
        var (user, password) = role(PostgresSecrets.LoadOrCreate(Path.Combine(dataDirectory, "postgres-secrets.json")));
        return new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = running.Port,
            Username = user,
            Password = password,
            Database = EmbeddedPostgres.DatabaseName,
            ApplicationName = "culturetrack",
        }.ConnectionString;
    }

    private static string Data(string dataDirectory) => Path.Combine(dataDirectory, "postgres", "data");
}
