using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum ResultKind { Interim, Final }
public enum Qualitative { NotDetected, Detected, NoGrowth, Growth, Negative, Positive, Pass, Fail }
public enum InterimReading { NegativeToDate, Signal }

/// <summary>One measured part of a result: a number with unit and qualifier (<c>=</c>, <c>&lt;</c>, <c>&gt;</c>), or a qualitative call with its detection limit.</summary>
public sealed record ResultValue(
    string? Part = null, decimal? Value = null, string? Unit = null, string? Qualifier = null,
    Qualitative? Qualitative = null, decimal? Lod = null, string? LodUnit = null);

public sealed record QcTestStarted(string TestId, string SampleId, string CriterionId, int MethodVersion, DateTimeOffset? IncubationStartedAt) : EventData;

public sealed record QcInterimReported(string TestId, decimal Hours, InterimReading Reading) : EventData;

public sealed record QcResultRecorded(
    string ResultId, string TestId, ResultKind Kind, IReadOnlyList<ResultValue> Values, bool ControlsValid, string? RawDataRef) : EventData;

public sealed record QcResultApproved(string ResultId) : EventData;

public sealed record QcResultInvalidated(string ResultId, string AssignableCause, string EvidenceRef) : EventData;

public sealed record QcRetestOrdered(string CriterionId, string SampleId, int RetestNo) : EventData;

internal static class TestingRules
{
    public static void Check(QcTestStarted e, Judgement j) { }
    public static void Check(QcInterimReported e, Judgement j) { }
    public static void Check(QcResultRecorded e, Judgement j) { }
    public static void Check(QcResultApproved e, Judgement j) { }
}
