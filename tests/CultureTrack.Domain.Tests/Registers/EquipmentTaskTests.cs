using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class EquipmentTaskTests
{
    // 07:00 in Paris on a Monday.
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    private static readonly Equipment Freezer = new("FRZ-01", EquipmentKind.Freezer, "main", "F-80", 60, 0, null, Monday, 1)
    {
        Status = ServiceStatus.InService,
        Channels = [new("temperature", 0.1m, Monday.AddMonths(-6), Monday.AddMonths(6))],
    };

    private static DateTimeOffset Nine(int day) => new(2026, 3, day, 8, 0, 0, TimeSpan.Zero);
    private static DateTimeOffset WalkRound(Equipment e) => EquipmentTasks.Due(e, "Europe/Paris").Single(t => t.CompletedBy == nameof(WalkRoundDone)).DueAt;

    [Fact]
    public void A_store_in_service_has_its_calibrations_and_a_walk_round_to_come() =>
        EquipmentTasks.Due(Freezer, "Europe/Paris").ShouldBe(
        [
            new("D-23", "temperature", "Calibrate temperature of FRZ-01", "CalibrationRecorded", "ADMIN", Monday.AddMonths(6), TimeSpan.FromDays(30), TimeSpan.Zero),
            new("D-23", "walk-round", "Walk-round of FRZ-01", "WalkRoundDone", "T", Nine(2), TimeSpan.FromHours(1), TimeSpan.FromHours(4)),
        ]);

    [Theory]
    [InlineData(EquipmentKind.Incubator, ServiceStatus.InService)]
    [InlineData(EquipmentKind.Cabinet, ServiceStatus.InService)]
    [InlineData(EquipmentKind.Freezer, ServiceStatus.OutOfService)]
    [InlineData(EquipmentKind.LN2, ServiceStatus.Decon)]
    public void What_stores_nothing_or_is_out_of_service_is_calibrated_only(EquipmentKind kind, ServiceStatus status) =>
        EquipmentTasks.Due(Freezer with { Kind = kind, Status = status }, "Europe/Paris").Single().CompletedBy.ShouldBe("CalibrationRecorded");

    [Fact]
    public void The_first_walk_round_follows_the_registration_or_the_last_time_it_went_into_service()
    {
        WalkRound(Freezer).ShouldBe(Nine(2));
        StatusChange On(int day, ServiceStatus status) => new(status, Monday.AddDays(day - 2), "tech01", "Yearly service");
        WalkRound(Freezer with { History = [On(2, ServiceStatus.InService), On(3, ServiceStatus.OutOfService), On(5, ServiceStatus.InService)] }).ShouldBe(Nine(5));
    }

    [Fact]
    public void A_walk_round_before_it_went_into_service_again_does_not_count()
    {
        var back = Freezer with { History = [new(ServiceStatus.InService, Monday.AddDays(3), "tech01", "Repaired")] };
        WalkRound(back with { LastWalkRound = new(Nine(3), "tech01", true) }).ShouldBe(Nine(5));
        WalkRound(back with { LastWalkRound = new(Nine(6), "tech01", true) }).ShouldBe(Nine(7));
    }

    [Fact]
    public void Of_what_is_retired_nothing_is_due() => EquipmentTasks.Due(Freezer with { Status = ServiceStatus.Retired }, "Europe/Paris").ShouldBeEmpty();
}
