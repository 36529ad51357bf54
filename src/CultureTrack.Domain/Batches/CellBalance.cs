namespace CultureTrack.Domain.Batches;

/// <summary>Where the viable cells of one suspension went: In = Out + Loss, with Loss what nobody used or counted again.</summary>
/// <param name="Id">The event, pool, sub-lot or thaw that gave the suspension.</param>
/// <param name="In">Viable cells it was counted with.</param>
/// <param name="Out">Viable cells seeded, cast, pooled, split off or frozen from it; more than <paramref name="In"/> within the counting error.</param>
public sealed record CellBalance(string Id, decimal In, decimal Out)
{
    /// <summary>Measured loss; negative when more was used than counted (5 % at most, 2.4).</summary>
    public decimal Loss => In - Out;

    /// <summary>Every suspension of a batch, in the order of its id.</summary>
    public static IReadOnlyList<CellBalance> Of(BatchState state) =>
        [.. state.Culture.Sources.Values.Select(s => new CellBalance(s.Id, s.Viable, s.Used)).OrderBy(b => b.Id, StringComparer.Ordinal)];

    /// <summary>True when no vessel is its own ancestor, however far back.</summary>
    public static bool HasNoCycle(CultureState culture) => Lineage.IsAcyclic(culture);

    /// <summary>All cells the entries of the batch say were taken out of suspensions; equals the sum of <see cref="Out"/> whatever the order of entries.</summary>
    public static decimal Drawn(BatchState state) => state.History.Sum(e => e.Body switch
    {
        VesselsSeeded s when s.SourceIds.Any(id => Lineage.Source(state.Culture, id) is not null) => s.ViableSeeded,
        DermalEquivalentCast c => c.FibroblastsPerMl * c.VolumeMl,
        ScaffoldSeeded s => s.CellsPerCm2 * s.AreaCm2,
        CulturesPooled p => p.ViableEach.Sum(),
        SubLotSplit p when !state.Culture.Vessels.Values.Any(v => v.SubLot is not null && (p.FromIds.Contains(v.Id) || p.ToIds.Contains(v.Id))) => p.ViableEach.Sum(),
        CellsFrozen f => f.Containers.Where(c => state.Culture.Frozen.GetValueOrDefault(c.Id)?.EventId == e.EventId).Sum(c => c.Viable),
        _ => 0,
    });
}
