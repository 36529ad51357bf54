using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>When the treating physician must be told within a day (domain.md 2.3, 3.1).</summary>
public sealed class PhysicianTaskTests
{
    private static string[] Tasks(Story s) => [.. PhysicianTasks.Open(s.State).Select(t => t.Text)];

    [Fact]
    public void What_failed_before_the_release_is_no_task()
    {
        var s = WorkedBatches.AdscTested(2.6m);
        s.State.Of<OosOpened>().ShouldHaveSingleItem();
        Tasks(s.Do("04-28 21:20", "tech01", new HoldPlaced(null, "Failed after release: another batch of this donor"))).ShouldBeEmpty();
        var signalled = WorkedBatches.AdscSubmitted().Do("04-28 15:30", "qc01", new QcInterimReported("T-C-04", 49, InterimReading.Signal), comment: "Bottle flagged positive");
        Tasks(signalled).ShouldBeEmpty();
    }

    [Fact]
    public void After_the_release_a_signal_a_failure_and_its_hold_are_tasks_the_oldest_first()
    {
        var s = WorkedBatches.CeaConditional();
        Tasks(s).ShouldBeEmpty();
        s.Do("03-24 08:00", "qc01", new QcInterimReported("T-C-06", 116, InterimReading.NegativeToDate));
        Tasks(s).ShouldBeEmpty();
        s.Do("03-24 09:00", "qc01", new QcInterimReported("T-C-06", 117, InterimReading.Signal), comment: "Bottle flagged positive").Recorded("03-31 12:00", "CEA-09", Number(0.2m));
        Tasks(s)[0].ShouldBe("Signal in test T-C-06");
        Tasks(s).ShouldContain("CEA-09 failed after release");
        Tasks(s).ShouldContain("Failed after release: CEA-09");
        var open = PhysicianTasks.Open(s.State);
        open.ShouldBeInOrder(SortDirection.Ascending, Comparer<PhysicianTask>.Create((a, b) => a.Since.CompareTo(b.Since)));
        open.ShouldAllBe(t => t.DueAt == t.Since.AddHours(24));
        open[0].Since.ShouldBe(s.Time("03-24 09:00"));
    }

    [Fact]
    public void Telling_of_a_positive_result_ends_what_was_open_and_nothing_that_comes_after_it()
    {
        var s = WorkedBatches.CeaConditional().Do("03-24 09:00", "qc01", new QcInterimReported("T-C-06", 117, InterimReading.Signal), comment: "Bottle flagged positive");
        s.Informed("03-24 10:00");
        Tasks(s).ShouldBe(["Signal in test T-C-06"]);
        s.Informed("03-24 11:00", InformedAbout.PositiveResult);
        Tasks(s).ShouldBeEmpty();
        s.Signed("03-24 13:00", DispositionKind.Revoke, "Growth in the final sterility test");
        Tasks(s).ShouldBe(["Release revoked"]);
        s.Informed("03-24 14:00", InformedAbout.PositiveResult);
        Tasks(s).ShouldBeEmpty();
    }

    [Fact]
    public void A_hold_for_another_reason_is_no_task() =>
        Tasks(WorkedBatches.CeaConditional().Do("03-20 08:00", "qa01", new HoldPlaced(null, "Complaint of the clinic under review"))).ShouldBeEmpty();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Refused_tissue_is_told_for_a_patient_of_ones_own(bool autologous)
    {
        var s = Life.Lab("ADSC", "03-06 15:30", "03-06 17:50", autologous);
        s.Do("03-01 09:00", "tech01", Life.Order("ADSC", "04-01 08:00", 1.0e8m, OrderUnit.cell, s, autologous), comment: "As ordered")
            .Do("03-01 09:10", "tech01", new ConsentRecorded("CONS-1", s.Time("02-27 09:00"), ["Trial"]))
            .Do("03-02 09:00", "tech01", new TissueReceived(TissueKind.Lipoaspirate, "A999926000001", "00", "8", 100, TissueUnit.mL, s.Time("03-02 06:00"), s.Time("03-02 09:00"), 18, 18, true, ["PT-1", "1975-05-05"], 2), verify: "tech02")
            .Do("03-02 09:30", "tech01", new TissueRefused("Bag leaks at the port"), reason: "Bag leaks at the port");
        Tasks(s).ShouldBe(autologous ? ["Tissue refused"] : []);
    }
}
