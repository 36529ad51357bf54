using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class LabTaskTests
{
    private const string Paris = "Europe/Paris";
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);    // 07:00 in Paris

    private static DateTimeOffset Utc(int month, int day, int hour, int minute = 0) => new(2026, month, day, hour, minute, 0, TimeSpan.Zero);

    [Fact]
    public void A_walk_round_is_due_at_nine_site_time_and_a_look_within_the_hour_before_serves_it()
    {
        EquipmentTasks.NextWalkRound(Monday, Paris).ShouldBe(Utc(3, 2, 8));
        EquipmentTasks.NextWalkRound(Utc(3, 2, 6, 59), Paris).ShouldBe(Utc(3, 2, 8), "61 min before: too early to serve it");
        EquipmentTasks.NextWalkRound(Utc(3, 2, 7), Paris).ShouldBe(Utc(3, 3, 8), "08:00 serves 09:00");
        EquipmentTasks.NextWalkRound(Utc(3, 2, 15), Paris).ShouldBe(Utc(3, 3, 8));
    }

    [Fact]
    public void Nine_stays_nine_when_the_clocks_change() =>
        (EquipmentTasks.NextWalkRound(Utc(3, 28, 10), Paris), EquipmentTasks.NextWalkRound(Utc(10, 24, 10), Paris)).ShouldBe((Utc(3, 29, 7), Utc(10, 25, 8)));

    [Fact]
    public void A_missed_walk_round_stays_due_until_somebody_has_looked()
    {
        var freezer = Freezer() with { LastWalkRound = new(Utc(3, 2, 8), "tech01", true) };
        var task = EquipmentTasks.Due(freezer, Paris).Single(t => t.Subject == "walk-round");
        (task.DueAt, task.DueAt - task.Lead, task.DueAt + task.Grace).ShouldBe((Utc(3, 3, 8), Utc(3, 3, 7), Utc(3, 3, 12)));
        EquipmentTasks.Due(freezer with { Status = ServiceStatus.OutOfService }, Paris).ShouldNotContain(t => t.Subject == "walk-round");
        EquipmentTasks.Due(freezer with { Status = ServiceStatus.Retired }, Paris).ShouldBeEmpty();
    }

    [Fact]
    public void Calibrations_are_shown_thirty_days_ahead_and_have_no_grace()
    {
        var due = Utc(6, 1, 8);
        var task = EquipmentTasks.Due(Freezer() with { Channels = [new("temperature", 0.1m, Monday, due)] }, Paris).Single(t => t.Subject == "temperature");
        (task.Role, task.DueAt, task.Lead, task.Grace).ShouldBe((Roles.Administrator, due, TimeSpan.FromDays(30), TimeSpan.Zero));
    }

    [Property]
    public Property The_next_walk_round_lies_within_a_day_after_the_look_it_follows() =>
        Prop.ForAll(Gen.Choose(0, 366 * 24 * 60).ToArbitrary(), minutes =>
        {
            var looked = Monday.AddMinutes(minutes);
            var next = EquipmentTasks.NextWalkRound(looked, Paris);
            return next > looked.AddHours(1) && next <= looked.AddHours(26) && SiteTime.Local(Paris, next).TimeOfDay == TimeSpan.FromHours(9);
        });

    [Fact]
    public void A_layout_counts_its_positions_and_knows_its_own()
    {
        var layout = new StorageLayout([new("rack", "R1", "R2"), new("box", "B01", "B03"), new("well", "A01", "H12")]);
        layout.Count.ShouldBe(2 * 3 * 96);
        layout.Positions("FRZ-01").Take(2).ShouldBe(["FRZ-01/R1/B01/A01", "FRZ-01/R1/B01/A02"]);
        layout.Positions("FRZ-01").Last().ShouldBe("FRZ-01/R2/B03/H12");
        layout.Parts("FRZ-01", "FRZ-01/R2/B03/H12").ShouldBe(["R2", "B03", "H12"]);
        layout.Parts("FRZ-01", "FRZ-01/R3/B01/A01").ShouldBeNull();
        layout.Parts("FRZ-01", "FRZ-011/R1/B01/A01").ShouldBeNull();
        layout.Parts("FRZ-01", "FRZ-01/R1/B01").ShouldBeNull();
    }

    [Theory]
    [InlineData("R1", "R0")]
    [InlineData("R1", "S4x")]
    [InlineData("A1", "B01")]
    [InlineData("", "")]
    [InlineData("AA1", "AB9")]
    public void A_run_of_ids_whose_ends_do_not_fit_is_none(string from, string to) => StorageLayout.Ids(new("box", from, to)).ShouldBeEmpty();

    [Fact]
    public void Working_days_leave_out_saturdays_and_sundays()
    {
        Schedule.WorkingDaysAfter(Monday, 5).ShouldBe(Monday.AddDays(7));
        Schedule.WorkingDaysAfter(Monday.AddDays(4), 1).ShouldBe(Monday.AddDays(7), "Friday to Monday");
    }

    [Fact]
    public void A_capa_is_closed_by_nobody_who_opened_owns_or_did_it()
    {
        var capa = new Capa("CAPA-1", "t", "p", "c", null, "tech01", Monday, "e", Monday, [], "qa01", Monday, 2) { Status = CapaStatus.ActionsDone, DoneBy = "qa03" };
        string[] Refused(string user)
        {
            var judgement = new LabJudgement(new LabEntry(new CapaClosed("It has worked for three months"), new Actor(user, user, [Roles.QualityAssurance], []), Monday));
            CapaRules.Check((CapaClosed)judgement.Entry.Data, capa, judgement);
            return [.. judgement.Findings.Select(f => f.Code)];
        }
        foreach (var user in new[] { "qa01", "tech01", "qa03" }) Refused(user).ShouldBe([Codes.SodCloser]);
        Refused("qa02").ShouldBeEmpty();
    }

    private static Equipment Freezer() => new("FRZ-01", EquipmentKind.Freezer, "main", "F-80", 60, 0, null, Monday, 1) { Status = ServiceStatus.InService };
}
