using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;

namespace CultureTrack.Store.Readings;

/// <summary>
/// When a reading counts from (domain.md 4.3.1). Keeps, per device, the difference between its clock and ours as the last live message
/// showed it; buffered readings are moved by it. Used by the one writer only.
/// </summary>
public sealed class DeviceClocks
{
    /// <summary>Beyond this difference a live device time is not trusted.</summary>
    public static readonly TimeSpan Trusted = TimeSpan.FromSeconds(5);

    /// <summary>Beyond this difference buffered readings cannot be placed.</summary>
    public static readonly TimeSpan Placeable = TimeSpan.FromSeconds(60);

    /// <summary>A smaller change is not worth a write; it moves a buffered reading by less than the rule can tell.</summary>
    static readonly TimeSpan WorthStoring = TimeSpan.FromSeconds(1);

    sealed class Clock
    {
        public TimeSpan Skew, StoredSkew;
        public bool Stored;
    }

    readonly Dictionary<(string Incubator, string Device), Clock> _clocks = [];
    readonly Dictionary<(string Incubator, string Device), (TimeSpan Skew, DateTimeOffset At)> _changed = [];

    /// <summary>Places one message in time.</summary>
    public (DateTimeOffset EffectiveAt, ReadingFlags Flags) Place(TelemetryMessage message)
    {
        var flags = message.Buffered ? ReadingFlags.Buffered : ReadingFlags.None;
        if (message.DeviceTime is not { } deviceTime) return (message.ReceivedAt, flags | ReadingFlags.NoDeviceTime);
        var ahead = deviceTime - message.ReceivedAt;
        if (!message.Buffered)
        {
            Measured(message, ahead);
            return ahead.Duration() <= Trusted ? (deviceTime, flags) : (message.ReceivedAt, flags | ReadingFlags.ClockSkew);
        }
        var skew = _clocks.TryGetValue((message.IncubatorId, message.DeviceId), out var clock) ? clock.Skew : TimeSpan.Zero;
        if (skew.Duration() > Placeable) flags |= ReadingFlags.ClockUncertain;
        if (skew.Duration() > Trusted) flags |= ReadingFlags.ClockSkew;
        var placed = deviceTime - skew;
        return placed - message.ReceivedAt > Trusted
            ? (message.ReceivedAt, flags | ReadingFlags.ClockSkew)    // from the future even so: never trusted
            : (placed, flags);
    }

    void Measured(TelemetryMessage message, TimeSpan ahead)
    {
        var key = (message.IncubatorId, message.DeviceId);
        ref var clock = ref CollectionsMarshal.GetValueRefOrAddDefault(_clocks, key, out _);
        clock ??= new Clock();
        clock.Skew = ahead;
        if (clock.Stored && (ahead - clock.StoredSkew).Duration() < WorthStoring) return;
        (clock.Stored, clock.StoredSkew) = (true, ahead);
        _changed[key] = (ahead, message.ReceivedAt);
    }

    /// <summary>Differences since the last call that are worth storing.</summary>
    internal IReadOnlyCollection<KeyValuePair<(string Incubator, string Device), (TimeSpan Skew, DateTimeOffset At)>> TakeChanged()
    {
        if (_changed.Count == 0) return [];
        var taken = _changed.ToArray();
        _changed.Clear();
        return taken;
    }

    /// <summary>Takes back differences that could not be stored; a later one of the same device is newer.</summary>
    internal void GiveBack(IReadOnlyCollection<KeyValuePair<(string Incubator, string Device), (TimeSpan Skew, DateTimeOffset At)>> taken)
    {
        foreach (var (device, measured) in taken) _changed.TryAdd(device, measured);
    }

    internal static async Task<DeviceClocks> Load(NpgsqlDataSource source, CancellationToken ct)
    {
        var clocks = new DeviceClocks();
        await using var command = source.CreateCommand("select incubator_id, device_id, skew_ms from telemetry.device_clocks");
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var skew = TimeSpan.FromMilliseconds(reader.GetInt64(2));
            clocks._clocks[(reader.GetString(0), reader.GetString(1))] = new Clock { Skew = skew, StoredSkew = skew, Stored = true };
        }
        return clocks;
    }

    internal static async Task Store(NpgsqlConnection connection,
        IReadOnlyCollection<KeyValuePair<(string Incubator, string Device), (TimeSpan Skew, DateTimeOffset At)>> changed, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            insert into telemetry.device_clocks (incubator_id, device_id, skew_ms, measured_at)
            select * from unnest($1, $2, $3, $4)
            on conflict (incubator_id, device_id) do update set skew_ms = excluded.skew_ms, measured_at = excluded.measured_at
            """, connection);
        command.Parameters.Add(new() { Value = changed.Select(c => c.Key.Incubator).ToArray() });
        command.Parameters.Add(new() { Value = changed.Select(c => c.Key.Device).ToArray() });
        command.Parameters.Add(new() { Value = changed.Select(c => (long)c.Value.Skew.TotalMilliseconds).ToArray() });
        command.Parameters.Add(new() { Value = changed.Select(c => c.Value.At.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        await command.ExecuteNonQueryAsync(ct);
    }
}
