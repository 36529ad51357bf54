using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Which values a correction reaches, what it must say of the old one, and what becomes of the entry (R-03, G-10).</summary>
public sealed class CorrectedValueTests
{
    private static RecordCorrected Of(Guid entry, string field, object? was, object? now) =>
        new(entry, field, JsonSerializer.SerializeToElement(was), JsonSerializer.SerializeToElement(now), "Read from the wrong line");

    private static Outcome Correct<T>(Scenario s, string field, object? was, object? now) where T : EventData =>
        s.When(Of(s.Last<T>(), field, was, now), comment: "As seen");

    [Fact]
    public void A_value_that_is_needed_is_not_taken_away() =>
        Correct<IsolationPerformed>(Adsc.AtP0(), "viabilityPct", 82.0, null).ThenRejected(Codes.ValRequired, "data.newValue");

    [Fact]
    public void What_was_wrong_before_does_not_stand_against_the_correction_of_something_else()
    {
        var s = Adsc.Taken().On("2026-04-13T10:30Z").Force(Adsc.Isolated with { DurationMin = 0 }, "tech01");
        Correct<IsolationPerformed>(s, "viabilityPct", 82.0, 90.0).ThenAccepted().State.Last<IsolationPerformed>()!.Data.ViabilityPct.ShouldBe(90m);
        Correct<IsolationPerformed>(s, "viabilityPct", 82.0, 100.5).ThenRejected(Codes.ValRange, "data.newValue");
    }

    [Fact]
    public void A_correction_may_tell_that_a_lot_was_used_which_should_not_have_been() =>
        Correct<IsolationPerformed>(Adsc.AtP0(), "enzymeLot", "COL-26-01", "COL-25-99").ThenAccepted().State.Last<IsolationPerformed>()!.Data.EnzymeLot.ShouldBe("COL-25-99");

    [Fact]
    public void A_correction_is_judged_on_the_batch_as_it_was_before_the_entry()
    {
        var s = Adsc.AtP2();
        Correct<TissueReceived>(s, "quantity", 120, 110).ThenAccepted().State.Last<TissueReceived>()!.Data.Quantity.ShouldBe(110m);
    }

    [Fact]
    public void Whatever_is_wrong_with_it_a_signed_disposition_is_not_corrected()
    {
        var s = Adsc.Released();
        s.When(Of(s.Last<DispositionSigned>(), "verdictVersion", 0, "none"), by: "qa01").ThenRejected(Codes.StateGuard, "data.correctsEventId");
    }

    [Theory]
    [InlineData("colour")]
    [InlineData("")]
    [InlineData(".")]
    public void A_field_that_is_not_there_is_named_and_nothing_else(string field) =>
        Correct<IsolationPerformed>(Adsc.AtP0(), field, null, "red").ThenRejected(Codes.ValFormat).Findings.Select(f => f.Field).ShouldBe(["data.field"]);

    [Theory]
    [InlineData("coi[0]", "PT-0007")]
    [InlineData("coi[1]", "1958-03-14")]
    [InlineData("data.coi.1", "1958-03-14")]
    public void One_of_a_list_of_texts_is_corrected(string field, string was)
    {
        var s = Adsc.Quarantined();
        Correct<TissueReceived>(s, field, was, "X-1").ThenAccepted().State.Last<TissueReceived>()!.Data.Coi
            .ShouldBe([.. Adsc.Received.Coi.Select(c => c == was ? "X-1" : c)]);
    }

    [Theory]
    [InlineData("coi[2]")]
    [InlineData("coi[-1]")]
    [InlineData("coi.last")]
    public void Beyond_a_list_there_is_nothing_to_correct(string field) =>
        Correct<TissueReceived>(Adsc.Quarantined(), field, null, "X-1").ThenRejected(Codes.ValFormat, "data.field");

    [Fact]
    public void A_word_is_no_place_in_a_list() =>
        Correct<FillPerformed>(Cea.Packed(), "containers.last.areaCm2", null, 57.5).ThenRejected(Codes.ValFormat, "data.field");

    [Fact]
    public void Of_a_value_that_was_left_out_no_old_value_is_given()
    {
        var s = Cea.Packed();
        Correct<SheetDetached>(s, "qcViableHarvested", 2.3e7, 2.4e7).ThenRejected(Codes.StateGuard, "data.oldValue");
        Correct<SheetDetached>(s, "qcViableHarvested", null, 2.4e7).ThenAccepted();
        Correct<SheetDetached>(s, "durationMin", null, 46).ThenRejected(Codes.StateGuard, "data.oldValue");
    }

    [Theory]
    [InlineData(82, true)]
    [InlineData(82.0, true)]
    [InlineData(82.01, false)]
    [InlineData("82.0", false)]
    [InlineData(true, false)]
    public void The_old_number_is_a_number_and_may_be_written_shorter(object was, bool same) => Expect(Correct<IsolationPerformed>(Adsc.AtP0(), "viabilityPct", was, 90), same);

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void The_old_answer_is_the_one_that_was_given(bool was, bool same) => Expect(Correct<TissueReceived>(Adsc.Quarantined(), "containerIntact", was, false), same);

    [Fact]
    public void The_old_text_is_the_one_that_was_written()
    {
        Expect(Correct<IsolationPerformed>(Adsc.AtP0(), "enzymeLot", "COL-26-01", "DSP-26-01"), true);
        Expect(Correct<IsolationPerformed>(Adsc.AtP0(), "enzymeLot", "COL-26-02", "DSP-26-01"), false);
    }

    [Fact]
    public void The_old_list_is_the_same_in_the_same_order()
    {
        Expect(Correct<TissueReceived>(Adsc.Quarantined(), "coi", Adsc.Received.Coi, new[] { "A", "B" }), true);
        Expect(Correct<TissueReceived>(Adsc.Quarantined(), "coi", Adsc.Received.Coi.Reverse(), new[] { "A", "B" }), false);
    }

    private static void Expect(Outcome outcome, bool same)
    {
        if (same) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.StateGuard, "data.oldValue");
    }

    [Fact]
    public void What_follows_from_a_corrected_value_names_the_entry_it_was_computed_from()
    {
        var s = Adsc.AtP0();
        var made = Correct<IsolationPerformed>(s, "viabilityPct", 82.0, 90.0).ThenAccepted().Events[0];
        made.CorrectsEventId.ShouldBe(s.Last<IsolationPerformed>());
        made.Computed!.Inputs.ShouldBe([s.Last<TissueReceived>(), s.Last<IsolationPerformed>()]);
    }

    [Fact]
    public void A_correction_on_paper_was_signed_on_paper()
    {
        var s = Adsc.AtP0();
        var entry = s.Entry(Of(s.Last<IsolationPerformed>(), "viabilityPct", 82.0, 90.0), signed: false) with { Origin = Origin.Imported };
        BatchDecider.Decide(s.State, entry, s.Lab.Facts(s.State, entry.Data)).ShouldBeOfType<Accepted>();
    }

    [Fact]
    public void Two_corrections_of_one_entry_both_stay_in_the_record()
    {
        var s = Adsc.AtP0();
        var isolation = s.Last<IsolationPerformed>();
        s.Given(Of(isolation, "viabilityPct", 82.0, 90.0)).Given(Of(isolation, "durationMin", 45, 46)).Given(Of(isolation, "viabilityPct", 90.0, 91.0));
        var stored = s.State.Last<IsolationPerformed>()!.Data;
        (stored.ViabilityPct, stored.DurationMin).ShouldBe((91m, 46m));
        s.State.Of<RecordCorrected>().Select(c => c.Data.Field).ShouldBe(["viabilityPct", "durationMin", "viabilityPct"]);
        (s.State.Version, s.State.History.Count).ShouldBe((s.Events[^1].Version, s.Events.Count));
        s.State.CorrectedAt.ShouldBe([KeyValuePair.Create(isolation, s.Events[^1].Version)]);
        s.State.Last<VesselsSeeded>().ShouldNotBeNull();
    }

    [Fact]
    public void A_verification_counts_when_it_is_later_than_the_correction()
    {
        var s = Adsc.AfterP0();
        var passage = s.Last<PassagePerformed>();
        bool Verified() => s.State.IsVerified(s.State.Event(passage)!);
        s.Given(Of(passage, "exposureMin", 6, 7));
        Verified().ShouldBeFalse();
        s.GivenBy("tech02", new EntryVerified(passage));
        Verified().ShouldBeTrue();
        s.Given(Of(passage, "exposureMin", 7, 8));
        Verified().ShouldBeFalse();
        s.State.IsVerified(s.State.Last<TissueReceived>()!).ShouldBeTrue();
    }
}
