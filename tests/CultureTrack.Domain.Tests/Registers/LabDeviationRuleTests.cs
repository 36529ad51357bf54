using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class LabDeviationRuleTests
{
    private static readonly LabDeviationOpened Opening = new("DEV-1", "The corridor was warmer than 25 °C", null, "INC-02", "R-1");
    private static readonly LabDeviationClassified Minor = new(DeviationClass.Minor);
    private static readonly LabDeviationClosed Closing = new("Valve stuck", "None on any batch", ["CAPA-1"]);
    private static readonly LabDeviation Open = Fold<LabDeviation>(LabDeviation.Apply, ("tech01", Opening));
    private static readonly LabDeviation Judged = Fold<LabDeviation>(LabDeviation.Apply, ("tech01", Opening), ("qa01", Minor)) with { OpenedAt = Now.AddDays(-30) };
    private static readonly LabDeviation Closed = Fold<LabDeviation>(LabDeviation.Apply, ("tech01", Opening), ("qa01", Minor), ("qa02", Closing)) with { OpenedAt = Now.AddDays(-30) };

    private static string[] Beginning(LabDeviationOpened e, LabDeviation? known = null, bool equipmentKnown = true) => Found(e, j => LabDeviationRules.Check(e, known, equipmentKnown, j));
    private static string[] Ending(LabDeviationClosed e, LabDeviation deviation, string by = "qa01", DateTimeOffset? at = null) => Found(e, j => LabDeviationRules.Check(e, deviation, j), Person(by), at);

    [Fact]
    public void It_is_opened_once_with_a_text_at_known_equipment()
    {
        Beginning(Opening).ShouldBeEmpty();
        Beginning(Opening with { DeviationId = null }).ShouldBeEmpty();
        Beginning(Opening with { DeviationId = "DEV 1" }).ShouldBe(["VAL-FORMAT deviationId"]);
        Beginning(Opening with { RoomId = "R/1" }).ShouldBe(["VAL-FORMAT roomId"]);
        Beginning(Opening with { Text = " " }).ShouldBe(["VAL-REQUIRED text"]);
        Beginning(Opening, Open).ShouldBe(["VAL-DUPLICATE deviationId"]);
        Beginning(Opening, equipmentKnown: false).ShouldBe(["VAL-FORMAT equipmentId"]);
        Beginning(Opening with { EquipmentId = null }, equipmentKnown: false).ShouldBeEmpty();
    }

    [Fact]
    public void It_is_classified_while_it_is_open()
    {
        string[] Classifying(LabDeviation d) => Found(Minor, j => LabDeviationRules.Check(Minor, d, j));
        Classifying(Open).ShouldBeEmpty();
        Classifying(Judged).ShouldBeEmpty("again");
        Classifying(Closed).ShouldBe(["STATE-GUARD deviationId"]);
    }

    [Fact]
    public void It_is_closed_once_with_root_cause_and_impact_after_it_was_classified()
    {
        Ending(Closing, Judged).ShouldBeEmpty();
        Ending(Closing with { RootCause = " " }, Judged).ShouldBe(["VAL-REQUIRED rootCause"]);
        Ending(Closing with { Impact = " " }, Judged).ShouldBe(["VAL-REQUIRED impact"]);
        Ending(Closing, Closed).ShouldBe(["STATE-GUARD deviationId"]);
        Ending(Closing, Open with { OpenedAt = Now }).ShouldBe(["STATE-GUARD deviationId"]);
    }

    [Fact]
    public void Who_opened_it_does_not_close_it() => Ending(Closing, Judged, by: "tech01").ShouldBe(["SOD-CLOSER type"]);

    [Fact]
    public void One_that_was_open_for_more_than_thirty_days_is_flagged()
    {
        var late = Judged with { OpenedAt = Now.AddDays(-31.5) };
        Ending(Closing, late).ShouldBe(["Interval deviationId: 31.5"]);
        Ending(Closing, late, at: Now.AddDays(-2)).ShouldBeEmpty("closed two days ago, entered now");
    }

    [Fact]
    public void The_register_knows_where_it_was_and_who_opened_it()
    {
        Open.ShouldBe(new("DEV-1", Opening.Text, null, "INC-02", "R-1", "tech01", Day(1), 1) { CapaRefs = Open.CapaRefs });
        (Open.IsOpen, Open.CapaRefs.Count).ShouldBe((true, 0));
    }

    [Fact]
    public void The_register_knows_its_class_and_how_it_ended()
    {
        (Judged.Class, Judged.IsOpen, Judged.Version).ShouldBe((DeviationClass.Minor, true, 2));
        (Closed.RootCause, Closed.Impact, Closed.ClosedBy, Closed.ClosedAt, Closed.IsOpen, Closed.Version).ShouldBe(("Valve stuck", "None on any batch", "qa02", Day(3), false, 3));
        Closed.CapaRefs.ShouldBe(["CAPA-1"]);
        Fold<LabDeviation>(LabDeviation.Apply, ("tech01", Opening), ("qa02", Closing with { CapaRefs = null })).CapaRefs.ShouldBeEmpty();
        Should.Throw<InvalidOperationException>(() => Fold<LabDeviation>(LabDeviation.Apply, ("qa01", Minor)));
    }
}
