using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Store.Proof;
using JasperFx;
using JasperFx.Events;
using Marten;
using Weasel.Core;

namespace CultureTrack.Store.Events;

/// <summary>Adds event types and documents of one feature to the store.</summary>
public interface IStoreFeature
{
    void Configure(StoreOptions options);
}

/// <summary>
/// The event store: one stream a thing, keyed by its id, every event an envelope with typed data under a name that never changes. Appends carry the
/// version they expect, so that the store itself refuses a second writer.
/// </summary>
public static class EventStore
{
    public const string Schema = "culturetrack";

    /// <param name="ownsSchema">True only for migrations; the runtime role owns nothing and creates nothing.</param>
    public static StoreOptions Configure(StoreOptions options, IEnumerable<IStoreFeature> features, bool ownsSchema)
    {
        options.DatabaseSchemaName = Schema;
        options.Events.DatabaseSchemaName = Schema;
        options.Events.StreamIdentity = StreamIdentity.AsString;
        options.Events.AppendMode = EventAppendMode.Quick;
        options.Events.EnableEventTypeIndex = true;    // a verdict asks for every shelved alarm, and must not read all events for it
        options.AutoCreateSchemaObjects = ownsSchema ? AutoCreate.CreateOrUpdate : AutoCreate.None;
        options.UseSystemTextJsonForSerialization(EnumStorage.AsString, configure: json => RecordJson.Configure(json).Converters.Insert(0, new RecordedConverter()));
        options.Listeners.Add(new ChainListener());
        foreach (var kind in EventCatalogue.ByName.Values) Map(options, kind.DataType, kind.StoredName);
        foreach (var feature in features) feature.Configure(options);
        return options;
    }

    /// <summary>Gives the event type of some data its stored name: a contract, never renamed.</summary>
    public static void Map(StoreOptions options, Type dataType, string storedName) =>
        options.Events.MapEventType(typeof(Recorded<>).MakeGenericType(dataType), storedName);

    public static void Map<T>(StoreOptions options, string storedName) where T : EventData => Map(options, typeof(T), storedName);
}
