using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Release;
using CultureTrack.Grains.Batches;
using CultureTrack.Web.Lab;

namespace CultureTrack.Web.Laboratory;

public sealed record SampleLine(string BatchId, QcSample Sample);
public sealed record TestLine(string BatchId, QcTest Test, QcSample Sample, DateTimeOffset? ExpectedAt);
public sealed record ResultLine(string BatchId, QcResult Result, CriterionStatus? Criterion);
public sealed record OosLine(string BatchId, OosCase Case, CriterionStatus? Criterion, IReadOnlyList<QcSample> Samples, IReadOnlyList<QcResult> Results, IReadOnlyList<RetestOrder> Retests);

/// <summary>Everything of the laboratory that is not settled, over all open batches.</summary>
public sealed record LaboratoryBoard(
    IReadOnlyList<DueWork> Due, IReadOnlyList<SampleLine> OnTheWay, IReadOnlyList<SampleLine> NotStarted, IReadOnlyList<TestLine> Running, IReadOnlyList<ResultLine> ToApprove, IReadOnlyList<OosLine> Oos);

/// <summary>Reads the laboratory's board from the batches themselves.</summary>
public sealed class SamplesData(ILabIndex lab, IGrainFactory grains)
{
    private static readonly HashSet<string> OfLaboratory = ["D-13", "D-14", "D-15", "D-16", "D-17", "D-18"];

    public async Task<LaboratoryBoard> Read(CancellationToken ct)
    {
        var open = (await lab.Batches(ct)).Where(b => b.IsOpen).Select(b => b.Id).ToList();
        var states = (await Task.WhenAll(open.Select(id => grains.GetGrain<IBatchGrain>(id).State()))).OfType<BatchState>().Where(s => s.Qc.Samples.Count > 0).ToList();
        var judged = new Dictionary<string, IReadOnlyList<CriterionStatus>>(StringComparer.Ordinal);
        foreach (var s in states.Where(s => s.Qc.Results.Count > 0)) judged[s.BatchId] = (await grains.GetGrain<IBatchGrain>(s.BatchId).Release()).Criteria;
        CriterionStatus? Of(string batch, string criterion) => judged.GetValueOrDefault(batch)?.FirstOrDefault(c => c.Id == criterion);
        return new(
            [.. (await lab.Work(null, ct)).Where(w => OfLaboratory.Contains(w.Task)).OrderBy(w => w.DueAt)],
            [.. Samples(states, s => s.IsOnItsWay)],
            [.. states.SelectMany(b => b.Qc.Samples.Values.Where(s => !s.IsOnItsWay && b.Qc.Tests.Values.All(t => t.SampleId != s.SampleId)).Select(s => new SampleLine(b.BatchId, s))).OrderBy(s => s.Sample.CollectedAt)],
            [.. states.SelectMany(Running).OrderBy(t => t.ExpectedAt ?? t.Test.StartedAt)],
            [.. states.SelectMany(b => b.Qc.Results.Values.Where(r => r.Counts && !IsApproved(b, r)).Select(r => new ResultLine(b.BatchId, r, Of(b.BatchId, r.CriterionId)))).OrderBy(r => r.Result.RecordedAt)],
            [.. states.SelectMany(b => b.Qc.Oos.Values.Where(o => o.IsOpen).Select(o => new OosLine(b.BatchId, o, Of(b.BatchId, o.CriterionId),
                [.. b.Qc.Samples.Values.Where(s => s.Criteria.Contains(o.CriterionId))], [.. b.Qc.ResultsOf(o.CriterionId)], [.. b.Qc.Retests.Where(r => r.CriterionId == o.CriterionId && r.Version > o.Version)])))]);
    }

    private static IEnumerable<SampleLine> Samples(IEnumerable<BatchState> states, Func<QcSample, bool> which) =>
        states.SelectMany(b => b.Qc.Samples.Values.Where(which).Select(s => new SampleLine(b.BatchId, s))).OrderBy(s => s.Sample.CollectedAt);

    // A test waits as long as no final result of it is there.
    private static IEnumerable<TestLine> Running(BatchState b) => b.Qc.Tests.Values
        .Where(t => b.Qc.Samples.ContainsKey(t.SampleId) && b.Qc.Results.Values.All(r => r.TestId != t.TestId || r.Kind != ResultKind.Final))
        .Select(t => new TestLine(b.BatchId, t, b.Qc.Samples[t.SampleId], Expected(b, t)));

    private static DateTimeOffset? Expected(BatchState b, QcTest t) =>
        SpecificationRegister.BuiltIn.GetValueOrDefault((b.Registration?.SpecId ?? "", b.Registration?.SpecVersion ?? 0))?.Find(t.CriterionId)?.ValidatedHours is { } hours
            ? (t.IncubationStartedAt ?? b.Qc.Samples[t.SampleId].CollectedAt).AddHours((double)hours) : null;

    private static bool IsApproved(BatchState b, QcResult r) => r.ApprovedEventId is not null && r.ApprovedVersion > b.CorrectedAt.GetValueOrDefault(r.EventId);
}
