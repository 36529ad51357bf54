namespace CultureTrack.Store.Readings;

/// <summary>How far the device vouches for its values. The numbers are stored.</summary>
public enum ReadingQuality : short
{
    Good = 0, Uncertain = 1, Bad = 2,
}

/// <summary>What the server found out about a reading. The numbers are stored.</summary>
[Flags]
public enum ReadingFlags : short
{
    None = 0,
    /// <summary>The message had no time; its key time is the receipt time.</summary>
    NoDeviceTime = 1,
    /// <summary>Sent from the device's own memory.</summary>
    Buffered = 2,
    /// <summary>Device and server clocks differ by more than 5 s.</summary>
    ClockSkew = 4,
    /// <summary>Buffered, and the device's clock was last seen more than 60 s off: counts as missing.</summary>
    ClockUncertain = 8,
}

/// <summary>One decoded element of a message: the values a device measured at one time.</summary>
public sealed class TelemetryMessage
{
    public required string IncubatorId { get; init; }
    public required string DeviceId { get; init; }

    /// <summary>The time the device gave, in whole microseconds; null when it gave none.</summary>
    public DateTimeOffset? DeviceTime { get; init; }

    /// <summary>When the server received it, in whole microseconds.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    public required ChannelValues Values { get; init; }
    public ReadingQuality Quality { get; init; }
    public bool Buffered { get; init; }
    public long? Seq { get; init; }
}

/// <summary>Identity of a row: a value is identified by this and its channel.</summary>
public readonly record struct ReadingKey(string IncubatorId, string DeviceId, DateTimeOffset At);

/// <summary>A row of the store: what one message added at one time, or a value that contradicts one stored before.</summary>
public sealed class ReadingRow
{
    public required string IncubatorId { get; init; }
    public required string DeviceId { get; init; }

    /// <summary>Key time: the device's, or the receipt time when it gave none.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>0 for the first message of this key; later ones, which add other channels, count up.</summary>
    public short Part { get; init; }

    /// <summary>When the values count from, by the rules for clocks.</summary>
    public required DateTimeOffset EffectiveAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }
    public required ChannelValues Values { get; init; }
    public ReadingQuality Quality { get; init; }
    public ReadingFlags Flags { get; init; }
    public long? Seq { get; init; }

    /// <summary>True when these values contradict ones that were stored before under the same identity.</summary>
    public bool IsConflict { get; init; }

    public ReadingKey Key => new(IncubatorId, DeviceId, At);
    public DateTimeOffset? DeviceTime => Flags.HasFlag(ReadingFlags.NoDeviceTime) ? null : At;
    public bool Buffered => Flags.HasFlag(ReadingFlags.Buffered);
    public bool ClockSkew => Flags.HasFlag(ReadingFlags.ClockSkew);

    /// <summary>Counts as missing for excursions and exposure: not vouched for, or of unknown time.</summary>
    public bool CountsAsMissing => Quality != ReadingQuality.Good || Flags.HasFlag(ReadingFlags.ClockUncertain);
}

/// <summary>A message, or an element of one, that was refused.</summary>
/// <param name="Code">MQTT 5 reason code.</param>
/// <param name="Payload">The first bytes, at most <see cref="PayloadKeptBytes"/>.</param>
/// <param name="PayloadBytes">Length of the whole payload.</param>
public sealed record RejectedMessage(DateTimeOffset ReceivedAt, string ClientId, string Topic, string Reason, byte Code, ReadOnlyMemory<byte> Payload, int PayloadBytes)
{
    public const int PayloadKeptBytes = 4096;
}
