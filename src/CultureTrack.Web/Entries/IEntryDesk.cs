using System.Security.Claims;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.People;

namespace CultureTrack.Web.Entries;

/// <summary>An entry as a person typed it: data still text-checked by nobody, passwords in the clear for the moment of checking.</summary>
public sealed record EntryDraft(string BatchId, EventData Data, DateTimeOffset? OccurredAt = null, string? Reason = null, string? Comment = null)
{
    public SignatureInput? Signature { get; init; }
    public SignatureInput? Verification { get; init; }
    public SignatureInput? CoSignature { get; init; }

    /// <summary>The version on screen; null when it does not matter.</summary>
    public long? IfMatch { get; init; }
}

/// <summary>Where pages hand in entries: asks who the person is at this moment, checks passwords, lets the batch decide, keeps the audit trail.</summary>
public interface IEntryDesk
{
    Task<AppendAnswer> Submit(ClaimsPrincipal person, EntryDraft draft, CancellationToken ct);

    /// <summary>Several entries of one moment that need no signature: all of them or none.</summary>
    Task<AppendAnswer> SubmitTogether(ClaimsPrincipal person, string batchId, IReadOnlyList<EventData> entries, string? comment, CancellationToken ct);

    /// <summary>What the batch would say, with signatures taken as given. Writes nothing.</summary>
    Task<AppendAnswer> Try(ClaimsPrincipal person, EntryDraft draft, CancellationToken ct);

    /// <summary>The person as an actor of entries, or null when the session is over.</summary>
    Task<Caller?> Who(ClaimsPrincipal person, CancellationToken ct);
}
