namespace CultureTrack.Store.Postgres;

/// <summary>Where the private PostgreSQL cluster lives and how it listens.</summary>
public sealed record PostgresOptions
{
    /// <summary>The server's data directory; the cluster is kept in its folder <c>postgres</c>.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Folder that holds <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c> of version 14 or later; null = look for it.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>TCP port on 127.0.0.1; 0 = any free port.</summary>
    public int Port { get; init; }

    /// <summary>How long the server may take from its start until it answers. A crash recovery of a large cluster needs minutes.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>The cluster cannot be used; the message says what to do about it.</summary>
public sealed class PostgresUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
