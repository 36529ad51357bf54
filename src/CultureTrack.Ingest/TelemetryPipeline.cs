using System.Buffers;
using CultureTrack.Grains.Devices;
using CultureTrack.Ingest.Delivery;
using CultureTrack.Ingest.Telemetry;
using CultureTrack.Store.Readings;

namespace CultureTrack.Ingest;

/// <summary>What became of one message.</summary>
/// <param name="Code">Reason code for the sender.</param>
/// <param name="Stored">Completes when the answer may be given; fails when the message was not committed.</param>
/// <param name="Forward">Whether subscribers get the message.</param>
public readonly record struct Reception(byte Code, string Reason, Task Stored, bool Forward);

/// <summary>One message in, whichever broker it came through: rights, decoding, storage.</summary>
public sealed class TelemetryPipeline(ReadingWriter writer, ReadingDelivery delivery, IDeviceDirectory directory, IDeviceEvents events, TimeProvider time, IngestMetrics metrics)
{
    /// <summary>A larger payload is refused; the connection's own limit is higher, so that the refusal can be told.</summary>
    public const int PayloadBytesMax = 256 * 1024;

    public async ValueTask<Reception> Receive(DeviceIdentity who, string clientId, string topic, ReadOnlySequence<byte> payload, CancellationToken ct)
    {
        var receivedAt = MessageTime.ToMicroseconds(time.GetUtcNow());
        metrics.Received(payload.Length);
        var decision = Topics.ForPublish(topic, who, directory);
        if (decision.Purpose == TopicPurpose.Refused) return await Refuse(decision.Code, decision.Reason);
        if (payload.Length > PayloadBytesMax) return await Refuse(ReasonCodes.QuotaExceeded, $"{payload.Length} bytes, more than {PayloadBytesMax}");
        var source = new PayloadSource(decision.IncubatorId, who.DeviceId, receivedAt, who.Mapping);
        return decision.Purpose switch
        {
            TopicPurpose.Telemetry => await Store(TelemetryDecoder.Decode(payload, source)),
            TopicPurpose.GatewayTelemetry => await Store(TelemetryDecoder.DecodeGateway(payload, source, incubator => Topics.MaySendFor(incubator, who, directory))),
            TopicPurpose.Status when DeviceStatus.Read(payload) is { } status =>
                Accepted(events.StatusChanged(decision.IncubatorId, who.DeviceId, status.Online, status.Firmware, receivedAt)),
            TopicPurpose.Alarm when DeviceAlarm.Read(payload, receivedAt) is { } alarm =>
                Accepted(events.AlarmReported(decision.IncubatorId, who.DeviceId, alarm.At, alarm.Code, alarm.Text, alarm.Active)),
            TopicPurpose.Status => await Refuse(ReasonCodes.PayloadFormatInvalid, "not a status: online, offline or an object with online"),
            TopicPurpose.Alarm => await Refuse(ReasonCodes.PayloadFormatInvalid, "not an alarm: an object with ts, code, text and active"),
            _ => new Reception(ReasonCodes.Success, "", Task.CompletedTask, Forward: true),
        };

        static Reception Accepted(Task done) => new(ReasonCodes.Success, "", done, Forward: true);

        async ValueTask<Reception> Store(DecodedTelemetry decoded)
        {
            if (!delivery.Room.IsCompleted) await delivery.Room.WaitAsync(ct);
            var rejects = decoded.Refusals.Count == 0 ? (IReadOnlyList<RejectedMessage>)[] : Rejects(decoded.Refusals);
            var stored = await writer.Enqueue(decoded.Messages, rejects, ct);
            return new Reception(decoded.Code, decoded.Code == ReasonCodes.Success ? "" : decoded.Refusals[0].Reason, stored, Forward: decoded.Code == ReasonCodes.Success);
        }

        async ValueTask<Reception> Refuse(byte code, string reason) =>
            new(code, reason, await writer.Enqueue([], Rejects([new Refusal(code, reason)]), ct), Forward: false);

        List<RejectedMessage> Rejects(IReadOnlyList<Refusal> refusals)
        {
            metrics.Refused(refusals[0].Code, refusals.Count);
            ReadOnlyMemory<byte> kept = payload.Slice(0, Math.Min(payload.Length, RejectedMessage.PayloadKeptBytes)).ToArray();
            return [.. refusals.Select(r => new RejectedMessage(receivedAt, clientId, topic,
                r.Element is { } element ? $"element {element}: {r.Reason}" : r.Reason, r.Code, kept, (int)Math.Min(payload.Length, int.MaxValue)))];
        }
    }
}
