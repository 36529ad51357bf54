using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class CapaRuleTests
{
    private static readonly CapaOpened Opening = new("CAPA-1", "Door left open", "The door of INC-02 was open for 20 min", "Alarm after 2 min", null, "tech01", Now.AddDays(30), "No door alarm for a quarter", Now.AddDays(120), ["DEV-1"]);
    private static readonly CapaActionsDone Doing = new("Alarm set and tested", ["ATT-1"]);
    private static readonly CapaReopened Again = new("Two alarms within a month", Now.AddDays(60), Now.AddDays(150));
    private static readonly CapaClosed Closing = new("No alarm for 3 month");
    private static readonly Capa Open = Fold<Capa>(Capa.Apply, ("sup01", Opening));
    private static readonly Capa Done = Fold<Capa>(Capa.Apply, ("sup01", Opening), ("tech02", Doing));
    private static readonly Capa Closed = Fold<Capa>(Capa.Apply, ("sup01", Opening), ("tech02", Doing), ("qa01", Closing));

    private static string[] Beginning(CapaOpened e, Capa? known = null, bool ownerKnown = true) => Found(e, j => CapaRules.Check(e, known, ownerKnown, j));
    private static string[] Finishing(CapaActionsDone e, Capa capa) => Found(e, j => CapaRules.Check(e, capa, j));
    private static string[] Reopening(CapaReopened e, Capa capa) => Found(e, j => CapaRules.Check(e, capa, j));
    private static string[] Ending(CapaClosed e, Capa capa, string by = "qa01") => Found(e, j => CapaRules.Check(e, capa, j), Person(by));

    [Fact]
    public void It_is_opened_once_and_says_what_the_problem_is_and_how_its_effect_is_judged()
    {
        Beginning(Opening).ShouldBeEmpty();
        Beginning(Opening with { CapaId = null }).ShouldBeEmpty();
        Beginning(Opening with { CapaId = "CAPA 1" }).ShouldBe(["VAL-FORMAT capaId"]);
        Beginning(Opening, Open).ShouldBe(["VAL-DUPLICATE capaId"]);
        Beginning(Opening with { Title = " " }).ShouldBe(["VAL-REQUIRED title"]);
        Beginning(Opening with { Problem = " " }).ShouldBe(["VAL-REQUIRED problem"]);
        Beginning(Opening with { EffectivenessCheck = " " }).ShouldBe(["VAL-REQUIRED effectivenessCheck"]);
        Beginning(Opening with { Problem = new('x', 4001) }).ShouldBe(["VAL-FORMAT problem"]);
        Beginning(Opening with { Problem = new('x', 4000) }).ShouldBeEmpty();
    }

    [Fact]
    public void It_corrects_or_prevents_or_does_both()
    {
        Beginning(Opening with { CorrectiveAction = " ", PreventiveAction = " " }).ShouldBe(["VAL-REQUIRED correctiveAction"]);
        Beginning(Opening with { CorrectiveAction = null, PreventiveAction = "Train everybody" }).ShouldBeEmpty();
        Beginning(Opening with { PreventiveAction = "Train everybody" }).ShouldBeEmpty();
    }

    [Fact]
    public void Its_owner_is_an_active_person() => Beginning(Opening, ownerKnown: false).ShouldBe(["VAL-FORMAT owner"]);

    [Fact]
    public void It_is_due_in_the_future_and_its_effect_is_judged_no_earlier()
    {
        Beginning(Opening with { DueAt = Now }).ShouldBe(["VAL-ORDER dueAt"]);
        Beginning(Opening with { DueAt = Now.AddSeconds(1) }).ShouldBeEmpty();
        Beginning(Opening with { EffectivenessDueAt = Opening.DueAt }).ShouldBeEmpty();
        Beginning(Opening with { EffectivenessDueAt = Opening.DueAt.AddSeconds(-1) }).ShouldBe(["VAL-ORDER effectivenessDueAt"]);
    }

    [Fact]
    public void What_was_done_is_told_while_it_is_open()
    {
        Finishing(Doing, Open).ShouldBeEmpty();
        Finishing(Doing with { Done = "" }, Open).ShouldBe(["VAL-REQUIRED done"]);
        Finishing(Doing, Done).ShouldBe(["STATE-TRANSITION capaId"]);
        Finishing(Doing, Closed).ShouldBe(["STATE-TRANSITION capaId"]);
    }

    [Fact]
    public void Only_what_was_done_is_found_without_effect()
    {
        Reopening(Again, Done).ShouldBeEmpty();
        Reopening(Again, Open).ShouldBe(["STATE-TRANSITION capaId"]);
        Reopening(Again, Closed).ShouldBe(["STATE-TRANSITION capaId"]);
        Reopening(Again with { Reason = "Alarms" }, Done).ShouldBe(["VAL-REASON reason"]);
        Reopening(Again with { DueAt = Now }, Done).ShouldBe(["VAL-ORDER dueAt"]);
        Reopening(Again with { EffectivenessDueAt = Again.DueAt.AddSeconds(-1) }, Done).ShouldBe(["VAL-ORDER effectivenessDueAt"]);
    }

    [Fact]
    public void It_is_closed_with_a_conclusion_of_twenty_characters()
    {
        Ending(Closing, Done).ShouldBeEmpty();
        Ending(new("No alarm for 3 mont "), Done).ShouldBe(["VAL-REASON conclusion"]);
    }

    [Fact]
    public void It_is_closed_once_its_actions_are_done()
    {
        string Because(Capa capa) => Said(Closing, j => CapaRules.Check(Closing, capa, j), Person("qa01"));
        Ending(Closing, Open).ShouldBe(["STATE-TRANSITION capaId"]);
        Because(Open).ShouldBe("The actions of CAPA-1 are not done yet.");
        Ending(Closing, Closed, "qa02").ShouldBe(["STATE-TRANSITION capaId"]);
        Because(Closed).ShouldBe("CAPA-1 is closed already.");
    }

    [Theory]
    [InlineData("sup01")]
    [InlineData("tech01")]
    [InlineData("tech02")]
    public void Who_opened_it_owns_it_or_did_it_does_not_close_it(string user) => Ending(Closing, Done, user).ShouldBe(["SOD-CLOSER type"]);

    [Fact]
    public void Opened_it_has_all_it_was_opened_with()
    {
        Open.ShouldBe(new("CAPA-1", Opening.Title, Opening.Problem, "Alarm after 2 min", null, "tech01", Now.AddDays(30), Opening.EffectivenessCheck, Now.AddDays(120), Opening.DeviationRefs!, "sup01", Day(1), 1) { EvidenceRefs = Open.EvidenceRefs });
        (Open.Status, Open.Reopened, Open.EvidenceRefs.Count).ShouldBe((CapaStatus.Open, 0, 0));
        Fold<Capa>(Capa.Apply, ("sup01", Opening with { DeviationRefs = null })).DeviationRefs.ShouldBeEmpty();
    }

    [Fact]
    public void Done_it_says_what_was_done_by_whom_and_when()
    {
        (Done.Status, Done.Done, Done.DoneBy, Done.DoneAt, Done.Version).ShouldBe((CapaStatus.ActionsDone, "Alarm set and tested", "tech02", Day(2), 2));
        Done.EvidenceRefs.ShouldBe(["ATT-1"]);
        Fold<Capa>(Capa.Apply, ("sup01", Opening), ("tech02", Doing with { EvidenceRefs = null })).EvidenceRefs.ShouldBeEmpty();
    }

    [Fact]
    public void Reopened_it_is_open_with_new_dates_and_counts_how_often()
    {
        var again = Fold<Capa>(Capa.Apply, ("sup01", Opening), ("tech02", Doing), ("qa01", Again));
        (again.Status, again.DueAt, again.EffectivenessDueAt, again.Reopened, again.Version).ShouldBe((CapaStatus.Open, Now.AddDays(60), Now.AddDays(150), 1, 3));
        Fold<Capa>(Capa.Apply, ("sup01", Opening), ("tech02", Doing), ("qa01", Again), ("tech02", Doing), ("qa01", Again)).Reopened.ShouldBe(2);
    }

    [Fact]
    public void Closed_it_says_the_conclusion_by_whom_and_when()
    {
        (Closed.Status, Closed.Conclusion, Closed.ClosedBy, Closed.ClosedAt, Closed.Version).ShouldBe((CapaStatus.Closed, Closing.Conclusion, "qa01", Day(3), 3));
        Should.Throw<InvalidOperationException>(() => Fold<Capa>(Capa.Apply, ("sup01", Opening), ("sup01", Opening)));
    }
}
