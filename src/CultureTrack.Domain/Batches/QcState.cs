using System.Collections.Immutable;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>What was drawn for testing, and for which criteria.</summary>
public sealed record QcSample(
    string SampleId, IReadOnlyList<string> Criteria, SampleMatrix Matrix, decimal? VolumeMl, DateTimeOffset CollectedAt, Guid EventId)
{
    public DateTimeOffset? DispatchedAt { get; init; }
    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>The sample it was divided from; its age is that of this sample.</summary>
    public string? AliquotOf { get; init; }

    /// <summary>Handed over and not received yet.</summary>
    public bool IsOnItsWay => DispatchedAt is not null && AcceptedAt is null;
}

public sealed record QcTest(
    string TestId, string SampleId, string CriterionId, DateTimeOffset StartedAt, DateTimeOffset? IncubationStartedAt, Guid EventId)
{
    /// <summary>Hours of incubation at the last interim report.</summary>
    public decimal? LastHours { get; init; }
}

public sealed record QcResult(
    string ResultId, string TestId, string CriterionId, ResultKind Kind, IReadOnlyList<ResultValue> Values, bool ControlsValid, string RecordedBy,
    DateTimeOffset RecordedAt, Guid EventId, long Version)
{
    public Guid? ApprovedEventId { get; init; }
    public long ApprovedVersion { get; init; }
    public string? ApprovedBy { get; init; }
    public Guid? InvalidatedEventId { get; init; }
    public string? RunId { get; init; }

    /// <summary>A run whose controls failed, or a result set aside later for an assignable cause, judges nothing.</summary>
    public bool Counts => ControlsValid && Values.Count > 0 && InvalidatedEventId is null;
}

/// <summary>An out-of-specification case; one at a time for a criterion.</summary>
public sealed record OosCase(string OosId, string CriterionId, string ResultId, DateTimeOffset OpenedAt, Guid EventId, long Version)
{
    public OosConclusion? Conclusion { get; init; }
    public Guid? ConcludedEventId { get; init; }
    public long ConcludedVersion { get; init; }
    public bool IsOpen => Conclusion is null;
    public bool IsConfirmed => Conclusion is OosConclusion.Confirmed or OosConclusion.Inconclusive;
    public bool SetsAside => Conclusion is OosConclusion.AssignableLabError or OosConclusion.NotConfirmed;
}

public sealed record RetestOrder(string CriterionId, string SampleId, int RetestNo, Guid EventId, long Version);

/// <summary>Samples, tests, results and OOS of one batch.</summary>
public sealed record QcState
{
    public static readonly QcState Empty = new();

    public ImmutableSortedDictionary<string, QcSample> Samples { get; init; } = ById.None<QcSample>();
    public ImmutableSortedDictionary<string, QcTest> Tests { get; init; } = ById.None<QcTest>();
    public ImmutableSortedDictionary<string, QcResult> Results { get; init; } = ById.None<QcResult>();
    public ImmutableSortedDictionary<string, OosCase> Oos { get; init; } = ById.None<OosCase>();
    public ImmutableList<RetestOrder> Retests { get; init; } = [];

    public OosCase? OpenOos(string criterionId) => Oos.Values.FirstOrDefault(o => o.IsOpen && o.CriterionId == criterionId);

    public IEnumerable<QcResult> ResultsOf(string criterionId) =>
        Results.Values.Where(r => r.CriterionId == criterionId).OrderBy(r => r.Version);

    /// <summary>The first result that counts after the retest was ordered for a case; null while there is none.</summary>
    public QcResult? RetestOf(OosCase oos) => Retests.FirstOrDefault(r => r.CriterionId == oos.CriterionId && r.Version > oos.Version) is { } ordered
        ? ResultsOf(oos.CriterionId).FirstOrDefault(r => r.Counts && r.Version > ordered.Version) : null;

    /// <summary>This record without each of the events in turn that settled a result of the criterion: its invalidation, its case, the conclusion of the case.</summary>
    internal IEnumerable<(Guid EventId, QcState Without)> WithoutEachSettingAside(string criterionId)
    {
        foreach (var result in ResultsOf(criterionId).Where(r => r.InvalidatedEventId is not null))
            yield return (result.InvalidatedEventId!.Value, With(result with { InvalidatedEventId = null }));
        foreach (var oos in Oos.Values.Where(o => o.CriterionId == criterionId && !o.IsOpen))
        {
            yield return (oos.EventId, this with { Oos = Oos.Remove(oos.OosId) });
            yield return (oos.ConcludedEventId!.Value, this with { Oos = Oos.SetItem(oos.OosId, oos with { Conclusion = null, ConcludedEventId = null, ConcludedVersion = 0 }) });
        }
    }

    public QcState Apply(Recorded e) => e.Body switch
    {
        SampleTaken s => With(Drawn(s, e)),
        SampleDispatched s when Samples.TryGetValue(s.SampleId, out var sample) => With(sample with { DispatchedAt = e.OccurredAt, AcceptedAt = null }),
        SampleAccepted s when Samples.TryGetValue(s.SampleId, out var sample) => With(sample with { AcceptedAt = e.OccurredAt }),
        QcTestStarted t => this with
        {
            Tests = Tests.SetItem(t.TestId, new(t.TestId, t.SampleId, t.CriterionId, e.OccurredAt, t.IncubationStartedAt, e.EventId)),
        },
        QcInterimReported i when Tests.TryGetValue(i.TestId, out var test) => this with { Tests = Tests.SetItem(i.TestId, test with { LastHours = i.Hours }) },
        QcResultRecorded r when Tests.TryGetValue(r.TestId, out var test) => With(new QcResult(
            r.ResultId, r.TestId, test.CriterionId, r.Kind, r.Values, r.ControlsValid, e.ActorId, e.OccurredAt, e.EventId, e.Version)
        { RunId = r.RunId }),
        QcResultApproved a when Results.TryGetValue(a.ResultId, out var result) =>
            With(result with { ApprovedEventId = e.EventId, ApprovedVersion = e.Version, ApprovedBy = e.ActorId }),
        QcResultInvalidated i when Results.TryGetValue(i.ResultId, out var result) => With(result with { InvalidatedEventId = e.EventId }),
        QcRetestOrdered o => this with { Retests = Retests.Add(new(o.CriterionId, o.SampleId, o.RetestNo, e.EventId, e.Version)) },
        OosOpened o => this with { Oos = Oos.SetItem(o.OosId, new(o.OosId, o.CriterionId, o.ResultId, e.OccurredAt, e.EventId, e.Version)) },
        OosConcluded c when Oos.TryGetValue(c.OosId, out var oos) => this with
        {
            Oos = Oos.SetItem(c.OosId, oos with { Conclusion = c.Conclusion, ConcludedEventId = e.EventId, ConcludedVersion = e.Version }),
        },
        _ => this,
    };

    // What is divided later is as old as what it is divided from: validity and stage count from the first collection.
    private QcSample Drawn(SampleTaken s, Recorded e)
    {
        var parent = s.SourceIds.Select(Samples.GetValueOrDefault).OfType<QcSample>().FirstOrDefault();
        return new(s.SampleId, s.Criteria, s.Matrix, s.VolumeMl, parent?.CollectedAt ?? s.CollectedAt, e.EventId) { AliquotOf = parent?.SampleId };
    }

    private QcState With(QcSample sample) => this with { Samples = Samples.SetItem(sample.SampleId, sample) };
    private QcState With(QcResult result) => this with { Results = Results.SetItem(result.ResultId, result) };
}
