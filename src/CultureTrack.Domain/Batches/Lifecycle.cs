using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>The transitions T01–T21 of 2.3: which event leads from which states to which.</summary>
public static class Lifecycle
{
    private static readonly LifeState[] BeforeReview =
        [LifeState.Planned, LifeState.Quarantined, LifeState.InProcess, LifeState.Cryostored, LifeState.Harvested, LifeState.Formulated];

    /// <summary>States from which an event that changes the state may happen; null when the event changes no state.</summary>
    public static IReadOnlyList<LifeState>? From(EventData data, ProductType product) => data switch
    {
        BatchRegistered => [LifeState.None],
        TissueReceived or SourceCellsAllocated => [LifeState.Planned],
        TissueAccepted or TissueRefused => [LifeState.Quarantined],
        IsolationPerformed => [LifeState.Quarantined, LifeState.InProcess],
        CellsFrozen => [LifeState.InProcess, LifeState.Formulated],
        CellsThawed when product.StartsFromCells => [LifeState.Quarantined, LifeState.InProcess, LifeState.Cryostored, LifeState.Formulated],
        CellsThawed => [LifeState.Quarantined, LifeState.Cryostored, LifeState.Formulated],
        SerumFreeWashDone or ScaffoldSeeded => [LifeState.Quarantined, LifeState.InProcess],
        ConditioningStarted or DermalEquivalentCast or AttachmentAssessed or AirLiftStarted or AirLiftEnded => [LifeState.InProcess],
        HarvestPerformed or SheetDetached or ConditionedMediumCollected => [LifeState.InProcess, LifeState.Harvested],
        Clarified or Concentrated or SterileFiltered => [LifeState.Harvested],
        FillPerformed => [product.FillsFrom],
        Lyophilised => [LifeState.Formulated],
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
        (_, TissueReceived or SourceCellsAllocated) => LifeState.Quarantined,
        (_, TissueRefused) => LifeState.Terminated,
        (LifeState.Quarantined, IsolationPerformed or SerumFreeWashDone or ScaffoldSeeded) => LifeState.InProcess,
        (LifeState.Quarantined or LifeState.Cryostored, CellsThawed) => LifeState.InProcess,
        (LifeState.InProcess, CellsFrozen) => LifeState.Cryostored,
        (LifeState.InProcess, HarvestPerformed or SheetDetached or ConditionedMediumCollected) => LifeState.Harvested,
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

    /// <summary>The furthest any unit has come: what one patient was given counts whatever became of the rest; Returned only when all that left is back.</summary>
    public static Distribution DistributionOf(ProductState product)
    {
        var left = product.Containers.Values.Where(c => c.Shipped || c.Administered).ToList();
        var away = left.Where(c => !c.Returned).ToList();
        return left.Count == 0 ? Distribution.None
            : left.Any(c => c.Administered) ? Distribution.Administered
            : away.Count == 0 ? Distribution.Returned
            : away.Any(c => c.Delivered) ? Distribution.Delivered : Distribution.Shipped;
    }
}

/// <summary>The phase path of 2.2: which phase an event enters, and whether the product's path allows it.</summary>
public static class PhasePath
{
    /// <summary>The phase an event enters, or null when it leaves the phase alone; the product's event map tells.</summary>
    public static string? Entered(EventData data, BatchState state) => state.Definition?.PhaseOf(data);

    /// <summary>Refuses a step that is not the present phase, its repeat or a legal next phase, or none of this product's at all (STATE-PHASE).</summary>
    public static void Check(Judgement j)
    {
        if (!j.State.HasStarted) return;
        var (product, data) = (j.Product, j.Entry.Data);
        if (product.PhaseOf(data) is not { } phase)
        {
            var other = ProductSteps.Moves(data) || (product.Events is { } own && EventCatalogue.AtTheBench.Contains(data.GetType().Name) && !own.Contains(data.GetType().Name));
            j.Require(!other, Codes.StatePhase, "type", $"{data.GetType().Name} is no step of {product.Code}.");
            return;
        }
        // A bank vial begins with its thaw (T03) where the product knows one.
        if (phase == Phases.Thaw && j.State is { Phase: null, Culture.FromBank: true } && product.Path.ContainsKey(Phases.Thaw)) return;
        var allowed = product.Path.GetValueOrDefault(j.State.Phase ?? "") ?? [];
        if (!j.Require(allowed.Contains(phase), Codes.StatePhase, "type",
                $"{phase} cannot follow {j.State.Phase ?? "the start"} for {product.Code}; next can be {string.Join(", ", allowed)}.")) return;
        if (product.MaxRepeats.TryGetValue(phase, out var most))
            j.Require(Rounds(j.State, phase) < most || IsSameRound(j), Codes.StatePhase, "type", $"{phase} can be entered {most} times at most.");
    }

    // A round is one passage number: vessels of one passage may be seeded in several entries.
    private static int Rounds(BatchState state, string phase) =>
        state.Of<VesselsSeeded>().Where(e => Entered(e.Data, state) == phase).Select(e => e.Data.Passage).Distinct().Count();

    private static bool IsSameRound(Judgement j) =>
        j.Entry.Data is VesselsSeeded s && j.State.Of<VesselsSeeded>().Any(e => e.Data.Purpose == s.Purpose && e.Data.Passage == s.Passage);
}
