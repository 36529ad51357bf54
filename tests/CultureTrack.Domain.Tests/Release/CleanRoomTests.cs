using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>The room at the fill and the labels on what was filled (C-11 particles, C-03).</summary>
public sealed class CleanRoomTests
{
    // Filled at 10:00.
    private const string Now = "03-19 10:50";

    private static (string Status, string? Observed) Room(string at = Now, params (string From, string? To, double? Small, double? Large)[] sessions)
    {
        var s = WorkedBatches.CeaSubmitted();
        s.Facts = s.Facts with { EmSessions = [.. sessions.Select((x, i) => new EmSessionFact($"EM-{i}", s.Time(x.From), x.To is null ? null : s.Time(x.To), (decimal?)x.Small, (decimal?)x.Large, null))] };
        var c = s.Status(at, "C-11");
        return (c.Status, c.Observed);
    }

    [Theory]
    [InlineData(3520, 29, "Pending")]
    [InlineData(3521, 29, "FailConfirmed")]
    [InlineData(3520, 30, "FailConfirmed")]
    [InlineData(null, 1, "FailConfirmed")]
    [InlineData(1, null, "FailConfirmed")]
    public void Particles_are_within_grade_A_and_a_count_that_is_missing_is_not(int? small, int? large, string status) =>
        Room(sessions: ("03-19 06:40", "03-19 10:10", small, large)).Status.ShouldBe(status, "the plates are open still");

    [Theory]
    [InlineData("03-19 10:00", "03-19 10:10", "Pending")]
    [InlineData("03-19 10:01", "03-19 10:10", "NotTested")]
    [InlineData("03-19 06:40", "03-19 10:00", "Pending")]
    [InlineData("03-19 06:40", "03-19 09:59", "NotTested")]
    [InlineData("03-19 06:40", "03-19 10:50", "Pending")]
    [InlineData("03-19 06:40", "03-19 10:51", "NotTested")]
    [InlineData("03-19 06:40", null, "NotTested")]
    public void A_session_covers_the_fill_and_is_closed(string from, string? to, string status) => Room(sessions: (from, to, 1200, 4)).Status.ShouldBe(status);

    [Fact]
    public void Of_two_sessions_the_worse_count_of_each_size_counts_and_both_are_closed()
    {
        var (status, observed) = Room(sessions: [("03-19 06:40", "03-19 10:10", 1200, 9), ("03-19 09:40", "03-19 10:20", 2000, 4), ("03-19 07:00", "03-19 08:00", 9999, 99)]);
        (status, observed).ShouldBe(("Pending", "particles 2000 and 9 /m³"));
        Room(sessions: [("03-19 06:40", "03-19 10:10", 1200, 9), ("03-19 09:40", null, null, null)]).Status.ShouldBe("NotTested");
    }

    private static CriterionStatus C03(Func<Story, Story>? more = null) => (more?.Invoke(WorkedBatches.CeaSubmitted()) ?? WorkedBatches.CeaSubmitted()).Status(Now, "C-03");

    private static LabelsPrinted Label(Story s, params string[] containers) => s.State.Last<LabelsPrinted>()!.Data with { ContainerIds = containers };

    [Fact]
    public void Every_filled_unit_has_a_label_with_all_texts_and_the_last_one_printed_counts()
    {
        C03().Status.ShouldBe("Pass");
        C03(s => s.Put("03-19 10:45", "tech01", Label(s, "CEA-26-0001-02") with { Texts = ["CEA-26-0001"] })).ShouldSatisfyAllConditions(c => c.Status.ShouldBe("Pending"), c => c.Why.ShouldStartWith("The label of CEA-26-0001-02 lacks: "));
        C03(s => s.Put("03-19 10:45", "tech01", Label(s, "SPARE-1") with { Texts = ["CEA-26-0001"] })).Status.ShouldBe("Pass");
        C03(s => s.Put("03-19 10:44", "tech01", Label(s, "CEA-26-0001-02") with { Texts = ["CEA-26-0001"] }).Put("03-19 10:45", "tech01", s.State.Of<LabelsPrinted>().First().Data)).Status.ShouldBe("Pass");
        var unlabelled = C03(s =>
        {
            s.State = BatchFold.Fold(s.State.History.Select(e => e is Recorded<LabelsPrinted> l ? l.WithBody(l.Data with { ContainerIds = [.. l.Data.ContainerIds.Skip(1)] }) : e));
            return s;
        });
        (unlabelled.Status, unlabelled.Why).ShouldBe(("NotTested", "No label printed for CEA-26-0001-01."));
    }

    [Theory]
    [InlineData(4, 4, 0, 0, "Pass")]
    [InlineData(6, 4, 1, 1, "Pass")]
    [InlineData(6, 4, 1, 0, "Pending")]
    [InlineData(6, 4, 0, 1, "Pending")]
    [InlineData(6, 4, 1, 2, "Pending")]
    public void Printed_labels_are_applied_destroyed_or_retained(int printed, int applied, int destroyed, int retained, string status) =>
        C03(s => s.Put("03-19 10:45", "tech01", new LabelsReconciled(printed, applied, destroyed, retained), change: e => e with { VerifiedBy = Entries.SignedBy("tech02", s.Time("03-19 10:45")) })).Status.ShouldBe(status);

    [Fact]
    public void A_reconciliation_counts_once_it_is_verified()
    {
        var open = C03(s => s.Put("03-19 10:45", "tech01", new LabelsReconciled(4, 4, 0, 0)));
        (open.Status, open.Why).ShouldBe(("NotTested", "The reconciliation is not verified by a second person."));
        C03(s => s.Put("03-19 10:45", "tech01", new LabelsReconciled(4, 4, 0, 0)).Put("03-19 10:46", "tech02", new EntryVerified(s.LastId()))).Status.ShouldBe("Pass");
    }

    [Fact]
    public void A_label_printed_once_grounds_the_labelling_and_one_printed_again_does_not()
    {
        var s = WorkedBatches.CeaSubmitted();
        var first = s.State.Last<LabelsPrinted>()!;
        s.Status(Now, "C-03").Evidence.ShouldContain(first.EventId);
        s.Put("03-19 10:45", "tech01", first.Data).Status(Now, "C-03").Evidence.Intersect(s.State.Of<LabelsPrinted>().Select(l => l.EventId)).ShouldBeEmpty();
    }
}
