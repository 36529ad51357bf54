using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class TrainingRuleTests
{
    private static readonly TrainingRecorded Training = new("tech02", "Gowning", Now, Now.AddYears(1), "qa01", "TR-1");
    private static readonly ShiftRostered Shift = new("tech02", Duty.OnShift, Now, Now.AddHours(24), "+33 1");
    private static readonly ShiftRostered Supervising = Shift with { User = "sup01", Duty = Duty.Supervisor }, OnCall = Shift with { User = "qa01", Duty = Duty.QaOnCall };
    private static readonly Actor Technician = Person("tech02", Roles.Technician);

    private static string[] Confirming(TrainingRecorded e, bool known = true, bool assessorKnown = true) => Found(e, j => TrainingRules.Check(e, known, assessorKnown, j));
    private static string[] Rostering(ShiftRostered e, Actor? person, params ShiftRostered[] others) => Found(e, j => TrainingRules.Check(e, person, [Supervising, OnCall, .. others], j));
    private static DateTimeOffset? Gap(params ShiftRostered[] shifts) => TrainingRules.Gap(shifts, Duty.OnShift, Now);

    /// <summary>On shift from one hour of today to another.</summary>
    private static ShiftRostered Hours(double from, double to) => Shift with { From = Now.AddHours(from), To = Now.AddHours(to) };

    [Fact]
    public void A_known_person_is_trained_by_another_known_person()
    {
        Confirming(Training).ShouldBeEmpty();
        Confirming(Training, known: false).ShouldBe(["VAL-FORMAT user"]);
        Confirming(Training, assessorKnown: false).ShouldBe(["VAL-FORMAT assessor"]);
        Confirming(Training with { Assessor = "tech02" }).ShouldBe(["SOD-AUTHOR assessor"]);
    }

    [Fact]
    public void A_qualification_has_a_name_of_up_to_a_hundred_characters()
    {
        Confirming(Training with { Qualification = "" }).ShouldBe(["VAL-FORMAT qualification"]);
        Confirming(Training with { Qualification = "a\tb" }).ShouldBe(["VAL-FORMAT qualification"]);
        Confirming(Training with { Qualification = new('x', 101) }).ShouldBe(["VAL-FORMAT qualification"]);
        foreach (var good in new[] { "*", "x", new('x', 100) }) Confirming(Training with { Qualification = good }).ShouldBeEmpty();
    }

    [Fact]
    public void A_qualification_ends_after_it_begins_and_one_that_ends_within_thirty_days_is_flagged()
    {
        Confirming(Training with { Until = Now }).ShouldBe(["VAL-ORDER until"]);
        Confirming(Training with { Until = Now.AddSeconds(1) }).ShouldBe(["OutOfWindow until: 2026-03-02T09:00:01.000Z"]);
        Confirming(Training with { Until = Now.AddDays(30).AddSeconds(-1) }).ShouldBe(["OutOfWindow until: 2026-04-01T08:59:59.000Z"]);
        Confirming(Training with { Until = Now.AddDays(30) }).ShouldBeEmpty();
    }

    [Fact]
    public void A_known_person_is_rostered_for_a_while()
    {
        Rostering(Shift, Technician).ShouldBeEmpty();
        Rostering(Shift, null).ShouldBe(["VAL-FORMAT user"]);
        Rostering(Shift with { To = Now }, Technician, Hours(0, 24) with { User = "tech01" }).ShouldBe(["VAL-ORDER to"]);
        Rostering(Shift with { To = Now.AddSeconds(1) }, Technician, Hours(0, 24) with { User = "tech01" }).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Duty.OnShift, "T", true)]
    [InlineData(Duty.OnShift, "SUPERVISOR", true)]
    [InlineData(Duty.OnShift, "QA", false)]
    [InlineData(Duty.Supervisor, "SUPERVISOR", true)]
    [InlineData(Duty.Supervisor, "T", false)]
    [InlineData(Duty.QaOnCall, "QA", true)]
    [InlineData(Duty.QaOnCall, "QA-R", true)]
    [InlineData(Duty.QaOnCall, "QC", false)]
    public void A_duty_needs_its_role(Duty duty, string role, bool allowed) =>
        Rostering(Shift with { Duty = duty }, Person("tech02", role), Hours(0, 24) with { User = "tech01" }).ShouldBe(allowed ? [] : ["STATE-GUARD user"]);

    [Theory]
    [InlineData(-2, 0, false)]
    [InlineData(-2, 0.1, true)]
    [InlineData(5, 6, true)]
    [InlineData(23.9, 30, true)]
    [InlineData(24, 30, false)]
    public void A_person_has_one_duty_at_a_time(double from, double to, bool refused)
    {
        Rostering(Shift, Technician, Hours(from, to)).ShouldBe(refused ? ["VAL-DUPLICATE from"] : []);
        Rostering(Shift, Technician, Hours(from, to) with { User = "tech01" }).ShouldBeEmpty("somebody else");
    }

    [Fact]
    public void A_duty_nobody_has_at_some_time_of_the_next_day_is_flagged_from_then_on()
    {
        Rostering(Shift with { To = Now.AddHours(8) }, Technician).ShouldBe(["OutOfWindow OnShift: 2026-03-02T17:00:00.000Z"]);
        Found(Shift, j => TrainingRules.Check(Shift, Technician, [], j)).ShouldBe(["OutOfWindow Supervisor: 2026-03-02T09:00:00.000Z", "OutOfWindow QaOnCall: 2026-03-02T09:00:00.000Z"]);
    }

    [Fact]
    public void A_day_is_covered_by_shifts_that_follow_or_overlap_one_another()
    {
        Gap().ShouldBe(Now);
        Gap(Hours(0, 24)).ShouldBeNull();
        Gap(Hours(0, 23.9)).ShouldBe(Now.AddHours(23.9));
        Gap(Hours(-8, 0)).ShouldBe(Now, "it ends now");
        Gap(Hours(1, 24)).ShouldBe(Now, "it has not begun");
        Gap(Hours(12, 24), Hours(-1, 12)).ShouldBeNull("in any order, one directly after the other");
        Gap(Hours(0, 8), Hours(9, 24)).ShouldBe(Now.AddHours(8));
        Gap(Hours(0, 24), Hours(1, 2)).ShouldBeNull("a short one within a long one");
        Gap(Hours(0, 24) with { Duty = Duty.Supervisor }).ShouldBe(Now, "another duty");
    }
}
