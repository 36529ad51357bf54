#pragma warning disable CA1416 // EmbeddedPostgres.StartAsync, the only way in, refuses Windows.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CultureTrack.Store.Postgres;

/// <summary>
/// A private PostgreSQL cluster under the data directory: made on first use, started with the server, stopped with it, and stopped by
/// its supervisor when the server is killed. Listens on 127.0.0.1 with passwords; fsync stays on.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    public const string OwnerRole = "culturetrack_owner", RuntimeRole = "culturetrack", DatabaseName = "culturetrack";
    internal const string Superuser = "postgres";
    const int StartAttempts = 3, LockAttempts = 15;
    // The numbers by which the system says that somebody else holds a lock.
    const int LinuxWouldBlock = 11, MacWouldBlock = 35;
    static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(200), StopPatience = TimeSpan.FromSeconds(60), PollEvery = TimeSpan.FromMilliseconds(20);

    readonly FileStream _lock;
    readonly PostgresSupervisor _supervisor;
    readonly PostgresSecrets _secrets;
    readonly ILogger _logger;
    bool _stopped;

    EmbeddedPostgres(FileStream held, PostgresSupervisor supervisor, PostgresSecrets secrets, int port, PostgresBinaries binaries, ILogger logger)
    {
        (_lock, _supervisor, _secrets, Port, Binaries, _logger) = (held, supervisor, secrets, port, binaries, logger);
    }

    /// <summary>TCP port on 127.0.0.1.</summary>
    public int Port { get; }

    public PostgresBinaries Binaries { get; }

    /// <summary>Owns the schema and runs migrations.</summary>
    public string OwnerConnectionString => Connection(OwnerRole, _secrets.Owner, DatabaseName);

    /// <summary>What the running server uses; owns nothing.</summary>
    public string RuntimeConnectionString => Connection(RuntimeRole, _secrets.Runtime, DatabaseName);

    /// <summary>The cluster's superuser; for backups and for test databases.</summary>
    public string SuperuserConnectionString => SuperuserConnection("postgres");

    /// <summary>The same, to one of its databases.</summary>
    public string SuperuserConnection(string database) => Connection(Superuser, _secrets.Superuser, database);

    /// <summary>Removes a cluster that does not run, with its passwords.</summary>
    public static void Remove(string dataDirectory)
    {
        var home = Path.Combine(Path.GetFullPath(dataDirectory), "postgres");
        if (Directory.Exists(home)) Directory.Delete(home, recursive: true);
        File.Delete(Path.Combine(dataDirectory, "postgres-secrets.json"));
    }

    /// <summary>Completes when the database is down for good: stopped by us or by somebody else. One that crashes is started again instead.</summary>
    public Task WhenEnded() => _supervisor.WhenEnded();

    /// <summary>Makes the cluster where there is none, takes over one that a killed server left, and starts it.</summary>
    /// <exception cref="PostgresUnavailableException">It cannot be started; the message says why and what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(PostgresOptions options, ILogger logger, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows())
            throw new PostgresUnavailableException("The embedded PostgreSQL needs Linux or macOS. On Windows, name an existing server in ConnectionStrings:CultureTrack.");
        var home = Path.Combine(Path.GetFullPath(options.DataDirectory), "postgres");
        var held = await Hold(options.DataDirectory, ct);
        try
        {
            var data = Path.Combine(home, "data");
            var account = PostgresAccount.Choose();
            var binaries = await PostgresBinaries.Find(options, ClusterMajor(data), logger, ct);
            var secrets = PostgresSecrets.LoadOrCreate(Path.Combine(options.DataDirectory, "postgres-secrets.json"));
            if (ClusterMajor(data) is null) await Create(account, binaries, secrets, home, logger, ct);
            await TakeOver(account, binaries, data, logger, ct);
            var (supervisor, port) = await Launch(account, binaries, options, home, ct);
            var cluster = new EmbeddedPostgres(held, supervisor, secrets, port, binaries, logger);
            await cluster.EnsureRoles(ct);
            logger.LogInformation("PostgreSQL {Major} runs on 127.0.0.1:{Port}, data in {Folder}", binaries.Major, port, data);
            return cluster;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>One server a data directory. The kernel frees the lock when the process ends, however it ends.</summary>
    static async Task<FileStream> Hold(string folder, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.CreateDirectory(folder);
                return new FileStream(Path.Combine(folder, "server.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e.HResult is LinuxWouldBlock or MacWouldBlock)
            {
                if (attempt == LockAttempts)
                    throw new PostgresUnavailableException($"The data directory {folder} is in use by another running server. Stop it, or set DataDirectory to another folder.", e);
                await Task.Delay(LockPause, ct);    // a server that was just told to end needs a moment to be gone
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new PostgresUnavailableException($"The data directory {folder} cannot be written: {e.Message} Set DataDirectory to a folder that this account may write.", e);
            }
        }
    }

    internal static int? ClusterMajor(string data)
    {
        var file = Path.Combine(data, "PG_VERSION");
        return File.Exists(file) ? int.Parse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture) : null;
    }

    static async Task Create(PostgresAccount account, PostgresBinaries binaries, PostgresSecrets secrets, string home, ILogger logger, CancellationToken ct)
    {
        logger.LogInformation("Making a PostgreSQL {Major} cluster in {Folder}", binaries.Major, home);
        Directory.CreateDirectory(home);
        string half = Path.Combine(home, "new"), passwordFile = Path.Combine(home, "initial-password");
        if (Directory.Exists(half)) Directory.Delete(half, recursive: true);    // an earlier attempt was interrupted
        PostgresSecrets.Write(passwordFile, secrets.Superuser);
        await account.Give(home, logger, ct);
        try
        {
            await PostgresCommand.Run(account.Start(binaries.Program("initdb"), "-D", half, "-U", Superuser, $"--pwfile={passwordFile}",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums"), ct);
        }
        finally
        {
            File.Delete(passwordFile);
        }
        // Renamed when complete, so that a folder named data is always a whole cluster.
        Directory.Move(half, Path.Combine(home, "data"));
    }

    /// <summary>A killed server's database may still be running or shutting down: end it in order, then start our own.</summary>
    static async Task TakeOver(PostgresAccount account, PostgresBinaries binaries, string data, ILogger logger, CancellationToken ct)
    {
        if (PostmasterFile.Read(data) is not { } left) return;
        if (left.Alive)
        {
            logger.LogInformation("Taking over the PostgreSQL process {ProcessId} of a server that was killed", left.ProcessId);
            try
            {
                await PostgresCommand.Run(account.Start(binaries.Program("pg_ctl"), "stop", "-D", data, "-m", "fast", "-w", "-t", "60"), ct);
            }
            catch (PostgresUnavailableException) when (PostmasterFile.Read(data) is not { Alive: true })
            {
                logger.LogInformation("It ended by itself");    // its supervisor was faster than pg_ctl
            }
        }
        else
        {
            File.Delete(Path.Combine(data, "postmaster.pid"));    // the number may belong to any process since a reboot, which would stop PostgreSQL from starting
        }
    }

    static async Task<(PostgresSupervisor, int Port)> Launch(PostgresAccount account, PostgresBinaries binaries, PostgresOptions options, string home, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = options.Port != 0 ? options.Port : FreePort();
            var log = Path.Combine(home, "postgres.log");
            var supervisor = PostgresSupervisor.Start(account, log, binaries.Program("postgres"), Settings(Path.Combine(home, "data"), port));
            if (await Answers(supervisor, Path.Combine(home, "data"), port, options.StartTimeout, ct)) return (supervisor, port);
            supervisor.Dispose();
            // Between choosing a free port and using it another process may have taken it.
            if (options.Port != 0 || attempt == StartAttempts)
                throw new PostgresUnavailableException($"PostgreSQL did not start on port {port}. The end of {log}: {Tail(log)}");
        }
    }

    static IEnumerable<string> Settings(string data, int port)
    {
        string[] settings =
        [
            "listen_addresses=127.0.0.1", "unix_socket_directories=", $"port={port}", "fsync=on", "synchronous_commit=on", "full_page_writes=on",
            "shared_buffers=128MB", "max_wal_size=2GB", "checkpoint_timeout=15min", "wal_compression=on", "max_connections=200",
            "max_locks_per_transaction=512", "password_encryption=scram-sha-256", "timezone=UTC", "log_timezone=UTC", "jit=off", "log_min_messages=warning",
            "log_checkpoints=off",
        ];
        return [.. new[] { "-D", data }, .. settings.SelectMany(s => new[] { "-c", s })];
    }

    static async Task<bool> Answers(PostgresSupervisor supervisor, string data, int port, TimeSpan patience, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(patience);
        while (!supervisor.Ended)
        {
            if (PostmasterFile.Read(data) is { Ready: true } file && file.Port == port) return true;
            if (timeout.IsCancellationRequested) return false;
            await Task.Delay(PollEvery, ct);
        }
        return false;
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    static string Tail(string log) => File.Exists(log) ? string.Join(" / ", File.ReadLines(log).TakeLast(5)) : "(no log was written)";

    async Task EnsureRoles(CancellationToken ct)
    {
        await using var server = NpgsqlDataSource.Create(SuperuserConnectionString);
        foreach (var (role, password) in new[] { (OwnerRole, _secrets.Owner), (RuntimeRole, _secrets.Runtime) })
            if (await Missing(server, "select 1 from pg_roles where rolname = $1", role, ct))
                await Execute(server, $"create role {role} login password '{password}'", ct);
        if (await Missing(server, "select 1 from pg_database where datname = $1", DatabaseName, ct))
            await Execute(server, $"create database {DatabaseName} owner {OwnerRole}", ct);
    }

    static async Task<bool> Missing(NpgsqlDataSource server, string sql, string name, CancellationToken ct)
    {
        await using var command = server.CreateCommand(sql);
        command.Parameters.AddWithValue(name);
        return await command.ExecuteScalarAsync(ct) is null;
    }

    static async Task Execute(NpgsqlDataSource server, string sql, CancellationToken ct)
    {
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
    }

    string Connection(string user, string password, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = user,
        Password = password,
        Database = database,
        ApplicationName = "culturetrack",
        IncludeErrorDetail = false,
    }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        if (_stopped) return;
        _stopped = true;
        try
        {
            await _supervisor.Stop(StopPatience);
        }
        catch (OperationCanceledException)
        {
            _logger.LogWarning("PostgreSQL is still shutting down after {Seconds} s; its supervisor stays with it", StopPatience.TotalSeconds);
        }
        _supervisor.Dispose();
        await _lock.DisposeAsync();
    }
}
