using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Telemetry;

/// <summary>One opening of the door; To is null while it is open.</summary>
public sealed record DoorOpening(DateTimeOffset From, DateTimeOffset? To);

/// <summary>
/// The recent openings of a door. An open door counts as open for as long as its last reading covers, so that a sensor that falls silent while
/// open does not excuse cold for ever.
/// </summary>
/// <param name="Openings">The last day's openings, oldest first.</param>
/// <param name="LastAt">Last reading of the door.</param>
public sealed record DoorLog(ImmutableList<DoorOpening> Openings, DateTimeOffset? LastAt)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    public static readonly DoorLog Empty = new([], null);

    [JsonIgnore] public bool IsOpen => Openings is [.., { To: null }];

    /// <summary>Takes a reading in time order.</summary>
    public DoorLog Take(DateTimeOffset at, bool isOpen, TimeSpan hold)
    {
        var openings = Openings;
        if (IsOpen && LastAt + hold < at) openings = openings.SetItem(openings.Count - 1, openings[^1] with { To = LastAt + hold });
        var wasOpen = openings is [.., { To: null }];
        if (isOpen && !wasOpen) openings = openings.Add(new(at, null));
        if (!isOpen && wasOpen) openings = openings.SetItem(openings.Count - 1, openings[^1] with { To = at });
        while (openings is [{ To: { } to }, ..] && to + Kept < at) openings = openings.RemoveAt(0);
        return new(openings, at);
    }

    /// <summary>
    /// Start of the door window that an instant lies in: from the opening until <paramref name="length"/> after the close, windows that touch
    /// being one; null outside.
    /// </summary>
    public DateTimeOffset? WindowStart(DateTimeOffset at, TimeSpan length, TimeSpan hold)
    {
        DateTimeOffset? start = null, end = null;
        foreach (var opening in Openings)
        {
            if (opening.From > at) break;
            if (start is null || opening.From > end) start = opening.From;
            end = (opening.To ?? LastAt + hold) + length;
        }
        return start is not null && at <= end ? start : null;
    }

    /// <summary>True when the door was open at some time in (from, to].</summary>
    public bool WasOpen(DateTimeOffset from, DateTimeOffset to, TimeSpan hold)
    {
        for (var i = Openings.Count - 1; i >= 0; i--)
        {
            if (Openings[i].From <= to && (Openings[i].To ?? LastAt + hold) > from) return true;
            if (Openings[i].To < from) return false;
        }
        return false;
    }
}
