using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Batches;
using CultureTrack.Store.Readings;

namespace CultureTrack.Web.Lab;

/// <summary>What pages read from the registers, the lists and the readings. One place, so that pages know neither documents nor tables.</summary>
public interface ILabIndex
{
    Task<SiteLine> Site(CancellationToken ct);
    Task<IReadOnlyList<EquipmentLine>> Equipment(CancellationToken ct);
    Task<IReadOnlyList<BatchSummary>> Batches(CancellationToken ct);
    /// <summary>Lines of the batches named; unknown ones are absent.</summary>
    Task<IReadOnlyList<BatchSummary>> Batches(IReadOnlyCollection<string> batchIds, CancellationToken ct);

    Task<BatchSummary?> Batch(string batchId, CancellationToken ct);

    /// <summary>Open work of one batch, or of all.</summary>
    Task<IReadOnlyList<DueWork>> Work(string? batchId, CancellationToken ct);

    /// <summary>Stays of vessels in an incubator that touch the period.</summary>
    Task<IReadOnlyList<Occupancy>> Occupancy(string incubatorId, DateTimeOffset from, DateTimeOffset to, CancellationToken ct);

    Task<IReadOnlyList<MaterialLine>> Materials(CancellationToken ct);
    Task<Domain.Lab.Material?> Material(string lotId, CancellationToken ct);
    Task<IReadOnlyList<Domain.Lab.Gateway>> Gateways(CancellationToken ct);
    Task<IReadOnlyList<PersonLine>> People(CancellationToken ct);
    Task<AuditLines> Audit(AuditFilter query, CancellationToken ct);
    Task<string?> SecondIdentifier(string patientRef, CancellationToken ct);

    /// <summary>Readings summed up in equal intervals, channel by channel in the order asked for; an interval without data has no mean.</summary>
    Task<IReadOnlyList<IReadOnlyList<ReadingBucket>>> Trends(string incubatorId, IReadOnlyList<string> channels, DateTimeOffset from, DateTimeOffset to, int buckets, CancellationToken ct);

    /// <summary>Door openings of the period, merged from its readings.</summary>
    Task<IReadOnlyList<DoorOpening>> Doors(string incubatorId, DateTimeOffset from, DateTimeOffset to, CancellationToken ct);
}

/// <param name="Zone">IANA zone in which people read times.</param>
/// <param name="Rehearsal">The clock is moved by hand; every page says so.</param>
public sealed record SiteLine(string SiteId, string Name, string Zone, bool Rehearsal);

public sealed record EquipmentLine(string Id, string Kind, string Status, EquipmentProfile? Profile, int Shelves, IReadOnlyList<CalibrationLine> Calibrations)
{
    public string ProfileId => Profile?.Id ?? "";
}

public sealed record CalibrationLine(string Channel, DateTimeOffset? PerformedAt, DateTimeOffset? DueAt, decimal? Resolution);

public sealed record MaterialLine(string LotId, string Kind, string Supplier, DateTimeOffset ExpiresAt, Domain.Lab.LotStock Stock, string Status)
{
    /// <summary>What is left as far as entries state amounts; less than nothing when they took more than was received.</summary>
    public decimal Quantity => Stock.Remaining;
    public string Unit => Stock.Unit;
}

public sealed record PersonLine(string User, string FullName, IReadOnlyList<string> Roles, bool QualifiedPerson, string Status)
{
    public string? Email { get; init; }
    public IReadOnlyList<Domain.Records.Qualification> Qualifications { get; init; } = [];
}

public sealed record AuditLine(DateTimeOffset At, string User, string Command, string Target, string Outcome, string? Code, string? SourceAddress);

/// <param name="Total">Lines that fit, on all pages.</param>
public sealed record AuditLines(IReadOnlyList<AuditLine> Lines, long Total);

public sealed record AuditFilter(
    string? User = null, string? Target = null, string? Command = null, string? Outcome = null, int Page = 1, int PageSize = 100, DateTimeOffset? From = null, DateTimeOffset? To = null);

public sealed record DoorOpening(DateTimeOffset From, DateTimeOffset To);
