using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

/// <summary>What somebody proposes for a stream other than a batch: a material, a piece of equipment, a room, a person, a site.</summary>
public sealed record LabEntry(
    EventData Data, Actor Actor, DateTimeOffset Now, DateTimeOffset? OccurredAt = null, string? Reason = null, string? Comment = null,
    Signing? Signature = null, Signing? Verification = null, Signing? CoSignature = null)
{
    public DateTimeOffset At => OccurredAt ?? Now;
}

/// <summary>Where an accepted entry goes.</summary>
/// <param name="Version">Events already in the stream.</param>
public sealed record LabStream(string Id, long Version, string Zone);

public abstract record LabDecision;
public sealed record LabAccepted(Recorded Event) : LabDecision;
public sealed record LabRefused(IReadOnlyList<Finding> Findings, IReadOnlyList<Flag> Flags) : LabDecision;

/// <summary>Collects what the rules find about one entry of these streams.</summary>
public sealed class LabJudgement(LabEntry entry)
{
    private readonly List<Finding> _findings = [];
    private readonly List<Flag> _flags = [];

    public LabEntry Entry { get; } = entry;
    public DateTimeOffset At => Entry.At;
    public DateTimeOffset Now => Entry.Now;
    public Computed? Computed { get; set; }
    public IReadOnlyList<Finding> Findings => _findings;
    public IReadOnlyList<Flag> FlagsRaised => _flags;

    /// <summary>Refuses with <paramref name="code"/> unless <paramref name="ok"/>; returns <paramref name="ok"/>.</summary>
    public bool Require(bool ok, string code, string field, string message)
    {
        if (!ok && !_findings.Any(f => f.Code == code && f.Field == field)) _findings.Add(new(code, field, message));
        return ok;
    }

    public void FlagIf(bool raised, string code, string field, string? window = null, object? observed = null)
    {
        if (raised && !_flags.Any(f => f.Code == code && f.Field == field)) _flags.Add(new(code, field, window, observed));
    }

    /// <summary>VAL-RANGE unless more than <paramref name="low"/> and at most <paramref name="high"/>.</summary>
    public bool Above(string field, decimal value, decimal low, decimal? high = null) =>
        Require(value > low && (high is null || value <= high), Codes.ValRange, field,
            string.Create(CultureInfo.InvariantCulture, $"{field} is {value}; it must be more than {low}{(high is null ? "" : $" and at most {high}")}."));

    /// <summary>VAL-REQUIRED for a text that says nothing, VAL-FORMAT for one of more than <paramref name="most"/> characters.</summary>
    public bool Text(string field, string text, int most = 4000) =>
        Require(!string.IsNullOrWhiteSpace(text), Codes.ValRequired, field, "It is needed.")
        && Require(text.Length <= most, Codes.ValFormat, field, $"At most {most} characters.");

    /// <summary>VAL-FORMAT unless the id can stand in a label, a path and an MQTT topic.</summary>
    public bool Id(string field, string? id) =>
        Require(id is null || Ids.IsGood(id), Codes.ValFormat, field, $"{field} is a letter or digit followed by at most 63 letters, digits, dots, hyphens or underscores.");
}

/// <summary>Ids of things of the lab.</summary>
public static class Ids
{
    private const int MostCharacters = 64;

    public static bool IsGood(string id) =>
        id.Length is > 0 and <= MostCharacters && char.IsAsciiLetterOrDigit(id[0]) && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}

/// <summary>Decides entries of the streams other than batches; the same envelope and the same rules for all (2.4, G-5, G-6, R-11…R-18).</summary>
public static class LabDecider
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5), LateAfter = TimeSpan.FromMinutes(15), RefusedAfter = TimeSpan.FromHours(72);
    private const int ReasonMinLength = 10;

    /// <param name="rule">What holds for this event type and the state of its stream.</param>
    public static LabDecision Decide(LabEntry entry, LabStream stream, Action<LabJudgement> rule)
    {
        var kind = LabCatalogue.Of(entry.Data);
        var j = new LabJudgement(entry);
        var role = CheckRole(kind, j);
        CheckTimes(j);
        rule(j);
        CheckSignatures(kind, j);
        CheckComment(j);
        return j.Findings.Count > 0 ? Refuse(j) : new LabAccepted(Envelope(j, stream, role));
    }

    /// <summary>The findings of the group that answers first, in order (2.6).</summary>
    public static IReadOnlyList<Finding> FirstGroup(IReadOnlyCollection<Finding> findings)
    {
        var group = findings.Min(f => Codes.Group(f.Code));
        return [.. findings.Where(f => Codes.Group(f.Code) == group).OrderBy(f => Codes.Rank(f.Code))];
    }

    private static LabRefused Refuse(LabJudgement j)
    {
        var findings = FirstGroup([.. j.Findings]);
        return new(findings, findings.Any(f => f.Code == Codes.ValComment) ? j.FlagsRaised : []);
    }

    private static string CheckRole(LabKind kind, LabJudgement j)
    {
        var actor = j.Entry.Actor;
        if (actor.IsSystem) return Roles.System;
        var role = actor.RoleFor(kind.By);
        if (!j.Require(role is not null, Codes.SodRole, "type", $"Needed for {kind.Name}: {(kind.By.Count == 0 ? "the software itself" : string.Join(" or ", kind.By))}."))
            return "";
        j.Require(!kind.NeedsQualification || role == Roles.Administrator || actor.IsQualifiedFor(kind.Name, j.Now), Codes.SodRole, "type",
            $"{actor.UserId} has no qualification for {kind.Name} in force.");
        return role!;
    }

    private static void CheckTimes(LabJudgement j)
    {
        var entry = j.Entry;
        if (entry.Actor.IsSystem) return;
        j.Require(entry.At <= entry.Now + ClockTolerance, Codes.ValFuture, "occurredAt", "occurredAt lies in the future.");
        var late = entry.Now - entry.At;
        if (late <= LateAfter) return;
        j.FlagIf(true, Flags.LateEntry, "occurredAt", "15 min", Math.Round((decimal)late.TotalMinutes, 1));
        RequireReason(j);
        j.Require(late <= RefusedAfter || entry.CoSignature?.Signer?.RoleFor([Roles.QualityAssurance]) is not null, Codes.ValLate, "occurredAt",
            "More than 72 h ago; QA must co-sign (meaning Approved).");
    }

    /// <summary>R-04: a change needs a reason of at least ten characters.</summary>
    public static void RequireReason(LabJudgement j, string? reason = null) =>
        j.Require((reason ?? j.Entry.Reason)?.Trim().Length >= ReasonMinLength, Codes.ValReason, "reason", $"A reason of at least {ReasonMinLength} characters is needed.");

    private static void CheckSignatures(LabKind kind, LabJudgement j)
    {
        var entry = j.Entry;
        if (entry.Actor.IsSystem) return;
        var second = SignatureRules.Check(kind.Name, entry.Actor, entry.Signature, entry.Verification, entry.CoSignature, kind.Meaning, kind.NeedsSecondPerson, j.Require);
        j.Require(second is null || second.RoleFor([Roles.Technician, Roles.QualityControl, Roles.QualityAssurance]) is not null, Codes.SodRole, "verification.user",
            $"{second?.UserId} may not verify this.");
    }

    private static void CheckComment(LabJudgement j)
    {
        if (j.Entry.Actor.IsSystem || j.FlagsRaised.Count == 0) return;
        j.Require(!string.IsNullOrWhiteSpace(j.Entry.Comment), Codes.ValComment, "comment",
            $"A comment is needed for: {string.Join(", ", j.FlagsRaised.Select(f => $"{f.Code} ({f.Field})"))}.");
    }

    private static Recorded Envelope(LabJudgement j, LabStream stream, string role)
    {
        var entry = j.Entry;
        var origin = entry.Actor.IsSystem ? Origin.System : Origin.Entered;
        var e = new Stamp(stream.Id, entry.At, entry.Now, entry.Actor, role, stream.Zone, origin, entry.Reason, entry.Comment, entry.Actor.DeviceId)
            .Record(entry.Data, stream.Version + 1);
        e = e with { Flags = j.FlagsRaised, Computed = j.Computed };
        Signature? Sign(Signing? s) => s?.Signer is { } who ? SignatureRules.Make(e, who, s.Meaning, entry.Now) : null;
        return e with { Signature = Sign(entry.Signature), VerifiedBy = Sign(entry.Verification), CoSignature = Sign(entry.CoSignature) };
    }
}
