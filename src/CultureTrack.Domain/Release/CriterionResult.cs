namespace CultureTrack.Domain.Release;

/// <summary>Status of a criterion or a part of one (3.1), in the order in which the worst part decides.</summary>
public enum Outcome { NotApplicable, Pass, Expired, Pending, NotTested, FailUnconfirmed, FailConfirmed }

/// <summary>One part as evaluated.</summary>
/// <param name="HasResult">True when there is a value to show for this part; then reasons name parts.</param>
/// <param name="Code">Reason code where it is not that of the outcome (ASSESS, NOT_REVIEWED).</param>
/// <param name="ExpectedAt">When a pending result is due: start of incubation, before it the time of collection, plus the validated duration.</param>
internal sealed record PartResult(CriterionPart Part, Outcome Outcome, string Why)
{
    public string? Observed { get; init; }
    public string? Limit { get; init; }
    public bool Alert { get; init; }
    public bool HasResult { get; init; }
    public string? Code { get; init; }
    public DateTimeOffset? ValidUntil { get; init; }
    public DateTimeOffset? ExpectedAt { get; init; }
    public IReadOnlyList<Guid> Evidence { get; init; } = [];

    public bool IsMet => Outcome is Outcome.Pass or Outcome.NotApplicable;

    /// <summary>An optional part nobody reported; of alternatives one must be.</summary>
    public bool MayBeLeftOut(IReadOnlyList<PartResult> all) => Part.Optional && Outcome is (Outcome.NotTested or Outcome.Pending)
        && (Part.OneOf is not { } group || all.Any(p => p.Part.OneOf == group && p.HasResult));
    public string ReasonCode => Code ?? Outcome switch
    {
        Outcome.FailConfirmed or Outcome.FailUnconfirmed => "FAIL",
        Outcome.NotTested => "NOT_TESTED",
        Outcome.Expired => "EXPIRED",
        _ => "PENDING",
    };
}

/// <summary>One criterion as evaluated: the worst of its parts.</summary>
internal sealed record CriterionResult(Criterion Criterion, Gate Gate, Outcome Outcome, IReadOnlyList<PartResult> Parts)
{
    public bool IsMet => Outcome is Outcome.Pass or Outcome.NotApplicable;
    /// <summary>What made its gate other than the specification's plain one.</summary>
    public IReadOnlyList<Guid> GateEvidence { get; init; } = [];
    public bool Alert => Parts.Any(p => p.Alert);
    public DateTimeOffset? ExpectedAt => Parts.Max(p => p.ExpectedAt);
    public PartResult? Part(string name) => Parts.FirstOrDefault(p => p.Part.Name == name);

    public static CriterionResult Of(Criterion criterion, Gate gate, IReadOnlyList<PartResult> parts)
    {
        if (gate == Gate.NotApplicable) return new(criterion, gate, Outcome.NotApplicable, []);
        var required = parts.Where(p => !p.MayBeLeftOut(parts)).ToList();
        return new(criterion, gate, required.Count == 0 ? Outcome.NotTested : required.Max(p => p.Outcome), parts);
    }

    /// <summary>The parts that stand in the way, with the id each is named by: the plain id, or <c>ID(part)</c> once a part has a result.</summary>
    public IEnumerable<(string Id, PartResult Part)> Unmet(Func<PartResult, bool> which)
    {
        var open = Parts.Where(p => !p.IsMet && !p.MayBeLeftOut(Parts) && which(p)).ToList();
        if (!Criterion.HasNamedParts || !Parts.Any(p => p.HasResult)) return open.Take(1).Select(p => (Criterion.Id, p));
        return open.Select(p => (p.Part.Name is null ? Criterion.Id : $"{Criterion.Id}({p.Part.Name})", p));
    }

    public CriterionStatus ToStatus() => new(
        Criterion.Id, Criterion.Common, Criterion.Attribute, (Gate == Gate.NotApplicable ? Criterion.Gate : Gate).ToString(), Outcome.ToString(),
        Criterion.LimitText ?? Joined(p => p.Limit), Joined(p => p.Observed), Alert, Parts.Min(p => p.ValidUntil),
        [.. Parts.SelectMany(p => p.Evidence).Concat(GateEvidence).Distinct()], Why());

    private string? Joined(Func<PartResult, string?> text)
    {
        var all = Parts.Select(p => text(p) is { } t ? p.Part.Name is null ? t : $"{p.Part.Name} {t}" : null).Where(t => t is not null).ToList();
        return all.Count == 0 ? null : string.Join("; ", all);
    }

    private string Why()
    {
        if (Gate == Gate.NotApplicable) return "Not applicable to this batch.";
        var told = Parts.Where(p => p.Outcome == Outcome || !p.IsMet).Select(p => p.Part.Name is null ? p.Why : $"{p.Part.Name}: {p.Why}").Distinct();
        return string.Join(" ", told);
    }
}
