using CultureTrack.Grains.Devices;

namespace CultureTrack.Ingest.Broker;

/// <summary>What the broker remembers of one client id: who it is, which answers wait for a commit, which QoS 2 messages are unreleased.</summary>
sealed class ClientSession(DeviceIdentity identity)
{
    readonly Lock _gate = new();
    readonly Dictionary<ushort, Task> _unanswered = [];
    readonly HashSet<ushort> _unreleased = [];

    public DeviceIdentity Identity { get; set; } = identity;

    /// <summary>Packet id of the PUBLISH that is being handled; the broker handles one at a time per client. 0 = none, such as for a will.</summary>
    public ushort HandledPacketId { get; set; }

    /// <summary>A new connection: answers owed to the old one are void, its sender sends again.</summary>
    public void Reconnected(bool cleanStart)
    {
        lock (_gate)
        {
            _unanswered.Clear();
            if (cleanStart) _unreleased.Clear();
        }
    }

    /// <summary>True when this QoS 2 message was received before and not released yet: a repeat.</summary>
    public bool IsRepeat(ushort packetId)
    {
        lock (_gate) return _unreleased.Contains(packetId);
    }

    public void Owe(ushort packetId, Task stored, bool untilReleased)
    {
        lock (_gate)
        {
            _unanswered[packetId] = stored;
            if (untilReleased) _unreleased.Add(packetId);
        }
    }

    /// <summary>A repeat: where the first answer is still owed it serves for both, else the message is known to be stored.</summary>
    public void OweAgain(ushort packetId)
    {
        lock (_gate) _unanswered.TryAdd(packetId, Task.CompletedTask);
    }

    /// <summary>Null when no answer is owed: it belongs to a message of an earlier connection.</summary>
    public Task? Answer(ushort packetId)
    {
        lock (_gate) return _unanswered.Remove(packetId, out var stored) ? stored : null;
    }

    public void Release(ushort packetId)
    {
        lock (_gate) _unreleased.Remove(packetId);
    }
}
