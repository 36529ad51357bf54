using CultureTrack.Domain.Batches;

namespace CultureTrack.Grains.Batches;

/// <summary>One line of the batch list; kept by <see cref="BatchReadModels"/>.</summary>
public sealed record BatchSummary
{
    /// <summary>Batch id.</summary>
    public required string Id { get; init; }
    public required long Version { get; init; }
    public required string ProductType { get; init; }
    public required string Site { get; init; }
    public required string Zone { get; init; }
    public LifeState State { get; init; }
    public string? Phase { get; init; }
    public Distribution Distribution { get; init; }
    public string? PatientRef { get; init; }
    public required string DonorRef { get; init; }
    public DateTimeOffset RegisteredAt { get; init; }
    public DateTimeOffset PlannedUseAt { get; init; }
    public DateTimeOffset ChangedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public int? Passage { get; init; }
    public double? Cpdl { get; init; }
    public string? CpdlFlag { get; init; }
    public int Holds { get; init; }
    public int OpenDeviations { get; init; }
    public int OpenOos { get; init; }
    public int VesselsInCulture { get; init; }
    public IReadOnlyList<string> Incubators { get; init; } = [];
    public DateTimeOffset? NextDueAt { get; init; }
    public string? NextDue { get; init; }
    public bool IsOpen { get; init; }
}

/// <summary>Something somebody has to do for a batch (2.5).</summary>
public sealed record DueWork
{
    /// <summary>Batch, schedule row and object: <c>CEA-26-0001/D-05/V-01</c>.</summary>
    public required string Id { get; init; }
    public required string BatchId { get; init; }
    public required string Task { get; init; }
    public required string Title { get; init; }
    public required string CompletedBy { get; init; }
    public required string Role { get; init; }
    public required DateTimeOffset DueAt { get; init; }
    public required DateTimeOffset ShowFrom { get; init; }
    public required DateTimeOffset OverdueAt { get; init; }
    public string? Subject { get; init; }
}

/// <summary>A deviation of a batch, for the list over all of them.</summary>
public sealed record DeviationRecord
{
    /// <summary><c>CEA-26-0001/DEV-0197F3A25C1E7000</c>.</summary>
    public required string Id { get; init; }
    public required string BatchId { get; init; }
    public required string DeviationId { get; init; }

    /// <summary>Whose readings opened it; null when a person did.</summary>
    public string? EquipmentId { get; init; }
    public DeviationClass? Class { get; init; }
    public required string Text { get; init; }
    public required string OpenedBy { get; init; }
    public bool BySystem { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public string? RootCause { get; init; }
    public string? Impact { get; init; }
    public IReadOnlyList<string> CapaRefs { get; init; } = [];
    public string? ClosedBy { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Of the batch.</summary>
    public long Version { get; init; }
}

/// <summary>A vessel or container id that a batch uses; the database refuses a second one.</summary>
public sealed record IdInUse
{
    /// <summary><c>vessel/TR-01</c> or <c>container/CEA-26-0001-01</c>.</summary>
    public required string Id { get; init; }
    public required string BatchId { get; init; }
}

/// <summary>A time that a vessel spent in an incubator, or a container in a freezer: who was in here at 02:10.</summary>
public sealed record Occupancy
{
    /// <summary><c>batch/vessel/n</c>, n counting the stays of the vessel.</summary>
    public required string Id { get; init; }
    public required string BatchId { get; init; }
    public required string VesselId { get; init; }
    public required string DonorRef { get; init; }
    public required string IncubatorId { get; init; }
    public required int Shelf { get; init; }
    public required DateTimeOffset From { get; init; }
    public DateTimeOffset? To { get; init; }
}

/// <summary>Cells of one batch that another was made of.</summary>
public sealed record Allocation
{
    /// <summary>Source and batch: <c>ADSC-26-0005/CM-26-0003</c>.</summary>
    public required string Id { get; init; }
    public required string SourceBatchId { get; init; }
    public required string BatchId { get; init; }
}

/// <summary>A storage position that a batch's container is in; the database refuses a second one.</summary>
public sealed record StoragePosition
{
    /// <summary><c>FRZ-01/R2/B05/A07</c>.</summary>
    public required string Id { get; init; }
    public required string BatchId { get; init; }
    public required string ContainerId { get; init; }
    public required string EquipmentId { get; init; }
}

/// <summary>An approved value of a lot, for the trend of the lots that follow (2.4).</summary>
public sealed record LotValue
{
    /// <summary>Batch and criterion with its part: <c>ADSC-26-0007/ADSC-05(CD45)</c>.</summary>
    public required string Id { get; init; }
    public required string BatchId { get; init; }
    public required string ProductType { get; init; }
    public required string Criterion { get; init; }

    /// <summary>In the unit of the specification.</summary>
    public required decimal Value { get; init; }
    public required DateTimeOffset ApprovedAt { get; init; }
}
