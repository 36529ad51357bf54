using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Release;

namespace CultureTrack.Grains.Batches;

/// <summary>A batch as a document shows it: everything as of the time its last event was recorded.</summary>
public sealed record PrintedBatch(
    BatchState State, Specification Specification, Verdict Verdict, ExceptionReport Exceptions, IReadOnlyList<LotFact> Lots, string? SecondIdentifier);

/// <summary>What labels of a batch say now.</summary>
public sealed record LabelDraft(BatchState State, LabelWording Wording);

public sealed partial class BatchGrain
{
    public async Task<PrintedBatch?> Printed()
    {
        if (_state is not { HasStarted: true } state) return null;
        var at = state.History[^1].RecordedAt;
        var lab = (await facts.Collect(state, [], await EnvironmentAt(state, at), at)).Base.AsKnownAt(at);
        var (counted, signatures) = (await ReadingsOfStays(state, at), SignatureCheck.Of(await Events(0)));
        return new(state, lab.Spec!.WithCommon(), ReleaseEvaluator.Evaluate(state, lab.Spec!, lab, at), ExceptionList.Of(state, lab.Spec!, lab, at, counted, signatures),
            [.. lab.Lots.Values.OrderBy(l => l.LotId, StringComparer.Ordinal)], lab.Patient?.SecondIdentifier);
    }

    public async Task<LabelDraft?> Labels() => _state is { HasStarted: true } state
        ? new(state, LabelWording.Of(state, (await facts.Collect(state, [], Domain.Batches.EnvironmentReport.None)).Base)) : null;
}
