using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class RoomRuleTests
{
    private static readonly EmSessionOpened Opening = new("EM-1", "R-1", "BSC-1", ["CEA-26-0001"], ["tech01", "tech02"], Now);
    private static readonly EmSessionClosed Closing = new(Now, 3520, 29, [new("PL-1", PlateKind.Settle, "A"), new("PL-2", PlateKind.Glove, "B")]);
    private static readonly EmSession Session = Fold<EmSession>(EmSession.Apply, ("tech01", Opening with { StartAt = Now.AddHours(-4) }));

    private static readonly Dictionary<string, Actor> Gowned = new[] { Person("tech01"), Person("tech02") }.ToDictionary(p => p.UserId);

    private static string[] Beginning(EmSessionOpened e, EmSession? known = null, Dictionary<string, Actor>? people = null) => Found(e, j => RoomRules.Check(e, known, people ?? Gowned, j));
    private static string[] Ending(EmSessionClosed e, EmSession? session = null) => Found(e, j => RoomRules.Check(e, session ?? Session, j));

    [Fact]
    public void A_session_is_opened_once_in_a_room_and_a_cabinet()
    {
        Beginning(Opening).ShouldBeEmpty();
        Beginning(Opening with { SessionId = "EM 1" }).ShouldBe(["VAL-FORMAT sessionId"]);
        Beginning(Opening with { RoomId = "R/1" }).ShouldBe(["VAL-FORMAT roomId"]);
        Beginning(Opening with { CabinetId = "BSC#1" }).ShouldBe(["VAL-FORMAT cabinetId"]);
        Beginning(Opening, Session).ShouldBe(["VAL-DUPLICATE sessionId"]);
    }

    [Fact]
    public void A_session_has_begun_give_or_take_five_seconds()
    {
        Beginning(Opening with { StartAt = Now.AddSeconds(5) }).ShouldBeEmpty();
        Beginning(Opening with { StartAt = Now.AddSeconds(5.1) }).ShouldBe(["VAL-FUTURE startAt"]);
    }

    [Fact]
    public void It_names_known_persons_who_work_in_it()
    {
        Beginning(Opening with { OperatorIds = [] }).ShouldBe(["VAL-REQUIRED operatorIds"]);
        Beginning(Opening with { OperatorIds = ["tech02"] }).ShouldBeEmpty();
        Beginning(Opening with { OperatorIds = ["tech01", "nobody"] }).ShouldBe(["VAL-FORMAT operatorIds[1]"]);
    }

    [Fact]
    public void An_operator_without_gowning_in_force_is_flagged()
    {
        Dictionary<string, Actor> With(params Qualification[] q) => new() { ["tech01"] = Person("tech01") with { Qualifications = q }, ["tech02"] = Gowned["tech02"] };
        Beginning(Opening, null, With()).ShouldBe(["NotReleased operatorIds[0]: tech01"]);
        Beginning(Opening, null, With(new Qualification("Gowning", Now.AddDays(-1), Now))).ShouldBe(["NotReleased operatorIds[0]: tech01"], "it ended just now");
        Beginning(Opening, null, With(new Qualification("Gowning", Now, Now.AddDays(1)))).ShouldBeEmpty();
    }

    [Fact]
    public void A_session_is_closed_once()
    {
        Ending(Closing).ShouldBeEmpty();
        Ending(Closing, Session with { EndAt = Now.AddHours(-1) }).ShouldBe(["STATE-TRANSITION endAt"]);
    }

    [Fact]
    public void A_session_ends_after_it_began_and_not_in_the_future()
    {
        Ending(Closing with { EndAt = Session.StartAt }).ShouldBeEmpty();
        Ending(Closing with { EndAt = Session.StartAt.AddSeconds(-1) }).ShouldBe(["VAL-ORDER endAt"]);
        var fresh = Session with { StartAt = Now.AddHours(-1) };
        Ending(Closing with { EndAt = Now.AddSeconds(5) }, fresh).ShouldBeEmpty();
        Ending(Closing with { EndAt = Now.AddSeconds(5.1) }, fresh).ShouldBe(["VAL-FUTURE endAt"]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 0, "VAL-RANGE particles05PerM3")]
    [InlineData(0, -1, "VAL-RANGE particles50PerM3")]
    [InlineData(3520, 29)]
    [InlineData(3521, 29, "OutOfWindow particles05PerM3: 3521")]
    [InlineData(3520, 30, "OutOfWindow particles50PerM3: 30")]
    public void Particles_are_within_grade_a(int small, int large, params string[] found) => Ending(Closing with { Particles05PerM3 = small, Particles50PerM3 = large }).ShouldBe(found);

    [Fact]
    public void Plates_are_of_grades_a_to_d_and_listed_once()
    {
        Ending(Closing with { Plates = [] }).ShouldBeEmpty();
        foreach (var grade in new[] { "A", "B", "C", "D" }) Ending(Closing with { Plates = [new("PL-1", PlateKind.Air, grade)] }).ShouldBeEmpty();
        Ending(Closing with { Plates = [new("PL-1", PlateKind.Air, "A"), new("PL-2", PlateKind.Air, "E")] }).ShouldBe(["VAL-FORMAT plates[1].grade"]);
        Ending(Closing with { Plates = [new("PL-1", PlateKind.Air, "A"), new("PL-1", PlateKind.Contact, "A")] }).ShouldBe(["VAL-DUPLICATE plates"]);
    }

    [Fact]
    public void A_session_of_more_than_four_hours_is_flagged() => Ending(Closing, Session with { StartAt = Now.AddHours(-4.25) }).ShouldBe(["Interval endAt: 4.25"]);

    [Fact]
    public void The_register_knows_who_worked_where_on_which_batches()
    {
        Session.ShouldBe(new("EM-1", "R-1", "BSC-1", Opening.BatchIds, Opening.OperatorIds, Now.AddHours(-4), 1) { Plates = Session.Plates });
        Session.Fact().ShouldBe(new("EM-1", Now.AddHours(-4), null, null, null, null));
    }

    [Fact]
    public void A_closed_session_has_its_counts_its_plates_and_the_entry_that_closed_it()
    {
        var entry = Event(Closing with { Particles05PerM3 = 120, Particles50PerM3 = 1 }, 2);
        var closed = EmSession.Apply(Session, entry);
        (closed.EndAt, closed.Particles05PerM3, closed.Particles50PerM3, closed.ClosedEventId, closed.Version).ShouldBe((Now, 120m, 1m, entry.EventId, 2));
        closed.Plates.ShouldBe(Closing.Plates);
        closed.Fact().ShouldBe(new("EM-1", Now.AddHours(-4), Now, 120, 1, entry.EventId));
        Should.Throw<InvalidOperationException>(() => EmSession.Apply(null, entry));
    }
}
