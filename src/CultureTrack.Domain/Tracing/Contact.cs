namespace CultureTrack.Domain.Tracing;

/// <summary>What two batches can have in common.</summary>
public enum ContactKind
{
    /// <summary>The person the cells come from.</summary>
    Donor,

    /// <summary>One donation, by its number (DIN).</summary>
    Tissue,

    /// <summary>A batch whose cells this one is made of.</summary>
    Source,

    /// <summary>A lot of material named by an entry.</summary>
    Lot,

    /// <summary>A person who handled the batch, on one day of the batch's zone.</summary>
    Operator,

    /// <summary>An incubator with culture vessels inside.</summary>
    Incubator,

    /// <summary>A freezer, refrigerator or LN2 vessel with containers inside.</summary>
    Storage,

    /// <summary>A safety cabinet during a session or a use.</summary>
    Cabinet,

    /// <summary>A clean room during a session.</summary>
    Room,

    /// <summary>A recall that opened a deviation here.</summary>
    Recall,
}

/// <summary>One thing a batch had to do with, when, and which entries say so. Two batches met where kind and key are the same, and the times where time matters.</summary>
/// <param name="Key">Donor, DIN, batch, lot, user, equipment or room.</param>
/// <param name="Part">Shelf of an incubator, day (<c>2026-03-02</c>) of an operator, deviation of a recall; else empty.</param>
/// <param name="Entry">Tells apart what would else be the same row: the beginning of a stay, the session or use of a cabinet.</param>
/// <param name="Until">Null while it goes on.</param>
/// <param name="Events">The entries that say so, in order.</param>
public sealed record Contact(
    string BatchId, ContactKind Kind, string Key, string Part, string Entry, DateTimeOffset Since, DateTimeOffset? Until, IReadOnlyList<Guid> Events)
{
    /// <summary>True when the times touch; an instant in common is enough, for whoever opens the door meets both.</summary>
    public bool Meets(DateTimeOffset? since, DateTimeOffset? until) => (Until is null || since is null || since <= Until) && (until is null || Since <= until);
}
