using CultureTrack.Server.Hosting;
using CultureTrack.Store.Readings;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CultureTrack.Server.Demo;

/// <summary>
/// What the demo's devices kept in their own memory while the demo was switched off: at most a day, as real ones do. Written before the server wakes up,
/// as if they had sent it the moment it came back.
/// </summary>
internal static class DemoBacklog
{
    private const int Chunk = 4000;
    private static readonly TimeSpan MemoryFor = TimeSpan.FromHours(24);

    /// <returns>Number of readings.</returns>
    public static async Task<int> Write(Database database, DateTimeOffset now, ILoggerFactory logs, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(database.RuntimeConnectionString);
        var store = new ReadingStore(source);
        var backlog = new List<TelemetryMessage>();
        foreach (var equipment in DemoEquipment.All) backlog.AddRange(await Kept(store, equipment, now, ct));
        await using var writer = new ReadingWriter(source, new ReadingWriterOptions { GroupMessagesMax = Chunk }, TimeProvider.System, logs.CreateLogger<ReadingWriter>());
        foreach (var chunk in backlog.Chunk(Chunk)) await writer.Append(chunk, ct);
        return backlog.Count;
    }

    private static async Task<IEnumerable<TelemetryMessage>> Kept(ReadingStore store, DemoEquipment equipment, DateTimeOffset now, CancellationToken ct)
    {
        var latest = await store.Latest(equipment.Id, ct);
        if (latest.Count == 0) return [];
        var last = latest.Values.Max(p => p.Time);
        var from = last < now - MemoryFor ? now - MemoryFor : last.AddSeconds(equipment.PeriodSeconds);
        return new DemoAir(equipment, from, (int)(from.ToUnixTimeSeconds() % int.MaxValue), DemoEquipment.Gateway).Until(now).Select(m => new TelemetryMessage
        {
            IncubatorId = m.IncubatorId,
            DeviceId = m.DeviceId,
            DeviceTime = m.DeviceTime,
            ReceivedAt = now,
            Values = m.Values,
            Buffered = true,
        });
    }
}
