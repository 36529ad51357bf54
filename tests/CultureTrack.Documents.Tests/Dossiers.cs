using CultureTrack.Documents;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Domain.Tests.Release;

namespace CultureTrack.Documents.Tests;

/// <summary>What a document is made of, from a batch told entry by entry.</summary>
internal static class Dossiers
{
    public const string Head = "3f2a9d1c0b115df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41";

    public static BatchDossier Of(Story story, bool rehearsal = false, IReadOnlyList<Recorded>? stored = null)
    {
        var at = story.State.History[^1].RecordedAt;
        return new()
        {
            Events = stored ?? [.. story.State.History],
            State = story.State,
            HeadHash = Head,
            Verdict = ReleaseEvaluator.Evaluate(story.State, story.Facts.Spec!, story.Facts, at),
            Specification = story.Facts.Spec!.WithCommon(),
            Exceptions = ExceptionList.Of(story.State, story.Facts.Spec!, story.Facts, at, new ReadingCount(1000, 990)),
            SiteName = "Main laboratory",
            SecondIdentifier = story.Facts.Patient?.SecondIdentifier,
            Rehearsal = rehearsal,
            Lots = [.. story.Facts.Lots.Values],
            Traces = [Trace(story, "temperature", "°C", 37), Trace(story, "co2", "%", 5)],
        };
    }

    private static ChannelTrace Trace(Story story, string channel, string unit, double setPoint)
    {
        var (from, to) = (story.State.History[0].OccurredAt, story.State.History[^1].OccurredAt);
        var points = Enumerable.Range(0, 400).Select(i => new TracePoint(from + (to - from) * (i / 400.0), i is > 200 and < 215 ? null : setPoint + 0.05 * Math.Sin(i) - 0.03, i is > 200 and < 215 ? null : setPoint + 0.05 * Math.Sin(i) + 0.03));
        return new("INC-02", channel, unit, [.. points], [(setPoint - 1, "action limit"), (setPoint + 1, "action limit")]);
    }
}
