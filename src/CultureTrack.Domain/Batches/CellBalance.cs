namespace CultureTrack.Domain.Batches;

/// <summary>Where the viable cells of one suspension or frozen container went: In = Out + Discarded + Kept + Loss.</summary>
/// <param name="Id">The event, pool, sub-lot or thaw that gave the suspension, or the frozen container.</param>
/// <param name="In">Viable cells it was counted with.</param>
/// <param name="Out">Viable cells seeded, cast, pooled, split off, frozen or filled from it, or recovered by its thaw; more than <paramref name="In"/> within the counting error.</param>
/// <param name="Discarded">Viable cells thrown away.</param>
/// <param name="Kept">Viable cells still in the container.</param>
public sealed record CellBalance(string Id, decimal In, decimal Out, decimal Discarded = 0, decimal Kept = 0)
{
    /// <summary>Measured loss: counted once and never again; negative when more was used than counted (5 % at most, a thaw 10 %, 2.4).</summary>
    public decimal Loss => In - Out - Discarded - Kept;

    /// <summary>Every suspension and every container frozen here, in the order of its id.</summary>
    public static IReadOnlyList<CellBalance> Of(BatchState state) =>
        [.. state.Culture.Sources.Values.Select(s => new CellBalance(s.Id, s.Viable, s.Used, s.Discarded)).Concat(Containers(state)).OrderBy(b => b.Id, StringComparer.Ordinal)];

    // Freezing puts cells away, thawing gives back what is recovered of them.
    private static IEnumerable<CellBalance> Containers(BatchState state) =>
        from frozen in state.Culture.Frozen.Values
        let container = state.Product.Containers.GetValueOrDefault(frozen.Id)
        let thaw = state.Of<CellsThawed>().FirstOrDefault(t => t.Data.ContainerIds.Contains(frozen.Id))
        let recovered = thaw is null ? 0 : frozen.Viable * thaw.Data.RecoveryPct / 100
        let gone = thaw is null && container is { Withdrawn: true } ? frozen.Viable : 0
        select new CellBalance(frozen.Id, frozen.Viable, recovered, gone, thaw is null && gone == 0 ? frozen.Viable : 0);

    /// <summary>True when no vessel is its own ancestor, however far back.</summary>
    public static bool HasNoCycle(CultureState culture) => Lineage.IsAcyclic(culture);

    /// <summary>Cells a fill puts into containers; what is packed as it grew is measured by area.</summary>
    public static decimal IntoContainers(FillPerformed fill) => fill.Containers.Where(c => c.AreaCm2 is null).Sum(c => c.Viable ?? 0);

    /// <summary>All cells the entries of the batch say were taken out of suspensions; equals the sum of <see cref="Out"/> over them whatever the order of entries.</summary>
    public static decimal Drawn(BatchState state) => state.History.Sum(e => e.Body switch
    {
        VesselsSeeded s when s.SourceIds.Any(id => Lineage.Source(state.Culture, id) is not null) => s.ViableSeeded,
        DermalEquivalentCast c => c.FibroblastsPerMl * c.VolumeMl,
        ScaffoldSeeded s => s.CellsPerCm2 * s.AreaCm2,
        CulturesPooled p => p.ViableEach.Sum(),
        SubLotSplit p when !state.Culture.Vessels.Values.Any(v => v.SubLot is not null && (p.FromIds.Contains(v.Id) || p.ToIds.Contains(v.Id))) => p.ViableEach.Sum(),
        CellsFrozen f => f.Containers.Where(c => state.Culture.Frozen.GetValueOrDefault(c.Id)?.EventId == e.EventId).Sum(c => c.Viable),
        FillPerformed f when state.Culture.Sources.Count > 0 => IntoContainers(f),
        _ => 0,
    });
}
