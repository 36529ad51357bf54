using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

public sealed class DeviationAndHoldTests
{
    private static readonly DeviationOpened Open = new("DEV-1", "Spill in the cabinet", DeviationClass.Minor);
    private static readonly DeviationClosed Close = new("DEV-1", "Loose cap", "None", []);

    [Fact]
    [Trait("Rule", "R-22")]
    public void A_deviation_is_not_closed_by_who_opened_it()
    {
        Adsc.AtP0().GivenBy("qa01", Open).When(Close, by: "qa01").ThenRejected(Codes.SodCloser);
        Adsc.AtP0().GivenBy("qa01", Open).When(Close, by: "qa02").ThenAccepted().State.Deviations["DEV-1"].IsOpen.ShouldBeFalse();
    }

    [Fact]
    public void A_deviation_is_closed_with_impact_and_class()
    {
        Adsc.AtP0().Given(Open).When(Close with { Impact = null }).ThenRejected(Codes.ValRequired, "data.impact");
        Adsc.AtP0().Given(Open with { Class = null }).When(Close).ThenRejected(Codes.StateGuard);
    }

    [Fact]
    public void An_unknown_or_closed_deviation_is_not_closed()
    {
        Adsc.AtP0().When(Close).ThenRejected(Codes.StateGuard, "data.deviationId");
        Adsc.AtP0().Given(Open, Close).When(Close).ThenRejected(Codes.StateGuard, "data.deviationId");
    }

    [Fact]
    public void A_deviation_open_for_more_than_thirty_days_is_flagged() => Adsc.AtP0().Given(Open).Later(31 * 24).When(Close).ThenFlagged(Flags.Interval);

    [Fact]
    public void The_softwares_class_is_not_lowered()
    {
        var s = Adsc.AtP0().GivenBySoftware(Open with { Class = DeviationClass.Major });
        s.When(new DeviationClassified("DEV-1", DeviationClass.Minor)).ThenRejected(Codes.StateGuard, "data.class");
        s.When(new DeviationClassified("DEV-1", DeviationClass.Critical)).ThenAccepted().State.Holds.Count.ShouldBe(1);
    }

    [Fact]
    public void A_critical_deviation_holds_the_batch() => Adsc.AtP0().Given(Open with { Class = DeviationClass.Critical }).State.Holds.Values.Single().DeviationRef.ShouldBe("DEV-1");

    [Fact]
    [Trait("Rule", "R-22")]
    public void A_hold_is_not_released_by_who_placed_it()
    {
        Adsc.AtP0().GivenBy("qa01", new HoldPlaced("H-1", "Suspicion")).When(new HoldReleased("H-1", "Cleared by test"), by: "qa01").ThenRejected(Codes.SodHold);
        Adsc.AtP0().GivenBy("qa01", new HoldPlaced("H-1", "Suspicion")).When(new HoldReleased("H-1", "Cleared by test"), by: "qa02").ThenAccepted().State.Holds.ShouldBeEmpty();
    }

    [Fact]
    public void A_hold_is_released_after_its_deviation_was_assessed()
    {
        var s = Adsc.AtP0().Given(Open with { Class = DeviationClass.Critical });
        var release = new HoldReleased(s.State.Holds.Keys.Single(), "Cleared by test");
        s.When(release).ThenRejected(Codes.StateGuard, "data.holdId");
        s.Given(Close).When(release).ThenAccepted();
    }

    [Fact]
    public void A_hold_open_for_more_than_five_working_days_is_flagged()
    {
        // 2026-04-13 is a Monday; the next Monday is the fifth working day after it.
        Adsc.AtP0().Given(new HoldPlaced("H-1", "Suspicion")).On("2026-04-20T12:00Z").When(new HoldReleased("H-1", "Cleared by test")).ThenNotFlagged();
        Adsc.AtP0().Given(new HoldPlaced("H-1", "Suspicion")).On("2026-04-21T12:00Z").When(new HoldReleased("H-1", "Cleared by test")).ThenFlagged(Flags.Interval);
    }
}

public sealed class CorrectionTests
{
    private static RecordCorrected Of(Scenario s, Guid id, string field, object? old, object? fresh, string reason = "Read from the wrong line") =>
        new(id, field, JsonSerializer.SerializeToElement(old), JsonSerializer.SerializeToElement(fresh), reason);

    private static RecordCorrected Viability(Scenario s, object? old, object? fresh) => Of(s, s.Last<IsolationPerformed>(), "viabilityPct", old, fresh);

    [Fact]
    [Trait("Rule", "R-03")]
    public void A_correction_puts_the_new_value_in_and_recomputes_what_follows()
    {
        var s = Adsc.AtP0();
        var accepted = s.When(Viability(s, 82.0, 90.0)).ThenComputed("viable", 1.998e7).ThenAccepted();
        accepted.State.Last<IsolationPerformed>()!.Data.ViabilityPct.ShouldBe(90.0m);
        accepted.State.Culture.Sources[s.Last<IsolationPerformed>().ToString()].Viable.ShouldBe(1.998e7m);
        s.State.Last<IsolationPerformed>()!.Data.ViabilityPct.ShouldBe(82.0m);
    }

    [Fact]
    [Trait("Rule", "R-03")]
    public void The_old_value_must_be_the_stored_one()
    {
        var s = Adsc.AtP0();
        s.When(Viability(s, 81.0, 90.0)).ThenRejected(Codes.StateGuard, "data.oldValue");
    }

    [Fact]
    public void The_new_value_must_be_possible()
    {
        var s = Adsc.AtP0();
        s.When(Viability(s, 82.0, 101)).ThenRejected(Codes.ValRange, "data.newValue");
        s.When(Viability(s, 82.0, "high")).ThenRejected(Codes.ValFormat, "data.newValue");
    }

    [Fact]
    public void A_computed_value_is_not_corrected()
    {
        var s = Adsc.AtP0();
        s.When(Of(s, s.Last<IsolationPerformed>(), "viable", 1.8204e7, 2e7)).ThenRejected(Codes.StateGuard, "data.field");
    }

    [Fact]
    public void An_unknown_field_is_not_corrected()
    {
        var s = Adsc.AtP0();
        s.When(Of(s, s.Last<IsolationPerformed>(), "colour", null, "red")).ThenRejected(Codes.ValFormat, "data.field");
    }

    [Fact]
    public void A_signed_disposition_is_not_corrected()
    {
        var s = Adsc.Released();
        s.When(Of(s, s.Last<DispositionSigned>(), "verdict", "CONDITIONAL", "RELEASE"), by: "qa01").ThenRejected(Codes.StateGuard, "data.correctsEventId");
    }

    [Fact]
    [Trait("Rule", "R-04")]
    public void A_correction_has_a_reason_of_ten_characters()
    {
        var s = Adsc.AtP0();
        s.When(Viability(s, 82.0, 90.0) with { Reason = "typo" }).ThenRejected(Codes.ValReason, "data.reason");
    }

    [Fact]
    public void A_correction_is_signed()
    {
        var s = Adsc.AtP0();
        s.When(Viability(s, 82.0, 90.0), signed: false).ThenRejected(Codes.ValRequired, "signature");
    }

    [Fact]
    public void Only_who_made_the_entry_or_quality_assurance_corrects_it()
    {
        var s = Adsc.AtP0();
        s.When(Viability(s, 82.0, 90.0), by: "tech02").ThenRejected(Codes.SodRole);
        s.When(Viability(s, 82.0, 90.0), by: "qa01").ThenAccepted();
    }

    [Fact]
    public void A_value_in_a_list_and_a_value_left_out_are_corrected_by_their_path()
    {
        var s = Cea.Packed();
        var fill = Of(s, s.Last<FillPerformed>(), "containers[1].areaCm2", 58.0, 57.5);
        s.When(fill).ThenAccepted().State.Product.Containers[Cea.Sheets[1]].AreaCm2.ShouldBe(57.5m);
        s.When(Of(s, s.Last<SheetDetached>(), "qcViableHarvested", null, 2.4e7)).ThenAccepted().State.Culture.Cpdl!.Value.ShouldBe(6.0, 0.001);
    }

    [Fact]
    [Trait("Rule", "R-25")]
    public void A_corrected_value_must_be_verified_again()
    {
        var s = Adsc.AfterP0();
        var passage = s.State.Last<PassagePerformed>()!;
        s.State.IsVerified(passage).ShouldBeTrue();
        s.Given(Of(s, passage.EventId, "viableHarvested", 2.1e7, 2.2e7));
        s.State.IsVerified(s.State.Last<PassagePerformed>()!).ShouldBeFalse();
    }

    [Fact]
    public void A_correction_after_the_review_voids_it()
    {
        var s = Adsc.Filled();
        s.Force(new RecordReviewed(s.State.Version, [], true), "qa01");
        s.When(Of(s, s.Last<HarvestPerformed>(), "volumeMl", 40, 41)).ThenFlagged(Flags.ReviewVoided);
    }

    [Fact]
    public void A_correction_is_not_corrected()
    {
        var s = Adsc.AtP0();
        s.Given(Viability(s, 82.0, 90.0));
        s.When(Of(s, s.Last<RecordCorrected>(), "reason", "Read from the wrong line", "Something else")).ThenRejected(Codes.StateGuard, "data.correctsEventId");
    }
}

public sealed class EntryTests
{
    [Fact]
    public void An_entry_of_the_future_is_refused() => Adsc.Taken().When(Adsc.Isolated, occurredAt: "2026-04-13T08:45:06Z").ThenRejected(Codes.ValFuture, "occurredAt");

    [Fact]
    [Trait("Rule", "R-26")]
    public void An_entry_a_quarter_of_an_hour_late_is_flagged_and_has_a_reason()
    {
        Adsc.AtP0().On("2026-04-13T12:16Z").When(new ConfluenceObserved("V-01", 5, LookMethod.Visual, "Round", Contamination.None), occurredAt: "2026-04-13T12:00Z", comment: "late")
            .ThenRejected(Codes.ValReason, "reason");
        Adsc.AtP0().On("2026-04-13T12:16Z")
            .When(new ConfluenceObserved("V-01", 5, LookMethod.Visual, "Round", Contamination.None), occurredAt: "2026-04-13T12:00Z", reason: "Terminal was occupied").ThenFlagged(Flags.LateEntry);
    }

    [Fact]
    [Trait("Rule", "R-26")]
    public void An_entry_three_days_late_needs_quality_assurance()
    {
        var look = new ConfluenceObserved("V-01", 5, LookMethod.Visual, "Round", Contamination.None);
        var s = Adsc.AtP0().On("2026-04-16T12:01Z");
        s.When(look, occurredAt: "2026-04-13T12:00Z", reason: "Found in the notebook", comment: "late").ThenRejected(Codes.ValLate);
        s.When(look, occurredAt: "2026-04-13T12:00Z", reason: "Found in the notebook", comment: "late", coSign: "qa01").ThenAccepted();
    }

    [Fact]
    public void An_entry_cannot_be_made_for_before_the_present_state() =>
        Adsc.Processed().When(new ConsentRecorded("C", Scenario.At("2026-04-09T15:00Z"), ["Trial"]), occurredAt: "2026-04-13T10:29Z").ThenRejected(Codes.ValOrder, "occurredAt");

    [Fact]
    public void A_person_without_the_qualification_is_refused()
    {
        var s = Adsc.Taken();
        s.Lab.People["tech01"] = s.Lab.People["tech01"] with { Qualifications = [new("VesselsSeeded", Lab.Always, Lab.Never)] };
        s.When(Adsc.Isolated).ThenRejected(Codes.SodRole);
    }
}
