using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>How an entry is answered: in which order findings stand, several entries at once, and what the envelope of an event says (2.4, 2.6).</summary>
public sealed class DecisionTests
{
    private static readonly ConfluenceObserved Look = new("V-01", 50, LookMethod.Visual, "Spindle", Contamination.None);

    private static Decision Decide(Scenario s, params Entry[] entries) => BatchDecider.Decide(s.State, entries, (state, e) => s.Lab.Facts(state, e.Data));

    [Fact]
    public void Several_entries_are_judged_each_on_what_the_one_before_leaves()
    {
        var s = Adsc.AtP0();
        var made = Decide(s, s.Entry(Look), s.Entry(Look with { Pct = 35 }, comment: "Cells came off")).ShouldBeOfType<Accepted>();
        made.Events.Select(e => (e.Version, ((ConfluenceObserved)e.Body).Pct)).ShouldBe([(s.State.Version + 1, 50m), (s.State.Version + 2, 35m)]);
        made.Events[1].HasFlag(Flags.OutOfWindow).ShouldBeTrue();
        (made.State.Version, made.State.Last<ConfluenceObserved>()!.Data.Pct).ShouldBe((s.State.Version + 2, 35m));
        Decide(s).ShouldBeOfType<Accepted>().State.ShouldBe(s.State);
    }

    [Fact]
    public void One_of_several_that_is_refused_refuses_all_and_is_named_by_its_place()
    {
        var s = Adsc.AtP0();
        var no = Decide(s, s.Entry(Look), s.Entry(Look with { Pct = 105 })).ShouldBeOfType<Refused>();
        no.Findings.Select(f => (f.Code, f.Field)).ShouldBe([(Codes.ValRange, "[1].data.pct")]);
        Decide(s, s.Entry(Look with { Pct = 105 })).ShouldBeOfType<Refused>().Findings.Select(f => f.Field).ShouldBe(["data.pct"]);
    }

    [Fact]
    public void The_first_group_answers_with_all_its_findings_in_the_order_of_codes()
    {
        var s = Adsc.AtP0();
        s.When(new MediumChanged([], "NONE", -1, -1, FeedKind.Half), by: "qc01").ThenRejected(Codes.SodRole).Findings.Select(f => f.Code).Distinct().ShouldBe([Codes.SodRole]);
        s.When(new MediumChanged([], "NONE", -1, -1, FeedKind.Half)).ThenRejected(Codes.ValRequired).Findings.Select(f => (f.Code, f.Field)).ShouldBe([
            (Codes.ValRequired, "data.vesselIds"), (Codes.ValRange, "data.removedMl"), (Codes.ValRange, "data.addedMl"), (Codes.ValLot, "data.mediumLot")]);
    }

    [Fact]
    public void Flags_are_shown_with_a_refusal_only_when_a_comment_is_all_that_is_missing()
    {
        var s = Adsc.AtP0();
        s.When(Look with { Pct = 42 }).ThenRejected(Codes.ValComment).Flags.Select(f => (f.Code, f.Field)).ShouldBe([(Flags.OutOfWindow, "pct")]);
        s.When(Look with { Pct = 42, VesselId = "V-99" }, comment: "As seen").ThenRejected(Codes.StateGuard).Flags.ShouldBeEmpty();
    }

    [Fact]
    public void An_event_carries_who_made_it_for_when_and_in_which_zone()
    {
        var s = Adsc.AtP2().On("2026-04-28T14:10Z");
        var e = s.When(Adsc.Harvest, occurredAt: "2026-04-28T14:00Z", comment: "Two flasks at a time", reason: "Shift change").ThenAccepted().Events[0];
        (e.StreamId, e.Version, e.ActorId, e.ActorRole, e.OccurredAt, e.RecordedAt, e.SiteZone, e.Origin)
            .ShouldBe(("ADSC-26-0007", s.State.Version + 1, "tech01", Roles.Technician, Scenario.At("2026-04-28T14:00Z"), s.Now, "UTC", Origin.Entered));
        (e.Comment, e.Reason, e.VerifiedBy!.User, e.VerifiedBy.Meaning, e.Signature, e.CoSignature, e.CorrectsEventId, e.SupersedesEventId)
            .ShouldBe(("Two flasks at a time", "Shift change", "tech02", Meanings.Verified, null, null, null, null));
        SignatureRules.IsValid(e, e.VerifiedBy).ShouldBeTrue();
        SignatureRules.IsValid(e, e.VerifiedBy with { StreamVersion = e.Version + 1 }).ShouldBeFalse();
        SignatureRules.IsValid(e, e.VerifiedBy with { User = "tech01" }).ShouldBeFalse();
    }

    [Fact]
    public void An_entry_may_bring_its_id_and_name_what_it_corrects_or_replaces()
    {
        var s = Adsc.AtP0();
        var (id, corrects, replaces) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var e = Decide(s, s.Entry(Look) with { EventId = id, CorrectsEventId = corrects, SupersedesEventId = replaces }).ShouldBeOfType<Accepted>().Events[0];
        (e.EventId, e.CorrectsEventId, e.SupersedesEventId).ShouldBe((id, corrects, replaces));
    }

    [Fact]
    public void A_registration_takes_the_zone_of_the_site_and_keeps_it()
    {
        var s = Adsc.New().On("2026-04-10T09:00Z");
        s.Lab.Site = new("main", "Europe/Paris", Jurisdiction.EU);
        s.Given(Adsc.Registered);
        s.Lab.Site = new("main", "Asia/Tokyo", Jurisdiction.US);
        s.Given(Adsc.Consent);
        (s.State.Zone, s.State.Jurisdiction, s.Events[0].SiteZone, s.Events[1].SiteZone).ShouldBe(("Europe/Paris", Jurisdiction.EU, "Europe/Paris", "Europe/Paris"));
    }

    [Fact]
    public void The_state_changes_with_its_entries_only_and_remembers_when()
    {
        var s = Adsc.AtP0();
        (s.State.State, s.State.StateChangedAt, s.State.Phase).ShouldBe((LifeState.InProcess, Scenario.At("2026-04-13T10:30Z"), "P0"));
        s.Given(Look);
        (s.State.StateChangedAt, s.State.Phase, s.State.Version, s.State.History.Count).ShouldBe((Scenario.At("2026-04-13T10:30Z"), "P0", s.Events[^1].Version, s.Events.Count));
        s.State.Definition.ShouldBe(ProductRegister.BuiltIn["ADSC"]);
    }

    [Theory]
    [InlineData(DispositionKind.Conditional, LifeState.ConditionallyReleased)]
    [InlineData(DispositionKind.Release, LifeState.Released)]
    [InlineData(DispositionKind.FinalRelease, LifeState.Released)]
    [InlineData(DispositionKind.Reject, LifeState.Rejected)]
    [InlineData(DispositionKind.Revoke, LifeState.ReleaseRevoked)]
    [InlineData(DispositionKind.Exceptional, LifeState.ReleasedExceptional)]
    public void A_disposition_leads_to_its_state(DispositionKind kind, LifeState state)
    {
        var s = Adsc.Filled().Force(new DispositionSigned(kind, 0, "RELEASE", [], []), "qa02");
        (s.State.State, s.State.IsReleased).ShouldBe((state, state is LifeState.ConditionallyReleased or LifeState.Released or LifeState.ReleasedExceptional));
        s.State.IsTerminal.ShouldBeFalse();
    }

    [Theory]
    [InlineData(LifeState.Planned, true)]
    [InlineData(LifeState.Quarantined, true)]
    [InlineData(LifeState.InProcess, true)]
    [InlineData(LifeState.Cryostored, true)]
    [InlineData(LifeState.Harvested, true)]
    [InlineData(LifeState.Formulated, true)]
    [InlineData(LifeState.PendingDisposition, false)]
    [InlineData(LifeState.Released, false)]
    [InlineData(LifeState.Rejected, false)]
    public void Only_what_is_not_under_review_yet_is_terminated(LifeState state, bool may)
    {
        var s = Adsc.AtP0();
        var entry = s.Entry(new BatchTerminated(DiscardReason.Surplus));
        var answer = BatchDecider.Decide(s.State with { State = state }, entry, s.Lab.Facts(s.State, entry.Data));
        (answer is Accepted).ShouldBe(may);
        if (!may) answer.ShouldBeOfType<Refused>().Code.ShouldBe(Codes.StateTransition);
    }

    [Theory]
    [InlineData(LifeState.Planned, true)]
    [InlineData(LifeState.PendingDisposition, true)]
    [InlineData(LifeState.ConditionallyReleased, false)]
    [InlineData(LifeState.Terminated, false)]
    [InlineData(LifeState.Closed, false)]
    public void What_belongs_to_the_making_ends_with_the_disposition(LifeState state, bool may)
    {
        var s = Adsc.Planned();
        var entry = s.Entry(Adsc.Consent);
        (BatchDecider.Decide(s.State with { State = state }, entry, s.Lab.Facts(s.State, entry.Data)) is Accepted).ShouldBe(may);
    }

    [Theory]
    [InlineData(LifeState.Rejected, true)]
    [InlineData(LifeState.Released, true)]
    [InlineData(LifeState.Discarded, false)]
    [InlineData(LifeState.Closed, false)]
    public void What_endures_ends_with_the_batch(LifeState state, bool may)
    {
        var s = Adsc.Planned();
        var entry = s.Entry(new DeviationOpened(null, "Found in the archive", DeviationClass.Minor));
        (BatchDecider.Decide(s.State with { State = state }, entry, s.Lab.Facts(s.State, entry.Data)) is Accepted).ShouldBe(may);
    }
}
