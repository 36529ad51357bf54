using System.Globalization;
using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>What a person or the software proposes for a batch. The edge has read the JSON and checked the passwords; nothing else is decided yet.</summary>
public sealed record Entry(
    EventData Data, Actor Actor, DateTimeOffset Now, DateTimeOffset? OccurredAt = null, string? Reason = null, string? Comment = null,
    Signing? Signature = null, Signing? Verification = null, Signing? CoSignature = null, Origin Origin = Origin.Entered,
    Guid? CorrectsEventId = null, Guid? SupersedesEventId = null)
{
    public DateTimeOffset At => OccurredAt ?? Now;

    /// <summary>Id of the event, where it is known before: of imported entries that others name. Null: a new one.</summary>
    public Guid? EventId { get; init; }
}

/// <summary>A signature as given: who signs, what it shall mean, and whether the password was right.</summary>
public sealed record Signing(Actor? Signer, string Meaning, bool PasswordValid);

/// <summary>Collects what the rules find about one entry: refusals, flags and computed values. Rules add, the decider orders and answers.</summary>
public sealed class Judgement(BatchState state, Entry entry, LabFacts facts)
{
    private readonly List<Finding> _findings = [];
    private readonly List<Flag> _flags = [];

    public BatchState State { get; } = state;
    public Entry Entry { get; } = entry;
    public LabFacts Facts { get; } = facts;
    public DateTimeOffset At => Entry.At;
    public DateTimeOffset Now => Entry.Now;
    public BatchRegistered Registration => State.Registration ?? (BatchRegistered)Entry.Data;

    /// <summary>The product as the batch was registered with it; at the registration itself as the register has it.</summary>
    public ProductType Product => State.Definition ?? (Entry.Data is BatchRegistered r ? Facts.Product.For(r.Cultured) : Facts.Product);
    public Computed? Computed { get; private set; }
    public IReadOnlyList<Finding> Findings => _findings;
    public IReadOnlyList<Flag> FlagsRaised => _flags;

    public void Reject(string code, string field, string message)
    {
        if (!_findings.Any(f => f.Code == code && f.Field == field)) _findings.Add(new(code, field, message));
    }

    /// <summary>Refuses with <paramref name="code"/> unless <paramref name="ok"/>; returns <paramref name="ok"/>.</summary>
    public bool Require(bool ok, string code, string field, string message)
    {
        if (!ok) Reject(code, field, message);
        return ok;
    }

    public void Flag(string code, string field, string? window = null, object? observed = null)
    {
        if (!_flags.Any(f => f.Code == code && f.Field == field)) _flags.Add(new(code, field, window, observed));
    }

    public void FlagIf(bool raised, string code, string field, string? window = null, object? observed = null)
    {
        if (raised) Flag(code, field, window, observed);
    }

    /// <summary>VAL-RANGE outside [low, high]; a null bound is open. Bounds are allowed values.</summary>
    public bool Range(string field, decimal? value, decimal? low, decimal? high) =>
        Require(value is null || ((low is null || value >= low) && (high is null || value <= high)), Codes.ValRange, Data(field),
            $"{field} is {Text(value)}; allowed is {(high is null ? $"{Text(low)} or more" : low is null ? $"{Text(high)} or less" : $"{Text(low)} to {Text(high)}")}.");

    /// <summary>VAL-RANGE unless above <paramref name="low"/> (exclusive) and at most <paramref name="high"/>.</summary>
    public bool Above(string field, decimal? value, decimal low, decimal? high = null) =>
        Require(value is null || (value > low && (high is null || value <= high)), Codes.ValRange, Data(field),
            $"{field} is {Text(value)}; it must be more than {Text(low)}{(high is null ? "" : $" and at most {Text(high)}")}.");

    /// <summary>FLAG OutOfWindow outside [low, high]; bounds are inside the window.</summary>
    public void Window(string field, decimal? value, decimal? low, decimal? high, string? code = null)
    {
        if (value is null || ((low is null || value >= low) && (high is null || value <= high))) return;
        Flag(code ?? Flags.OutOfWindow, field, $"{(low is null ? "≤" : Text(low))}{(low is null || high is null ? "" : "–")}{(high is null ? " or more" : Text(high))}", value);
    }

    /// <summary>
    /// FLAG outside [low, high] for a value computed from process events: it is rounded to the decimals of the limit first (G-3, G-4). What is shown
    /// is the unrounded value.
    /// </summary>
    public void ComputedWindow(string field, double? value, decimal? low, decimal? high, int decimals, string? code = null)
    {
        if (value is null || double.IsNaN(value.Value) || Math.Abs(value.Value) > 1e20) return;
        var rounded = Rounding.ToDecimals((decimal)value.Value, decimals);
        if ((low is null || rounded >= low) && (high is null || rounded <= high)) return;
        Window(field, (decimal)value.Value, low, high, code);
    }

    /// <summary>VAL-DUPLICATE for ids given twice, or in use for a vessel, container, sheet or pool of this or another batch.</summary>
    /// <param name="reuse">Ids of this batch that may be named again.</param>
    /// <param name="handedOverBy">A batch whose ids may be taken over.</param>
    public void NewIds(string field, IReadOnlyList<string> ids, Func<string, bool>? reuse = null, string? handedOverBy = null)
    {
        foreach (var id in ids.GroupBy(i => i, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key))
            Reject(Codes.ValDuplicate, Data(field), $"{id} is named more than once.");
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            var other = Facts.IdsInUse.GetValueOrDefault(id);
            var here = State.Culture.Vessels.ContainsKey(id) || State.Product.Containers.ContainsKey(id) || State.Product.Sheets.ContainsKey(id)
                || State.Culture.Sources.ContainsKey(id);
            if (other is not null && other != State.BatchId && other != handedOverBy) Reject(Codes.ValDuplicate, Data(field), $"{id} is in use in {other}.");
            else if (here && reuse?.Invoke(id) != true) Reject(Codes.ValDuplicate, Data(field), $"{id} is in use in this batch.");
        }
    }

    /// <summary>STATE-GUARD for ids that belong to another batch by now, because they always did or because they were handed over to it.</summary>
    public void Ours(string field, IReadOnlyList<string> ids)
    {
        for (var i = 0; i < ids.Count; i++)
            if (Facts.IdsInUse.GetValueOrDefault(ids[i]) is { } other && other != State.BatchId) Guard(false, $"{field}[{i}]", $"{ids[i]} belongs to {other}.");
    }

    /// <summary>STATE-GUARD unless a precondition of 2.3 or 2.4 is met.</summary>
    public bool Guard(bool met, string field, string message) => Require(met, Codes.StateGuard, Data(field), message);

    /// <summary>False when the entry has already been refused because of the state or phase; comparisons with the state then say nothing more.</summary>
    public bool StepIsLegal => !_findings.Any(f => f.Code is Codes.StateTransition or Codes.StatePhase);

    /// <summary>VAL-LOT unless the lot exists, is released, in date and not recalled at the time of the entry.</summary>
    public LotFact? Lot(string field, string? lotId)
    {
        if (lotId is null) return null;
        var lot = Facts.Lots.GetValueOrDefault(lotId);
        var why = lot is null ? "is unknown" : lot.WhyNotUsable(At);
        Require(why is null, Codes.ValLot, Data(field), $"Lot {lotId} {why}.");
        return lot;
    }

    public void Compute(string formula, IEnumerable<Guid> inputs, params (string Name, object? Value)[] values)
    {
        var all = new Dictionary<string, object?>(Computed?.Values ?? new Dictionary<string, object?>());
        foreach (var (name, value) in values) all[name] = value;
        Computed = new(all, Computed is null ? formula : $"{Computed.Formula};{formula}", [.. (Computed?.Inputs ?? []).Concat(inputs).Distinct()]);
    }

    public static string Data(string field) => field.Length == 0 ? "data" : $"data.{field}";

    private static string? Text(decimal? value) => value?.ToString("G6", CultureInfo.InvariantCulture);
}
