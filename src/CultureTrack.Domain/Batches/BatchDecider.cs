using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public abstract record Decision;
public sealed record Accepted(IReadOnlyList<Recorded> Events, BatchState State) : Decision;
public sealed record Refused(IReadOnlyList<Finding> Findings, IReadOnlyList<Flag> Flags) : Decision
{
    public string Code => Findings[0].Code;
}

/// <summary>
/// Decides entries of a batch: (state, entry, facts) in, events or findings out. Pure. The order of checks is that of 2.6; the first failing group
/// answers with all its findings.
/// </summary>
public static class BatchDecider
{
    /// <summary>All or nothing: the entries in order, each judged on the state the one before leaves.</summary>
    public static Decision Decide(BatchState state, IReadOnlyList<Entry> entries, Func<BatchState, Entry, LabFacts> facts)
    {
        var events = new List<Recorded>();
        for (var i = 0; i < entries.Count; i++)
        {
            switch (Decide(state, entries[i], facts(state, entries[i])))
            {
                case Refused no:
                    return entries.Count == 1 ? no : no with { Findings = [.. no.Findings.Select(f => f with { Field = $"[{i}].{f.Field}" })] };
                case Accepted yes:
                    events.AddRange(yes.Events);
                    state = yes.State;
                    break;
            }
        }
        return new Accepted(events, state);
    }

    public static Decision Decide(BatchState state, Entry entry, LabFacts facts)
    {
        var kind = EventCatalogue.Of(entry.Data);
        var j = new Judgement(state, entry, facts);
        var role = EntryRules.CheckRole(kind, j);
        EntryRules.CheckTimes(kind, j);
        EntryRules.CheckState(kind, j);
        // Rules may rely on a registered batch; without one the transition check has already refused.
        if (state.HasStarted || entry.Data is BatchRegistered) kind.Rule(j);
        StepWindows.Flag(j);
        EntryRules.CheckSignatures(kind, j);
        EntryRules.FlagCommon(kind, j);
        EntryRules.CheckComment(j);
        return j.Findings.Count > 0 ? Answer(j) : Accept(j, role);
    }

    private static Refused Answer(Judgement j)
    {
        var group = j.Findings.Min(f => Codes.Group(f.Code));
        var findings = j.Findings.Where(f => Codes.Group(f.Code) == group).OrderBy(f => Codes.Rank(f.Code)).ToList();
        return new(findings, findings.Any(f => f.Code == Codes.ValComment) ? j.FlagsRaised : []);
    }

    private static Accepted Accept(Judgement j, string role)
    {
        var first = Envelope(j, role);
        return WithReactions([first], BatchFold.Apply(j.State, first), j.Facts, j.Now);
    }

    /// <summary>Records what the software itself found out, with everything that follows from it.</summary>
    public static Accepted Record(BatchState state, IEnumerable<(EventData Data, DateTimeOffset At)> found, LabFacts facts, DateTimeOffset now)
    {
        var events = new List<Recorded>();
        foreach (var (data, at) in found)
        {
            var e = SystemEvent(state, data, at, now);
            var recorded = WithReactions([e], BatchFold.Apply(state, e), facts, now);
            events.AddRange(recorded.Events);
            state = recorded.State;
        }
        return new(events, state);
    }

    // What the software does by itself on an entry follows at once, and may itself have consequences.
    private static Accepted WithReactions(List<Recorded> events, BatchState state, LabFacts facts, DateTimeOffset now)
    {
        for (var i = 0; i < events.Count; i++)
        {
            foreach (var (data, at) in Reactions.To(state, events[i], facts).ToList())
            {
                var e = SystemEvent(state, data, at, now);
                state = BatchFold.Apply(state, e);
                events.Add(e);
            }
        }
        return new(events, state);
    }

    /// <summary>An event of the software itself, in the name of SYS, for a moment it found out about.</summary>
    public static Recorded SystemEvent(BatchState state, EventData data, DateTimeOffset at, DateTimeOffset now) =>
        new Stamp(state.BatchId, at, now, Actor.Software, Roles.System, state.Zone, Origin.System).Record(data, state.Version + 1);

    private static Recorded Envelope(Judgement j, string role)
    {
        var entry = j.Entry;
        var zone = j.State.HasStarted ? j.State.Zone : j.Facts.Site?.Zone ?? "UTC";
        var id = j.State.HasStarted ? j.State.BatchId : ((BatchRegistered)entry.Data).BatchId!;
        var e = new Stamp(id, entry.At, entry.Now, entry.Actor, role, zone, entry.Origin, entry.Reason, entry.Comment, entry.Actor.DeviceId)
            .Record(EntryRules.WithIds(entry.Data), j.State.Version + 1, entry.EventId);
        Signature? Sign(Signing? s) => s?.Signer is { } who ? SignatureRules.Make(e, who, s.Meaning, entry.Now) : null;
        return e with
        {
            Flags = j.FlagsRaised,
            Computed = j.Computed,
            Signature = Sign(entry.Signature),
            VerifiedBy = Sign(entry.Verification),
            CoSignature = Sign(entry.CoSignature),
            CorrectsEventId = (entry.Data as RecordCorrected)?.CorrectsEventId ?? entry.CorrectsEventId,
            SupersedesEventId = entry.SupersedesEventId,
        };
    }
}
