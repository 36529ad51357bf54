using System.Collections.Immutable;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Alarms;

/// <summary>Another limit or delay for one side and severity of a channel.</summary>
/// <param name="Channel">Canonical name.</param>
/// <param name="Limit">As a value in the unit of the channel, not as an offset; null: as it is.</param>
/// <param name="DelayMin">Time beyond the limit before the alarm, 0–1440 min; null: as it is.</param>
public sealed record RuleChange(string Channel, Severity Severity, Side Side, decimal? Limit = null, decimal? DelayMin = null);

/// <summary>A profile with some limits or delays changed, to be tried out on the past. Nothing live ever goes by it.</summary>
public static class CandidateRule
{
    public const int MostChanges = 20;
    private const decimal LongestDelayMin = 1440;

    /// <summary>Why the changes cannot be tried; none when they can. No change at all tries the rule as it is.</summary>
    public static IReadOnlyList<Finding> Check(EquipmentProfile profile, IReadOnlyList<RuleChange> changes)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(changes);
        if (changes.Count > MostChanges) return [new(Codes.ValRange, "changes", $"At most {MostChanges} changes at once.")];
        var findings = changes.SelectMany((c, i) => Check(profile, c, $"changes[{i}]")).ToList();
        if (changes.Select(c => (c.Channel, c.Severity, c.Side)).Distinct().Count() < changes.Count) findings.Add(new(Codes.ValDuplicate, "changes", "One limit is changed twice."));
        if (findings.Count == 0)
            findings.AddRange(changes.Select(c => c.Channel).Distinct().Where(c => !IsOrdered(Apply(profile, changes).Find(c)!))
                .Select(c => new Finding(Codes.ValOrder, "changes", $"Critical limits of {c} lie outside its action limits, and low ones below high ones.")));
        return findings;
    }

    /// <summary>The profile with the changes; they must have been checked.</summary>
    public static EquipmentProfile Apply(EquipmentProfile profile, IReadOnlyList<RuleChange> changes)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return profile with { Channels = [.. profile.Channels.Select(channel => changes.Where(c => c.Channel == channel.Channel).Aggregate(channel, Apply))] };
    }

    /// <summary>Points whose alarms may come out differently.</summary>
    public static ImmutableHashSet<string> ChannelsOf(IEnumerable<RuleChange> changes) => [.. changes.Select(c => c.Channel)];

    private static IEnumerable<Finding> Check(EquipmentProfile profile, RuleChange change, string field)
    {
        if (profile.Find(change.Channel) is not { IsJudged: true } channel)
        {
            yield return new(Codes.ValFormat, $"{field}.channel", $"{change.Channel} has no limits in the profile {profile.Id}.");
            yield break;
        }
        if (channel.LimitOf(change.Severity, change.Side) is null) yield return new(Codes.ValFormat, $"{field}.side", $"{change.Channel} has no {change.Side.ToString().ToLowerInvariant()} {change.Severity.ToString().ToLowerInvariant()} limit.");
        if (change is { Limit: null, DelayMin: null }) yield return new(Codes.ValRequired, field, "Name another limit or another delay.");
        if (change.Limit < channel.Physical.Low || change.Limit > channel.Physical.High) yield return new(Codes.ValRange, $"{field}.limit", "The sensor never reads such a value.");
        if (change.DelayMin is < 0 or > LongestDelayMin) yield return new(Codes.ValRange, $"{field}.delayMin", $"0 to {LongestDelayMin} min.");
    }

    private static bool IsOrdered(ChannelProfile c) =>
        !(c.Critical.Low > c.Action.Low || c.Critical.High < c.Action.High || c.Action.Low >= c.Action.High || c.Critical.Low >= c.Critical.High);

    private static ChannelProfile Apply(ChannelProfile channel, RuleChange change)
    {
        var limit = channel.Basis == LimitBasis.Offset ? change.Limit - channel.SetPoint : change.Limit;
        return change.Severity == Severity.Action
            ? channel with { Action = With(channel.Action, change.Side, limit), ActionDelayMin = With(channel.ActionDelayMin, change.Side, change.DelayMin) }
            : channel with { Critical = With(channel.Critical, change.Side, limit), CriticalDelayMin = With(channel.CriticalDelayMin, change.Side, change.DelayMin) };
    }

    private static SidePair With(SidePair pair, Side side, decimal? value) => value is null ? pair : side == Side.Low ? pair with { Low = value } : pair with { High = value };
}
