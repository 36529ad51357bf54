using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>The transitions T01–T21 of 2.3: which event leads from which states to which.</summary>
public static class Lifecycle
{
    private static readonly LifeState[] BeforeReview =
        [LifeState.Planned, LifeState.Quarantined, LifeState.InProcess, LifeState.Cryostored, LifeState.Harvested, LifeState.Formulated];

    /// <summary>States from which an event that changes the state may happen; null when the event changes no state.</summary>
    public static IReadOnlyList<LifeState>? From(EventData data) => data switch
    {
        BatchRegistered => [LifeState.None],
        TissueReceived => [LifeState.Planned],
        TissueAccepted or TissueRefused => [LifeState.Quarantined],
        IsolationPerformed => [LifeState.Quarantined, LifeState.InProcess],
        CellsFrozen => [LifeState.InProcess, LifeState.Formulated],
        CellsThawed => [LifeState.Quarantined, LifeState.Cryostored, LifeState.Formulated],
        HarvestPerformed or SheetDetached => [LifeState.InProcess, LifeState.Harvested],
        FillPerformed => [LifeState.Harvested],
        ReviewSubmitted => [LifeState.Formulated],
        DispositionSigned { Kind: DispositionKind.FinalRelease } => [LifeState.ConditionallyReleased],
        DispositionSigned { Kind: DispositionKind.Revoke } => [LifeState.ConditionallyReleased, LifeState.Released, LifeState.ReleasedExceptional],
        DispositionSigned => [LifeState.PendingDisposition],
        BatchTerminated or TerminationProposed => BeforeReview,
        BatchDiscarded => [LifeState.Rejected, LifeState.Terminated, LifeState.ReleaseRevoked],
        BatchClosed => [LifeState.Released, LifeState.ReleasedExceptional, LifeState.ReleaseRevoked],
        _ => null,
    };

    public static LifeState Next(BatchState state, Recorded e) => (state.State, e.Body) switch
    {
        (_, BatchRegistered) => LifeState.Planned,
        (_, TissueReceived) => LifeState.Quarantined,
        (_, TissueRefused) => LifeState.Terminated,
        (LifeState.Quarantined, IsolationPerformed) => LifeState.InProcess,
        (LifeState.Quarantined or LifeState.Cryostored, CellsThawed) => LifeState.InProcess,
        (LifeState.InProcess, CellsFrozen) => LifeState.Cryostored,
        (LifeState.InProcess, HarvestPerformed or SheetDetached) => LifeState.Harvested,
        (_, FillPerformed) => LifeState.Formulated,
        (_, ReviewSubmitted) => LifeState.PendingDisposition,
        (_, DispositionSigned d) => AfterSigning(d.Kind),
        (_, BatchTerminated) => LifeState.Terminated,
        (_, BatchDiscarded) => LifeState.Discarded,
        (_, BatchClosed) => LifeState.Closed,
        var (current, _) => current,
    };

    private static LifeState AfterSigning(DispositionKind kind) => kind switch
    {
        DispositionKind.Conditional => LifeState.ConditionallyReleased,
        DispositionKind.Release or DispositionKind.FinalRelease => LifeState.Released,
        DispositionKind.Reject => LifeState.Rejected,
        DispositionKind.Revoke => LifeState.ReleaseRevoked,
        _ => LifeState.ReleasedExceptional,
    };

    public static Distribution DistributionAfter(Distribution current, EventData data) => data switch
    {
        Shipped => Distribution.Shipped,
        Delivered => Distribution.Delivered,
        Administered => Distribution.Administered,
        Returned => Distribution.Returned,
        _ => current,
    };
}

/// <summary>The phase path of 2.2: which phase an event enters, and whether the product's path allows it.</summary>
public static class PhasePath
{
    /// <summary>The phase an event enters, or null when it leaves the phase alone.</summary>
    public static string? Entered(EventData data, BatchState state) => data switch
    {
        IsolationPerformed => Phases.Isolation,
        VesselsSeeded { Purpose: SeedingPurpose.Culture, Passage: 1 } when state.ProductType == "SPR" => Phases.P1,
        VesselsSeeded { Purpose: SeedingPurpose.Culture } => Phases.P0,
        VesselsSeeded { Purpose: SeedingPurpose.Expansion } => Phases.Expansion,
        VesselsSeeded { Purpose: SeedingPurpose.Sheet } => Phases.SheetMaturation,
        VesselsSeeded { Purpose: SeedingPurpose.EpidermalSeeding } => Phases.EpidermalSeeding,
        CellsFrozen => Phases.Freeze,
        CellsThawed => Phases.Thaw,
        HarvestPerformed => Phases.Harvest,
        SheetDetached => Phases.Detach,
        SheetMounted => Phases.Mount,
        FillPerformed => Phases.Fill,
        _ => null,
    };

    /// <summary>Refuses a step that is not the present phase, its repeat or a legal next phase (STATE-PHASE).</summary>
    public static void Check(Judgement j)
    {
        if (Entered(j.Entry.Data, j.State) is not { } phase) return;
        var path = j.Facts.Product.Path;
        // A bank vial begins with its thaw (T03) where the product knows one.
        if (phase == Phases.Thaw && j.State is { Phase: null, Culture.FromBank: true } && path.ContainsKey(Phases.Thaw)) return;
        var allowed = path.GetValueOrDefault(j.State.Phase ?? "") ?? [];
        if (!j.Require(allowed.Contains(phase), Codes.StatePhase, "type",
                $"{phase} cannot follow {j.State.Phase ?? "the start"} for {j.Facts.Product.Code}; next can be {string.Join(", ", allowed)}.")) return;
        if (j.Facts.Product.MaxRepeats.TryGetValue(phase, out var most))
            j.Require(Rounds(j.State, phase) < most || IsSameRound(j), Codes.StatePhase, "type", $"{phase} can be entered {most} times at most.");
    }

    // A round is one passage number: vessels of one passage may be seeded in several entries.
    private static int Rounds(BatchState state, string phase) =>
        state.Of<VesselsSeeded>().Where(e => Entered(e.Data, state) == phase).Select(e => e.Data.Passage).Distinct().Count();

    private static bool IsSameRound(Judgement j) =>
        j.Entry.Data is VesselsSeeded s && j.State.Of<VesselsSeeded>().Any(e => e.Data.Purpose == s.Purpose && e.Data.Passage == s.Passage);
}
