using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CultureTrack.Store.Migrations;

/// <summary>What a migration may use: a connection of the schema's owner, and the role the running server signs in with.</summary>
public sealed record MigrationContext(string OwnerConnectionString, string RuntimeRole)
{
    /// <summary>True where one role does both; then the database protects nothing from the server.</summary>
    public bool RuntimeIsOwner => new NpgsqlConnectionStringBuilder(OwnerConnectionString).Username == RuntimeRole;

    /// <summary><see cref="RuntimeRole"/> quoted for SQL text.</summary>
    public string RuntimeRoleSql => "\"" + RuntimeRole.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}

/// <summary>
/// A part of the schema that another library manages, such as the event store. Applied after the numbered scripts, under the same lock,
/// on every run: it must change nothing when everything is there.
/// </summary>
public interface IMigrationStep
{
    string Name { get; }

    Task Apply(MigrationContext context, CancellationToken ct);
}

/// <summary>The database is not at the schema of this program.</summary>
public sealed class SchemaMismatchException(string message) : Exception(message);

/// <summary>Brings a database to the schema of this program, once, however many servers start at the same time.</summary>
public static class SchemaMigrations
{
    const long LockKey = 4021196300;    // any number, the same in every version
    const string ResourcePrefix = "CultureTrack.Store.Migrations.";

    sealed record Script(string Name, string Text)
    {
        public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));
    }

    /// <summary>Applies what is missing and grants the runtime role what it needs.</summary>
    /// <param name="runtimeConnectionString">Names the runtime role; the same user as the owner's means one role for both.</param>
    /// <returns>The names of the scripts applied now.</returns>
    /// <exception cref="SchemaMismatchException">A script that was applied earlier has other text than in this program.</exception>
    public static async Task<IReadOnlyList<string>> Run(string ownerConnectionString, string runtimeConnectionString,
        IEnumerable<IMigrationStep> steps, ILogger logger, CancellationToken ct)
    {
        var role = new NpgsqlConnectionStringBuilder(runtimeConnectionString).Username
            ?? throw new ArgumentException("The runtime connection string names no user.", nameof(runtimeConnectionString));
        var context = new MigrationContext(ownerConnectionString, role);
        await using var source = NpgsqlDataSource.Create(ownerConnectionString);
        await using var connection = await source.OpenConnectionAsync(ct);
        await Execute(connection, $"select pg_advisory_lock({LockKey})", ct);    // ends with the connection, also when we are killed
        await Execute(connection, """
            create table if not exists schema_migrations (
              name text primary key, hash text not null, applied_at timestamptz not null default now())
            """, ct);
        await Execute(connection, $"grant select on schema_migrations to {context.RuntimeRoleSql}", ct);
        var applied = await Applied(connection, ct);
        var now = new List<string>();
        foreach (var script in Pending(applied))
        {
            await Apply(connection, script, context, ct);
            logger.LogInformation("Applied schema script {Script}", script.Name);
            now.Add(script.Name);
        }
        foreach (var step in steps) await step.Apply(context, ct);
        await connection.CloseAsync();
        return now;
    }

    /// <summary>For a server that may not migrate: checks that the database is at this program's schema.</summary>
    /// <exception cref="SchemaMismatchException">It is not; the message names the command that brings it there.</exception>
    public static async Task EnsureCurrent(string runtimeConnectionString, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(runtimeConnectionString);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var exists = new NpgsqlCommand("select to_regclass('schema_migrations') is not null", connection);
        IReadOnlyDictionary<string, string> applied = await exists.ExecuteScalarAsync(ct) is true ? await Applied(connection, ct) : new Dictionary<string, string>();
        if (Pending(applied).Select(s => s.Name).ToList() is [_, ..] missing)
            throw new SchemaMismatchException($"The database lacks {string.Join(", ", missing)}. Run: culturetrack migrate, with the owner's connection string in ConnectionStrings:CultureTrackOwner.");
    }

    static List<Script> Pending(IReadOnlyDictionary<string, string> applied)
    {
        var scripts = Scripts();
        if (scripts.FirstOrDefault(s => applied.TryGetValue(s.Name, out var hash) && hash != s.Hash) is { } changed)
            throw new SchemaMismatchException($"The script {changed.Name} was applied with other text than this program has. It was made by another version; use the version that made it, or restore a backup.");
        return [.. scripts.Where(s => !applied.ContainsKey(s.Name))];
    }

    static List<Script> Scripts()
    {
        var assembly = typeof(SchemaMigrations).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(ResourcePrefix, StringComparison.Ordinal) && n.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(n => new Script(n[ResourcePrefix.Length..^".sql".Length], Text(assembly, n)))];
    }

    static string Text(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    static async Task<Dictionary<string, string>> Applied(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select name, hash from schema_migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct)) applied.Add(reader.GetString(0), reader.GetString(1));
        return applied;
    }

    static async Task Apply(NpgsqlConnection connection, Script script, MigrationContext context, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Execute(connection, script.Text.Replace("{runtime}", context.RuntimeRoleSql, StringComparison.Ordinal), ct);
        await using var record = new NpgsqlCommand("insert into schema_migrations (name, hash) values ($1, $2)", connection);
        record.Parameters.AddWithValue(script.Name);
        record.Parameters.AddWithValue(script.Hash);
        await record.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        // The scripts contain @names inside text literals that are no parameters of ours.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
