using System.Collections.Concurrent;
using CultureTrack.Grains.Devices;
using CultureTrack.Grains.Time;
using CultureTrack.Store.Readings;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Ingest.Delivery;

/// <summary>
/// Hands committed readings to the incubators, in order per incubator and after the senders were told. While an incubator is busy its
/// readings gather and go as one list. A delivery that fails is tried again; what is lost with the process is read again from the store.
/// </summary>
public sealed class ReadingDelivery : ISettles
{
    /// <summary>Readings waiting for slow incubators; beyond it senders wait too, instead of memory growing.</summary>
    const int WaitingMax = 400_000;

    const int Attempts = 4;
    static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    sealed class Lane
    {
        public readonly List<ReadingRow> Waiting = [];
        public bool Running;
    }

    readonly ConcurrentDictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    readonly IReadingSink _sink;
    readonly ReadingWriter _writer;
    readonly IngestMetrics _metrics;
    readonly ILogger<ReadingDelivery> _logger;
    readonly Lock _gate = new();
    long _waiting;
    TaskCompletionSource? _idle, _room;

    public ReadingDelivery(IReadingSink sink, ReadingWriter writer, IngestMetrics metrics, ILogger<ReadingDelivery> logger)
    {
        (_sink, _writer, _metrics, _logger) = (sink, writer, metrics, logger);
        writer.Committed = Accept;
    }

    /// <summary>Completed unless too much waits for slow incubators.</summary>
    public Task Room
    {
        get
        {
            lock (_gate)
            {
                if (_waiting < WaitingMax) return Task.CompletedTask;
                return (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    /// <summary>Completes when everything received before the call is committed and delivered.</summary>
    public async Task WhenDrained()
    {
        await _writer.WhenDrained();
        Task idle;
        lock (_gate)
            idle = _waiting == 0 ? Task.CompletedTask : (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        await idle;
    }

    Task ISettles.WhenSettled(CancellationToken ct) => WhenDrained().WaitAsync(ct);

    void Accept(CommittedGroup group)
    {
        _metrics.Committed(group);
        foreach (var row in group.Readings)
        {
            var lane = _lanes.GetOrAdd(row.IncubatorId, _ => new Lane());
            var start = false;
            lock (lane)
            {
                lane.Waiting.Add(row);
                lock (_gate) _waiting++;
                if (!lane.Running) start = lane.Running = true;
            }
            if (start) _ = Task.Run(() => Run(row.IncubatorId, lane));
        }
    }

    async Task Run(string incubatorId, Lane lane)
    {
        while (true)
        {
            List<ReadingRow> taken;
            lock (lane)
            {
                if (lane.Waiting.Count == 0)
                {
                    lane.Running = false;
                    return;
                }
                taken = [.. lane.Waiting];
                lane.Waiting.Clear();
            }
            await Deliver(incubatorId, taken);
            Done(taken.Count);
        }
    }

    async Task Deliver(string incubatorId, List<ReadingRow> readings)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await _sink.Committed(incubatorId, readings);
                return;
            }
            catch (Exception e) when (attempt < Attempts)
            {
                _logger.LogWarning(e, "Incubator {Incubator} did not take {Count} readings; trying again", incubatorId, readings.Count);
                await Task.Delay(RetryPause * attempt);
            }
            catch (Exception e)
            {
                // They are in the store: the incubator reads them there when it starts again.
                _logger.LogError(e, "Incubator {Incubator} did not take {Count} readings after {Attempts} attempts", incubatorId, readings.Count, Attempts);
                return;
            }
        }
    }

    void Done(int count)
    {
        TaskCompletionSource? idle = null, room = null;
        lock (_gate)
        {
            _waiting -= count;
            if (_waiting == 0) (idle, _idle) = (_idle, null);
            if (_waiting < WaitingMax) (room, _room) = (_room, null);
        }
        idle?.SetResult();
        room?.SetResult();
    }
}
