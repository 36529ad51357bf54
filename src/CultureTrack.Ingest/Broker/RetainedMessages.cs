using MQTTnet;
using MQTTnet.Protocol;
using Npgsql;
using NpgsqlTypes;
using System.Buffers;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Ingest.Broker;

/// <summary>
/// Keeps retained messages over a restart. Live states change many times a second, so only the last message of a topic within a
/// second is written.
/// </summary>
sealed class RetainedMessages(NpgsqlDataSource source, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    readonly SemaphoreSlim _writing = new(1, 1);
    readonly CancellationTokenSource _stop = new();
    Dictionary<string, MqttApplicationMessage> _changed = new(StringComparer.Ordinal);
    Task _loop = Task.CompletedTask;

    public void Start() => _loop = Task.Run(Run);

    public void Changed(MqttApplicationMessage message)
    {
        lock (_gate) _changed[message.Topic] = message;
    }

    public async Task<List<MqttApplicationMessage>> Load(CancellationToken ct)
    {
        await using var command = source.CreateCommand("select topic, payload, qos, content_type from telemetry.retained_messages");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var messages = new List<MqttApplicationMessage>();
        while (await reader.ReadAsync(ct))
            messages.Add(new MqttApplicationMessage
            {
                Topic = reader.GetString(0),
                PayloadSegment = reader.GetFieldValue<byte[]>(1),
                QualityOfServiceLevel = (MqttQualityOfServiceLevel)reader.GetInt16(2),
                ContentType = reader.IsDBNull(3) ? null : reader.GetString(3),
                Retain = true,
            });
        return messages;
    }

    async Task Run()
    {
        using var timer = new PeriodicTimer(WriteEvery);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(_stop.Token);
                await Write(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                logger.LogWarning(e, "Retained messages could not be written; trying again");
            }
        }
    }

    async Task Write(CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        Dictionary<string, MqttApplicationMessage> taken;
        lock (_gate) (taken, _changed) = (_changed, new(StringComparer.Ordinal));
        try
        {
            if (taken.Count > 0) await Write(taken.Values, ct);
        }
        catch
        {
            lock (_gate)
                foreach (var (topic, message) in taken) _changed.TryAdd(topic, message);
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }

    async Task Write(IReadOnlyCollection<MqttApplicationMessage> messages, CancellationToken ct)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var batch = source.CreateBatch();
        foreach (var message in messages)
        {
            // An empty retained message takes the topic's message away.
            var command = new NpgsqlBatchCommand(message.Payload.IsEmpty
                ? "delete from telemetry.retained_messages where topic = $1"
                : """
                  insert into telemetry.retained_messages (topic, payload, qos, content_type, stored_at) values ($1, $2, $3, $4, $5)
                  on conflict (topic) do update set payload = excluded.payload, qos = excluded.qos, content_type = excluded.content_type, stored_at = excluded.stored_at
                  """);
            command.Parameters.Add(new() { Value = message.Topic });
            if (!message.Payload.IsEmpty)
            {
                command.Parameters.Add(new() { Value = message.Payload.ToArray() });
                command.Parameters.Add(new() { Value = (short)message.QualityOfServiceLevel });
                command.Parameters.Add(new() { Value = (object?)message.ContentType ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
                command.Parameters.Add(new() { Value = now });
            }
            batch.BatchCommands.Add(command);
        }
        await batch.ExecuteNonQueryAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        await _loop;
        try
        {
            await Write(CancellationToken.None);
        }
        catch (NpgsqlException e)
        {
            logger.LogWarning(e, "The last retained messages could not be written");
        }
        _stop.Dispose();
        _writing.Dispose();
    }
}
