using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>What holds for every entry: its time, its hands and its signatures (G-5, G-6, R-11…R-18); and which values a correction reaches.</summary>
public sealed class EntryRuleTests
{
    private static readonly ConfluenceObserved Look = new("V-01", 50, LookMethod.Visual, "Spindle", Contamination.None);

    private static Outcome Late(double minutes, string? reason = "Terminal was occupied", string? coSign = null)
    {
        var s = Adsc.AtP0().On("2026-04-13T12:00Z").Later(minutes / 60);
        return s.When(Look, occurredAt: "2026-04-13T12:00Z", reason: reason, comment: "As seen", coSign: coSign);
    }

    private static Decision Decide(Scenario s, Entry entry) => BatchDecider.Decide(s.State, entry, s.Lab.Facts(s.State, entry.Data));

    private static void ShouldRefuse(Decision decision, string code, string field) =>
        decision.ShouldBeOfType<Refused>().Findings.ShouldContain(f => f.Code == code && f.Field == field, decision.ToString());

    [Theory]
    [InlineData(15, false)]
    [InlineData(15.02, true)]
    public void An_entry_is_late_after_a_quarter_of_an_hour(double minutes, bool late) =>
        Late(minutes).ThenAccepted().Events[0].HasFlag(Flags.LateEntry).ShouldBe(late);

    [Theory]
    [InlineData("012345678", false)]
    [InlineData(" 12345678 ", false)]
    [InlineData("0123456789", true)]
    public void A_late_entry_gives_a_reason_of_ten_characters(string reason, bool enough)
    {
        if (enough) Late(16, reason).ThenAccepted();
        else Late(16, reason).ThenRejected(Codes.ValReason, "reason");
    }

    [Fact]
    public void After_72_hours_only_quality_assurance_lets_an_entry_in()
    {
        Late(72 * 60).ThenAccepted();
        Late(72 * 60 + 1).ThenRejected(Codes.ValLate, "occurredAt");
        Late(72 * 60 + 1, coSign: "qa01").ThenAccepted();
        ShouldRefuse(Late(72 * 60 + 1, coSign: "tech02").Decision, Codes.SodRole, "coSignature.user");
    }

    [Fact]
    public void Clocks_may_differ_by_five_seconds()
    {
        Adsc.AtP0().When(Look, occurredAt: "2026-04-13T12:00:05Z").ThenAccepted();
        Adsc.AtP0().When(Look, occurredAt: "2026-04-13T12:00:06Z").ThenRejected(Codes.ValFuture, "occurredAt");
    }

    [Fact]
    public void An_entry_may_be_of_the_moment_the_state_changed() =>
        Adsc.Processed().When(new HoldPlaced(null, "Suspicion"), occurredAt: "2026-04-13T10:30Z").ThenAccepted();

    [Fact]
    public void A_blank_comment_is_none() => Adsc.AtP0().When(Look with { Pct = 42 }, comment: "  ").ThenRejected(Codes.ValComment, "comment");

    [Fact]
    public void Whoever_has_no_role_verifies_nothing()
    {
        var s = Adsc.AtP2().On("2026-04-28T14:00Z");
        s.Lab.Person("guest01");
        s.When(Adsc.Harvest, verify: "guest01").ThenRejected(Codes.SodRole, "verification.user");
        s.When(Adsc.Harvest, verify: "qc01").ThenAccepted();
    }

    [Fact]
    public void An_earlier_expiry_is_verified_by_a_releaser()
    {
        var sooner = new ExpiryOverridden(Adsc.Bags, Scenario.At("2026-04-29T08:00Z"), "Transport was too long", "STAB-1");
        Adsc.Filled().When(sooner, verify: "tech02", comment: "As seen").ThenRejected(Codes.SodRole, "verification.user");
        Adsc.Filled().When(sooner, verify: "qa02", comment: "As seen").ThenAccepted();
    }

    [Fact]
    [Trait("Rule", "R-11")]
    public void A_second_hand_signs_with_the_password_and_the_meaning_of_the_entry()
    {
        var s = Adsc.AtP2().On("2026-04-28T14:00Z");
        var entry = s.Entry(Adsc.Harvest);
        Decide(s, entry).ShouldBeOfType<Accepted>();
        ShouldRefuse(Decide(s, entry with { Verification = entry.Verification! with { PasswordValid = false } }), Codes.SigPassword, "verification.password");
        ShouldRefuse(Decide(s, entry with { Verification = entry.Verification! with { Signer = null } }), Codes.SigPassword, "verification.password");
        ShouldRefuse(Decide(s, entry with { Verification = entry.Verification! with { Meaning = Meanings.Approved } }), Codes.ValMeaning, "verification.meaning");
        ShouldRefuse(Decide(s, entry with { Verification = entry.Verification! with { Meaning = "Seen" } }), Codes.ValMeaning, "verification.meaning");
    }

    [Fact]
    [Trait("Rule", "R-11")]
    public void An_entry_is_signed_by_who_makes_it()
    {
        var s = Adsc.AtP0();
        var entry = s.Entry(Correct(s.Last<IsolationPerformed>(), "viabilityPct", 82.0, 90.0));
        Decide(s, entry).ShouldBeOfType<Accepted>();
        ShouldRefuse(Decide(s, entry with { Signature = entry.Signature! with { Signer = s.Lab.People["tech02"] } }), Codes.SodRole, "signature.user");
        ShouldRefuse(Decide(s, entry with { Signature = entry.Signature! with { PasswordValid = false } }), Codes.SigPassword, "signature.password");
        ShouldRefuse(Decide(s, entry with { Signature = entry.Signature! with { Meaning = "Seen" } }), Codes.ValMeaning, "signature.meaning");
    }

    [Theory]
    [InlineData("IsolationPerformed", true)]
    [InlineData("Collagenase", true)]
    [InlineData("DensityGradient", false)]
    public void Isolation_is_done_by_who_is_qualified_for_it_or_its_method(string qualification, bool may)
    {
        var s = Adsc.Taken().On("2026-04-13T10:30Z");
        s.Lab.People["tech01"] = s.Lab.People["tech01"] with { Qualifications = [new(qualification, Lab.Always, Lab.Never)] };
        if (may) s.When(Adsc.Isolated).ThenAccepted();
        else s.When(Adsc.Isolated).ThenRejected(Codes.SodRole, "type");
    }

    [Theory]
    [InlineData("Dye exclusion", true)]
    [InlineData("Flow cytometry", false)]
    public void Cells_are_counted_by_who_is_qualified_for_the_method(string qualification, bool may)
    {
        var s = Cea.Loose();
        s.Lab.People["tech01"] = s.Lab.People["tech01"] with { Qualifications = [new(qualification, Lab.Always, Lab.Never)] };
        if (may) s.When(Cea.QcTrayCount).ThenAccepted();
        else s.When(Cea.QcTrayCount).ThenRejected(Codes.SodRole, "type");
    }

    [Fact]
    public void A_hold_marks_the_work_under_it_but_no_decision_of_quality_assurance()
    {
        var s = Adsc.AtP0().Given(new HoldPlaced("H-1", "Suspicion"), new HoldPlaced("H-2", "Another"));
        s.When(Look).ThenAccepted().Events[0].Flags.ShouldHaveSingleItem().Observed.ShouldBe("Suspicion; Another");
        s.When(new HoldReleased("H-1", "Cleared by test"), by: "qa02").ThenAccepted().Events[0].Flags.ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_is_made_of_a_batch_that_is_released_or_over()
    {
        Adsc.Released().When(new MediumChanged(["V-31"], "MED-26-01", 0, 10, FeedKind.TopUp)).ThenRejected(Codes.StateTransition, "type");
        var over = Adsc.AtP2().Given(new BatchTerminated(DiscardReason.GrowthFailure)).Force(new BatchDiscarded([], 0, "Incineration", DiscardReason.GrowthFailure), "tech01");
        over.When(new DeviationOpened("DEV-1", "Spill", DeviationClass.Minor)).ThenRejected(Codes.StateTransition, "type");
    }

    [Fact]
    public void A_rejection_names_a_reason_or_says_it_in_ten_characters()
    {
        var s = Adsc.Filled().Force(new ReviewSubmitted([]), "tech01");
        DispositionSigned Reject(params string[] reasons) => new(DispositionKind.Reject, s.State.Version, "BLOCKED", [], reasons);
        s.When(Reject("E-01"), by: "qa02").ThenAccepted();
        s.When(Reject(), by: "qa02").ThenRejected(Codes.ValReason, "data.reasons");
        s.When(Reject(), by: "qa02", reason: "012345678").ThenRejected(Codes.ValReason, "data.reasons");
        s.When(Reject(), by: "qa02", reason: "0123456789").ThenAccepted();
    }

    [Fact]
    public void A_release_that_is_blocked_is_told_by_what()
    {
        var s = Adsc.Filled().Force(new ReviewSubmitted([]), "tech01");
        var no = s.When(new DispositionSigned(DispositionKind.Release, s.State.Version, "RELEASE", [], []), by: "qa02").ThenRejected(Codes.RelBlocked, "data.verdict");
        no.Findings.Single(f => f.Field == "data.verdict").Message.ShouldMatch(@"^The verdict is (BLOCKED|REJECT) \([A-Z0-9-]+.*\) now, not RELEASE");
        no.Findings.ShouldContain(f => f.Field == "data.kind");
    }

    [Fact]
    public void A_revocation_says_why()
    {
        var s = Adsc.Released();
        var revoke = new DispositionSigned(DispositionKind.Revoke, s.State.Version, "REJECT", [], ["C-06"]);
        s.When(revoke, by: "qa02").ThenRejected(Codes.ValReason, "reason");
        s.When(revoke, by: "qa02", reason: "Growth in the sterility test").ThenAccepted().State.State.ShouldBe(LifeState.ReleaseRevoked);
    }

    private static RecordCorrected Correct(Guid entry, string field, object? was, object? now, string reason = "Read from the wrong line") =>
        new(entry, field, JsonSerializer.SerializeToElement(was), JsonSerializer.SerializeToElement(now), reason);

    [Theory]
    [InlineData("batchId", "ADSC-26-0007")]
    [InlineData("productType", "ADSC")]
    [InlineData("specId", "ADSC")]
    [InlineData("site", "main")]
    [InlineData("patientRef", "PT-0007")]
    [InlineData("donorRef", "DN-0007")]
    [InlineData("storage", "Fresh")]
    [InlineData("autologous", true)]
    [InlineData("cultured", true)]
    [InlineData("specVersion", 1)]
    public void What_a_batch_is_and_whose_is_not_corrected(string field, object was)
    {
        var s = Adsc.Planned();
        s.When(Correct(s.Last<BatchRegistered>(), field, was, was), comment: "As seen").ThenRejected(Codes.StateGuard, "data.field");
        s.When(Correct(s.Last<BatchRegistered>(), "orderedQty", 4.0e8, 5.0e8), comment: "As seen").ThenAccepted();
    }

    [Fact]
    public void Only_an_entry_of_the_batch_is_corrected() =>
        Adsc.AtP0().When(Correct(Guid.NewGuid(), "viabilityPct", 82.0, 90.0)).ThenRejected(Codes.StateGuard, "data.correctsEventId");

    [Theory]
    [InlineData("viabilityPct")]
    [InlineData("data.viabilityPct")]
    public void A_field_may_be_written_with_data_before_it(string field)
    {
        var s = Adsc.AtP0();
        s.When(Correct(s.Last<IsolationPerformed>(), field, 82, 90)).ThenAccepted().State.Last<IsolationPerformed>()!.Data.ViabilityPct.ShouldBe(90);
    }

    [Theory]
    [InlineData("containers[1].areaCm2", true)]
    [InlineData("containers.1.areaCm2", true)]
    [InlineData("data.containers[1].areaCm2", true)]
    [InlineData("containers[-1].areaCm2", false)]
    [InlineData("containers[4].areaCm2", false)]
    [InlineData("storageC.low", false)]
    public void A_value_in_a_list_is_corrected_where_there_is_one(string path, bool there)
    {
        var s = Cea.Packed();
        if (there) s.When(Correct(s.Last<FillPerformed>(), path, 58.0, 57.5), comment: "As seen").ThenAccepted().State.Product.Containers[Cea.Sheets[1]].AreaCm2.ShouldBe(57.5m);
        else s.When(Correct(s.Last<FillPerformed>(), path, null, 57.5), comment: "As seen").ThenRejected(Codes.ValFormat, "data.field");
    }

    [Fact]
    public void An_unknown_field_inside_a_list_is_not_corrected()
    {
        var s = Cea.Packed();
        s.When(Correct(s.Last<FillPerformed>(), "containers[0].colour", null, "red"), comment: "As seen").ThenRejected(Codes.ValFormat);
    }

    [Theory]
    [InlineData("2026-04-13T08:30:00Z", true)]
    [InlineData("2026-04-13T10:30:00+02:00", true)]
    [InlineData("2026-04-13T08:30:01Z", false)]
    public void The_old_instant_may_be_written_in_another_zone(string was, bool same)
    {
        var s = Adsc.Quarantined();
        var outcome = s.When(Correct(s.Last<TissueReceived>(), "receivedAt", was, "2026-04-13T08:20:00Z"), comment: "As seen");
        if (same) outcome.ThenAccepted().State.Last<TissueReceived>()!.Data.ReceivedAt.ShouldBe(Scenario.At("2026-04-13T08:20Z"));
        else outcome.ThenRejected(Codes.StateGuard, "data.oldValue");
    }
}
