namespace CultureTrack.Domain.Release;

/// <summary>Review by exception: what QA must tick, and how much was checked.</summary>
public sealed record ExceptionReport(long ScopeVersion, IReadOnlyList<ReviewException> Items, ReviewCoverage Coverage);

/// <param name="Kind">Flag, Correction, LateEntry, Excursion, Shelved, Deviation, Oos, Invalidation, Retest, Override, ValidityExpired, MissingData, Refused or Uncovered.</param>
public sealed record ReviewException(string ExceptionId, string Kind, IReadOnlyList<Guid> EventIds, string Text, bool Seen);

public sealed record ReviewCoverage(int RulesRun, long ReadingsExpected, long ReadingsReceived, int StepsExpected, int StepsDone, int SignaturesChecked);
