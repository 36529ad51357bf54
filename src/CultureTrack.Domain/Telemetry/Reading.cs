using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Telemetry;

/// <summary>What a reading is worth. Everything but <see cref="Good"/> is missing data (domain.md 4.3.2, 4.3.9).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReadingQuality>))]
public enum ReadingQuality
{
    [JsonStringEnumMemberName("good")] Good,

    /// <summary>The device itself doubts it.</summary>
    [JsonStringEnumMemberName("uncertain")] Uncertain,

    /// <summary>The device reports a fault.</summary>
    [JsonStringEnumMemberName("bad")] Bad,

    /// <summary>Its time cannot be known: buffered by a device whose clock was off by more than 60 s.</summary>
    [JsonStringEnumMemberName("clockUncertain")] ClockUncertain,
}

/// <summary>
/// One value of one channel at its effective time. State channels carry 1 (open, on, lost, low, active) or 0. Two readings of one channel and
/// one time are a conflict: both are kept, and the one farther from the set point is judged, whatever the order of arrival.
/// </summary>
/// <param name="At">Effective time (domain.md 4.3.1), UTC.</param>
/// <param name="Channel">Canonical name.</param>
/// <param name="Value">In the unit of the channel, as received.</param>
/// <param name="Quality">Good unless the device or its clock says otherwise.</param>
public readonly record struct Reading(DateTimeOffset At, string Channel, double Value, ReadingQuality Quality = ReadingQuality.Good)
{
    /// <summary>The conflicting reading to judge: the farther from the set point, at equal distance the higher; a good one before any other.</summary>
    public static Reading Farther(Reading a, Reading b, double setPoint)
    {
        if (a.Quality == ReadingQuality.Good != (b.Quality == ReadingQuality.Good)) return a.Quality == ReadingQuality.Good ? a : b;
        var (da, db) = (Math.Abs(a.Value - setPoint), Math.Abs(b.Value - setPoint));
        return da > db || da == db && a.Value >= b.Value ? a : b;
    }
}
