using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Registers;

/// <summary>REJECT and FLAG rules of 2.4 for the streams of materials, rooms, equipment and persons, by their words.</summary>
public sealed class LabRuleTests
{
    private sealed record Rule(string Words, EventData Entry, Action<LabJudgement> Check, string Code, string By = "tech01", string? Verify = null);

    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly Qualification[] All = [new("*", Now.AddYears(-1), Now.AddYears(1))];

    private static readonly Dictionary<string, Actor> People = new[]
    {
        new Actor("tech01", "Person tech01", [Roles.Technician], All), new("tech02", "Person tech02", [Roles.Technician], All), new("qa01", "Person qa01", [Roles.QualityAssurance], All),
        new("sup01", "Person sup01", [Roles.Supervisor], All), new("adm01", "Person adm01", [Roles.Administrator], All),
        new("new01", "Person new01", [Roles.Technician], [new("EmSessionOpened", Now.AddYears(-1), Now.AddYears(1))]),
    }.ToDictionary(p => p.UserId);

    private static Material Lot(string unit = "mL", DateTimeOffset? expiresAt = null, FeederControls? feeder = null, bool released = true, bool recalled = false, PreparedMedium? prepared = null) =>
        new("LOT-1", feeder is null ? MaterialKind.Medium : MaterialKind.Feeder, "Northmed", expiresAt ?? Now.AddYears(1), 100, unit, false, feeder, "tech01", Now.AddDays(-1), 1)
        {
            Status = recalled ? MaterialStatus.Recalled : released ? MaterialStatus.Released : MaterialStatus.Quarantined,
            ReleasedAt = released ? Now.AddHours(-1) : null,
            RecalledAt = recalled ? Now.AddMinutes(-1) : null,
            Prepared = prepared,
        };

    private static readonly MaterialReleased Release = new("LOT-1");
    private static readonly MediumPrepared Mixed = new("GM-1", "KGM-2", [new("LOT-1", 50, "mL")], 500, Now, true, true, 7.3m);
    private static readonly EmSessionOpened Open = new("EM-1", "R-1", "BSC-1", ["CEA-26-0001"], ["tech01"], Now);
    private static readonly EmSession Session = new("EM-1", "R-1", "BSC-1", ["CEA-26-0001"], ["tech01"], Now.AddHours(-1), 1);
    private static readonly EmSessionClosed Close = new(Now, 120, 0, [new("PL-1", PlateKind.Settle, "A")]);

    private static readonly Equipment Incubator = new("INC-02", EquipmentKind.Incubator, "main", "P37-5", 60, 4, null, Now.AddYears(-1), 1)
    {
        Status = ServiceStatus.InService,
        Channels = [new("temperature", 0.01m, Now.AddMonths(-6), Now.AddMonths(6)), new("co2", 0.01m, Now.AddMonths(-3), Now.AddMonths(3))],
    };

    private static readonly CalibrationRecorded Calibrated = new("temperature", Now, Now.AddMonths(12), AsFound.Within, 0.05m, "CERT-1");
    private static readonly CabinetUsed Use = new("BSC-1", ["CEA-26-0001"], Now.AddHours(-1), Now, true, true);
    private static readonly TrainingRecorded Training = new("tech02", "Gowning", Now, Now.AddYears(1), "qa01", "TR-1");
    private static readonly ShiftRostered Shift = new("tech02", Duty.OnShift, Now, Now.AddHours(25), "+33 1");

    private static Action<LabJudgement> Medium(MediumPrepared e, Material? component) =>
        j => MediumRules.Check(e, null, component is null ? new Dictionary<string, Material>() : new Dictionary<string, Material> { ["LOT-1"] = component }, j);

    private static readonly Rule[] Rejections =
    [
        new("release after expiry", Release, j => MaterialRules.Check(Release, Lot(expiresAt: Now, released: false), j), Codes.ValLot, "qa01"),
        new("release by the receiver", Release, j => MaterialRules.Check(Release, Lot(released: false) with { ReceivedBy = "qa01" }, j), Codes.SodAuthor, "qa01"),
        new("feeder release without both controls", Release, j => MaterialRules.Check(Release, Lot(feeder: new(true, false), released: false), j), Codes.StateGuard, "qa01"),
        new("medium whose filter failed is never releasable", Release, j => MaterialRules.Check(Release, Lot(released: false, prepared: new("KGM-2", [], false)), j), Codes.StateGuard, "qa01"),
        new("recall without a reason", new MaterialRecalled("LOT-1", "Short"), j => MaterialRules.Check(new MaterialRecalled("LOT-1", "Short"), Lot(), j), Codes.ValReason, "qa01"),
        new("medium: component unreleased", Mixed, Medium(Mixed, Lot(released: false)), Codes.ValLot, Verify: "tech02"),
        new("medium: component expired", Mixed, Medium(Mixed, Lot(expiresAt: Now)), Codes.ValLot, Verify: "tech02"),
        new("medium: component recalled", Mixed, Medium(Mixed, Lot(recalled: true)), Codes.ValLot, Verify: "tech02"),
        new("medium: quantity over stock", Mixed, Medium(Mixed with { Components = [new("LOT-1", 100.1m, "mL")] }, Lot()), Codes.ValRange, Verify: "tech02"),
        new("medium: verifier = performer", Mixed, Medium(Mixed, Lot()), Codes.SodVerifier, Verify: "tech01"),
        new("session: close before open", Close, j => RoomRules.Check(Close with { EndAt = Session.StartAt.AddMinutes(-1) }, Session, j), Codes.ValOrder),
        new("service: out with vessels inside", new IncubatorServiceChanged(ServiceStatus.OutOfService, "Yearly service"), j => EquipmentRules.Check(new IncubatorServiceChanged(ServiceStatus.OutOfService, "Yearly service"), Incubator, 3, j), Codes.StateGuard),
        new("calibration: dueAt ≤ performedAt", Calibrated, j => CalibrationRules.Check(Calibrated with { DueAt = Now }, Incubator, j), Codes.ValOrder),
        new("calibration: interval over 12 months of temperature", Calibrated, j => CalibrationRules.Check(Calibrated with { DueAt = Now.AddMonths(12).AddSeconds(1) }, Incubator, j), Codes.ValRange),
        new("calibration: interval over 6 months of CO2", Calibrated, j => CalibrationRules.Check(Calibrated with { Channel = "co2", DueAt = Now.AddMonths(6).AddSeconds(1) }, Incubator, j), Codes.ValRange),
        new("cabinet: airflowOk false", Use, j => CalibrationRules.Check(Use with { AirflowOk = false }, [], j), Codes.StateGuard),
        new("cabinet: two batches overlap in time", Use, j => CalibrationRules.Check(Use, [Use with { BatchIds = ["CEA-26-0002"], StartAt = Now.AddMinutes(-1), EndAt = Now.AddHours(1) }], j), Codes.StateGuard),
        new("training: assessor = user", Training, j => TrainingRules.Check(Training with { Assessor = "tech02" }, true, true, j), Codes.SodAuthor, "sup01"),
        new("training: until ≤ from", Training, j => TrainingRules.Check(Training with { Until = Now }, true, true, j), Codes.ValOrder, "sup01"),
        new("shift: user lacks the role", Shift, j => TrainingRules.Check(Shift with { Duty = Duty.QaOnCall }, People["tech02"], [], j), Codes.StateGuard, "sup01"),
        new("shift: overlap of one user", Shift, j => TrainingRules.Check(Shift, People["tech02"], [Shift with { From = Now.AddHours(-1), To = Now.AddSeconds(1) }], j), Codes.ValDuplicate, "sup01"),
        new("a qualification that is missing", new MaterialReceived("LOT-9", MaterialKind.Medium, "Northmed", Now.AddYears(1), 1, "mL"), _ => { }, Codes.SodRole, "new01"),
    ];

    private static readonly Rule[] Windows =
    [
        new("medium: pH outside 7.0–7.6", Mixed, Medium(Mixed with { Ph = 7.7m }, Lot()), Flags.OutOfWindow, Verify: "tech02"),
        new("medium: integrityPost false", Mixed, Medium(Mixed with { IntegrityPost = false }, Lot()), Flags.OutOfWindow, Verify: "tech02"),
        new("session: operator not gowning-qualified", Open, j => RoomRules.Check(Open with { OperatorIds = ["new01"] }, null, People, j), Flags.NotReleased),
        new("session: particle limit exceeded", Close, j => RoomRules.Check(Close with { Particles05PerM3 = 3521 }, Session, j), Flags.OutOfWindow),
        new("session: >4 h", Close, j => RoomRules.Check(Close, Session with { StartAt = Now.AddHours(-4).AddSeconds(-1) }, j), Flags.Interval),
        new("calibration: as-found Out", Calibrated, j => CalibrationRules.Check(Calibrated with { AsFound = AsFound.Out }, Incubator, j), Flags.OutOfWindow),
        new("cabinet: cleaned false", Use, j => CalibrationRules.Check(Use with { Cleaned = false }, [], j), Flags.NotReleased),
        new("training: until within 30 d", Training, j => TrainingRules.Check(Training with { Until = Now.AddDays(30).AddSeconds(-1) }, true, true, j), Flags.OutOfWindow, "sup01"),
        new("shift: a gap in any duty within the next 24 h", Shift, j => TrainingRules.Check(Shift, People["tech02"], [], j), Flags.OutOfWindow, "sup01"),
    ];

    public static TheoryData<string> RejectionNames => [.. Rejections.Select(r => r.Words)];
    public static TheoryData<string> WindowNames => [.. Windows.Select(r => r.Words)];

    private static LabDecision Decide(Rule r, string? comment)
    {
        var kind = LabCatalogue.Of(r.Entry);
        var entry = new LabEntry(r.Entry, People[r.By], Now, Comment: comment, Signature: kind.Meaning is { } meaning ? new(People[r.By], meaning, true) : null,
            Verification: r.Verify is { } second ? new(People[second], Meanings.Verified, true) : null);
        return LabDecider.Decide(entry, new("stream/1", 0, "UTC"), r.Check);
    }

    [Theory, MemberData(nameof(RejectionNames))]
    public void Is_rejected(string rule)
    {
        var r = Rejections.Single(x => x.Words == rule);
        Decide(r, "As seen").ShouldBeOfType<LabRefused>().Findings[0].Code.ShouldBe(r.Code);
    }

    [Theory, MemberData(nameof(WindowNames))]
    public void Is_flagged(string rule)
    {
        var r = Windows.Single(x => x.Words == rule);
        var no = Decide(r, null).ShouldBeOfType<LabRefused>();
        no.Findings[0].Code.ShouldBe(Codes.ValComment, string.Join("; ", no.Findings));
        no.Flags.ShouldContain(f => f.Code == r.Code);
        Decide(r, "Seen and judged").ShouldBeOfType<LabAccepted>().Event.HasFlag(r.Code).ShouldBeTrue();
    }
}
