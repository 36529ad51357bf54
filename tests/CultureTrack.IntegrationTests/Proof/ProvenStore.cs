using System.Diagnostics;
using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using CultureTrack.Store.Events;
using CultureTrack.Store.Proof;
using Marten;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace CultureTrack.IntegrationTests.Proof;

/// <summary>
/// A store with streams of several kinds, two checkpoints, and events since: the pattern that every attack is made on a copy of.
/// </summary>
public sealed class ProvenStore(PostgresFixture postgres) : IAsyncLifetime
{
    public static readonly SigningKey Key = SigningKey.Create().Key;
    public static readonly IReadOnlyList<IStoreFeature> Features = [new LabStorage(), new PeopleStorage()];
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly Actor Tech = new("tech01", "Léa Martin", [Roles.Technician], []), Qa = new("qa01", "Ann Example", [Roles.QualityAssurance], []);

    private readonly FakeTimeProvider _clock = new(Start);

    public TestDatabase Pattern { get; private set; } = null!;
    public CheckpointMark Newest { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Pattern = await (await postgres.CreateDatabase()).Migrated(new EventStoreMigration(Features), new ChainStart());
        await using var source = NpgsqlDataSource.Create(Pattern.RuntimeConnectionString);
        await Append(Pattern, Lot("LOT-1"), Lot("LOT-2"));
        await new CheckpointWriter(source, Key, _clock).Make(CancellationToken.None);
        await Append(Pattern, Lot("LOT-3"));
        await Append(Pattern, [new Stamp("site/main", Start, Start, Tech, "ADMIN", "UTC").Record(new SiteRegistered("main", "Main", "Europe/Paris", Domain.Batches.Jurisdiction.EU), 1)]);
        var newest = (await new CheckpointWriter(source, Key, _clock).Make(CancellationToken.None))!;
        Newest = new(newest.Body.Number, newest.Hash);
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>A lot that is received, released with a signature and recalled.</summary>
    public static IReadOnlyList<Recorded> Lot(string id)
    {
        var stream = $"material/{id}";
        var released = new Stamp(stream, Start, Start.AddHours(1), Qa, "QA", "Europe/Paris", Reason: "Certificate in order").Record(new MaterialReleased(id), 2);
        return
        [
            new Stamp(stream, Start, Start, Tech, "T", "Europe/Paris", Comment: "4 °C").Record(new MaterialReceived(id, MaterialKind.Medium, "Supplier", Start.AddDays(90), 12.50m, "mL"), 1),
            released with { Signature = SignatureRules.Make(released, Qa, Meanings.Approved, Start.AddHours(1)), Flags = [new Flag(Flags.NearLimit, "data.quantity", null, 1e-7)] },
            new Stamp(stream, Start, Start.AddHours(2), Qa, "QA", "Europe/Paris").Record(new MaterialRecalled(id, "Recalled by its supplier"), 3),
        ];
    }

    public static async Task Append(TestDatabase database, params IReadOnlyList<Recorded>[] streams)
    {
        await using var store = DocumentStore.For(o =>
        {
            o.Connection(database.RuntimeConnectionString);
            EventStore.Configure(o, Features, ownsSchema: false);
        });
        foreach (var stream in streams)
        {
            await using var session = store.LightweightSession();
            session.Events.Append(stream[0].StreamId, stream[^1].Version, stream);
            await session.SaveChangesAsync();
        }
    }

    /// <summary>A database of its own with the same content.</summary>
    public async Task<TestDatabase> Copy()
    {
        await using var server = NpgsqlDataSource.Create(postgres.ServerConnectionString);
        var copy = $"ct_{Guid.CreateVersion7():n}";
        var owner = new NpgsqlConnectionStringBuilder(Pattern.OwnerConnectionString);
        await using var command = server.CreateCommand($"create database {copy} template {owner.Database} owner {owner.Username}");
        await command.ExecuteNonQueryAsync();
        return new(In(Pattern.OwnerConnectionString, copy), In(Pattern.RuntimeConnectionString, copy));
    }

    public static string In(string connection, string database) => new NpgsqlConnectionStringBuilder(connection) { Database = database, Pooling = false }.ConnectionString;

    /// <summary>Restores a plain dump of the pattern into an empty database, with programs in another locale and zone.</summary>
    public async Task<TestDatabase> DumpedAndRestored()
    {
        var empty = await postgres.CreateDatabase();
        var programs = await Store.Postgres.PostgresBinaries.Find(new() { DataDirectory = "" }, null, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, CancellationToken.None);
        var file = Path.Combine(Path.GetTempPath(), $"culturetrack-{Guid.CreateVersion7():n}.sql");
        try
        {
            await Run(programs.Program("pg_dump"), "-f", file, Url(In(postgres.ServerConnectionString, Database(Pattern))));
            await Run(programs.Program("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-f", file, Url(In(postgres.ServerConnectionString, Database(empty))));
        }
        finally { File.Delete(file); }
        return empty;
    }

    private static string Database(TestDatabase of) => new NpgsqlConnectionStringBuilder(of.OwnerConnectionString).Database!;

    private static string Url(string connection)
    {
        var c = new NpgsqlConnectionStringBuilder(connection);
        return $"postgresql://{c.Username}:{Uri.EscapeDataString(c.Password!)}@{c.Host}:{c.Port}/{c.Database}";
    }

    private static async Task Run(string program, params string[] words)
    {
        var start = new ProcessStartInfo(program, words) { RedirectStandardError = true, RedirectStandardOutput = true };
        (start.Environment["TZ"], start.Environment["PGTZ"], start.Environment["LC_ALL"]) = ("Asia/Kolkata", "America/St_Johns", "C.UTF-8");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await errors);
    }

    public static async Task<StoreReport> Verify(string connection, CheckpointMark? noted = null)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        return await new StoreVerifier(source, [Key.Public], noted).Verify(null, CancellationToken.None);
    }

    public static async Task Execute(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>What somebody with every right in the database does after changing an event: makes the chain of the stream again.</summary>
    public static async Task Relink(TestDatabase database, string stream)
    {
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await using (var drop = source.CreateCommand($"delete from proof.event_chain where stream_id = '{stream}'")) await drop.ExecuteNonQueryAsync();
        var events = new List<StoredEvent>();
        await using (var read = source.CreateCommand($"select version, type, data::text from culturetrack.mt_events where stream_id = '{stream}' order by version"))
        await using (var reader = await read.ExecuteReaderAsync())
            while (await reader.ReadAsync()) events.Add(new(stream, reader.GetInt64(0), reader.GetString(1), JsonDocument.Parse(reader.GetString(2)).RootElement.Clone()));
        foreach (var e in events)
        {
            await using var link = source.CreateCommand("select proof.link($1, $2, $3)");
            foreach (var value in new object[] { e.StreamId, e.Version, EventChain.Content(e) }) link.Parameters.AddWithValue(value);
            await link.ExecuteNonQueryAsync();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
