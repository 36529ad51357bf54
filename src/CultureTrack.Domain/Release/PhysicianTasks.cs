using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>A duty to inform the treating physician, until PhysicianInformed(PositiveResult) after it.</summary>
public sealed record PhysicianTask(string Text, DateTimeOffset Since, DateTimeOffset DueAt, Guid EventId);

/// <summary>Physician-notification tasks (2.3): after a release, on every fail of an F or C criterion and on a sterility signal; on revocation; on signs
/// of infection; on refused autologous tissue.</summary>
public static class PhysicianTasks
{
    public static readonly TimeSpan Within = TimeSpan.FromHours(24);

    /// <summary>The open tasks, the oldest first.</summary>
    public static IReadOnlyList<PhysicianTask> Open(BatchState state)
    {
        var informed = state.Of<PhysicianInformed>().LastOrDefault(p => p.Data.About == InformedAbout.PositiveResult)?.Version ?? 0;
        return [.. All(state).Where(t => state.Event(t.EventId)!.Version > informed)];
    }

    private static IEnumerable<PhysicianTask> All(BatchState state)
    {
        var released = state.Of<DispositionSigned>().FirstOrDefault(d =>
            d.Data.Kind is DispositionKind.Conditional or DispositionKind.Release or DispositionKind.Exceptional)?.Version ?? long.MaxValue;
        foreach (var e in state.History)
        {
            var why = e.Body switch
            {
                QcInterimReported { Reading: InterimReading.Signal } s when e.Version > released => $"Signal in test {s.TestId}",
                OosOpened o when e.Version > released => $"{o.CriterionId} failed after release",
                HoldPlaced { Reason: var reason } when e.Version > released && reason.StartsWith(Batches.QcReactions.AfterRelease, StringComparison.Ordinal) => reason,
                DispositionSigned { Kind: DispositionKind.Revoke } => "Release revoked",
                GraftTakeRecorded { InfectionSigns: true } => "Signs of infection at graft review",
                TissueRefused when state.Registration is { Autologous: true } => "Tissue refused",
                _ => null,
            };
            if (why is not null) yield return new(why, e.OccurredAt, e.OccurredAt + Within, e.EventId);
        }
    }
}
