using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CultureTrack.Ingest.Broker;

/// <summary>
/// Closes a connection that announces a packet over the limit, before the rest of it is read, or whose length is none. Also one whose sender
/// has gone in the middle of a packet: the broker's reader would ask for the rest again and again without end. That reader always leaves the
/// buffer at the beginning of a packet, so the announced length is in its first five bytes.
/// </summary>
static class PacketSizeLimit
{
    /// <summary>Fixed header included.</summary>
    public const int BytesMax = 1024 * 1024;

    // Seven bits a byte, four bytes at most.
    const int LastShift = 21;

    public static void UsePacketSizeLimit(this ListenOptions options) => options.Use(next => async connection =>
    {
        connection.Transport = new Pipe(connection.Transport.Output, new Reader(connection.Transport.Input, connection));
        await next(connection);
    });

    sealed record Pipe(PipeWriter Output, PipeReader Input) : IDuplexPipe;

    sealed class Reader(PipeReader inner, ConnectionContext connection) : PipeReader
    {
        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Check(await inner.ReadAsync(cancellationToken));

        public override bool TryRead(out ReadResult result)
        {
            var read = inner.TryRead(out result);
            if (read) Check(result);
            return read;
        }

        ReadResult Check(ReadResult result)
        {
            var reader = new System.Buffers.SequenceReader<byte>(result.Buffer);
            reader.Advance(Math.Min(1, result.Buffer.Length));
            long length = 0;
            for (var shift = 0; reader.TryRead(out var part); shift += 7)
            {
                length |= (long)(part & 0x7F) << shift;
                if ((part & 0x80) != 0)
                {
                    if (shift == LastShift) throw Abort("The length of a packet has more than four bytes.");
                    continue;
                }
                if (length > BytesMax) throw Abort($"A packet of {length} bytes is more than {BytesMax}.");
                if (reader.Remaining >= length) return result;
                break;
            }
            if (result.IsCompleted && !result.Buffer.IsEmpty) throw Abort("The sender has gone in the middle of a packet.");
            return result;
        }

        ConnectionAbortedException Abort(string why)
        {
            var reason = new ConnectionAbortedException(why);
            connection.Abort(reason);
            return reason;
        }

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);
        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);
        public override void CancelPendingRead() => inner.CancelPendingRead();
        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
