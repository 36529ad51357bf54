using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Controls;

/// <summary>A lot of control material for one quantity of one method at one level, such as CD45-stained cells of 2 %.</summary>
/// <param name="MethodId">The registered method it is measured with, where there is one; controls of one method judge a run together.</param>
/// <param name="AssignedMean">Of the maker's certificate or a study before; with <paramref name="AssignedSd"/> the limits stand from the first run.</param>
public sealed record ControlRegistered(
    string ControlId, string Title, string Criterion, string? Part, string Unit, string LotId, string Level, DateTimeOffset ExpiresAt, string? MethodId = null,
    decimal? AssignedMean = null, decimal? AssignedSd = null) : EventData;

/// <param name="CorrectiveAction">What was done to the measuring system since the value before; rules over several runs begin anew with this one.</param>
public sealed record ControlMeasured(string ControlId, string RunId, decimal Value, string Unit, DateTimeOffset MeasuredAt, string? CorrectiveAction = null) : EventData;

/// <summary>A value entered wrongly counts no longer; it stays to be seen (R-03).</summary>
public sealed record ControlResultVoided(string ControlId, int ResultNo, string Reason) : EventData;

/// <summary>QA has fixed the limits from the values measured so far.</summary>
public sealed record ControlBaselineEstablished(string ControlId, decimal Mean, decimal Sd, int N) : EventData;

/// <summary>One value of a control as it was judged when it was measured.</summary>
public sealed record ControlResult(
    int No, string RunId, decimal Value, DateTimeOffset MeasuredAt, string By, double? Z, ControlOutcome Outcome, IReadOnlyList<string> Rules, string? CorrectiveAction, Guid EventId,
    string? VoidReason = null)
{
    public bool Counts => VoidReason is null;
}

/// <summary>A control with its limits and all its values.</summary>
public sealed record ControlSample
{
    public const int BaselineValues = 20;

    public required string ControlId { get; init; }
    public required string Title { get; init; }
    public required string Criterion { get; init; }
    public string? Part { get; init; }
    public required string Unit { get; init; }
    public required string LotId { get; init; }
    public required string Level { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public string? MethodId { get; init; }
    public double? Mean { get; init; }
    public double? Sd { get; init; }

    /// <summary>How many values the limits rest on; null when they were assigned.</summary>
    public int? BaselineN { get; init; }
    public IReadOnlyList<ControlResult> Results { get; init; } = [];
    public required long Version { get; init; }

    public ControlLimits? Limits => Mean is { } mean && Sd is { } sd ? new(mean, sd, BaselineN ?? 0) : null;

    public static string Stream(string controlId) => $"control/{controlId}";

    public static ControlSample Apply(ControlSample? known, Recorded e) => (known, e.Body) switch
    {
        (null, ControlRegistered r) => new()
        {
            ControlId = r.ControlId,
            Title = r.Title,
            Criterion = r.Criterion,
            Part = r.Part,
            Unit = r.Unit,
            LotId = r.LotId,
            Level = r.Level,
            ExpiresAt = r.ExpiresAt,
            MethodId = r.MethodId,
            Mean = (double?)r.AssignedMean,
            Sd = (double?)r.AssignedSd,
            Version = e.Version,
        },
        ({ } c, ControlMeasured m) => c with { Results = [.. c.Results, ControlRules.Result(c, m, e)], Version = e.Version },
        ({ } c, ControlResultVoided v) => c with { Results = [.. c.Results.Select(r => r.No == v.ResultNo ? r with { VoidReason = v.Reason } : r)], Version = e.Version },
        ({ } c, ControlBaselineEstablished b) => c with { Mean = (double)b.Mean, Sd = (double)b.Sd, BaselineN = b.N, Version = e.Version },
        _ => throw new InvalidOperationException($"{e.Type} cannot follow in the stream {e.StreamId}."),
    };

    /// <summary>Distances from the mean of the values that count since the last corrective action, oldest first.</summary>
    public IReadOnlyList<double> Sequence()
    {
        if (Limits is not { } limits) return [];
        var counting = Results.Where(r => r is { Counts: true, Outcome: not ControlOutcome.Baseline }).ToList();
        var from = counting.FindLastIndex(r => r.CorrectiveAction is not null);
        return [.. counting.Skip(Math.Max(0, from)).Select(r => limits.Z((double)r.Value))];
    }
}

public static class ControlRules
{
    private const int ReasonMinLength = 10;

    public static void Check(ControlRegistered e, ControlSample? known, LabJudgement j)
    {
        j.Id("controlId", e.ControlId);
        j.Require(known is null, Codes.ValDuplicate, "controlId", $"The control {e.ControlId} exists already.");
        j.Require(!string.IsNullOrWhiteSpace(e.Title), Codes.ValRequired, "title", "A control has a title.");
        j.Require(!string.IsNullOrWhiteSpace(e.Unit), Codes.ValRequired, "unit", "A control has a unit.");
        j.Require((e.AssignedMean is null) == (e.AssignedSd is null), Codes.ValRequired, e.AssignedMean is null ? "assignedMean" : "assignedSd", "Mean and standard deviation are assigned together, or neither.");
        j.Require(e.AssignedSd is null or > 0m, Codes.ValRange, "assignedSd", "The standard deviation is more than 0.");
        j.Require(e.ExpiresAt > j.Now, Codes.ValLot, "expiresAt", "The lot is expired.");
    }

    /// <param name="others">The other controls of the method with values in the run.</param>
    /// <param name="runUsed">Batches have results in the run already.</param>
    public static void Check(ControlMeasured e, ControlSample control, IReadOnlyList<ControlSample> others, bool runUsed, LabJudgement j)
    {
        j.Id("runId", e.RunId);
        j.Require(Release.Units.Same(e.Unit, control.Unit), Codes.ValUnit, "unit", $"{control.ControlId} is measured in {control.Unit}.");
        j.Require(e.MeasuredAt <= j.Now.AddSeconds(5), Codes.ValFuture, "measuredAt", "measuredAt lies in the future.");
        j.Require(e.MeasuredAt < control.ExpiresAt, Codes.ValLot, "measuredAt", $"The lot {control.LotId} expired {control.ExpiresAt:u}.");
        j.Require(control.Results.Count == 0 || e.MeasuredAt >= control.Results[^1].MeasuredAt, Codes.ValOrder, "measuredAt", "A value is entered in the order of measuring.");
        j.Require(e.CorrectiveAction is null || e.CorrectiveAction.Trim().Length >= ReasonMinLength, Codes.ValReason, "correctiveAction", $"Say in at least {ReasonMinLength} characters what was done.");
        var (z, rules) = Judge(control, e, [.. others.SelectMany(o => InRun(o, e.RunId))]);
        var outcome = z is null ? ControlOutcome.Baseline : Westgard.Outcome(rules);
        j.FlagIf(outcome == ControlOutcome.Rejected && runUsed, Flags.OutOfWindow, "runId", "controls before results", e.RunId);
        j.Computed = new(new Dictionary<string, object?>
        {
            ["resultNo"] = control.Results.Count + 1,
            ["z"] = z is { } distance ? Math.Round(distance, 4) : null,
            ["outcome"] = outcome.ToString(),
            ["rules"] = string.Join(",", rules.Select(r => r.Name())),
        }, "Westgard@1", [.. control.Results.TakeLast(1).Select(r => r.EventId)]);
    }

    private static (double? Z, IReadOnlyList<WestgardRule> Rules) Judge(ControlSample control, ControlMeasured e, IReadOnlyList<double> sameRun)
    {
        if (control.Limits is not { } limits) return (null, []);
        var z = limits.Z((double)e.Value);
        IReadOnlyList<double> before = e.CorrectiveAction is null ? control.Sequence() : [];
        return (z, Westgard.Broken([.. before, z], [.. sameRun, .. InRun(control, e.RunId)]));
    }

    private static IEnumerable<double> InRun(ControlSample control, string runId) => control.Limits is not { } limits ? []
        : control.Results.Where(r => r.Counts && r.RunId == runId && r.Outcome != ControlOutcome.Baseline).Select(r => limits.Z((double)r.Value));

    internal static ControlResult Result(ControlSample control, ControlMeasured m, Recorded e)
    {
        var outcome = Enum.TryParse<ControlOutcome>(e.Computed?.Values.GetValueOrDefault("outcome")?.ToString(), out var parsed) ? parsed : ControlOutcome.Baseline;
        var rules = e.Computed?.Values.GetValueOrDefault("rules")?.ToString() is { Length: > 0 } text ? text.Split(',') : [];
        return new(control.Results.Count + 1, m.RunId, m.Value, m.MeasuredAt, e.ActorId, (double?)e.Computed?.Number("z"), outcome, rules, m.CorrectiveAction, e.EventId);
    }

    public static void Check(ControlResultVoided e, ControlSample control, LabJudgement j)
    {
        var result = control.Results.FirstOrDefault(r => r.No == e.ResultNo);
        if (!j.Require(result is not null, Codes.StateGuard, "resultNo", $"{control.ControlId} has no value {e.ResultNo}.")) return;
        j.Require(result!.Counts, Codes.StateTransition, "resultNo", $"Value {e.ResultNo} counts no longer already.");
        j.Require(result.By != j.Entry.Actor.UserId, Codes.SodApprover, "signature.user", "Who entered a value does not void it.");
        LabDecider.RequireReason(j, e.Reason);
    }

    /// <summary>Limits from the values so far; at least twenty, and none of them set aside for being far out.</summary>
    public static ControlLimits? Baseline(ControlSample control) =>
        control.Results.Where(r => r is { Counts: true, Outcome: ControlOutcome.Baseline }).Select(r => (double)r.Value).ToList() is { Count: >= ControlSample.BaselineValues } values ? ControlLimits.Of(values) : null;

    public static void Check(ControlBaselineEstablished e, ControlSample control, LabJudgement j)
    {
        j.Require(control.Limits is null, Codes.StateTransition, "controlId", $"{control.ControlId} has its limits already; a new lot is a new control.");
        var values = control.Results.Count(r => r is { Counts: true, Outcome: ControlOutcome.Baseline });
        j.Require(Baseline(control) is not null, Codes.StateGuard, "controlId", $"{control.ControlId} has {values} values; limits need {ControlSample.BaselineValues} that are not all the same.");
    }

    /// <summary>What the controls say about one run; null when none was measured in it.</summary>
    public static RunFact? Run(string runId, IEnumerable<ControlSample> controls)
    {
        var values = controls.SelectMany(c => c.Results.Where(r => r.Counts && r.RunId == runId).Select(r => (Control: c, Result: r))).ToList();
        if (values.Count == 0) return null;
        var rejected = values.Where(v => v.Result.Outcome == ControlOutcome.Rejected).Select(v => $"{v.Control.ControlId} {string.Join(" ", v.Result.Rules)}").ToList();
        return new(runId, rejected.Count == 0 ? null : string.Join("; ", rejected), rejected.Count == 0 && values.Any(v => v.Result.Outcome is ControlOutcome.Accepted or ControlOutcome.Warning));
    }
}
