using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Domain.Telemetry;
using Orleans.Concurrency;

namespace CultureTrack.Grains.Batches;

/// <summary>One batch: the single writer of its event stream. The key is the batch id.</summary>
public interface IBatchGrain : IGrainWithStringKey
{
    /// <summary>Decides the entries, all or nothing, and appends what they give.</summary>
    /// <param name="ifMatch">The version the person saw, or null; appends by the software do not make it stale, except for review and disposition.</param>
    Task<AppendAnswer> Append(IReadOnlyList<Entry> entries, long? ifMatch, bool dryRun);

    /// <summary>The folded state; <paramref name="at"/> = as of that occurred time, <paramref name="knownAt"/> = with the events recorded by then. Null = unknown batch.</summary>
    [AlwaysInterleave] Task<BatchState?> State(DateTimeOffset? at = null, DateTimeOffset? knownAt = null);

    /// <summary>Events in order after <paramref name="afterVersion"/>, as stored (corrections not applied).</summary>
    [AlwaysInterleave] Task<IReadOnlyList<Recorded>> Events(long afterVersion = 0);

    /// <summary>The verdict now or as of <paramref name="at"/>, against the batch's specification or another one (what-if, writes nothing).</summary>
    [AlwaysInterleave] Task<Verdict> Release(DateTimeOffset? at = null, Specification? whatIf = null);

    /// <summary>Exposure of the batch to its environment, shaped as the API answers it.</summary>
    [AlwaysInterleave] Task<ExposureView> Exposure(DateTimeOffset? at = null);

    [AlwaysInterleave] Task<ExceptionReport> Exceptions();

    /// <summary>What this batch is to those made of its cells, now or as of <paramref name="at"/>; null = unknown batch.</summary>
    [AlwaysInterleave] Task<SourceFact?> AsSource(DateTimeOffset? at = null);

    /// <summary>The batch as its documents show it, as of its last event; null = unknown batch.</summary>
    [AlwaysInterleave] Task<PrintedBatch?> Printed();

    /// <summary>What labels must say at this moment; null = unknown batch.</summary>
    [AlwaysInterleave] Task<LabelDraft?> Labels();

    /// <summary>Told by the batch whose cells this one is made of that it is on hold, rejected or its donor not eligible.</summary>
    Task SourceChanged();

    /// <summary>Told by an incubator that its readings show something new about the time vessels of this batch were inside.</summary>
    Task EnvironmentChanged(string incubatorId);

    /// <summary>Runs what is due by the lab clock (bands that change by time alone).</summary>
    Task Due();
}

/// <summary>Either the appended events with the new state, or why not.</summary>
public sealed record AppendAnswer(
    string BatchId, long Version, LifeState State, string? Phase, IReadOnlyList<Recorded> Events, IReadOnlyList<Finding> Findings, IReadOnlyList<Flag> Flags)
{
    public bool Accepted => Findings.Count == 0;
}

public sealed record ExposureView(
    DateTimeOffset At, IReadOnlyList<ExposureMetric> Metrics, IReadOnlyList<VesselExposure> Vessels, IReadOnlyList<ExcursionView> Excursions,
    IReadOnlyList<GapView> Gaps)
{
    /// <summary>Sensors in doubt while cultures were with them; their readings count all the same.</summary>
    public IReadOnlyList<SensorView> Sensors { get; init; } = [];
}

/// <summary>A finding about a sensor.</summary>
/// <param name="Channel">Null: every channel of the device.</param>
public sealed record SensorView(string IncubatorId, string? Channel, string? DeviceId, string Kind, DateTimeOffset From, DateTimeOffset? To, string Text)
{
    public static SensorView Of(SensorDoubt d) => new(d.IncubatorId, d.Finding.Channel, d.Finding.DeviceId, d.Finding.Kind.ToString(), d.Finding.Since, d.Finding.Until, d.Finding.Evidence);
}

public sealed record ExposureMetric(string Id, decimal? Value, string Unit, ExposureBand Band, string? WorstVessel, bool Assessed);

public sealed record VesselExposure(string VesselId, IReadOnlyList<StayView> Stays, IReadOnlyDictionary<string, decimal?> Metrics);

public sealed record StayView(string IncubatorId, DateTimeOffset From, DateTimeOffset? To);

public sealed record ExcursionView(
    string ExcursionId, string IncubatorId, string Channel, ExcursionSide Side, ExcursionSeverity Severity, DateTimeOffset StartAt, DateTimeOffset OpenedAt,
    DateTimeOffset? EndAt, DateTimeOffset? ClosedAt, decimal Peak, decimal DurationMin, decimal RawMin, ExcursionStatus Status);

public sealed record GapView(string IncubatorId, string Channel, DateTimeOffset From, DateTimeOffset To, string Cause);
