namespace CultureTrack.Grains.Devices;

/// <summary>One committed value of one channel.</summary>
/// <param name="At">Identity time: device time, or receipt time when the message had none.</param>
/// <param name="EffectiveAt">The time the value counts for (domain specification 4.3.1).</param>
/// <param name="Value">Number, or 1/0 for the state channels (1 = open, on, lost, low, active).</param>
/// <param name="Quality">good, uncertain or bad.</param>
public sealed record StoredReading(
    string DeviceId, string Channel, DateTimeOffset At, DateTimeOffset EffectiveAt, DateTimeOffset ReceivedAt, double Value, string Quality, bool Buffered,
    bool ClockSkew, bool Conflict, double? SkewSeconds = null);
