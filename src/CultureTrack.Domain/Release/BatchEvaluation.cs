using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>
/// One evaluation of one batch against one specification at one instant. Criteria are evaluated when first asked for, because gates and surrogates
/// of some depend on others.
/// </summary>
internal sealed class BatchEvaluation(BatchState state, Specification spec, LabFacts facts, DateTimeOffset at)
{
    /// <summary>The criterion that gates of others look at.</summary>
    public const string FinalSterility = "C-06";

    private const decimal EuPerUnit = 20m;
    private readonly Dictionary<string, CriterionResult> _results = new(StringComparer.Ordinal);

    public BatchState State { get; } = state;
    public Specification Spec { get; } = spec.WithCommon();
    public LabFacts Facts { get; } = facts;
    public DateTimeOffset At { get; } = at;

    /// <summary>The signature at which windows were judged and frozen (3.1); null before it.</summary>
    public Recorded? FirstRelease { get; } = state.Of<DispositionSigned>()
        .FirstOrDefault(e => e.Data.Kind is DispositionKind.Conditional or DispositionKind.Release or DispositionKind.Exceptional);

    public DateTimeOffset WindowsAt => FirstRelease?.OccurredAt is { } signed && signed < At ? signed : At;

    /// <summary>The same question about another state of the batch.</summary>
    public BatchEvaluation With(BatchState other) => new(other, Spec, Facts, At);

    /// <summary>Criteria that another evaluation of the same batch, facts and instant has judged already.</summary>
    public BatchEvaluation TakingOver(IEnumerable<CriterionResult> judged, IReadOnlySet<string> alike)
    {
        foreach (var result in judged.Where(r => alike.Contains(r.Criterion.Id))) _results[result.Criterion.Id] = result;
        return this;
    }

    public bool ConditionalAllowed { get; } = IsConditionalAllowed(state);

    /// <summary>Conditional release is for the fresh product of a type that allows it (3.2).</summary>
    public static bool IsConditionalAllowed(BatchState state) =>
        state.Definition is { ConditionalAllowed: true } && state.Registration?.Storage == Storage.Fresh;

    public IReadOnlyList<CriterionResult> All() => [.. Spec.Criteria.OrderBy(c => c.Id, StringComparer.Ordinal).Select(Result)];

    public CriterionResult? Result(string id) => Spec.Find(id) is { } criterion ? Result(criterion) : null;

    public CriterionResult Result(Criterion criterion)
    {
        if (_results.TryGetValue(criterion.Id, out var known)) return known;
        var gate = GateOf(criterion);
        var result = CriterionResult.Of(criterion, gate, gate == Gate.NotApplicable ? [] : Parts(criterion));
        return _results[criterion.Id] = result with { GateEvidence = [.. (criterion.GateCases ?? []).SelectMany(c => Grounds.Of(this, c.When))] };
    }

    private List<PartResult> Parts(Criterion criterion)
    {
        var process = criterion.Parts.Select(criterion.SourceOf).Where(s => !Criterion.IsLaboratory(s)).Distinct()
            .ToDictionary(s => s, s => ProcessRecord.Read(s, this, criterion));
        return [.. criterion.Parts.Select(p => OnGrounds(p, IsNotApplicable(p)
            ? new PartResult(p, Outcome.NotApplicable, "Not applicable to this batch.")
            : process.TryGetValue(criterion.SourceOf(p), out var values)
                ? ProcessEvaluation.Of(criterion, p, values)
                : LaboratoryEvaluation.Of(this, criterion, p)))];
    }

    private PartResult OnGrounds(CriterionPart part, PartResult result)
    {
        var conditions = (part.LimitCases ?? []).Select(c => c.When).Concat(part.NotApplicableWhen is { } when ? [when] : []);
        return result with { Evidence = [.. result.Evidence.Concat(conditions.SelectMany(c => Grounds.Of(this, c))).Distinct()] };
    }

    public Gate GateOf(Criterion criterion) => criterion.GateCases?.FirstOrDefault(c => Holds(c.When))?.Gate ?? criterion.Gate;

    public bool IsNotApplicable(CriterionPart part) => part.NotApplicableWhen is { } when && Holds(when);

    public bool Holds(Condition condition) => condition switch
    {
        Condition.ConditionalReleaseNotAllowed => !ConditionalAllowed,
        Condition.Cryo => State.Registration?.Storage == Storage.Cryo,
        Condition.Fresh => State.Registration?.Storage == Storage.Fresh,
        Condition.NotCultured => State.Registration is { Cultured: false },
        Condition.FinalSterilityPassed => Result(FinalSterility) is { Outcome: Outcome.Pass },
        Condition.FreshAutologousUpToP3 => State.Registration is { Storage: Storage.Fresh, Autologous: true } && State.Culture.Passage is <= 3,
        Condition.NoFeederUsed => !State.Of<FeederPlated>().Any(),
        Condition.NoBovineLot => !LotsUsed.Of(State).Any(l => Facts.Lots.TryGetValue(l.LotId, out var lot) && lot.Bovine),
        Condition.ThawedAfterFill => State.Product.FilledAt is { } filled && State.Of<CellsThawed>().Any(e => e.OccurredAt > filled),
        Condition.Autologous => State.Registration is { Autologous: true },
        Condition.AllLyophilised => State.Product.Filled.Any() && State.Product.Filled.All(c => c.Lyophilised),
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, "An unknown condition cannot be judged."),
    };

    /// <summary>The range that holds for this batch, and whether it is complete: a computed limit may lack its inputs still.</summary>
    public (AcceptanceRange? Range, bool Complete) RangeOf(CriterionPart part)
    {
        var range = part.LimitCases?.FirstOrDefault(c => Holds(c.When))?.Limit ?? part.Limit;
        if (range?.Formula is not { } formula) return (range, true);
        var computed = formula == LimitFormula.DoseOverVolume ? DoseOverVolume() : TwentyPerUnitVolume();
        return computed is { } value ? (range with { ComputedUpper = Limit.Computed(LimitSense.AtMost, value) }, true) : (range, false);
    }

    /// <summary>
    /// The value as the limit means it: of a part that is judged by container, what the largest filled container holds of it. Null while no container is
    /// filled.
    /// </summary>
    public ResultValue? Judged(CriterionPart part, ResultValue value)
    {
        if (!part.PerContainer || value.Value is not { } perMl) return value;
        var largest = State.Product.Filled.Select(c => c.VolumeMl).DefaultIfEmpty(0).Max();
        return largest > 0 ? value with { Value = perMl * largest } : null;
    }

    private decimal? DoseOverVolume()
    {
        if (State.Registration is not { PatientWeightKg: > 0 and var kg, DoseVolumeMl: > 0 and var mL } r) return null;
        var k = r.Route == Route.Intrathecal ? Endotoxin.IntrathecalEuPerKg : Endotoxin.ParenteralEuPerKg;
        return Endotoxin.LimitEuPerMl(k, kg, mL, r.AdministrationHours ?? 1m);
    }

    /// <summary>What the limit of this batch was computed from, or what its values were converted with.</summary>
    public IEnumerable<Guid> GroundsOfRange(CriterionPart part, bool hasValues) =>
        (part.PerContainer && hasValues) || (IsOfUnitVolume(part) && (hasValues || IsShown(part)))
            ? Grounds.Unfilled(State).Concat(State.Of<VesselDiscarded>().Where(DiscardsLargest).Select(d => d.EventId)) : [];

    private static bool IsOfUnitVolume(CriterionPart part) => part.Limit?.Formula == LimitFormula.TwentyPerUnitVolume
        || (part.LimitCases ?? []).Any(c => c.Limit.Formula == LimitFormula.TwentyPerUnitVolume);

    // Without a value the volume matters only where the limit reads otherwise for it.
    private bool IsShown(CriterionPart part) => RangeOf(part).Range is { ComputedUpper: not null } range && range.Text(part.Unit) != (range with { ComputedUpper = null }).Text(part.Unit);

    private bool DiscardsLargest(Recorded<VesselDiscarded> e)
    {
        var largest = State.Product.Filled.Select(c => c.VolumeMl).DefaultIfEmpty(0).Max();
        return e.Data.Ids.Any(id => State.Product.Containers.GetValueOrDefault(id) is { IsFilled: true } c && c.VolumeMl > largest);
    }

    // The largest volume around one unit gives the smallest limit; every unit must meet it.
    private decimal? TwentyPerUnitVolume()
    {
        var volumes = State.Product.Filled.Select(c => c.VolumeMl).Where(v => v > 0).ToList();
        return volumes.Count == 0 ? null : Endotoxin.DeviceLimitEuPerMl(EuPerUnit, volumes.Max());
    }

    public bool SurrogatesPass(Criterion criterion) => (criterion.Surrogates ?? []).Count > 0 && criterion.Surrogates!.All(s =>
    {
        if (Result(s.Criterion) is not { } stand) return false;
        if (s.Part is { } part) return stand.Part(part) is { IsMet: true };
        return stand.IsMet && !(s.WithoutAlert && stand.Alert);
    });
}
