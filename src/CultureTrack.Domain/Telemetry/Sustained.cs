namespace CultureTrack.Domain.Telemetry;

/// <summary>A condition that counts once it has held without a break, and is over once it has been absent as long.</summary>
/// <param name="Since">Begin of the present run; null while the condition is absent.</param>
/// <param name="LastAt">Last time it was looked at.</param>
/// <param name="ClearSince">While it stands: since when it has been absent.</param>
/// <param name="Stands">It has lasted.</param>
public sealed record Sustained(DateTimeOffset? Since = null, DateTimeOffset? LastAt = null, DateTimeOffset? ClearSince = null, bool Stands = false)
{
    public static readonly Sustained Absent = new();

    /// <summary>Takes one look; a look earlier than the last one changes nothing.</summary>
    /// <param name="at">Time of the look.</param>
    /// <param name="isTrue">Whether the condition holds.</param>
    /// <param name="lasting">How long it must hold, and be absent.</param>
    /// <param name="hold">A longer time between two looks breaks a run that has not lasted yet.</param>
    public Sustained Take(DateTimeOffset at, bool isTrue, TimeSpan lasting, TimeSpan hold)
    {
        if (at <= LastAt) return this;
        var isBroken = at - LastAt > hold;
        if (!Stands)
        {
            if (!isTrue) return this == Absent ? this : Absent with { LastAt = at };
            var since = isBroken ? at : Since ?? at;
            return new(since, at, null, at - since >= lasting);
        }
        if (isTrue) return this with { LastAt = at, ClearSince = null };
        var clear = isBroken ? at : ClearSince ?? at;
        return at - clear >= lasting ? Absent with { LastAt = at } : this with { LastAt = at, ClearSince = clear };
    }
}
