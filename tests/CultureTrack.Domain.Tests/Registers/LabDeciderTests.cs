using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

/// <summary>What holds for every entry of a register: role, qualification, times, reasons, signatures, comments, and the envelope it is stored in.</summary>
public sealed class LabDeciderTests
{
    private static readonly Actor Tech = Person("tech01", Roles.Technician), Quality = Person("qa01", Roles.QualityAssurance), Admin = Person("adm01", Roles.Administrator);
    private static readonly MaterialReceived Receipt = new("LOT-1", MaterialKind.Medium, "Northmed", Now.AddYears(1), 1, "mL");
    private static readonly MediumPrepared Mixed = new("GM-1", "KGM-2", [], 500, Now, true, true, 7.3m);
    private static readonly LabEntry Entry = new(Receipt, Tech, Now), Medium = new(Mixed, Tech, Now, Verification: By(Person("tech02", Roles.Technician), "Verified"));
    private static readonly LabEntry Release = new(new MaterialReleased("LOT-1"), Quality, Now, Signature: By(Quality, "Approved"));

    private static Signing By(Actor? who, string meaning, bool password = true) => new(who, meaning, password);
    private static LabDecision Decide(LabEntry entry, Action<LabJudgement>? rule = null) => LabDecider.Decide(entry, new("material/LOT-1", 4, Zone), rule ?? (_ => { }));
    private static LabRefused Refused(LabEntry entry, Action<LabJudgement>? rule = null) => Decide(entry, rule).ShouldBeOfType<LabRefused>();
    private static string[] Refusals(LabEntry entry, Action<LabJudgement>? rule = null) => Decide(entry, rule) is LabRefused r ? [.. r.Findings.Select(f => $"{f.Code} {f.Field}")] : [];
    private static Recorded Accepted(LabEntry entry, Action<LabJudgement>? rule = null) => Decide(entry, rule).ShouldBeOfType<LabAccepted>().Event;
    private static void Flagging(LabJudgement j) => j.FlagIf(true, Flags.OutOfWindow, "ph", "7.0–7.6", 7.7m);

    [Fact]
    public void An_entry_needs_one_of_its_roles()
    {
        Refusals(Entry).ShouldBeEmpty();
        Refusals(Entry with { Actor = Quality }).ShouldBeEmpty();
        Refusals(Entry with { Actor = Admin }).ShouldBe(["SOD-ROLE type"]);
        Refused(Entry with { Actor = Admin }).Findings[0].Message.ShouldBe("Needed for MaterialReceived: T or QA.");
        Refused(new(new AccountLocked(5), Admin, Now)).Findings[0].Message.ShouldBe("Needed for AccountLocked: the software itself.");
    }

    [Fact]
    public void Work_at_the_bench_needs_a_qualification_in_force()
    {
        Actor Trained(Actor who, params Qualification[] q) => who with { Qualifications = q };
        Refusals(Entry with { Actor = Trained(Tech) }).ShouldBe(["SOD-ROLE type"]);
        Refusals(Entry with { Actor = Trained(Tech, new Qualification("MaterialReceived", Now.AddDays(-1), Now.AddDays(1))) }).ShouldBeEmpty();
        Refusals(Entry with { Actor = Trained(Tech, new Qualification("CabinetUsed", Now.AddDays(-1), Now.AddDays(1))) }).ShouldBe(["SOD-ROLE type"]);
        Refusals(Entry with { Actor = Trained(Tech, new Qualification("*", Now.AddDays(-1), Now)) }).ShouldBe(["SOD-ROLE type"], "it has just ended");
        Refusals(new(new PatientRegistered("P-1", "S-1", false), Trained(Tech), Now)).ShouldBeEmpty("this entry needs none");
        Refusals(new(new CalibrationRecorded("co2", Now, Now, AsFound.Within, 0, "C"), Trained(Admin), Now)).ShouldBeEmpty("an administrator needs none");
    }

    [Fact]
    public void An_entry_lies_up_to_five_seconds_in_the_future()
    {
        Refusals(Entry with { OccurredAt = Now.AddSeconds(5) }).ShouldBeEmpty();
        Refusals(Entry with { OccurredAt = Now.AddSeconds(5.1) }).ShouldBe(["VAL-FUTURE occurredAt"]);
    }

    [Fact]
    public void An_entry_after_fifteen_minutes_is_late_and_says_why()
    {
        Accepted(Entry with { OccurredAt = Now.AddMinutes(-15) }).Flags.ShouldBeEmpty();
        var late = Entry with { OccurredAt = Now.AddMinutes(-90), Reason = "Network was down", Comment = "Taken from the paper form" };
        Accepted(late).Flags.ShouldBe([new("LateEntry", "occurredAt", "15 min", 90m)]);
        Accepted(late with { OccurredAt = Now.AddMinutes(-15).AddSeconds(-6) }).Flags.Single().Observed.ShouldBe(15.1m);
        Refusals(late with { Reason = null }).ShouldBe(["VAL-REASON reason"]);
        Refusals(late with { Reason = "  Network  " }).ShouldBe(["VAL-REASON reason"]);
        Refusals(late with { Comment = null }).ShouldBe(["VAL-COMMENT comment"]);
    }

    [Fact]
    public void An_entry_after_three_days_is_co_signed_by_quality()
    {
        var late = Entry with { OccurredAt = Now.AddHours(-72), Reason = "Network was down", Comment = "Taken from the paper form" };
        Refusals(late).ShouldBeEmpty();
        var later = late with { OccurredAt = Now.AddHours(-72).AddSeconds(-1) };
        Refusals(later).ShouldBe(["VAL-LATE occurredAt"]);
        Refusals(later with { CoSignature = By(Quality, "Approved") }).ShouldBeEmpty();
        Refusals(later with { CoSignature = By(Person("sup01", Roles.Supervisor), "Approved") }).ShouldBe(["VAL-LATE occurredAt"]);
        Refusals(later with { CoSignature = By(null, "Approved") }).ShouldBe(["VAL-LATE occurredAt"]);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("123456789", true)]
    [InlineData(" 123456789 ", true)]
    [InlineData("1234567890", false)]
    public void A_reason_has_ten_characters(string? reason, bool refused)
    {
        string[] expected = refused ? ["VAL-REASON reason"] : [];
        Found(Receipt, j => LabDecider.RequireReason(j, reason)).ShouldBe(expected);
        Refusals(Entry with { Reason = reason }, j => LabDecider.RequireReason(j)).ShouldBe(expected, "that of the envelope");
    }

    [Fact]
    public void A_release_is_signed_by_who_makes_it_with_the_right_meaning_and_password()
    {
        Refusals(Release).ShouldBeEmpty();
        Refusals(Release with { Signature = null }).ShouldBe(["VAL-REQUIRED signature"]);
        Refusals(Release with { Signature = By(Quality, "Reviewed") }).ShouldBe(["VAL-MEANING signature.meaning"]);
        Refusals(Release with { Signature = By(Quality, "Approved", password: false) }).ShouldBe(["SIG-PASSWORD signature.password"]);
        Refusals(Release with { Signature = By(Person("qa02", Roles.QualityAssurance), "Approved") }).ShouldBe(["SOD-ROLE signature.user"]);
    }

    [Theory]
    [InlineData("T")]
    [InlineData("QC")]
    [InlineData("QA")]
    [InlineData("SUPERVISOR")]
    [InlineData("ADMIN", "SOD-ROLE verification.user")]
    public void A_second_person_works_at_the_bench_in_the_laboratory_or_in_quality(string role, params string[] found) =>
        Refusals(Medium with { Verification = By(Person("two", role), "Verified") }).ShouldBe(found);

    [Fact]
    public void A_medium_is_prepared_by_two_persons()
    {
        Refusals(Medium with { Verification = null }).ShouldBe(["STATE-GUARD verification"]);
        Refusals(Medium with { Verification = By(Tech, "Verified") }).ShouldBe(["SOD-VERIFIER verification.user"]);
    }

    [Fact]
    public void What_is_flagged_needs_a_comment_and_the_refusal_shows_the_flag()
    {
        Refused(Entry, Flagging).Flags.ShouldBe([new("OutOfWindow", "ph", "7.0–7.6", 7.7m)]);
        Refusals(Entry, Flagging).ShouldBe(["VAL-COMMENT comment"]);
        Refusals(Entry with { Comment = " " }, Flagging).ShouldBe(["VAL-COMMENT comment"]);
        Accepted(Entry with { Comment = "Seen" }, Flagging).Flags.ShouldBe([new("OutOfWindow", "ph", "7.0–7.6", 7.7m)]);
    }

    [Fact]
    public void A_refusal_for_another_cause_shows_no_flags() =>
        Refused(Entry with { Comment = "Seen" }, j => { Flagging(j); j.Above("quantity", 0, 0); }).Flags.ShouldBeEmpty();

    [Fact]
    public void The_first_group_of_findings_answers_alone_and_in_order()
    {
        Finding F(string code, string field) => new(code, field, "");
        LabDecider.FirstGroup([F("SOD-AUTHOR", "user"), F("VAL-RANGE", "b"), F("STATE-GUARD", "c"), F("VAL-REQUIRED", "a")]).Select(f => f.Field).ShouldBe(["a", "b"]);
        LabDecider.FirstGroup([F("SIG-PASSWORD", "a"), F("STATE-GUARD", "b")]).Select(f => f.Field).ShouldBe(["b"]);
    }

    [Fact]
    public void An_accepted_entry_is_the_next_of_its_stream_in_an_envelope_that_says_who_when_and_as_what()
    {
        var e = Accepted(Entry with { Actor = Tech with { DeviceId = "10.0.0.7" }, OccurredAt = Now.AddMinutes(-3), Reason = "Delivery of today", Comment = "Box was cold" });
        (e.StreamId, e.Version, e.OccurredAt, e.RecordedAt, e.ActorId, e.ActorRole, e.DeviceId).ShouldBe(("material/LOT-1", 5, Now.AddMinutes(-3), Now, "tech01", "T", "10.0.0.7"));
        (e.SiteZone, e.UtcOffsetMin, e.Origin, e.Reason, e.Comment, e.Body).ShouldBe((Zone, 60, Origin.Entered, "Delivery of today", "Box was cold", Receipt));
        (e.Signature, e.VerifiedBy, e.CoSignature, e.Computed).ShouldBe((null, null, null, null));
    }

    [Fact]
    public void Signatures_are_bound_to_the_entry_and_each_in_its_place()
    {
        var release = Accepted(Release with { CoSignature = By(Person("qa02", Roles.QualityAssurance), "Approved") });
        (release.Signature!.User, release.Signature.Meaning, release.Signature.SignedAt, release.CoSignature!.User).ShouldBe(("qa01", "Approved", Now, "qa02"));
        SignatureRules.IsValid(release, release.Signature).ShouldBeTrue();
        var medium = Accepted(Medium);
        (medium.Signature, medium.VerifiedBy!.User, medium.VerifiedBy.Meaning).ShouldBe((null, "tech02", "Verified"));
    }

    [Fact]
    public void Computed_values_are_kept_with_the_entry()
    {
        var computed = new Computed(new Dictionary<string, object?> { ["n"] = 1m }, "count@1", []);
        Accepted(Entry, j => j.Computed = computed).Computed.ShouldBe(computed);
    }

    [Fact]
    public void The_software_needs_no_role_reason_signature_or_comment()
    {
        var e = Accepted(new(new MaterialReleased("LOT-1"), Actor.Software, Now, Now.AddDays(-9)), Flagging);
        (e.Origin, e.ActorId, e.ActorRole, e.Flags.Count).ShouldBe((Origin.System, "sys", "SYS", 1));
        Accepted(new(new AccountLocked(5), Actor.Software, Now, Now.AddMinutes(1))).OccurredAt.ShouldBe(Now.AddMinutes(1));
    }
}
