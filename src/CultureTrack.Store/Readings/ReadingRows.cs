using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace CultureTrack.Store.Readings;

/// <summary>The one place that knows the columns of the readings and conflicts tables, for writing and for reading.</summary>
static class ReadingRows
{
    static readonly string[] ChannelColumns =
        ["temperature", "co2", "o2", "humidity", "gas_pressure", "shake", "door", "uv", "decon", "power", "water_level", "device_alarm"];

    const string Head = "incubator_id, at, device_id, part, received_at, effective_at, seq, quality, flags, other";

    public static readonly string Columns = Head + ", " + string.Join(", ", ChannelColumns);
    public static readonly string Copy = $"copy telemetry.readings ({Columns}) from stdin (format binary)";

    public const string ConflictColumns = "incubator_id, at, device_id, channel, value, received_at, effective_at, seq, quality, flags";
    public const string ConflictCopy = $"copy telemetry.reading_conflicts ({ConflictColumns}) from stdin (format binary)";
    const int FirstChannel = 10;

    public static string Column(CanonicalChannel channel) => ChannelColumns[(int)channel];

    public static async Task Write(NpgsqlConnection connection, IReadOnlyList<ReadingRow> rows, CancellationToken ct)
    {
        await using var import = await connection.BeginBinaryImportAsync(Copy, ct);
        foreach (var row in rows) Write(import, row);
        await import.CompleteAsync(ct);
    }

    // The synchronous calls only fill the import's buffer; it reaches the network when full, which a local server takes at once.
    static void Write(NpgsqlBinaryImporter import, ReadingRow row)
    {
        import.StartRow();
        import.Write(row.IncubatorId, NpgsqlDbType.Text);
        import.Write(row.At.UtcDateTime, NpgsqlDbType.TimestampTz);
        import.Write(row.DeviceId, NpgsqlDbType.Text);
        import.Write(row.Part, NpgsqlDbType.Smallint);
        WriteTail(import, row);
        if (row.Values.Other is { } other) import.Write(JsonSerializer.Serialize(other), NpgsqlDbType.Jsonb);
        else import.WriteNull();
        for (var i = 0; i < ChannelNames.Count; i++)
        {
            var channel = (CanonicalChannel)i;
            if (row.Values[channel] is not { } value) import.WriteNull();
            else if (channel.IsState()) import.Write(value != 0, NpgsqlDbType.Boolean);
            else import.Write(value, NpgsqlDbType.Double);
        }
    }

    static void WriteTail(NpgsqlBinaryImporter import, ReadingRow row)
    {
        import.Write(row.ReceivedAt.UtcDateTime, NpgsqlDbType.TimestampTz);
        if (row.EffectiveAt != row.At) import.Write(row.EffectiveAt.UtcDateTime, NpgsqlDbType.TimestampTz);
        else import.WriteNull();
        if (row.Seq is { } seq) import.Write(seq, NpgsqlDbType.Bigint);
        else import.WriteNull();
        import.Write((short)row.Quality, NpgsqlDbType.Smallint);
        import.Write((short)row.Flags, NpgsqlDbType.Smallint);
    }

    public static async Task WriteConflicts(NpgsqlConnection connection, IReadOnlyList<ReadingRow> conflicts, CancellationToken ct)
    {
        await using var import = await connection.BeginBinaryImportAsync(ConflictCopy, ct);
        foreach (var row in conflicts)
            foreach (var (channel, value) in row.Values.All())
            {
                import.StartRow();
                import.Write(row.IncubatorId, NpgsqlDbType.Text);
                import.Write(row.At.UtcDateTime, NpgsqlDbType.TimestampTz);
                import.Write(row.DeviceId, NpgsqlDbType.Text);
                import.Write(channel, NpgsqlDbType.Text);
                import.Write(value, NpgsqlDbType.Double);
                WriteTail(import, row);
            }
        await import.CompleteAsync(ct);
    }

    /// <summary>How many columns <see cref="Columns"/> are.</summary>
    public const int ColumnCount = FirstChannel + ChannelNames.Count;

    /// <summary>Condition of a row that counts: good, at a certain time.</summary>
    public static readonly string Counts = $"and quality = {(short)ReadingQuality.Good} and flags & {(short)ReadingFlags.ClockUncertain} = 0 and cardinality($4::text[]) > 0";

    /// <summary>The values of some channels, a column each. Parameter 4: their names.</summary>
    public static string Narrow(IReadOnlyList<string> names) => string.Join(", ", names.Select((name, i) =>
        !ChannelNames.TryParse(name, out var channel) ? $"(other->>($4::text[])[{i + 1}])::double precision c{i}"
        : channel.IsState() ? $"{Column(channel)}::int::double precision c{i}"
        : $"{Column(channel)} c{i}"));

    /// <summary>Condition that a row holds a value of the channel.</summary>
    /// <param name="name">The channel's name as an SQL expression; used where it has no column of its own.</param>
    public static string HasValue(string channel, string name) =>
        ChannelNames.TryParse(channel, out var known) ? $"{Column(known)} is not null" : $"other ? ({name})::text";

    /// <summary>Reads a row selected with <see cref="Columns"/>.</summary>
    public static ReadingRow Read(NpgsqlDataReader reader)
    {
        var values = new ChannelValues();
        for (var i = 0; i < ChannelNames.Count; i++)
        {
            if (reader.IsDBNull(FirstChannel + i)) continue;
            var channel = (CanonicalChannel)i;
            values[channel] = channel.IsState() ? reader.GetBoolean(FirstChannel + i) ? 1 : 0 : reader.GetDouble(FirstChannel + i);
        }
        if (!reader.IsDBNull(9))
            foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, double>>(reader.GetString(9))!)
                values[name] = value;
        var at = Time(reader, 1);
        return new ReadingRow
        {
            IncubatorId = reader.GetString(0),
            At = at,
            DeviceId = reader.GetString(2),
            Part = reader.GetInt16(3),
            ReceivedAt = Time(reader, 4),
            EffectiveAt = reader.IsDBNull(5) ? at : Time(reader, 5),
            Seq = reader.IsDBNull(6) ? null : reader.GetInt64(6),
            Quality = (ReadingQuality)reader.GetInt16(7),
            Flags = (ReadingFlags)reader.GetInt16(8),
            Values = values,
        };
    }

    /// <summary>Reads a row selected with <see cref="ConflictColumns"/>.</summary>
    public static ReadingRow ReadConflict(NpgsqlDataReader reader)
    {
        var at = Time(reader, 1);
        return new ReadingRow
        {
            IncubatorId = reader.GetString(0),
            At = at,
            DeviceId = reader.GetString(2),
            Values = new ChannelValues { [reader.GetString(3)] = reader.GetDouble(4) },
            ReceivedAt = Time(reader, 5),
            EffectiveAt = reader.IsDBNull(6) ? at : Time(reader, 6),
            Seq = reader.IsDBNull(7) ? null : reader.GetInt64(7),
            Quality = (ReadingQuality)reader.GetInt16(8),
            Flags = (ReadingFlags)reader.GetInt16(9),
            IsConflict = true,
        };
    }

    public static DateTimeOffset Time(NpgsqlDataReader reader, int column) => new(reader.GetDateTime(column), TimeSpan.Zero);
}
