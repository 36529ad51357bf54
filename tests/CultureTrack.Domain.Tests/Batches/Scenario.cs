using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Given a batch that has come so far, when somebody makes an entry, then it is appended, flagged or refused.</summary>
internal sealed class Scenario
{
    public Lab Lab { get; } = new();
    public BatchState State { get; private set; } = BatchState.Initial;
    public List<Recorded> Events { get; } = [];
    public DateTimeOffset Now { get; private set; } = At("2026-04-01T08:00Z");

    public static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    public Scenario On(string time)
    {
        Now = At(time);
        return this;
    }

    public Scenario Later(double hours)
    {
        Now = Now.AddHours(hours);
        return this;
    }

    /// <summary>Made as tech01 (QA and QC entries as qa01 and qc01), verified where an entry needs it, commented; must be accepted.</summary>
    public Scenario Given(params EventData[] entries)
    {
        foreach (var data in entries)
        {
            var made = When(data, comment: "As seen").ThenAccepted();
            State = made.State;
            Events.AddRange(made.Events);
        }
        return this;
    }

    public Scenario GivenBy(string user, EventData data)
    {
        var made = When(data, by: user, comment: "As seen").ThenAccepted();
        State = made.State;
        Events.AddRange(made.Events);
        return this;
    }

    /// <summary>Something the software found out by itself.</summary>
    public Scenario GivenBySoftware(EventData data)
    {
        var made = BatchDecider.Decide(State, new Entry(data, Actor.Software, Now, Origin: Origin.System), Lab.Facts(State, data)).ShouldBeOfType<Accepted>();
        State = made.State;
        Events.AddRange(made.Events);
        return this;
    }

    /// <summary>Appends what was accepted.</summary>
    public void Take(Accepted accepted)
    {
        State = accepted.State;
        Events.AddRange(accepted.Events);
    }

    /// <summary>An event as it stands in the stream, whatever led to it: for steps whose own rules are tested elsewhere.</summary>
    public Scenario Force(EventData data, string by)
    {
        var kind = EventCatalogue.Of(data);
        var actor = Lab.People[by];
        var e = new Stamp(State.BatchId, Now, Now, actor, actor.RoleFor(kind.By) ?? "", State.Zone).Record(data, State.Version + 1);
        Events.Add(e);
        State = BatchFold.Apply(State, e);
        return this;
    }

    public Outcome When(
        EventData data, string? by = null, string? verify = "auto", string? comment = null, string? reason = null, string? occurredAt = null, string? coSign = null,
        bool signed = true) =>
        new(this, Entry(data, by, verify, comment, reason, occurredAt, coSign, signed));

    public Entry Entry(
        EventData data, string? by = null, string? verify = "auto", string? comment = null, string? reason = null, string? occurredAt = null, string? coSign = null,
        bool signed = true)
    {
        var kind = EventCatalogue.Of(data);
        var actor = Lab.People[by ?? DefaultActor(kind)];
        var second = verify == "auto" ? kind.SecondPerson == SecondPerson.None ? null : kind.Name == nameof(ExpiryOverridden) ? "qa02" : actor.UserId == "tech02" ? "tech01" : "tech02" : verify;
        var meaning = SignatureRules.MeaningNeeded(data) ?? (data is RecordCorrected ? Meanings.Performed : null);
        return new(
            data, actor, Now, occurredAt is null ? null : At(occurredAt), reason, comment,
            meaning is null || !signed ? null : new(actor, meaning, true),
            second is null ? null : new(Lab.People[second], Meanings.Verified, true),
            coSign is null ? null : new(Lab.People[coSign], Meanings.Approved, true));
    }

    private static string DefaultActor(EventKind kind) =>
        kind.By.Contains(Roles.Technician) ? "tech01" : kind.By.Contains(Roles.QualityControl) ? "qc01" : kind.By.Contains(Roles.QualityAssurance) ? "qa01" : "qa02";

    public Guid Last<T>() where T : EventData => State.Last<T>()!.EventId;
}

/// <summary>What the decider answers to one entry.</summary>
internal sealed class Outcome(Scenario scenario, Entry entry)
{
    public Decision Decision { get; } = BatchDecider.Decide(scenario.State, entry, scenario.Lab.Facts(scenario.State, entry.Data));

    /// <summary>Appended without any flag, unless the entry carried a comment.</summary>
    public Accepted ThenAccepted()
    {
        if (Decision is Refused no) throw new ShouldAssertException($"{entry.Data.GetType().Name} was refused: {string.Join("; ", no.Findings)} flags {string.Join("; ", no.Flags)}");
        return (Accepted)Decision;
    }

    public void ThenNotFlagged() => ThenAccepted().Events[0].Flags.Where(f => f.Code != Flags.UnderHold).ShouldBeEmpty();

    public Refused ThenRejected(string code, string? field = null)
    {
        var no = Decision.ShouldBeOfType<Refused>();
        no.Code.ShouldBe(code, string.Join("; ", no.Findings));
        if (field is not null) no.Findings.Select(f => f.Field).ShouldContain(field);
        return no;
    }

    /// <summary>Refused with the flag while there is no comment (G-5), and appended with it once there is one.</summary>
    public void ThenFlagged(string flag, string? field = null)
    {
        var no = ThenRejected(Codes.ValComment);
        no.Flags.ShouldContain(f => f.Code == flag && (field == null || f.Field == field), string.Join("; ", no.Flags));
        var yes = BatchDecider.Decide(scenario.State, entry with { Comment = "Seen and judged" }, scenario.Lab.Facts(scenario.State, entry.Data)).ShouldBeOfType<Accepted>();
        yes.Events[0].HasFlag(flag).ShouldBeTrue();
    }

    public Outcome ThenComputed(string name, double expected)
    {
        var value = (double)ThenAccepted().Events[0].Computed!.Number(name)!.Value;
        value.ShouldBe(expected, Math.Abs(expected) * 1e-3);
        return this;
    }

    public void ThenComputedNull(string name)
    {
        var values = ThenAccepted().Events[0].Computed!.Values;
        values.Keys.ShouldContain(name);
        values[name].ShouldBeNull();
    }
}
