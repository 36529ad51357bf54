using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class TaskRuleTests
{
    private static readonly TaskOpened Opening = new("T-1", "Order gas", Now.AddDays(2), "QC", "tech02", "CEA-26-0001", "INC-02", "R-1", "Two bottles", 48, 12);
    private static readonly LabTask Open = Apply(null, ("sup01", Opening));
    private static readonly LabTask Done = Apply(null, ("sup01", Opening), ("tech02", new TaskDone("Ordered")));

    private static LabTask Apply(LabTask? task, params (string By, EventData Data)[] events) => Fold<LabTask>((t, e) => LabTask.Apply(t ?? task, "T-1", e), events);

    private static string[] Beginning(TaskOpened e, LabTask? there = null, bool assigneeKnown = true, bool batchKnown = true, bool equipmentKnown = true) =>
        Found(e, j => TaskRules.Check(e, there, assigneeKnown, batchKnown, equipmentKnown, j));

    private static string[] Assigning(string? to, LabTask? task, bool known = true) => Found(new TaskAssigned(to), j => TaskRules.Check(new TaskAssigned(to), task, known, j));
    private static string[] Finishing(LabTask? task, Actor by, string role = "T", string completedBy = "TaskDone") => Found(new TaskDone(), j => TaskRules.Check(task, role, completedBy, j), by);

    [Fact]
    public void A_task_is_opened_once_with_a_title()
    {
        Beginning(Opening).ShouldBeEmpty();
        Beginning(Opening with { TaskId = null, RoomId = null }).ShouldBeEmpty();
        Beginning(Opening with { TaskId = "T 1" }).ShouldBe(["VAL-FORMAT taskId"]);
        Beginning(Opening with { RoomId = "R/1" }).ShouldBe(["VAL-FORMAT roomId"]);
        Beginning(Opening with { Title = " " }).ShouldBe(["VAL-REQUIRED title"]);
        Beginning(Opening with { Title = new('x', 200) }).ShouldBeEmpty();
        Beginning(Opening with { Title = new('x', 201) }).ShouldBe(["VAL-FORMAT title"]);
        Beginning(Opening, Open).ShouldBe(["VAL-DUPLICATE taskId"]);
    }

    [Fact]
    public void What_a_task_names_is_known()
    {
        Beginning(Opening with { Role = "BOSS" }).ShouldBe(["VAL-FORMAT role"]);
        Beginning(Opening with { Role = null }).ShouldBeEmpty();
        Beginning(Opening, assigneeKnown: false).ShouldBe(["VAL-FORMAT assignee"]);
        Beginning(Opening, batchKnown: false).ShouldBe(["VAL-FORMAT batchId"]);
        Beginning(Opening, equipmentKnown: false).ShouldBe(["VAL-FORMAT equipmentId"]);
        Beginning(Opening with { Assignee = null, BatchId = null, EquipmentId = null }, null, false, false, false).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(720, 720)]
    [InlineData(-1, 0, "VAL-RANGE lead")]
    [InlineData(721, 0, "VAL-RANGE lead")]
    [InlineData(0, -1, "VAL-RANGE grace")]
    [InlineData(0, 721, "VAL-RANGE grace")]
    public void Lead_and_grace_are_up_to_thirty_days(int lead, int grace, params string[] found) => Beginning(Opening with { Lead = lead, Grace = grace }).ShouldBe(found);

    [Fact]
    public void A_task_not_done_is_given_to_an_active_person_or_back_to_all()
    {
        Assigning("tech03", Open).ShouldBeEmpty();
        Assigning("tech03", Open, known: false).ShouldBe(["VAL-FORMAT assignee"]);
        Assigning(null, Open, known: false).ShouldBeEmpty();
        Assigning("tech03", null).ShouldBeEmpty("a task of a protocol, to which nobody added anything yet");
        Assigning("tech03", Done).ShouldBe(["STATE-TRANSITION taskId"]);
    }

    [Fact]
    public void A_task_is_done_once_by_its_role_or_by_whom_it_was_given_to()
    {
        Finishing(Open, Person("tech01", Roles.Technician)).ShouldBeEmpty();
        Finishing(Open, Person("tech02", Roles.Administrator)).ShouldBeEmpty("it was given to tech02");
        Finishing(Open, Person("adm01", Roles.Administrator)).ShouldBe(["SOD-ROLE taskId"]);
        Finishing(null, Person("tech01", Roles.Technician)).ShouldBeEmpty();
        Finishing(Done, Person("tech01", Roles.Technician)).ShouldBe(["STATE-TRANSITION taskId"]);
    }

    [Fact]
    public void Who_may_not_do_a_task_is_told_whose_it_is()
    {
        string Refusal(LabTask? task) => Said(new TaskDone(), j => TaskRules.Check(task, "QA", "TaskDone", j), Person("adm01", Roles.Administrator));
        Refusal(Open).ShouldBe("It is for tech02.");
        Refusal(null).ShouldBe("It is for QA.");
    }

    [Fact]
    public void A_task_that_an_entry_completes_is_done_by_that_entry() =>
        Finishing(null, Person("tech01", Roles.Technician), completedBy: "CalibrationRecorded").ShouldBe(["STATE-GUARD taskId"]);

    [Fact]
    public void Opened_it_keeps_what_was_asked_by_whom_and_when()
    {
        (Open.TaskId, Open.Opened, Open.OpenedBy, Open.OpenedAt, Open.Assignee, Open.IsDone, Open.Version).ShouldBe(("T-1", Opening, "sup01", Day(1), "tech02", false, 1));
        var given = Apply(null, ("sup01", Opening), ("sup01", new TaskAssigned("tech03")));
        (given.Assignee, given.Opened, given.Version).ShouldBe(("tech03", Opening, 2));
    }

    [Fact]
    public void Done_it_says_by_whom_when_and_with_what_note() =>
        (Done.IsDone, Done.DoneBy, Done.DoneAt, Done.DoneNote, Done.Opened, Done.Version).ShouldBe((true, "tech02", Day(2), "Ordered", Opening, 2));

    [Fact]
    public void A_task_of_a_protocol_begins_with_what_people_add_to_it()
    {
        var task = Apply(null, ("tech01", new TaskDone("Told by telephone")));
        (task.TaskId, task.Opened, task.DoneBy, task.Version).ShouldBe(("T-1", null, "tech01", 1));
        Should.Throw<InvalidOperationException>(() => Apply(null, ("tech01", new PersonDeactivated("Left the laboratory"))));
    }
}
