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
    /// <summary>What is only ever added to: events with their signatures, and the audit trail.</summary>
    public static readonly IReadOnlyList<string> AppendOnly = ["mt_events", "mt_doc_auditentry"];

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
        await using var rights = source.CreateCommand(Grants(context) + (context.RuntimeIsOwner ? "" : Revokes(context)));
        await rights.ExecuteNonQueryAsync(ct);
    }

    private static string Grants(MigrationContext context) => $"""
        grant usage on schema {EventStore.Schema} to {context.RuntimeRoleSql};
        grant select, insert, update, delete on all tables in schema {EventStore.Schema} to {context.RuntimeRoleSql};
        grant usage, select on all sequences in schema {EventStore.Schema} to {context.RuntimeRoleSql};
        grant execute on all functions in schema {EventStore.Schema} to {context.RuntimeRoleSql};

        """;

    // In the same transaction as the grants, so that there is no moment in which the running server could change an event.
    private static string Revokes(MigrationContext context) => string.Concat(AppendOnly.Select(table =>
        $"revoke update, delete, truncate on {EventStore.Schema}.{table} from {context.RuntimeRoleSql};\n"))
        + $"revoke delete, truncate on {EventStore.Schema}.mt_streams from {context.RuntimeRoleSql};";
}
