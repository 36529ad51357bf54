using Npgsql;

namespace CultureTrack.Store;

/// <summary>The clock of the database server.</summary>
public static class DatabaseClock
{
    public static async Task<DateTimeOffset> Now(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var command = source.CreateCommand("select clock_timestamp()");
        return new((DateTime)(await command.ExecuteScalarAsync(ct))!, TimeSpan.Zero);
    }
}
