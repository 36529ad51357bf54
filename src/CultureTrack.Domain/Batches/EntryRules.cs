using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>What holds for every entry, whatever its type: who, when, in which state, signed by whom (G-5, G-6, G-10, R-11…R-18).</summary>
internal static class EntryRules
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan RefusedAfter = TimeSpan.FromHours(72);
    private const int ReasonMinLength = 10;

    public static string CheckRole(EventKind kind, Judgement j)
    {
        var actor = j.Entry.Actor;
        if (actor.IsSystem) return Roles.System;
        // What was flagged at receipt is for QA to accept or refuse (T03, T21).
        var flagged = j.Entry.Data is TissueAccepted or TissueRefused && ReceiptRules.WasFlagged(j.State);
        var by = flagged ? [Roles.QualityAssurance] : kind.By;
        var role = actor.RoleFor(by);
        var where = $"Needed for {kind.Name}: {(by.Count == 0 ? "the software itself" : string.Join(" or ", by))}{(flagged ? ", because the receipt was flagged" : "")}.";
        if (!j.Require(role is not null, Codes.SodRole, "type", where)) return "";
        j.Require(Covering(kind, j).Any(c => actor.IsQualifiedFor(c, j.Now)), Codes.SodRole, "type", $"{actor.UserId} has no qualification for {kind.Name} in force.");
        return role!;
    }

    /// <summary>What a qualification may name for an entry: its event type, or the method that is worked by (2.4, TrainingRecorded).</summary>
    private static IEnumerable<string> Covering(EventKind kind, Judgement j)
    {
        string? ofTest = j.Entry.Data switch
        {
            QcTestStarted t => t.CriterionId,
            QcInterimReported i => j.State.Qc.Tests.GetValueOrDefault(i.TestId)?.CriterionId,
            QcResultRecorded r => j.State.Qc.Tests.GetValueOrDefault(r.TestId)?.CriterionId,
            _ => null,
        };
        string?[] methods = j.Entry.Data switch
        {
            IsolationPerformed i => [i.Method.ToString()],
            CellCounted c => [c.Method],
            _ => [ofTest, ofTest is null ? null : j.Facts.Spec?.WithCommon().Find(ofTest)?.Method],
        };
        return methods.OfType<string>().Prepend(kind.Name);
    }

    public static void CheckTimes(EventKind kind, Judgement j)
    {
        var entry = j.Entry;
        if (entry.Actor.IsSystem || entry.Origin == Origin.Imported) return;
        j.Require(entry.At <= entry.Now + ClockTolerance, Codes.ValFuture, "occurredAt", "occurredAt lies in the future.");
        var late = entry.Now - entry.At;
        if (late > LateAfter)
        {
            j.Flag(Flags.LateEntry, "occurredAt", "15 min", Math.Round((decimal)late.TotalMinutes, 1));
            RequireReason(entry.Reason, "reason", j);
        }
        var signedByQuality = entry.CoSignature?.Signer is { } s && s.RoleFor([Roles.QualityAssurance]) is not null;
        j.Require(late <= RefusedAfter || signedByQuality, Codes.ValLate, "occurredAt", "More than 72 h ago; QA must co-sign (meaning Approved).");
        j.Require(j.State.StateChangedAt is null || entry.At >= j.State.StateChangedAt, Codes.ValOrder, "occurredAt",
            $"The batch became {j.State.State} at {j.State.StateChangedAt:u}; an entry cannot be made for before that.");
        if (kind.DataType == typeof(BatchTerminated) || entry.Data is DispositionSigned { Kind: DispositionKind.Revoke }) RequireReason(entry.Reason ?? DataReason(entry.Data), "reason", j);
    }

    private static string? DataReason(EventData data) => data is BatchTerminated t ? $"Termination: {t.Reason}" : null;

    public static void RequireReason(string? reason, string field, Judgement j) =>
        j.Require(reason?.Trim().Length >= ReasonMinLength, Codes.ValReason, field, $"A reason of at least {ReasonMinLength} characters is needed.");

    public static void CheckState(EventKind kind, Judgement j)
    {
        var state = j.State.State;
        var legal = Lifecycle.From(j.Entry.Data, j.Product) is { } from
            ? from.Contains(state)
            : kind.Legality == Legality.Making
                ? state is >= LifeState.Planned and <= LifeState.PendingDisposition
                : j.State.HasStarted && (!j.State.IsTerminal || j.Entry.Data is HoldReleased);
        if (j.Require(legal, Codes.StateTransition, "type", $"{kind.Name} is not possible while the batch is {(j.State.HasStarted ? state : "not registered")}."))
            PhasePath.Check(j);
    }

    public static void CheckSignatures(EventKind kind, Judgement j)
    {
        var entry = j.Entry;
        if (entry.Actor.IsSystem || entry.Origin == Origin.Imported) return;
        var second = SignatureRules.Check(kind.Name, entry.Actor, entry.Signature, entry.Verification, entry.CoSignature,
            SignatureRules.MeaningNeeded(entry.Data), kind.SecondPerson == SecondPerson.WithEntry, j.Require);
        string[] mayVerify = entry.Data is ExpiryOverridden ? [Roles.Releaser] : [Roles.Technician, Roles.QualityControl, Roles.QualityAssurance];
        j.Require(second is null || second.RoleFor(mayVerify) is not null, Codes.SodRole, "verification.user", $"{second?.UserId} may not verify this.");
        if (entry.CoSignature?.Signer is { } quality)
            j.Require(quality.RoleFor([Roles.QualityAssurance]) is not null, Codes.SodRole, "coSignature.user", "Only QA co-signs a late entry.");
    }

    public static void FlagCommon(EventKind kind, Judgement j)
    {
        if (j.Entry.Actor.IsSystem || j.State.Holds.IsEmpty || kind.IsQualityDecision) return;
        j.Flag(Flags.UnderHold, "type", null, string.Join("; ", j.State.Holds.Values.Select(h => h.Reason)));
    }

    public static void CheckComment(Judgement j)
    {
        if (j.Entry.Actor.IsSystem || j.Entry.Origin == Origin.Imported) return;
        var raised = j.FlagsRaised.Where(f => f.Code != Flags.UnderHold).Select(f => $"{f.Code} ({f.Field})").ToList();
        j.Require(raised.Count == 0 || !string.IsNullOrWhiteSpace(j.Entry.Comment), Codes.ValComment, "comment",
            $"A comment is needed for: {string.Join(", ", raised)}.");
    }

    /// <summary>Ids the requester may leave out.</summary>
    public static EventData WithIds(EventData data) => data switch
    {
        DeviationOpened { DeviationId: null } d => d with { DeviationId = $"DEV-{Guid.CreateVersion7():N}"[..20].ToUpperInvariant() },
        HoldPlaced { HoldId: null } h => h with { HoldId = $"HOLD-{Guid.CreateVersion7():N}"[..21].ToUpperInvariant() },
        _ => data,
    };
}
