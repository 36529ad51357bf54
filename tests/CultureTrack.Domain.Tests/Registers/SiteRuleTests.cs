using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

/// <summary>Sites, patients, donors, gateways and the clocks of servers.</summary>
public sealed class SiteRuleTests
{
    private static readonly SiteRegistered Site = new("main", "Main laboratory", "Europe/Paris", Jurisdiction.EU);
    private static readonly PatientRegistered Patient = new("P-1", "S-1", true);
    private static readonly Patient Kept = new("P-1", "S-1", true, Now.AddDays(-9), 1);
    private static readonly PatientIdentityDestroyed Destruction = new("P-1");
    private static readonly DonorRegistered Donor = new("D-1", "P-1");
    private static readonly GatewayRegistered Gateway = new("GW-1", "main", ["INC-01"]);

    private static string[] Registering(SiteRegistered e, bool known = false) => Found(e, j => SiteRules.Check(e, known, j));
    private static string[] Registering(PatientRegistered e, bool known = false) => Found(e, j => SiteRules.Check(e, known, j));
    private static string[] Registering(DonorRegistered e, bool known = false, bool patientKnown = true) => Found(e, j => SiteRules.Check(e, known, patientKnown, j));
    private static string[] Registering(GatewayRegistered e, bool known = false, bool siteKnown = true, params string[] unknown) => Found(e, j => CredentialRules.Check(e, known, siteKnown, unknown, j));

    private static LabJudgement Destroying(Patient patient, string? reason = "Asked for by the patient")
    {
        var j = new LabJudgement(new(Destruction, Person("qa01", Roles.QualityAssurance), Now, Reason: reason));
        SiteRules.Check(Destruction, patient, j);
        return j;
    }

    [Fact]
    public void A_site_is_registered_once_in_a_time_zone_of_iana()
    {
        Registering(Site).ShouldBeEmpty();
        Registering(Site with { Zone = "UTC" }).ShouldBeEmpty();
        Registering(Site with { SiteId = "main site" }).ShouldBe(["VAL-FORMAT siteId"]);
        Registering(Site, known: true).ShouldBe(["VAL-DUPLICATE siteId"]);
        Registering(Site with { Zone = "Europe/Nowhere" }).ShouldBe(["VAL-FORMAT zone"]);
    }

    [Fact]
    public void A_patient_is_registered_once_with_two_different_identifiers()
    {
        Registering(Patient).ShouldBeEmpty();
        Registering(Patient with { PatientRef = "P 1" }).ShouldBe(["VAL-FORMAT patientRef"]);
        Registering(Patient with { SecondIdentifier = "P-1" }).ShouldBe(["VAL-FORMAT secondIdentifier"]);
        Registering(Patient, known: true).ShouldBe(["VAL-DUPLICATE patientRef"]);
    }

    [Fact]
    public void An_identity_is_destroyed_once_with_a_reason()
    {
        Destroying(Kept).Findings.ShouldBeEmpty();
        Destroying(Kept, reason: "Asked").Findings.Single().Code.ShouldBe("VAL-REASON");
        var none = Destroying(Kept with { IdentityKept = false }).Findings.Single();
        (none.Code, none.Field, none.Message).ShouldBe(("STATE-GUARD", "patientRef", "No identity of P-1 is kept."));
        var again = Destroying(Kept with { IdentityDestroyedAt = Now.AddDays(-1) }).Findings.Single();
        (again.Code, again.Field, again.Message).ShouldBe(("STATE-GUARD", "patientRef", "No identity of P-1 is kept; it was destroyed 2026-03-01 09:00:00Z."));
    }

    [Fact]
    public void A_donor_is_registered_once_and_is_a_known_patient_if_the_same_person()
    {
        Registering(Donor).ShouldBeEmpty();
        Registering(Donor with { DonorRef = "D 1" }).ShouldBe(["VAL-FORMAT donorRef"]);
        Registering(Donor, patientKnown: false).ShouldBe(["VAL-FORMAT autologousFor"]);
        Registering(Donor with { AutologousFor = null }, patientKnown: false).ShouldBeEmpty();
        Registering(Donor, known: true).ShouldBe(["VAL-DUPLICATE donorRef"]);
    }

    [Fact]
    public void A_gateway_is_registered_once_at_a_site_for_incubators_of_it()
    {
        Registering(Gateway).ShouldBeEmpty();
        Registering(Gateway with { GatewayId = "GW/1" }).ShouldBe(["VAL-FORMAT gatewayId"]);
        Registering(Gateway, known: true).ShouldBe(["VAL-DUPLICATE gatewayId"]);
        Registering(Gateway, siteKnown: false).ShouldBe(["VAL-FORMAT site"]);
        Registering(Gateway with { Incubators = [] }).ShouldBe(["VAL-REQUIRED incubators"]);
        Registering(Gateway, false, true, "INC-01").ShouldBe(["VAL-FORMAT incubators"]);
    }

    [Fact]
    public void The_registers_keep_what_was_registered_from_when_it_was_recorded()
    {
        Lab.Site.From((Recorded<SiteRegistered>)Event(Site)).ShouldBe(new("main", "Main laboratory", "Europe/Paris", Jurisdiction.EU, Recorded(1), 1));
        Lab.Patient.From((Recorded<PatientRegistered>)Event(Patient)).ShouldBe(new("P-1", "S-1", true, Recorded(1), 1));
        Lab.Donor.From((Recorded<DonorRegistered>)Event(Donor)).ShouldBe(new("D-1", "P-1", Recorded(1), 1));
    }

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(1000, 0)]
    [InlineData(0, 1001, "OutOfWindow newOffsetMs: 1001")]
    [InlineData(0, -1001, "OutOfWindow newOffsetMs: 1001")]
    [InlineData(-400, 700, "OutOfWindow newOffsetMs: 1100")]
    [InlineData(5000, 5600)]
    public void A_clock_changed_by_more_than_a_second_is_flagged(long before, long after, params string[] found) =>
        Found(new ClockChanged(before, after, "lab-server-1/database"), j => ServerClockRules.Check((ClockChanged)j.Entry.Data, j)).ShouldBe(found);
}
