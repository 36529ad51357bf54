using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Marten;

namespace CultureTrack.Grains.Lab;

internal static class LabChanges
{
    /// <summary>One more event for a thing that is registered, and its document as it is afterwards.</summary>
    /// <param name="id">Of the document.</param>
    /// <param name="what">As it is named when it is not known.</param>
    /// <param name="version">Of the document: events in its stream.</param>
    public static async Task<Outcome<T>> Change<T>(
        this LabWriter writer, LabEntry entry, string stream, string id, string what, long? ifMatch, Func<T, long> version, Action<T, LabJudgement> rule,
        Func<T, Recorded, T> apply, CancellationToken ct) where T : notnull
    {
        await using var work = await writer.Begin(ct);
        if (await work.Session.LoadAsync<T>(id, ct) is not { } known) return Outcome.NotFound<T>(what);
        if (ifMatch is { } seen && seen != version(known)) return Stale.Answer<T>(version(known));
        if (work.Append(entry, stream, version(known), j => rule(known, j)) is not { } e) return work.Refused<T>();
        var changed = apply(known, e);
        work.Session.Store(changed);
        return await work.Save(changed, ct);
    }

    /// <summary>An id for something whose entry brought none: <c>CAPA-0197F3A25C1E7000</c>.</summary>
    public static string NewId(this LabWriter writer, string prefix) => $"{prefix}-{Guid.CreateVersion7(writer.Now):N}"[..(prefix.Length + 17)].ToUpperInvariant();
}
