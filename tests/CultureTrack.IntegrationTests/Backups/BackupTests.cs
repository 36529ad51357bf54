using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;
using CultureTrack.IntegrationTests.Proof;
using CultureTrack.Store.Backups;
using CultureTrack.Store.Events;
using CultureTrack.Store.Postgres;
using CultureTrack.Store.Proof;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CultureTrack.IntegrationTests.Backups;

/// <summary>A backup is one moment of the store; restored, every stream stands where the manifest says. With the verbs as a person calls them.</summary>
public sealed class BackupTests(PostgresFixture postgres) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("culturetrack-backup-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private static Task<CommandLine.Ended> Run(string dataDirectory, params string[] words) =>
        CommandLine.Run([("DataDirectory", dataDirectory), ("Urls", "http://127.0.0.1:0"), ("Mqtt:Listen", "127.0.0.1:0")], words);

    /// <summary>A store with a few streams, a checkpoint and a signing key, in a data directory of its own.</summary>
    private async Task<string> Store()
    {
        var data = At("data");
        await using var cluster = await EmbeddedPostgres.StartAsync(new PostgresOptions { DataDirectory = data }, NullLogger.Instance, Ct);
        var database = await new TestDatabase(cluster.OwnerConnectionString, cluster.RuntimeConnectionString).Migrated(new EventStoreMigration(Server.Hosting.Features.All), new ChainStart());
        await using var source = NpgsqlDataSource.Create(database.RuntimeConnectionString);
        await CultureTrack.Store.Installation.Open(source, null, Ct);
        await ProvenStore.Append(database, ProvenStore.Lot("LOT-1"), ProvenStore.Lot("LOT-2"));
        await new CheckpointWriter(source, KeyFile.LoadOrCreate(KeyFile.In(data)), TimeProvider.System).Make(Ct);
        NpgsqlConnection.ClearAllPools();
        return data;
    }

    [Fact]
    public async Task R34_A_backup_restores_into_an_empty_data_directory_and_every_stream_stands_where_it_stood()
    {
        var data = await Store();
        var backup = At("backup");
        var made = await Run(data, "backup", backup, "--json");
        made.ExitCode.ShouldBe(0, made.Output + made.Errors);
        JsonNode.Parse(made.Output)!["events"]!.GetValue<int>().ShouldBe(6);
        var manifest = JsonSerializer.Deserialize<BackupManifest>(await File.ReadAllTextAsync(Path.Combine(backup, "manifest.json"), Ct), RecordJson.Options)!;
        manifest.Streams.Select(s => (s.StreamId, s.Version)).ShouldBe([("material/LOT-1", 3L), ("material/LOT-2", 3L)]);
        manifest.Streams.ShouldAllBe(s => s.Hash.Length == 64);
        Directory.EnumerateFiles(Path.Combine(backup, "keys")).Select(Path.GetFileName).ShouldBe(["signing-key.public.pem"]);
        (await Run(data, "backup", backup)).ExitCode.ShouldBe(2, "an earlier backup is never overwritten");
        (await Run(At("nothing"), "backup", At("other"))).ExitCode.ShouldBe(2);

        var restored = At("restored");
        var back = await Run(restored, "restore", backup, "--trust", KeyFile.PublicBeside(KeyFile.In(data)), "--json");
        back.ExitCode.ShouldBe(0, back.Output + back.Errors);
        var report = JsonNode.Parse(back.Output)!;
        (report["isEqual"]!.GetValue<bool>(), report["streams"]!.GetValue<int>(), report["verification"]!["isProven"]!.GetValue<bool>()).ShouldBe((true, 2, true));
        (await Run(restored, "restore", backup)).ExitCode.ShouldBe(2, "a store is never overwritten");

        var verified = await Run(restored, "verify", "--json");
        verified.ExitCode.ShouldBe(0, verified.Output + verified.Errors);
        await Serves([("DataDirectory", restored), ("Urls", "http://127.0.0.1:0"), ("Mqtt:Listen", "127.0.0.1:0")]);
    }

    private (string, string)[] External(TestDatabase database, string data) =>
        [("DataDirectory", At(data)), ("Urls", "http://127.0.0.1:0"), ("Mqtt:Listen", "127.0.0.1:0"), ("ConnectionStrings:CultureTrack", database.RuntimeConnectionString), ("ConnectionStrings:CultureTrackOwner", database.OwnerConnectionString)];

    [Fact]
    public async Task R34_A_backup_of_an_external_database_restores_into_another_one_and_every_stream_stands_where_it_stood()
    {
        var origin = await (await postgres.CreateDatabase()).Migrated(new EventStoreMigration(Server.Hosting.Features.All), new ChainStart());
        await using (var source = NpgsqlDataSource.Create(origin.RuntimeConnectionString))
        {
            await CultureTrack.Store.Installation.Open(source, null, Ct);
            await ProvenStore.Append(origin, ProvenStore.Lot("LOT-1"), ProvenStore.Lot("LOT-2"));
            await new CheckpointWriter(source, KeyFile.LoadOrCreate(KeyFile.In(At("origin"))), TimeProvider.System).Make(Ct);
        }
        var made = await CommandLine.Run(External(origin, "origin"), "backup", At("backup"), "--json");
        made.ExitCode.ShouldBe(0, made.Output + made.Errors);

        var target = await postgres.CreateDatabase();
        var withoutOwner = await CommandLine.Run([("DataDirectory", At("new")), ("ConnectionStrings:CultureTrack", target.RuntimeConnectionString)], "restore", At("backup"));
        (withoutOwner.ExitCode, withoutOwner.Errors.Contains("ConnectionStrings:CultureTrackOwner", StringComparison.Ordinal)).ShouldBe((2, true), withoutOwner.Errors);
        var back = await CommandLine.Run(External(target, "new"), "restore", At("backup"), "--trust", KeyFile.PublicBeside(KeyFile.In(At("origin"))), "--json");
        back.ExitCode.ShouldBe(0, back.Output + back.Errors);
        var report = JsonNode.Parse(back.Output)!;
        (report["isEqual"]!.GetValue<bool>(), report["streams"]!.GetValue<int>(), report["verification"]!["isProven"]!.GetValue<bool>()).ShouldBe((true, 2, true));
        var again = await CommandLine.Run(External(target, "new"), "restore", At("backup"));
        (again.ExitCode, again.Errors.Contains("not empty", StringComparison.Ordinal)).ShouldBe((2, true), again.Errors);

        var verified = await CommandLine.Run(External(target, "new"), "verify", "--json");
        verified.ExitCode.ShouldBe(0, verified.Output + verified.Errors);
        await Serves(External(target, "new"));
        await using var runtime = NpgsqlDataSource.Create(target.RuntimeConnectionString);
        await using var change = runtime.CreateCommand("update culturetrack.mt_events set data = data");
        (await Should.ThrowAsync<PostgresException>(() => change.ExecuteNonQueryAsync(Ct))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, "the rights came back too");
    }

    [Fact]
    public async Task R34_An_embedded_store_moves_into_an_external_database_whose_roles_have_the_same_names_and_into_no_other()
    {
        var data = await Store();
        (await Run(data, "backup", At("backup"))).ExitCode.ShouldBe(0);
        var foreign = await postgres.CreateDatabase();
        var refused = await CommandLine.Run(External(foreign, "new"), "restore", At("backup"));
        (refused.ExitCode, refused.Errors.Contains(EmbeddedPostgres.RuntimeRole, StringComparison.Ordinal)).ShouldBe((2, true), refused.Errors);

        var target = await postgres.CreateDatabase(EmbeddedPostgres.OwnerRole, EmbeddedPostgres.RuntimeRole);
        var back = await CommandLine.Run(External(target, "new"), "restore", At("backup"), "--json");
        back.ExitCode.ShouldBe(0, back.Output + back.Errors);
        JsonNode.Parse(back.Output)!["isEqual"]!.GetValue<bool>().ShouldBeTrue();
        await Serves(External(target, "new"));
    }

    /// <summary>The restored store is a server like any other.</summary>
    private static async Task Serves((string, string)[] settings)
    {
        using var server = Process.Start(CommandLine.Start(settings, "serve"))!;
        string? url = null;
        while (url is null && await server.StandardOutput.ReadLineAsync(Ct) is { } line)
            if (line.StartsWith("CultureTrack answers at ", StringComparison.Ordinal)) url = line["CultureTrack answers at ".Length..];
        url.ShouldNotBeNull();
        _ = server.StandardOutput.ReadToEndAsync(Ct);
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        (await http.GetStringAsync("/api/v1/about", Ct)).ShouldContain("CultureTrack");
        (await CommandLine.Interrupt(server)).ShouldBe(0);
    }

    [Fact]
    public async Task R34_A_backup_that_was_changed_is_not_restored_and_leaves_nothing_behind()
    {
        var data = await Store();
        var backup = At("backup");
        (await Run(data, "backup", backup, "--with-signing-key")).ExitCode.ShouldBe(0);
        File.Exists(Path.Combine(backup, "keys", KeyFile.Name)).ShouldBeTrue();
        string dump = Path.Combine(backup, "database.dump"), manifest = Path.Combine(backup, "manifest.json");
        var (good, said) = (await File.ReadAllBytesAsync(dump, Ct), await File.ReadAllTextAsync(manifest, Ct));

        var bad = (byte[])good.Clone();
        bad[bad.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(dump, bad, Ct);
        await Refused("database.dump");
        await File.WriteAllBytesAsync(dump, good, Ct);
        await File.WriteAllTextAsync(manifest, said.Replace("\"version\":3", "\"version\":4", StringComparison.Ordinal), Ct);
        await Refused("not signed");
        File.Delete(manifest);
        (await Run(At("restored"), "restore", backup)).ExitCode.ShouldBe(2);

        async Task Refused(string word)
        {
            var ended = await Run(At("restored"), "restore", backup);
            ended.ExitCode.ShouldBe(1, ended.Output + ended.Errors);
            ended.Errors.ShouldContain(word);
            RunningPostgres.Exists(At("restored")).ShouldBeFalse();
        }
    }

    [Fact]
    public void R34_Every_difference_between_manifest_and_store_is_told()
    {
        StreamHead Head(string id, long version, string hash) => new(id, version, hash);
        BackupRestorer.Compare(
            [Head("a", 3, "aa"), Head("b", 2, "bb"), Head("c", 1, "cc"), Head("d", 1, "dd")],
            [Head("a", 3, "aa"), Head("b", 1, "b0"), Head("c", 1, "c0"), Head("e", 1, "ee")]).Select(t => t.Split(' ')[0]).ShouldBe(["b", "c", "d", "e"]);
        BackupRestorer.Compare([Head("a", 3, "aa")], [Head("a", 3, "aa")]).ShouldBeEmpty();
    }
}
