using System.Security.Claims;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.People;
using CultureTrack.Grains.Time;

namespace CultureTrack.Web.Entries;

/// <inheritdoc />
public sealed class EntryDesk(IGrainFactory grains, Grains.People.Sessions sessions, AuditTrail audit, ClockGuard guard, SigningDesk signing, TimeProvider clock) : IEntryDesk
{
    public async Task<Caller?> Who(ClaimsPrincipal person, CancellationToken ct) =>
        PageSession.Id(person) is { } session ? (await sessions.AdmitAgain(session, ct)).Caller : null;

    public async Task<AppendAnswer> Submit(ClaimsPrincipal person, EntryDraft draft, CancellationToken ct)
    {
        if (await Who(person, ct) is not { } caller) return Refuse(draft, [new(Codes.AuthExpired, "", "The session is over. Sign in again in another tab; what you typed stays here.")]);
        var findings = new List<Finding>();
        // Nobody is sent to the identity provider for an entry that would be refused anyway.
        if (signing.IsElsewhere && await Batch(draft).Append([Preview.Of(draft, caller.Actor, clock.GetUtcNow())], draft.IfMatch, dryRun: true) is { Accepted: false } no) return await Told(caller, draft, no, ct);
        var what = SigningContent.Of(draft);
        var (signature, verification, coSignature) = (
            await signing.Resolve(caller, draft.Signature, "signature", own: true, what, findings, ct),
            await signing.Resolve(caller, draft.Verification, "verification", own: false, what, findings, ct),
            await signing.Resolve(caller, draft.CoSignature, "coSignature", own: false, what, findings, ct));
        // Signing elsewhere takes minutes: whether the person still may is asked again.
        if (signing.IsElsewhere && findings.Count == 0 && (await Who(person, ct) is not { } still || still.User != caller.User)) findings.Add(new(Codes.AuthExpired, "", "The session ended while you signed. Nothing was recorded."));
        var entry = new Entry(draft.Data, caller.Actor, clock.GetUtcNow(), draft.OccurredAt, draft.Reason, draft.Comment, signature, verification, coSignature);
        if (guard.Doubt() is { } doubt) findings = [new(Codes.Clock, "", doubt)];
        return await Told(caller, draft, findings.Count > 0 ? Refuse(draft, findings) : await Batch(draft).Append([entry], draft.IfMatch, dryRun: false), ct);
    }

    private async Task<AppendAnswer> Told(Caller caller, EntryDraft draft, AppendAnswer answer, CancellationToken ct)
    {
        await audit.Add(caller.User, draft.Data.GetType().Name, draft.BatchId, answer.Findings.Select(f => f.Code).FirstOrDefault(), caller.Actor.DeviceId, ct);
        return answer;
    }

    public async Task<AppendAnswer> SubmitTogether(ClaimsPrincipal person, string batchId, IReadOnlyList<EventData> entries, string? comment, CancellationToken ct)
    {
        var first = new EntryDraft(batchId, entries[0]);
        if (await Who(person, ct) is not { } caller) return Refuse(first, [new(Codes.AuthExpired, "", "The session is over. Sign in again in another tab.")]);
        var now = clock.GetUtcNow();
        var answer = guard.Doubt() is { } doubt ? Refuse(first, [new(Codes.Clock, "", doubt)])
            : await Batch(first).Append([.. entries.Select(data => new Entry(data, caller.Actor, now, Comment: comment))], null, dryRun: false);
        foreach (var data in entries) await audit.Add(caller.User, data.GetType().Name, batchId, answer.Findings.Select(f => f.Code).FirstOrDefault(), caller.Actor.DeviceId, ct);
        return answer;
    }

    public async Task<AppendAnswer> Try(ClaimsPrincipal person, EntryDraft draft, CancellationToken ct)
    {
        if (await Who(person, ct) is not { } caller) return Refuse(draft, [new(Codes.AuthExpired, "", "The session is over. Sign in again in another tab; what you typed stays here.")]);
        return await Batch(draft).Append([Preview.Of(draft, caller.Actor, clock.GetUtcNow())], null, dryRun: true);
    }

    private IBatchGrain Batch(EntryDraft draft) => grains.GetGrain<IBatchGrain>(draft.BatchId);

    private static AppendAnswer Refuse(EntryDraft draft, IReadOnlyList<Finding> findings) => new(draft.BatchId, 0, LifeState.None, null, [], findings, []);
}

/// <summary>An entry as it will be once the missing signatures and the comment are given; only for dry runs.</summary>
public static class Preview
{
    // Somebody who may verify anything and is nobody else in the record.
    private static readonly Actor SecondPerson = new("preview", "Preview", [Roles.Technician, Roles.QualityControl, Roles.Releaser], [new("*", DateTimeOffset.MinValue, DateTimeOffset.MaxValue)]);

    public static Entry Of(EntryDraft draft, Actor person, DateTimeOffset now)
    {
        var second = EventCatalogue.Of(draft.Data).SecondPerson == Domain.Batches.SecondPerson.WithEntry ? new Signing(SecondPerson, Meanings.Verified, true) : null;
        var own = SignatureRules.MeaningNeeded(draft.Data) is { } meaning ? new Signing(person, meaning, true) : null;
        var late = draft.OccurredAt is { } at && now - at > TimeSpan.FromHours(72) ? new Signing(SecondPerson, Meanings.Approved, true) : null;
        return new(draft.Data, person, now, draft.OccurredAt, draft.Reason, draft.Comment ?? "…", own, second, late);
    }
}
