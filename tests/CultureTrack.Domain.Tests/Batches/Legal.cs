using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>One rule of 2.4 in words, and how it is tried.</summary>
internal sealed record RuleCase(string Words, Action Try)
{
    public static TheoryData<string> Names(IEnumerable<RuleCase> cases) => [.. cases.Select(c => c.Words)];
    public static void Check(IEnumerable<RuleCase> cases, string words) => cases.Single(c => c.Words == words).Try();
}

/// <summary>
/// An entry that is appended without a refusal, and what is answered when one thing about it is changed: on both sides of each limit, with code and field.
/// </summary>
internal sealed class Legal<T>(Func<Scenario> given, Func<Scenario, T> entry, string? by = null, string? name = null) where T : EventData
{
    private readonly List<RuleCase> _cases = [];

    public Legal(Func<Scenario> given, T entry, string? by = null, string? name = null) : this(given, _ => entry, by, name) => Allowed("as it is", e => e);

    public IEnumerable<RuleCase> Cases => _cases;

    public Legal<T> Allowed(string words, Func<T, T> change) => Add($"{words} is allowed", s => Outcome(s, change).ThenAccepted());

    public Legal<T> AllowedWhen(string words, Action<Scenario> circumstance) => Add($"{words} it is allowed", s =>
    {
        circumstance(s);
        Outcome(s, e => e).ThenAccepted();
    });

    public Legal<T> Refused(string words, Func<T, T> change, string code, string field) => Add($"{words} is refused", s => ShouldRefuse(Outcome(s, change), code, field));

    public Legal<T> RefusedWhen(string words, Action<Scenario> circumstance, string code, string field) => Add($"{words} it is refused", s =>
    {
        circumstance(s);
        ShouldRefuse(Outcome(s, e => e), code, field);
    });

    public Legal<T> Flagged(string words, Func<T, T> change, string flag, string field) => Add($"{words} is flagged", s => s.When(change(entry(s)), by: by).ThenFlagged(flag, field));

    public Legal<T> NotFlagged(string words, Func<T, T> change, string flag, string field) => Add($"{words} is not flagged", s => ShouldNotFlag(Outcome(s, change), flag, field));

    /// <summary>Possible values of a field, and impossible ones next to them (VAL-RANGE).</summary>
    public Legal<T> Numbers(string field, Func<T, decimal, T> set, decimal[] allowed, decimal[] refused)
    {
        foreach (var value in allowed) Allowed($"{field} {Text(value)}", e => set(e, value));
        foreach (var value in refused) Refused($"{field} {Text(value)}", e => set(e, value), Codes.ValRange, $"data.{field}");
        return this;
    }

    /// <summary>Usual values of a field, and unusual ones next to them, which are flagged.</summary>
    public Legal<T> Window(string field, Func<T, decimal, T> set, decimal[] usual, decimal[] unusual, string flag = Flags.OutOfWindow)
    {
        foreach (var value in usual) NotFlagged($"a usual {field} {Text(value)}", e => set(e, value), flag, field);
        foreach (var value in unusual) Flagged($"an unusual {field} {Text(value)}", e => set(e, value), flag, field);
        return this;
    }

    /// <summary>A list that must name something, and nothing twice.</summary>
    public Legal<T> Names(string field, Func<T, T> none, Func<T, T>? twice = null)
    {
        Refused($"no {field}", none, Codes.ValRequired, $"data.{field}");
        return twice is null ? this : Refused($"{field} named twice", twice, Codes.ValDuplicate, $"data.{field}");
    }

    private Legal<T> Add(string words, Action<Scenario> check)
    {
        _cases.Add(new($"{name ?? typeof(T).Name}: {words}", () => check(given())));
        return this;
    }

    private Outcome Outcome(Scenario s, Func<T, T> change) => s.When(change(entry(s)), by: by, comment: "As seen");

    private static void ShouldRefuse(Outcome outcome, string code, string field)
    {
        var no = outcome.Decision.ShouldBeOfType<Refused>();
        no.Findings.ShouldContain(f => f.Code == code && f.Field == field, string.Join("; ", no.Findings));
    }

    private static void ShouldNotFlag(Outcome outcome, string flag, string field) => outcome.ThenAccepted().Events[0].Flags.ShouldNotContain(f => f.Code == flag && f.Field == field);

    private static string Text(decimal value) => value.ToString("G", CultureInfo.InvariantCulture);
}
