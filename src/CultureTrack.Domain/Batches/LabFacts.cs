using CultureTrack.Domain.Products;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Batches;

/// <summary>A lot of material as it stands in the register at the time of the decision.</summary>
public sealed record LotFact(
    string LotId, string Kind, DateTimeOffset ExpiresAt, DateTimeOffset? ReleasedAt, DateTimeOffset? RecalledAt, bool Bovine = false,
    bool? ArrestControlPassed = null, bool? AdventitiousAgentsNegative = null)
{
    /// <summary>Why the lot could not be used at <paramref name="at"/>, or null.</summary>
    public string? WhyNotUsable(DateTimeOffset at) =>
        RecalledAt <= at ? "is recalled"
        : ReleasedAt is null || ReleasedAt > at ? "is not released"
        : ExpiresAt <= at ? "is expired" : null;
}

/// <summary>An incubator, freezer or cabinet as the register knows it.</summary>
/// <param name="CalibrationOverdue">Channels whose calibration is overdue now.</param>
/// <param name="DonorsByShelf">Donors of the vessels inside, by shelf.</param>
public sealed record EquipmentFact(
    string EquipmentId, string Kind, string Status, int Shelves, IReadOnlyList<string> CalibrationOverdue,
    IReadOnlyDictionary<int, IReadOnlyList<string>> DonorsByShelf)
{
    /// <summary>Positions with a container of another batch in them, with the container.</summary>
    public IReadOnlyDictionary<string, string> OccupiedPositions { get; init; } = new Dictionary<string, string>();

    /// <summary>How the site has divided it; null where it has not said.</summary>
    public Lab.StorageLayout? Layout { get; init; }
}

/// <summary>A clean-room session that names the batch.</summary>
public sealed record EmSessionFact(
    string SessionId, DateTimeOffset StartAt, DateTimeOffset? EndAt, decimal? Particles05PerM3, decimal? Particles50PerM3, Guid? ClosedEventId);

/// <summary>An alarm that was silenced for a while.</summary>
public sealed record ShelvedFact(Guid EventId, string AlarmId, string IncubatorId, string Channel, string By, DateTimeOffset From, DateTimeOffset Until, string Reason);
/// <summary>An approved version of a registered method.</summary>
public sealed record MethodFact(
    string MethodId, int Version, IReadOnlyList<string> Criteria, DateTimeOffset EffectiveFrom, DateTimeOffset? RetiredFrom, bool QualificationRequired, bool ControlRequired)
{
    /// <summary>The version in force for a criterion at an instant, or null where no method is registered for it by then.</summary>
    public static MethodFact? InForce(IEnumerable<MethodFact> methods, string criterionId, DateTimeOffset at) =>
        methods.Where(m => m.Criteria.Contains(criterionId) && m.EffectiveFrom <= at && !(m.RetiredFrom <= at)).MaxBy(m => m.Version);
}

/// <summary>What the control samples of one run said.</summary>
/// <param name="WhyRejected">The control and the rules it broke; null while none is rejected.</param>
/// <param name="IsAccepted">A control with established limits was measured in the run, and none is rejected.</param>
public sealed record RunFact(string RunId, string? WhyRejected, bool IsAccepted)
{
    public bool IsRejected => WhyRejected is not null;
}

public sealed record SiteFact(string SiteId, string Zone, Jurisdiction Jurisdiction);

public sealed record PatientFact(string PatientRef, string SecondIdentifier);

public sealed record DonorFact(string DonorRef, string? AutologousFor);

/// <summary>What a decision may know about the world outside the batch. Pure data; the grain collects it before it asks for a decision.</summary>
public sealed record LabFacts
{
    public required ProductType Product { get; init; }

    /// <summary>Version of <see cref="Product"/> in the register; a batch of a site's own type keeps it with the definition.</summary>
    public int ProductVersion { get; init; } = 1;
    public Specification? Spec { get; init; }
    public SiteFact? Site { get; init; }
    public PatientFact? Patient { get; init; }
    public DonorFact? Donor { get; init; }
    public IReadOnlyDictionary<string, LotFact> Lots { get; init; } = new Dictionary<string, LotFact>();
    public IReadOnlyDictionary<string, EquipmentFact> Equipment { get; init; } = new Dictionary<string, EquipmentFact>();
    public IReadOnlyList<EmSessionFact> EmSessions { get; init; } = [];

    /// <summary>Vessels and containers in use by other batches, with the batch.</summary>
    public IReadOnlyDictionary<string, string> IdsInUse { get; init; } = new Dictionary<string, string>();

    /// <summary>Approved values of earlier lots of the product, oldest first, by criterion id, with its part in brackets; for trends.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<decimal>> EarlierLots { get; init; } = new Dictionary<string, IReadOnlyList<decimal>>();

    /// <summary>Approved versions of registered methods for the criteria an entry names.</summary>
    public IReadOnlyList<MethodFact> Methods { get; init; } = [];

    /// <summary>Runs of control samples that entries or results name, by id.</summary>
    public IReadOnlyDictionary<string, RunFact> Runs { get; init; } = new Dictionary<string, RunFact>();

    public bool IsRejected(string? runId) => runId is not null && Runs.GetValueOrDefault(runId) is { IsRejected: true };

    /// <summary>The batch whose cells were allocated to this one, or are to be by the entry.</summary>
    public SourceFact? Source { get; init; }

    /// <summary>Alarms that somebody shelved, of every incubator; collected for the review and what depends on it.</summary>
    public IReadOnlyList<ShelvedFact> Shelvings { get; init; } = [];

    /// <summary>Automatic checks the review may rely on .</summary>
    public ValidatedChecks Checks { get; init; } = ValidatedChecks.BuiltIn;

    /// <summary>Exposure of the batch to its environment (4.5), and of its containers in storage (4.7), at the time of the decision.</summary>
    public EnvironmentReport Environment { get; init; } = EnvironmentReport.None;

    /// <summary>Of the files an entry adds, those that are kept, with their length in bytes.</summary>
    public IReadOnlyDictionary<string, long> Attachments { get; init; } = new Dictionary<string, long>();

    /// <summary>The same without what happened to lots and clean-room sessions later.</summary>
    public LabFacts AsKnownAt(DateTimeOffset at) => this with
    {
        Lots = Lots.ToDictionary(l => l.Key, l => l.Value with
        {
            ReleasedAt = l.Value.ReleasedAt > at ? null : l.Value.ReleasedAt,
            RecalledAt = l.Value.RecalledAt > at ? null : l.Value.RecalledAt,
        }),
        Shelvings = [.. Shelvings.Where(s => s.From <= at)],
        EmSessions = [.. EmSessions.Where(s => s.StartAt <= at).Select(s => s.EndAt > at ? s with { EndAt = null, Particles05PerM3 = null, Particles50PerM3 = null, ClosedEventId = null } : s)],
    };
}

/// <summary>One E criterion as the exposure algorithm found it for the worst vessel.</summary>
public sealed record EnvironmentMetric(string Id, decimal? Value, string Unit, ExposureBand Band, string? WorstVessel);

/// <summary>The E criteria of one batch at one instant.</summary>
public sealed record EnvironmentReport(DateTimeOffset At, IReadOnlyList<EnvironmentMetric> Metrics)
{
    public static readonly EnvironmentReport None = new(default, []);

    /// <summary>Sensors that were doubted while cultures were with them. The readings count all the same; QA weighs them (4.3).</summary>
    public IReadOnlyList<Telemetry.SensorDoubt> Doubts { get; init; } = [];
}

