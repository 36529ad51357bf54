using System.Collections.Immutable;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum VesselStatus { FeederOnly, InUse, Emptied, Discarded }

/// <summary>A time a vessel spent in one incubator; <see cref="To"/> is null while it is inside.</summary>
public sealed record Stay(string IncubatorId, int Shelf, DateTimeOffset From, DateTimeOffset? To);

/// <summary>One flask, dish, stack or tray from seeding to its end.</summary>
/// <param name="Seeded">Viable cells seeded into it: density × area.</param>
/// <param name="CpdlAtSeeding">Population doublings before this vessel, without those of P0 when they were not known.</param>
public sealed record Vessel(string Id, string Type, decimal AreaCm2)
{
    public SeedingPurpose? Purpose { get; init; }
    public CellLine? CellLine { get; init; }
    public int Passage { get; init; }
    public decimal Seeded { get; init; }
    public double CpdlAtSeeding { get; init; }
    public DateTimeOffset? SeededAt { get; init; }
    public Guid? SeedEventId { get; init; }
    public IReadOnlyList<string> SourceIds { get; init; } = [];
    public decimal MediumMl { get; init; }
    public DateTimeOffset? MediumAt { get; init; }
    public decimal? ConfluencePct { get; init; }
    public ImmutableList<Stay> Stays { get; init; } = [];
    public VesselStatus Status { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? FeederArrestedAt { get; init; }

    /// <summary>Vessels whose cells are in this one, through passage or pooling.</summary>
    public IReadOnlyList<string> ParentVesselIds { get; init; } = [];

    public Stay? Inside => Stays.LastOrDefault() is { To: null } s ? s : null;
    public bool HoldsProduct => Purpose is not (SeedingPurpose.CfuF or SeedingPurpose.Qc or null);
}

/// <summary>Cells in suspension that vessels can be seeded from: an isolation, a passage, a thaw or a pool.</summary>
public sealed record CellSource(
    string Id, CellLine? CellLine, decimal Viable, decimal Used, int NextPassage, double Cpdl, IReadOnlyList<string> ParentVesselIds, DateTimeOffset At);

/// <summary>One growth interval: from seeding to passage, harvest or detachment.</summary>
/// <param name="Pd">Population doublings; null while the clonogenic fraction of P0 is not known.</param>
public sealed record GrowthStep(
    Guid EventId, int Passage, CellLine? CellLine, decimal Seeded, decimal? Harvested, double Hours, double? Pd, double? TdHours, double CpdlBefore,
    DateTimeOffset From, DateTimeOffset To);

/// <summary>Vessels, suspensions and growth of one batch.</summary>
public sealed record CultureState
{
    public static readonly CultureState Empty = new();

    public ImmutableDictionary<string, Vessel> Vessels { get; init; } = ImmutableDictionary<string, Vessel>.Empty;
    public ImmutableDictionary<string, CellSource> Sources { get; init; } = ImmutableDictionary<string, CellSource>.Empty;
    public ImmutableList<GrowthStep> Growth { get; init; } = [];

    /// <summary>Tray of the sheets that was set apart for QC, until its cells are counted.</summary>
    public string? QcVesselId { get; init; }

    /// <summary>True from the first passage of SVF or MNC until the CFU-F of P0 is approved.</summary>
    public bool P0Unknown { get; init; }

    /// <summary>Doublings of P0 found later through CFU-F; part of every later cPDL.</summary>
    public double P0Pd { get; init; }

    /// <summary>Highest passage number of any product culture.</summary>
    public int? Passage { get; init; }

    /// <summary>Cumulative population doublings of the worst lineage so far.</summary>
    public double? Cpdl { get; init; }

    /// <summary>Doubling time of the last passage or harvest, hours.</summary>
    public double? LastTdHours => Growth.LastOrDefault()?.TdHours;

    public CultureState Apply(Recorded e, BatchState before) => this;
}
