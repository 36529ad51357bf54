using CultureTrack.Store.Migrations;
using Marten;
using Npgsql;

namespace CultureTrack.Store.Events;

/// <summary>
/// Brings the event store's tables to this program's model as their owner, and gives the runtime role what it needs: it may read and append events but
/// never change or delete one.
/// </summary>
public sealed class EventStoreMigration(IEnumerable<IStoreFeature> features) : IMigrationStep
{
    public string Name => "event store";

    public async Task Apply(MigrationContext context, CancellationToken ct)
    {
        await using var store = DocumentStore.For(o =>
        {
            o.Connection(context.OwnerConnectionString);
            EventStore.Configure(o, features, ownsSchema: true);
        });
        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(context.OwnerConnectionString);
        await using var grants = source.CreateCommand($"""
            grant usage on schema {EventStore.Schema} to {context.RuntimeRoleSql};
            grant select, insert, update, delete on all tables in schema {EventStore.Schema} to {context.RuntimeRoleSql};
            grant usage, select on all sequences in schema {EventStore.Schema} to {context.RuntimeRoleSql};
            grant execute on all functions in schema {EventStore.Schema} to {context.RuntimeRoleSql};
            """);
        await grants.ExecuteNonQueryAsync(ct);
        if (new NpgsqlConnectionStringBuilder(context.OwnerConnectionString).Username == context.RuntimeRole) return;
        await using var revokes = source.CreateCommand($"revoke update, delete, truncate on {EventStore.Schema}.mt_events from {context.RuntimeRoleSql};");
        await revokes.ExecuteNonQueryAsync(ct);
    }
}
