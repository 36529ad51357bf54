using System.Collections.Immutable;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum VesselStatus { FeederOnly, InUse, Emptied, Discarded }

/// <summary>A time a vessel spent in one incubator; <see cref="To"/> is null while it is inside.</summary>
public sealed record Stay(string IncubatorId, int Shelf, DateTimeOffset From, DateTimeOffset? To);

/// <summary>One flask, dish, stack or tray from seeding to its end.</summary>
public sealed record Vessel(string Id, string Type, decimal AreaCm2)
{
    public SeedingPurpose? Purpose { get; init; }
    public CellLine? CellLine { get; init; }
    public int Passage { get; init; }

    /// <summary>Viable cells seeded into it: density × area.</summary>
    public decimal Seeded { get; init; }

    /// <summary>Population doublings before this vessel, without those of P0 while they are not known.</summary>
    public double CpdlAtSeeding { get; init; }

    public DateTimeOffset? SeededAt { get; init; }
    public Guid? SeedEventId { get; init; }
    public IReadOnlyList<string> SourceIds { get; init; } = [];
    public decimal MediumMl { get; init; }
    public DateTimeOffset? MediumAt { get; init; }
    public decimal? ConfluencePct { get; init; }
    public bool Contaminated { get; init; }
    public ImmutableList<Stay> Stays { get; init; } = [];
    public VesselStatus Status { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? FeederArrestedAt { get; init; }

    /// <summary>Sub-lot the vessel was set apart for (K-04); it stays in culture.</summary>
    public string? SubLot { get; init; }

    /// <summary>Vessels whose cells are in this one, through passage or pooling.</summary>
    public IReadOnlyList<string> ParentVesselIds { get; init; } = [];

    /// <summary>True for cells in a matrix or on a carrier, which is itself what will be delivered.</summary>
    public bool IsConstruct { get; init; }

    /// <summary>Passage of the fibroblasts under an epidermis.</summary>
    public int? DermalPassage { get; init; }

    public DateTimeOffset? AirLiftFrom { get; init; }
    public DateTimeOffset? AirLiftTo { get; init; }

    public Stay? Inside => Stays.LastOrDefault() is { To: null } s ? s : null;
    public bool HoldsProduct => IsConstruct || Purpose is not (SeedingPurpose.CfuF or SeedingPurpose.Qc or null);
}

/// <summary>Cells in suspension that vessels can be seeded from: an isolation, a passage, a harvest, a thaw, a pool or a sub-lot.</summary>
/// <param name="Used">Viable cells seeded, frozen, pooled or split off so far.</param>
/// <param name="NextPassage">Passage number of vessels seeded from it; null for a bank vial, whose label gives it.</param>
public sealed record CellSource(
    string Id, CellLine? CellLine, decimal Viable, decimal Used, int? NextPassage, double Cpdl, IReadOnlyList<string> ParentVesselIds, DateTimeOffset At)
{
    public decimal? ViabilityPct { get; init; }
    public Guid? EventId { get; init; }

    /// <summary>Containers that were thawed into it.</summary>
    public IReadOnlyList<string> ContainerIds { get; init; } = [];

    /// <summary>Viable cells thrown away with what was left of it.</summary>
    public decimal Discarded { get; init; }

    public decimal Left => Viable - Used - Discarded;
}

/// <summary>One growth interval: from seeding to passage, harvest or detachment.</summary>
/// <param name="Pd">Population doublings; null while the clonogenic fraction of P0, or the count of the QC tray, is not known.</param>
public sealed record GrowthStep(
    Guid EventId, int Passage, CellLine? CellLine, decimal Seeded, decimal? Harvested, double Hours, double? Pd, double? TdHours, double CpdlBefore,
    DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>The entries that seeded it.</summary>
    public IReadOnlyList<Guid> SeedEvents { get; init; } = [];

    /// <summary>The entries whose cells were seeded, with the doublings they had.</summary>
    public IReadOnlyList<(Guid EventId, double Cpdl)> Parents { get; init; } = [];

    /// <summary>Cumulative doublings after this interval; null while its own are not known.</summary>
    public double? Cpdl => Pd is { } pd ? CpdlBefore + pd : null;

    public bool WaitsForClonogenicFraction => Passage == 0 && CellLine == Batches.CellLine.Msc && Harvested is not null && Pd is null;
}

/// <summary>Vessels, suspensions and growth of one batch.</summary>
public sealed record CultureState
{
    public static readonly CultureState Empty = new();

    public ImmutableSortedDictionary<string, Vessel> Vessels { get; init; } = ById.None<Vessel>();
    public ImmutableSortedDictionary<string, CellSource> Sources { get; init; } = ById.None<CellSource>();
    public ImmutableList<GrowthStep> Growth { get; init; } = [];

    /// <summary>What was frozen, container by container, as the suspension it was taken from; thawing gives it back.</summary>
    public ImmutableSortedDictionary<string, CellSource> Frozen { get; init; } = ById.None<CellSource>();

    /// <summary>Tray of the sheets that was set apart for QC, until its cells are counted.</summary>
    public string? QcVesselId { get; init; }

    /// <summary>Colony-forming part of the cells plated at P0, 0 to 1, from the approved CFU-F result (5.5).</summary>
    public double? ClonogenicFraction { get; init; }

    /// <summary>Passage and doublings the cells brought with them from another batch.</summary>
    public int? AllocatedPassage { get; init; }
    public double? AllocatedCpdl { get; init; }

    /// <summary>True when the batch began with a bank vial: the doublings before it are not in this record.</summary>
    public bool FromBank { get; init; }

    /// <summary>True from the first passage of SVF or MNC until the CFU-F of P0 is approved.</summary>
    public bool P0Unknown => FromBank || Growth.Any(g => g.WaitsForClonogenicFraction);

    /// <summary>Doublings of P0 found later through CFU-F; part of every later cPDL.</summary>
    public double P0Pd => Growth.Where(g => g is { Passage: 0, CellLine: CellLine.Msc, Pd: not null }).Max(g => g.Pd) ?? 0;

    /// <summary>Highest passage number of any product culture.</summary>
    public int? Passage => Vessels.Values.Where(v => v.HoldsProduct).Max(v => (int?)v.Passage) ?? AllocatedPassage;

    /// <summary>Cumulative population doublings of the worst lineage so far.</summary>
    public double? Cpdl => Growth.Select(g => g.Cpdl).Append(AllocatedCpdl).Max();

    /// <summary>Doubling time of the last passage or harvest, hours.</summary>
    public double? LastTdHours => Growth.LastOrDefault()?.TdHours;

    /// <summary>
    /// The approved CFU-F of P0 changes what is known of everything grown since; the culture is then seen anew from its first event, so that
    /// nothing is raised twice and an invalidated result takes its doublings back.
    /// </summary>
    public CultureState Apply(Recorded e, BatchState before)
    {
        if (e.Body is not (QcResultApproved or QcResultInvalidated)) return CultureFold.Step(this, e);
        var history = before.History.Add(e);
        var fraction = ApprovedResults.ClonogenicFractionOfP0(history);
        return fraction == ClonogenicFraction
            ? this
            : history.Aggregate(Empty with { ClonogenicFraction = fraction }, CultureFold.Step);
    }
}
