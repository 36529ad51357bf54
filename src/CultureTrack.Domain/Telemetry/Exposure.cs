using System.Collections.Concurrent;
using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Telemetry;

/// <summary>A vessel's stay in one incubator, [From, To); To is null while it is inside.</summary>
public sealed record Stay(string IncubatorId, DateTimeOffset From, DateTimeOffset? To);

/// <summary>What becomes of a vessel's cells.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VesselUse>))]
public enum VesselUse
{
    /// <summary>Its cells are, or go on to, the product.</summary>
    Product,

    /// <summary>A test culture (purpose CfuF or Qc): judged for itself, never for the batch.</summary>
    Test,

    /// <summary>Discarded: its exposure leaves the batch with it.</summary>
    Discarded,
}

/// <summary>A vessel as exposure sees it.</summary>
/// <param name="VesselId">Unique in the batch.</param>
/// <param name="SeededAt">First seeding of this vessel (conditioned medium: the serum-free wash).</param>
/// <param name="CultureEndAt">End of culture in this vessel: passage, T07 or T07b event, or discard; null while it lives.</param>
/// <param name="ParentIds">Vessels whose cells it was seeded with; they hand on their exposure.</param>
/// <param name="Use">Whether it counts for the batch.</param>
/// <param name="Stays">Stays in incubators, in any order.</param>
public sealed record VesselCulture(
    string VesselId, DateTimeOffset SeededAt, DateTimeOffset? CultureEndAt, IReadOnlyList<string> ParentIds, VesselUse Use, IReadOnlyList<Stay> Stays);

/// <summary>A calibration of one channel; the register's first dates count as one found within.</summary>
public sealed record Calibration(string Channel, DateTimeOffset PerformedAt, DateTimeOffset DueAt, bool AsFoundOut = false);

/// <summary>What exposure needs of an incubator: its ledgers, the calibrations of its channels, and what was found about its sensors.</summary>
public sealed record IncubatorEnvironment(IncubatorLedger Ledger, IReadOnlyList<Calibration> Calibrations)
{
    /// <summary>Findings that no reading is taken out for; they are shown to whoever relies on the readings.</summary>
    public IReadOnlyList<SensorFinding> Findings { get; init; } = [];
}

/// <summary>A batch's vessels and the incubators they were in.</summary>
public sealed record ExposureInput(IReadOnlyList<VesselCulture> Vessels, IReadOnlyDictionary<string, IncubatorEnvironment> Incubators)
{
    // Judging asks for the same few instants several times: what a band is, what an excursion met, when to look again.
    private readonly ConcurrentDictionary<DateTimeOffset, IReadOnlyDictionary<string, VesselMetrics>> _lineages = new();

    // A changed copy starts with nothing known.
    private ExposureInput(ExposureInput other) => (Vessels, Incubators, _lineages) = (other.Vessels, other.Incubators, new());

    /// <summary>Metrics of every vessel seeded by then, its ancestors' included.</summary>
    internal IReadOnlyDictionary<string, VesselMetrics> Lineage(DateTimeOffset at) =>
        _lineages.GetOrAdd(at, (when, input) => VesselLines.Of(input, [.. input.Vessels.Where(v => v.SeededAt <= when)], when), this);
}

/// <summary>Band of an environment criterion (domain.md 4.5).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Band>))]
public enum Band
{
    [JsonStringEnumMemberName("PASS")] Pass,
    [JsonStringEnumMemberName("ASSESS")] Assess,
    [JsonStringEnumMemberName("FAIL")] Fail,
}

/// <summary>One environment criterion.</summary>
/// <param name="Id">E-01…E-14.</param>
/// <param name="Value">In <paramref name="Unit"/>; null when nothing was measured.</param>
/// <param name="Unit"><c>min</c>, <c>h</c>, <c>°C</c> or <c>%</c>.</param>
/// <param name="Band">Judgement of the value.</param>
/// <param name="WorstVessel">The vessel it comes from.</param>
public sealed record ExposureMetric(string Id, double? Value, string Unit, Band Band, string? WorstVessel = null);

/// <summary>A vessel with its stays within culture and its metrics, those of its parents included.</summary>
public sealed record VesselResult(string VesselId, IReadOnlyList<Stay> Stays, VesselMetrics Metrics);

/// <summary>An excursion that met a vessel of the batch.</summary>
public sealed record ExcursionResult(
    string ExcursionId, string IncubatorId, string Channel, Side Side, Severity Severity, DateTimeOffset StartAt, DateTimeOffset OpenedAt,
    DateTimeOffset? EndAt, DateTimeOffset? ClosedAt, double Peak, double DurationMin, double RawMin, string Status);

/// <summary>Missing data of an environment channel while a vessel was inside.</summary>
public sealed record GapResult(string IncubatorId, string Channel, DateTimeOffset From, DateTimeOffset To, GapCause Cause);

/// <summary>Exposure of a batch at an instant.</summary>
public sealed record ExposureResult(
    DateTimeOffset At, IReadOnlyList<ExposureMetric> Metrics, IReadOnlyList<VesselResult> Vessels,
    IReadOnlyList<ExcursionResult> Excursions, IReadOnlyList<GapResult> Gaps);

/// <summary>
/// Exposure of vessels and of the batch (domain.md 4.3.8, 4.5). A vessel's exposure is what its incubators did while it was inside, together with
/// the maximum of each metric over its parents; the batch's is that of its worst vessel, never the sum.
/// </summary>
public static class Exposure
{
    /// <summary>Evaluates everything as known at an instant: later readings, closings and moves are not looked at.</summary>
    public static ExposureResult Evaluate(ExposureInput input, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(input);
        var started = input.Vessels.Where(v => v.SeededAt <= at).ToArray();
        var metrics = input.Lineage(at);
        return new(
            at,
            BatchMetrics(started, metrics),
            [.. started.Select(v => new VesselResult(v.VesselId, StaysInCulture(v, at), metrics[v.VesselId]))],
            [.. Excursions(input, started, at)],
            [.. Gaps(input, started, at)]);
    }

    /// <summary>The criteria alone, which is all a change of band needs.</summary>
    public static IReadOnlyList<ExposureMetric> Criteria(ExposureInput input, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(input);
        var started = input.Vessels.Where(v => v.SeededAt <= at).ToArray();
        return BatchMetrics(started, input.Lineage(at));
    }

    /// <summary>The excursions alone.</summary>
    internal static IReadOnlyList<ExcursionResult> ExcursionsAt(ExposureInput input, DateTimeOffset at) =>
        [.. Excursions(input, [.. input.Vessels.Where(v => v.SeededAt <= at)], at)];

    /// <summary>Ids of the vessels that lived inside an incubator at some time in [from, to].</summary>
    public static IReadOnlyList<string> VesselsInside(IEnumerable<VesselCulture> vessels, string incubatorId, DateTimeOffset from, DateTimeOffset to) =>
        [.. vessels.Where(v => v.SeededAt <= to && StaysInCulture(v, to).Any(s => s.IncubatorId == incubatorId && s.From <= to && (s.To is null || s.To > from)))
            .Select(v => v.VesselId)];

    /// <summary>The vessels whose cells are in the product: the last of each line, test cultures and discarded ones apart.</summary>
    internal static IReadOnlyList<VesselCulture> ProductVessels(IReadOnlyList<VesselCulture> vessels)
    {
        var passedOn = vessels.Where(v => v.Use != VesselUse.Test).SelectMany(v => v.ParentIds).ToHashSet(StringComparer.Ordinal);
        return [.. vessels.Where(v => v.Use == VesselUse.Product && !passedOn.Contains(v.VesselId))];
    }

    /// <summary>Stays cut to the time of culture and to what had happened at an instant; a stay that goes on then has no end.</summary>
    internal static IReadOnlyList<Stay> StaysInCulture(VesselCulture vessel, DateTimeOffset at)
    {
        var stays = new List<Stay>();
        foreach (var stay in vessel.Stays.OrderBy(s => s.From))
        {
            var from = stay.From > vessel.SeededAt ? stay.From : vessel.SeededAt;
            var to = stay.To is null || vessel.CultureEndAt < stay.To ? vessel.CultureEndAt : stay.To;
            if (from > at || to <= from) continue;
            stays.Add(new(stay.IncubatorId, from, to > at ? null : to));
        }
        return stays;
    }

    private static IReadOnlyList<ExposureMetric> BatchMetrics(IReadOnlyList<VesselCulture> vessels, IReadOnlyDictionary<string, VesselMetrics> metrics)
    {
        var worst = new Dictionary<string, ExposureMetric>(StringComparer.Ordinal);
        foreach (var vessel in ProductVessels(vessels).DistinctBy(v => metrics[v.VesselId], ReferenceEqualityComparer.Instance))
            foreach (var metric in EnvironmentCriteria.Judge(metrics[vessel.VesselId]))
                if (!worst.TryGetValue(metric.Id, out var known) || EnvironmentCriteria.IsWorse(metric, known))
                    worst[metric.Id] = metric with { WorstVessel = vessel.VesselId };
        return worst.Count == 0 ? EnvironmentCriteria.Judge(VesselMetrics.None) : [.. worst.Values.OrderBy(m => m.Id, StringComparer.Ordinal)];
    }

    private static IEnumerable<ExcursionResult> Excursions(ExposureInput input, IReadOnlyList<VesselCulture> vessels, DateTimeOffset at) =>
        from incubator in input.Incubators.Values
        from e in incubator.Ledger.Excursions
        where e.OpenedAt <= at && VesselsInside(vessels, incubator.Ledger.IncubatorId, e.StartAt, e.EndAsOf(at)).Count > 0
        let isClosed = e.ClosedAt <= at
        let kind = VesselExposure.KindOf(e.Severity, e.Side)
        let raw = incubator.Ledger.Channels[e.Channel].Time(kind, e.StartAt, e.EndAsOf(at), at)
        orderby e.StartAt, e.ExcursionId
        select new ExcursionResult(
            e.ExcursionId, incubator.Ledger.IncubatorId, e.Channel, e.Side, e.Severity, e.StartAt, e.OpenedAt, isClosed ? e.EndAt : null,
            isClosed ? e.ClosedAt : null, e.Peak, e.DurationAsOf(at).TotalMinutes, raw.TotalMinutes, isClosed ? "Closed" : "Open");

    private static IEnumerable<GapResult> Gaps(ExposureInput input, IReadOnlyList<VesselCulture> vessels, DateTimeOffset at) =>
        from stay in vessels.SelectMany(v => StaysInCulture(v, at)).GroupBy(s => s.IncubatorId, StringComparer.Ordinal).SelectMany(Merge)
        where input.Incubators.ContainsKey(stay.IncubatorId)
        let ledger = input.Incubators[stay.IncubatorId].Ledger
        from channel in VesselExposure.EnvironmentChannels(ledger)
        from gap in channel.Gaps(stay.From, stay.To ?? at, at)
        orderby gap.From, stay.IncubatorId, channel.Channel
        select new GapResult(stay.IncubatorId, channel.Channel, gap.From, gap.To, gap.Cause ?? GapCause.NoData);

    private static IEnumerable<Stay> Merge(IEnumerable<Stay> stays)
    {
        Stay? current = null;
        foreach (var stay in stays.OrderBy(s => s.From))
        {
            if (current is not null && (current.To is null || stay.From <= current.To))
                current = current with { To = current.To is null || stay.To is null ? null : stay.To > current.To ? stay.To : current.To };
            else
            {
                if (current is not null) yield return current;
                current = stay;
            }
        }
        if (current is not null) yield return current;
    }
}
