using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>Entries put into a record as they are, for questions about records that no decider would ask about.</summary>
internal static class Entries
{
    /// <summary>An entry at an instant by somebody in the first of his roles, or in another.</summary>
    public static Story Put(this Story s, string at, string who, EventData data, string? role = null, Func<Recorded, Recorded>? change = null)
    {
        var by = s.Person(who);
        var entry = new Stamp(s.State.BatchId, s.Time(at), s.Time(at), by, role ?? by.Roles[0], "UTC", by.IsSystem ? Origin.System : Origin.Entered).Record(data, s.State.Version + 1);
        s.State = BatchFold.Apply(s.State, change is null ? entry : change(entry));
        return s;
    }

    /// <summary>The event put in last.</summary>
    public static Guid LastId(this Story s) => s.State.History[^1].EventId;

    /// <summary>A signature that says who, and whose content nobody looks at here.</summary>
    public static Signature SignedBy(string user, DateTimeOffset at) => new(user, user, Meanings.Verified, at, "", "UTC", "", 1);
}
