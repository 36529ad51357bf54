using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Which entries are signed and with what meaning, and what is missing when they are not .</summary>
public sealed class SignatureRuleTests
{
    [Theory]
    [InlineData(DispositionKind.Conditional, Meanings.ConditionallyReleased)]
    [InlineData(DispositionKind.Release, Meanings.Released)]
    [InlineData(DispositionKind.FinalRelease, Meanings.Released)]
    [InlineData(DispositionKind.Exceptional, Meanings.Released)]
    [InlineData(DispositionKind.Reject, Meanings.Rejected)]
    [InlineData(DispositionKind.Revoke, Meanings.Revoked)]
    public void A_disposition_is_signed_for_what_it_does(DispositionKind kind, string meaning) => SignatureRules.MeaningNeeded(new DispositionSigned(kind, 1, "", [], [])).ShouldBe(meaning);

    [Fact]
    public void Approvals_verifications_and_reviews_are_signed_and_work_at_the_bench_is_not()
    {
        SignatureRules.MeaningNeeded(new QcResultApproved("R-1")).ShouldBe(Meanings.Approved);
        SignatureRules.MeaningNeeded(new EntryVerified(Guid.Empty)).ShouldBe(Meanings.Verified);
        SignatureRules.MeaningNeeded(new RecordReviewed(1, [], true)).ShouldBe(Meanings.Reviewed);
        SignatureRules.MeaningNeeded(Adsc.Harvest).ShouldBeNull();
        SignatureRules.MeaningNeeded(new ReviewSubmitted([])).ShouldBeNull();
    }

    [Fact]
    public void An_entry_that_must_be_signed_is_refused_without_a_signature_and_with_another_meaning()
    {
        var s = Adsc.AfterP0();
        s.Force(new RecordCorrected(s.Last<PassagePerformed>(), "exposureMin", null, System.Text.Json.JsonSerializer.SerializeToElement(7), "Read from the wrong line"), "tech01");
        var verify = new EntryVerified(s.Last<PassagePerformed>());
        s.When(verify, by: "tech02").ThenAccepted();
        s.When(verify, by: "tech02", signed: false).ThenRejected(Codes.ValRequired, "signature");
        var entry = s.Entry(verify, by: "tech02");
        BatchDecider.Decide(s.State, entry with { Signature = entry.Signature! with { Meaning = Meanings.Approved } }, s.Lab.Facts(s.State, verify))
            .ShouldBeOfType<Refused>().Findings.Select(f => (f.Code, f.Field)).ShouldBe([(Codes.ValMeaning, "signature.meaning")]);
    }

    [Fact]
    public void A_co_signature_is_given_with_its_own_password_and_meaning()
    {
        var look = new ConfluenceObserved("V-01", 5, LookMethod.Visual, "Round", Contamination.None);
        var s = Adsc.AtP0().On("2026-04-16T12:01Z");
        var entry = s.Entry(look, occurredAt: "2026-04-13T12:00Z", reason: "Found in the notebook", comment: "late", coSign: "qa01");
        Decision Decide(Signing coSignature) => BatchDecider.Decide(s.State, entry with { CoSignature = coSignature }, s.Lab.Facts(s.State, look));
        var made = Decide(entry.CoSignature!).ShouldBeOfType<Accepted>().Events[0];
        (made.CoSignature!.User, made.CoSignature.Meaning).ShouldBe(("qa01", Meanings.Approved));
        Decide(entry.CoSignature! with { Meaning = Meanings.Verified }).ShouldBeOfType<Refused>().Findings.ShouldContain(f => f.Code == Codes.ValMeaning && f.Field == "coSignature.meaning");
        Decide(entry.CoSignature! with { PasswordValid = false }).ShouldBeOfType<Refused>().Findings.ShouldContain(f => f.Code == Codes.SigPassword && f.Field == "coSignature.password");
        Decide(entry.CoSignature! with { Signer = null }).ShouldBeOfType<Refused>().Code.ShouldBe(Codes.ValLate);
    }

    [Theory]
    [InlineData("tech02", true)]
    [InlineData("qc01", true)]
    [InlineData("qa01", true)]
    [InlineData("tech01", false)]
    public void A_witness_is_anybody_of_the_laboratory_but_the_performer(string witness, bool may)
    {
        var outcome = Adsc.AtP2().When(new VesselDiscarded(["V-31"], 1, "Incineration", DiscardReason.EnvFail), verify: witness);
        if (may) outcome.ThenAccepted();
        else outcome.ThenRejected(Codes.SodVerifier, "verification.user");
    }
}
