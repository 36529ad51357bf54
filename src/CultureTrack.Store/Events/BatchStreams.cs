using System.Collections.Frozen;
using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Npgsql;

namespace CultureTrack.Store.Events;

/// <summary>
/// The whole streams of many batches, read in one go and decoded straight from the rows: for questions about thousands of batches, where reading costs more
/// than answering.
/// </summary>
public static class BatchStreams
{
    private static readonly FrozenDictionary<string, Type> Types = EventCatalogue.ByName.Values.ToFrozenDictionary(
        k => k.StoredName, k => typeof(Recorded<>).MakeGenericType(k.DataType), StringComparer.Ordinal);

    /// <summary>Each stream in the order of its versions, by id; a stream that does not exist is left out.</summary>
    public static async Task<IReadOnlyDictionary<string, List<Recorded>>> Read(NpgsqlDataSource source, IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        // Stream by stream along the index, whatever the planner believes of the sizes: otherwise it may read the whole table for a few dozen streams.
        await using var command = source.CreateCommand($"select e.type, e.data from unnest($1) as s(id) cross join lateral (select type, data from {EventStore.Schema}.mt_events where stream_id = s.id order by version) e");
        command.Parameters.AddWithValue(ids.ToArray());
        var streams = new Dictionary<string, List<Recorded>>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var e = (Recorded)JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(1), Types[reader.GetString(0)], RecordJson.Options)!;
            if (!streams.TryGetValue(e.StreamId, out var stream)) streams[e.StreamId] = stream = [];
            stream.Add(e);
        }
        foreach (var stream in streams.Values) stream.Sort((a, b) => a.Version.CompareTo(b.Version));
        return streams;
    }
}
