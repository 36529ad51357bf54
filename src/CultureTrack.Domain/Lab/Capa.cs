using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

public enum CapaStatus { Open, ActionsDone, Closed }

/// <summary>A corrective and preventive action begins; it is closed for itself, apart from the batch and the deviation that gave rise to it.</summary>
/// <param name="CapaId">Given by the software when left out.</param>
/// <param name="Owner">User id of who sees to it that it is done.</param>
/// <param name="DueAt">Until when the actions are done.</param>
/// <param name="EffectivenessCheck">How and by which measure its effect will be judged.</param>
/// <param name="EffectivenessDueAt">When its effect is judged; not before <paramref name="DueAt"/>.</param>
public sealed record CapaOpened(
    string? CapaId, string Title, string Problem, string? CorrectiveAction, string? PreventiveAction, string Owner, DateTimeOffset DueAt,
    string EffectivenessCheck, DateTimeOffset EffectivenessDueAt, IReadOnlyList<string>? DeviationRefs = null) : EventData;

/// <summary>What was decided has been done; its effect is not judged yet.</summary>
public sealed record CapaActionsDone(string Done, IReadOnlyList<string>? EvidenceRefs = null) : EventData;

/// <summary>The check found no effect, or more is to be done: it is open again until <paramref name="DueAt"/>.</summary>
public sealed record CapaReopened(string Reason, DateTimeOffset DueAt, DateTimeOffset EffectivenessDueAt) : EventData;

/// <summary>The effect was checked and is there; nothing more is to be done.</summary>
public sealed record CapaClosed(string Conclusion) : EventData;

/// <summary>One action as the register knows it.</summary>
public sealed record Capa(
    string CapaId, string Title, string Problem, string? CorrectiveAction, string? PreventiveAction, string Owner, DateTimeOffset DueAt,
    string EffectivenessCheck, DateTimeOffset EffectivenessDueAt, IReadOnlyList<string> DeviationRefs, string OpenedBy, DateTimeOffset OpenedAt, long Version)
{
    public CapaStatus Status { get; init; }
    public string? Done { get; init; }
    public IReadOnlyList<string> EvidenceRefs { get; init; } = [];
    public string? DoneBy { get; init; }
    public DateTimeOffset? DoneAt { get; init; }
    public string? Conclusion { get; init; }
    public string? ClosedBy { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>How often a check found that it had no effect.</summary>
    public int Reopened { get; init; }

    public static string Stream(string capaId) => $"capa/{capaId}";

    public static Capa Apply(Capa? capa, Recorded e) => (capa, e.Body) switch
    {
        (null, CapaOpened c) => new(c.CapaId!, c.Title, c.Problem, c.CorrectiveAction, c.PreventiveAction, c.Owner, c.DueAt, c.EffectivenessCheck,
            c.EffectivenessDueAt, c.DeviationRefs ?? [], e.ActorId, e.OccurredAt, e.Version),
        ({ } c, CapaActionsDone d) => c with
        {
            Status = CapaStatus.ActionsDone,
            Done = d.Done,
            EvidenceRefs = d.EvidenceRefs ?? [],
            DoneBy = e.ActorId,
            DoneAt = e.OccurredAt,
            Version = e.Version,
        },
        ({ } c, CapaReopened r) => c with
        {
            Status = CapaStatus.Open,
            DueAt = r.DueAt,
            EffectivenessDueAt = r.EffectivenessDueAt,
            Reopened = c.Reopened + 1,
            Version = e.Version,
        },
        ({ } c, CapaClosed x) => c with { Status = CapaStatus.Closed, Conclusion = x.Conclusion, ClosedBy = e.ActorId, ClosedAt = e.OccurredAt, Version = e.Version },
        _ => throw new InvalidOperationException($"{e.Type} cannot follow in the stream {e.StreamId}."),
    };
}

public static class CapaRules
{
    private const int ConclusionMinLength = 20;

    /// <param name="ownerKnown">Whether the owner is an active person.</param>
    public static void Check(CapaOpened e, Capa? known, bool ownerKnown, LabJudgement j)
    {
        j.Id("capaId", e.CapaId);
        j.Require(known is null, Codes.ValDuplicate, "capaId", $"{e.CapaId} exists already.");
        j.Text("title", e.Title);
        j.Text("problem", e.Problem);
        j.Text("effectivenessCheck", e.EffectivenessCheck);
        j.Require(!string.IsNullOrWhiteSpace(e.CorrectiveAction) || !string.IsNullOrWhiteSpace(e.PreventiveAction), Codes.ValRequired, "correctiveAction",
            "Say what is corrected, what is prevented, or both.");
        j.Require(ownerKnown, Codes.ValFormat, "owner", $"{e.Owner} is not an active person.");
        CheckDates(e.DueAt, e.EffectivenessDueAt, j);
    }

    public static void Check(CapaActionsDone e, Capa capa, LabJudgement j)
    {
        j.Text("done", e.Done);
        j.Require(capa.Status == CapaStatus.Open, Codes.StateTransition, "capaId", $"{capa.CapaId} is {capa.Status}.");
    }

    public static void Check(CapaReopened e, Capa capa, LabJudgement j)
    {
        LabDecider.RequireReason(j, e.Reason);
        CheckDates(e.DueAt, e.EffectivenessDueAt, j);
        j.Require(capa.Status == CapaStatus.ActionsDone, Codes.StateTransition, "capaId", $"{capa.CapaId} is {capa.Status}; only what was done is found without effect.");
    }

    /// <summary>Closed by quality, and by nobody who opened it, owns it or did it.</summary>
    public static void Check(CapaClosed e, Capa capa, LabJudgement j)
    {
        j.Require(e.Conclusion.Trim().Length >= ConclusionMinLength, Codes.ValReason, "conclusion", $"A conclusion of at least {ConclusionMinLength} characters is needed.");
        j.Require(capa.Status == CapaStatus.ActionsDone, Codes.StateTransition, "capaId",
            capa.Status == CapaStatus.Open ? $"The actions of {capa.CapaId} are not done yet." : $"{capa.CapaId} is closed already.");
        j.Require(!new[] { capa.OpenedBy, capa.Owner, capa.DoneBy }.Contains(j.Entry.Actor.UserId), Codes.SodCloser, "type",
            "Who opened it, owns it or did it does not close it.");
    }

    private static void CheckDates(DateTimeOffset dueAt, DateTimeOffset effectivenessDueAt, LabJudgement j)
    {
        j.Require(dueAt > j.Now, Codes.ValOrder, "dueAt", "The due date has passed.");
        j.Require(effectivenessDueAt >= dueAt, Codes.ValOrder, "effectivenessDueAt", "The effect cannot be judged before the actions are due.");
    }
}
