using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class EquipmentRuleTests
{
    private static readonly EquipmentChannel Temperature = new("temperature", 0.01m, Now.AddMonths(-1), Now.AddMonths(6)), Co2 = Temperature with { Channel = "co2", DueAt = Now.AddMonths(4) };
    private static readonly EquipmentRegistered Incubator = new("INC-02", EquipmentKind.Incubator, "main", "P37-5", 60, [Temperature, Co2], ServiceStatus.OutOfService, 4, null, "R-1");
    private static readonly EquipmentRegistered Freezer = Incubator with { IncubatorId = "FRZ-01", Kind = EquipmentKind.Freezer, Profile = "F-80", Channels = [Temperature], Shelves = 0, Positions = 960 };
    private static readonly Equipment Known = Fold<Equipment>(Equipment.Apply, ("adm01", Incubator));
    private static readonly IncubatorServiceChanged Start = new(ServiceStatus.InService, "Qualified in Q-12");

    private static string[] Registering(EquipmentRegistered e, bool known = false, bool siteKnown = true) => Found(e, j => EquipmentRules.Check(e, known, siteKnown, j));
    private static string[] Placing(EquipmentPlaced e) => Found(e, j => EquipmentRules.Check(e, Known, j));
    private static string[] Changing(IncubatorServiceChanged e, ServiceStatus from, int inside = 0) => Found(e, j => EquipmentRules.Check(e, Known with { Status = from }, inside, j));

    [Fact]
    public void Equipment_is_registered_once_under_a_good_id_at_a_known_site()
    {
        Registering(Incubator).ShouldBeEmpty();
        Registering(Incubator with { IncubatorId = "INC/02" }).ShouldBe(["VAL-FORMAT incubatorId"]);
        Registering(Incubator with { RoomId = "room 1" }).ShouldBe(["VAL-FORMAT roomId"]);
        Registering(Incubator, known: true).ShouldBe(["VAL-DUPLICATE incubatorId"]);
        Registering(Incubator, siteKnown: false).ShouldBe(["VAL-FORMAT site"]);
    }

    [Fact]
    public void Its_profile_is_one_of_its_kind()
    {
        Registering(Freezer).ShouldBeEmpty();
        Registering(Freezer with { Profile = "F-20" }).ShouldBeEmpty();
        Registering(Freezer with { Profile = "P37-5" }).ShouldBe(["VAL-FORMAT profile"]);
        Registering(Freezer with { Kind = EquipmentKind.LN2, Profile = "LN2-V" }).ShouldBeEmpty();
        Registering(Freezer with { Profile = "none" }).ShouldBe(["VAL-FORMAT profile"]);
    }

    [Theory]
    [InlineData(0, "VAL-RANGE periodSeconds")]
    [InlineData(1)]
    [InlineData(3600)]
    [InlineData(3601, "VAL-RANGE periodSeconds")]
    public void It_sends_once_a_second_to_once_an_hour(int seconds, params string[] found) => Registering(Incubator with { PeriodSeconds = seconds }).ShouldBe(found);

    [Theory]
    [InlineData(-1, "VAL-RANGE shelves")]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(101, "VAL-RANGE shelves")]
    public void It_has_up_to_a_hundred_shelves(int shelves, params string[] found) => Registering(Freezer with { Shelves = shelves }).ShouldBe(found);

    [Fact]
    public void An_incubator_has_at_least_one_shelf()
    {
        Registering(Incubator with { Shelves = 0 }).ShouldBe(["VAL-RANGE shelves"]);
        Registering(Incubator with { Shelves = 1 }).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0, "VAL-RANGE positions")]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(100_001, "VAL-RANGE positions")]
    public void It_has_up_to_a_hundred_thousand_positions(int? positions, params string[] found) => Registering(Freezer with { Positions = positions }).ShouldBe(found);

    [Fact]
    public void Each_channel_is_checked_and_listed_once()
    {
        Registering(Incubator with { Channels = [] }).ShouldBeEmpty();
        Registering(Incubator with { Channels = [Temperature, Temperature] }).ShouldBe(["VAL-DUPLICATE channels"]);
        Registering(Incubator with { Channels = [Temperature with { Resolution = 0 }, Co2] }).ShouldBe(["VAL-RANGE channels[0].resolution"]);
        Registering(Incubator with { Channels = [Temperature, Co2 with { DueAt = Co2.CalibratedAt.AddMonths(7) }] }).ShouldBe(["VAL-RANGE channels[1].dueAt"]);
    }

    [Fact]
    public void It_is_placed_in_a_room_with_a_good_id()
    {
        Placing(new("R-2")).ShouldBeEmpty();
        Placing(new("R-2", "INC-02")).ShouldBeEmpty();
        Placing(new("R/2")).ShouldBe(["VAL-FORMAT roomId"]);
        Placing(new("R-2", "INC-03")).ShouldBe(["VAL-FORMAT equipmentId"]);
    }

    [Fact]
    public void Its_service_changes_to_another_status_with_a_reason_until_it_is_retired()
    {
        Changing(Start, ServiceStatus.OutOfService).ShouldBeEmpty();
        Changing(Start with { EquipmentId = "INC-02" }, ServiceStatus.OutOfService).ShouldBeEmpty();
        Changing(Start with { EquipmentId = "INC-03" }, ServiceStatus.OutOfService).ShouldBe(["VAL-FORMAT equipmentId"]);
        Changing(Start, ServiceStatus.InService).ShouldBe(["STATE-TRANSITION status"]);
        Changing(Start, ServiceStatus.Retired).ShouldBe(["STATE-TRANSITION status"]);
        Changing(Start with { Reason = "Qualified" }, ServiceStatus.OutOfService).ShouldBe(["VAL-REASON reason"]);
    }

    [Theory]
    [InlineData(ServiceStatus.OutOfService)]
    [InlineData(ServiceStatus.Decon)]
    [InlineData(ServiceStatus.Retired)]
    public void It_leaves_service_empty(ServiceStatus to)
    {
        Changing(Start with { Status = to }, ServiceStatus.InService, inside: 1).ShouldBe(["STATE-GUARD status"]);
        Changing(Start with { Status = to }, ServiceStatus.InService).ShouldBeEmpty();
    }

    [Fact]
    public void It_enters_service_whatever_is_inside() => Changing(Start, ServiceStatus.Decon, inside: 3).ShouldBeEmpty();

    [Fact]
    public void Registered_equipment_has_its_channels_its_room_and_the_beginning_of_its_history()
    {
        (Known.EquipmentId, Known.Kind, Known.Site, Known.Profile, Known.PeriodSeconds, Known.Shelves).ShouldBe(("INC-02", EquipmentKind.Incubator, "main", "P37-5", 60, 4));
        (Known.Status, Known.RoomId, Known.RegisteredAt, Known.Version).ShouldBe((ServiceStatus.OutOfService, "R-1", Day(1), 1));
        Known.Channels.ShouldBe([new("temperature", 0.01m, Now.AddMonths(-1), Now.AddMonths(6)), new("co2", 0.01m, Now.AddMonths(-1), Now.AddMonths(4))]);
        Known.History.ShouldBe([new(ServiceStatus.OutOfService, Day(1), "adm01", "Registered")]);
        Fold<Equipment>(Equipment.Apply, ("adm01", Freezer)).Positions.ShouldBe(960);
    }

    [Fact]
    public void Its_history_says_which_status_held_when()
    {
        var q = Fold<Equipment>(Equipment.Apply, ("adm01", Incubator), ("tech01", Start), ("tech01", new IncubatorServiceChanged(ServiceStatus.Decon, "Yearly cycle")));
        (q.Status, q.Version).ShouldBe((ServiceStatus.Decon, 3));
        q.History[1].ShouldBe(new(ServiceStatus.InService, Day(2), "tech01", "Qualified in Q-12"));
        q.StatusAt(Day(1).AddSeconds(-1)).ShouldBe(ServiceStatus.OutOfService);
        q.StatusAt(Day(2).AddSeconds(-1)).ShouldBe(ServiceStatus.OutOfService);
        q.StatusAt(Day(2)).ShouldBe(ServiceStatus.InService);
        q.StatusAt(Day(3)).ShouldBe(ServiceStatus.Decon);
        Fold<Equipment>(Equipment.Apply, ("adm01", Incubator with { Status = ServiceStatus.InService })).StatusAt(Day(1).AddSeconds(-1)).ShouldBe(ServiceStatus.OutOfService, "before it was registered");
    }

    [Fact]
    public void A_calibration_is_overdue_from_the_moment_it_is_due()
    {
        Known.CalibrationOverdue(Now.AddMonths(4).AddSeconds(-1)).ShouldBeEmpty();
        Known.CalibrationOverdue(Now.AddMonths(4)).ShouldBe(["co2"]);
        Known.CalibrationOverdue(Now.AddMonths(6)).ShouldBe(["temperature", "co2"]);
    }

    [Fact]
    public void Its_room_its_layout_and_its_calibrations_are_the_latest_ones()
    {
        StorageLevel[] levels = [new("rack", "R1", "R4"), new("box", "B01", "B10")];
        var q = Fold<Equipment>(Equipment.Apply, ("adm01", Incubator), ("adm01", new EquipmentPlaced("R-9")), ("adm01", new StorageLayoutDefined(levels)),
            ("tech01", new CalibrationRecorded("co2", Now, Now.AddMonths(5), AsFound.Within, 0, "C-1")));
        (q.RoomId, q.Channels[1].DueAt, q.Version).ShouldBe(("R-9", Now.AddMonths(5), 4));
        q.Layout!.Levels.ShouldBe(levels);
    }

    [Fact]
    public void Entries_that_change_nothing_of_it_still_count_as_its_versions()
    {
        Fold<Equipment>(Equipment.Apply, ("adm01", Incubator), ("adm01", new CredentialIssued("C-1", "client", []))).Version.ShouldBe(2);
        Fold<Equipment>(Equipment.Apply, ("adm01", Incubator), ("adm01", new CredentialRevoked("C-1")), ("tech01", new CabinetUsed("INC-02", [], Now, Now, true, true))).Version.ShouldBe(3);
        Should.Throw<InvalidOperationException>(() => Fold<Equipment>(Equipment.Apply, ("adm01", Incubator), ("adm01", Incubator)));
        Should.Throw<InvalidOperationException>(() => Fold<Equipment>(Equipment.Apply, ("adm01", Start)));
    }

    [Fact]
    public void The_last_walk_round_is_the_latest_one_made_and_says_whether_all_was_in_order()
    {
        WalkRoundItem good = new("Door closed", true), bad = new("Door closed", false, "Seal torn");
        WalkRound? After(params WalkRoundItem[] items) => Fold<Equipment>(Equipment.Apply, ("adm01", Freezer), ("tech02", new WalkRoundDone(items))).LastWalkRound;
        After(good).ShouldBe(new(Day(2), "tech02", true));
        After(good, bad).ShouldBe(new(Day(2), "tech02", false));
        var looked = Fold<Equipment>(Equipment.Apply, ("adm01", Freezer), ("tech02", new WalkRoundDone([good])));
        Equipment.Apply(looked, Event(new WalkRoundDone([bad]), 1, "tech03") with { Version = 3 }).LastWalkRound.ShouldBe(new(Day(2), "tech02", true), "entered late for the day before");
        Equipment.Apply(looked, Event(new WalkRoundDone([bad]), 2, "tech03")).LastWalkRound.ShouldBe(new(Day(2), "tech03", false), "at the same moment the later entry counts");
    }
}
