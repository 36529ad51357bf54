using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Grains.People;

namespace CultureTrack.Grains.Batches;

/// <summary>
/// What a reviewer has to see: the exceptions of the batch, and beside them what was refused on it (R-36, R-40). A refusal needs no tick; one for the order
/// of steps says when the same person's next attempt was taken.
/// </summary>
public sealed class ReviewReports(IGrainFactory grains, AuditTrail audit)
{
    private const int MostRefusals = 1000;
    private static readonly string[] OutOfOrder = [Codes.ValOrder, Codes.StatePhase, Codes.StateTransition];

    public async Task<ExceptionReport> Of(string batchId, CancellationToken ct)
    {
        var report = await grains.GetGrain<IBatchGrain>(batchId).Exceptions();
        var (refused, _) = await audit.List(new AuditQuery(Target: batchId, Outcome: "Refused"), 1, MostRefusals, ct);
        if (refused.Count == 0) return report;
        var accepted = refused.Any(r => OutOfOrder.Contains(r.Code)) ? (await audit.List(new AuditQuery(Target: batchId, Outcome: "Accepted"), 1, MostRefusals, ct)).Items : [];
        return report with { Items = [.. report.Items, .. refused.Reverse().Select(r => Shown(r, accepted))] };
    }

    private static ReviewException Shown(AuditEntry refused, IReadOnlyList<AuditEntry> accepted)
    {
        var text = $"{refused.At:u} {(string.IsNullOrEmpty(refused.User) ? "not signed in" : refused.User)}: {refused.Command} was refused with {refused.Code}.";
        if (OutOfOrder.Contains(refused.Code))
            text += accepted.LastOrDefault(a => a.At >= refused.At && a.User == refused.User && a.Command == refused.Command) is { } retried
                ? $" Out of order; the same was tried again and taken {retried.At:u}." : " Out of order; it was not taken later either.";
        return new($"Refused-{refused.Id:N}", "Refused", [], text, Seen: true);
    }
}
