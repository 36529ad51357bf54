using System.Runtime.CompilerServices;
using System.Text.Json;
using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using CultureTrack.Store.Events;
using CultureTrack.Store.Proof;
using Marten;
using Npgsql;

namespace CultureTrack.IntegrationTests.StoredEvents;

/// <summary>One event as it lies in the store.</summary>
internal sealed record StoredLine(string StreamId, long Version, string Type, JsonElement Data)
{
    public string ToLine() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static StoredLine Parse(string text) => JsonSerializer.Deserialize<StoredLine>(text, JsonSerializerOptions.Web)!;
}

/// <summary>Names the alarms' events without the documents of incubators.</summary>
internal sealed class AlarmNames : IStoreFeature
{
    public void Configure(StoreOptions options)
    {
        foreach (var (type, name) in AlarmEntries.StoredNames) EventStore.Map(options, type, name);
    }
}

/// <summary>
/// The files of events that earlier versions stored: <c>types/NAME.N.json</c>, one line a type and schema, and <c>lives/BATCH.ndjson</c>, whole streams. They
/// were read from a store and are never changed; a new schema gets a further file.
/// </summary>
internal static class StoredEventFiles
{
    /// <summary>Set to 1 to write the files that are missing.</summary>
    public const string WriteSwitch = "CULTURETRACK_WRITE_STORED_EVENTS";

    public static readonly IReadOnlyList<IStoreFeature> Features = [new LabStorage(), new PeopleStorage(), new AlarmNames()];

    public static bool Writes => Environment.GetEnvironmentVariable(WriteSwitch) == "1";

    /// <summary>Every event type of the program by its stored name.</summary>
    public static IReadOnlyDictionary<string, Type> Types { get; } = EventCatalogue.ByName.Values.Select(k => (k.StoredName, k.DataType))
        .Concat(LabCatalogue.ByName.Values.Select(k => (k.StoredName, k.DataType))).Concat(AlarmEntries.StoredNames.Select(n => (n.Value, n.Key)))
        .ToDictionary(t => t.Item1, t => t.Item2, StringComparer.Ordinal);

    public static string Folder(string kind, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, kind);

    public static IEnumerable<string> OfType(string storedName) => Directory.EnumerateFiles(Folder("types"), $"{storedName}.*.json").OrderBy(f => Number(f));

    public static int Number(string file) => int.Parse(Path.GetFileNameWithoutExtension(file).Split('.')[^1], System.Globalization.CultureInfo.InvariantCulture);

    public static DocumentStore Open(string connection) => DocumentStore.For(o =>
    {
        o.Connection(connection);
        EventStore.Configure(o, Features, ownsSchema: false);
    });

    /// <summary>Appends the streams to a real store and reads back what lies there.</summary>
    public static async Task<IReadOnlyList<StoredLine>> ThroughAStore(PostgresFixture postgres, IEnumerable<IReadOnlyList<Recorded>> streams)
    {
        var database = await (await postgres.CreateDatabase()).Migrated(new EventStoreMigration(Features), new ChainStart());
        await using (var store = Open(database.RuntimeConnectionString))
        {
            await using var session = store.LightweightSession();
            foreach (var stream in streams) session.Events.Append(stream[0].StreamId, stream[^1].Version, stream);
            await session.SaveChangesAsync();
        }
        var lines = new List<StoredLine>();
        await using var source = NpgsqlDataSource.Create(database.RuntimeConnectionString);
        await using var command = source.CreateCommand("select stream_id, version, type, data::text from culturetrack.mt_events order by stream_id, version");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            lines.Add(new(reader.GetString(0), reader.GetInt64(1), reader.GetString(2), JsonDocument.Parse(reader.GetString(3)).RootElement.Clone()));
        return lines;
    }

    /// <summary>The event as the program of today reads it.</summary>
    public static Recorded Read(StoredLine line) => (Recorded)line.Data.Deserialize(typeof(Recorded<>).MakeGenericType(Types[line.Type]), RecordJson.Options)!;

    public static JsonElement Write(Recorded e) => JsonSerializer.SerializeToElement(e, e.GetType(), RecordJson.Options);
}
