using System.Diagnostics;
using CultureTrack.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CultureTrack.IntegrationTests.Postgres;

public sealed class EmbeddedPostgresTests : IDisposable
{
    readonly string _folder = Path.Combine(Path.GetTempPath(), $"culturetrack-embedded-{Guid.CreateVersion7():n}");

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    PostgresOptions Options => new() { DataDirectory = _folder };

    Task<EmbeddedPostgres> Start() => EmbeddedPostgres.StartAsync(Options, NullLogger.Instance, Ct);

    string DataFolder => Path.Combine(_folder, "postgres", "data");

    static async Task<object?> Ask(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Ct);
    }

    int PostmasterId() => int.Parse(File.ReadLines(Path.Combine(DataFolder, "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_cluster_keeps_its_data_over_a_restart_and_is_down_in_between()
    {
        await using (var first = await Start())
        {
            await Ask(first.OwnerConnectionString, "create table kept as select 42 as answer");
            (await Ask(first.SuperuserConnectionString, "show fsync")).ShouldBe("on");
            (await Ask(first.SuperuserConnectionString, "show listen_addresses")).ShouldBe("127.0.0.1");
        }
        File.Exists(Path.Combine(DataFolder, "postmaster.pid")).ShouldBeFalse();

        var started = Stopwatch.GetTimestamp();
        await using var second = await Start();
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        (await Ask(second.OwnerConnectionString, "select answer from kept")).ShouldBe(42);
    }

    [Fact]
    public async Task The_runtime_role_owns_nothing_and_cannot_make_tables()
    {
        await using var cluster = await Start();
        var refused = await Should.ThrowAsync<PostgresException>(() => Ask(cluster.RuntimeConnectionString, "create table mine (x int)"));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        var secrets = Path.Combine(_folder, "postgres-secrets.json");
        new FileInfo(secrets).UnixFileMode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_directory_is_refused_with_the_reason()
    {
        await using var cluster = await Start();
        var refused = await Should.ThrowAsync<PostgresUnavailableException>(Start);
        refused.Message.ShouldContain("in use by another running server");
    }

    [Fact]
    public async Task A_database_process_that_is_killed_comes_back_by_itself_with_what_was_committed()
    {
        await using var cluster = await Start();
        await Ask(cluster.OwnerConnectionString, "create table kept as select 42 as answer");
        var killed = PostmasterId();
        using (var postmaster = Process.GetProcessById(killed)) postmaster.Kill();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        object? answer = null;
        while (answer is null)
        {
            patience.Token.ThrowIfCancellationRequested();
            try
            {
                answer = await Ask(cluster.OwnerConnectionString, "select answer from kept");
            }
            catch (NpgsqlException)
            {
                await Task.Yield();    // not back yet
            }
        }
        answer.ShouldBe(42);
        PostmasterId().ShouldNotBe(killed);
    }

    [Fact]
    public async Task A_killed_database_comes_back_even_when_its_last_child_lingers_on()
    {
        await using var cluster = await Start();
        await using var source = NpgsqlDataSource.Create(cluster.OwnerConnectionString);
        await using var connection = await source.OpenConnectionAsync(Ct);
        await using var ask = new NpgsqlCommand("select pg_backend_pid()", connection);
        var child = (int)(await ask.ExecuteScalarAsync(Ct))!;
        await Signal("STOP", child);    // holds the shared memory, and cannot notice that its parent is gone
        var log = Path.Combine(_folder, "postgres", "postgres.log");
        using (var postmaster = Process.GetProcessById(PostmasterId())) postmaster.Kill();
        await Waiting.Until(async () => (await File.ReadAllTextAsync(log, Ct)).Contains("pre-existing shared memory block", StringComparison.Ordinal), "a start is refused");
        await Signal("CONT", child);
        await Waiting.Until(async () =>
        {
            try
            {
                return await Ask(cluster.RuntimeConnectionString, "select 42") is 42;
            }
            catch (NpgsqlException)
            {
                return false;    // not back yet
            }
        }, "the database is back");
    }

    [Fact]
    public async Task A_database_that_somebody_stops_in_order_stays_down_and_that_is_told()
    {
        await using var cluster = await Start();
        var ended = cluster.WhenEnded();
        ended.IsCompleted.ShouldBeFalse();
        await Signal("INT", PostmasterId());
        await ended.WaitAsync(TimeSpan.FromSeconds(30), Ct);
    }

    static async Task Signal(string name, int process)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Ct);
    }

    [Fact]
    public async Task A_database_left_by_a_killed_server_ends_by_itself_or_is_taken_over()
    {
        // A process of its own starts the cluster and is killed with SIGKILL, as a server would be.
        var program = Path.Combine(AppContext.BaseDirectory, "CultureTrack.IntegrationTests.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var word in (string[])["exec", program, EmbeddedPostgresHolder.Verb, _folder]) start.ArgumentList.Add(word);
        using var server = Process.Start(start)!;
        (await server.StandardOutput.ReadLineAsync(Ct)).ShouldStartWith("started");
        var postmaster = PostmasterId();
        server.Kill();

        await using (var second = await Start())
            (await Ask(second.OwnerConnectionString, "select answer from kept")).ShouldBe(42);
        Should.Throw<ArgumentException>(() => Process.GetProcessById(postmaster)).Message.ShouldContain("not running");
    }

    [Fact]
    public async Task A_folder_without_programs_is_named_in_the_refusal()
    {
        var refused = await Should.ThrowAsync<PostgresUnavailableException>(() =>
            EmbeddedPostgres.StartAsync(Options with { BinDirectory = "/usr/share" }, NullLogger.Instance, Ct));
        refused.Message.ShouldContain("Postgres:BinDirectory is /usr/share");
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}
