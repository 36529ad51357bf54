using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>Conditioned medium and the cells it comes from (CM-01, CM-02, CM-13).</summary>
public sealed class SourceAndMediumTests
{
    private const string Now = "03-06 18:00";

    private static Story Medium(Func<SourceFact, SourceFact>? source = null)
    {
        var s = ProductLives.ConditionedMedium(out _);
        if (source is not null) s.Facts = s.Facts with { Source = source(s.Facts.Source!) };
        return s;
    }

    private static SourceFact Outcome(SourceFact source, string id, Outcome? outcome)
    {
        var outcomes = source.Outcomes.ToDictionary();
        if (outcome is { } o) outcomes[id] = o;
        else outcomes.Remove(id);
        return source with { Outcomes = outcomes };
    }

    [Theory]
    [InlineData("C-02", "donor")]
    [InlineData("C-06", "sterility")]
    [InlineData("C-07", "mycoplasma")]
    public void A_test_of_the_source_that_failed_condemns_and_one_that_is_open_blocks(string id, string part)
    {
        CriterionStatus With(Outcome? outcome) => Medium(s => Outcome(s, id, outcome)).Status(Now, "CM-01");
        With(Domain.Release.Outcome.Pass).Status.ShouldBe("Pass");
        With(Domain.Release.Outcome.Expired).Status.ShouldBe("Pass");
        With(Domain.Release.Outcome.FailConfirmed).Status.ShouldBe("FailConfirmed");
        With(Domain.Release.Outcome.FailConfirmed).Why.ShouldContain($"{part}: {id} of ADSC-26-0009 failed.");
        foreach (var open in new Outcome?[] { Domain.Release.Outcome.Pending, Domain.Release.Outcome.NotTested, Domain.Release.Outcome.FailUnconfirmed, null }) With(open).Status.ShouldBe("Pending", $"{open}");
    }

    [Fact]
    public void Any_environment_row_of_the_source_that_failed_condemns()
    {
        Medium().Status(Now, "CM-01").Observed!.ShouldContain("environment no E row failed");
        foreach (var fail in new[] { Domain.Release.Outcome.FailConfirmed, Domain.Release.Outcome.FailUnconfirmed })
            Medium(s => Outcome(Outcome(s, "E-09", fail), "E-03", fail)).Status(Now, "CM-01").Why.ShouldContain("environment: E-03, E-09 of ADSC-26-0009 failed.");
        Medium(s => Outcome(s, "E-03", Domain.Release.Outcome.Pending)).Status(Now, "CM-01").Status.ShouldBe("Pass");
        Medium(s => Enumerable.Range(1, 14).Aggregate(s, (f, n) => Outcome(f, $"E-{n:00}", null))).Status(Now, "CM-01").Why.ShouldContain("The exposure of ADSC-26-0009 is not known.");
    }

    [Fact]
    public void A_source_that_was_rejected_or_whose_donor_is_not_eligible_condemns_and_an_unknown_one_leaves_open()
    {
        Medium(s => s with { State = LifeState.Rejected }).Status(Now, "CM-01").Status.ShouldBe("FailConfirmed");
        Medium(s => s with { DonorIneligible = true }).Status(Now, "CM-01").Why.ShouldContain("its donor is not eligible");
        var unknown = Medium();
        unknown.Facts = unknown.Facts with { Source = null };
        unknown.Status(Now, "CM-01").Status.ShouldBe("NotTested");
    }

    private static Story Changed<T>(Func<Recorded<T>, Recorded<T>> change) where T : EventData
    {
        var s = Medium();
        s.State = BatchFold.Fold(s.State.History.Select(e => e is Recorded<T> r ? change(r) : e));
        return s;
    }

    [Theory]
    [InlineData(true, true, "Pass")]
    [InlineData(false, true, "FailConfirmed")]
    [InlineData(true, false, "FailConfirmed")]
    public void A_filter_holds_before_and_after(bool pre, bool post, string status)
    {
        var found = Changed<SterileFiltered>(r => r with { Data = r.Data with { IntegrityPre = pre, IntegrityPost = post } }).Status(Now, "CM-13");
        found.Status.ShouldBe(status);
        found.Observed.ShouldBe($"pre {(pre ? "pass" : "fail")}; post {(post ? "pass" : "fail")}");
    }

    [Fact]
    public void One_of_two_filters_that_did_not_hold_fails_the_lot()
    {
        var s = Medium();
        var filtered = s.State.Last<SterileFiltered>()!;
        var second = new Stamp(s.State.BatchId, s.Time("03-06 16:30"), s.Time("03-06 16:30"), s.Person("tech01"), Roles.Technician, "UTC")
            .Record(filtered.Data with { IntegrityPost = false }, s.State.Version + 1);
        s.State = BatchFold.Apply(s.State, second);
        var found = s.Status(Now, "CM-13");
        (found.Status, found.Observed).ShouldBe(("FailConfirmed", "pre pass (2 filtrations); post fail (2 filtrations)"));
    }

    [Fact]
    public void The_viability_at_the_end_counts_once_it_is_verified()
    {
        var collected = Medium().Status(Now, "CM-02");
        (collected.Status, collected.Observed).ShouldBe(("Pass", "93 %"));
        var open = Changed<ConditionedMediumCollected>(r => r with { VerifiedBy = null }).Status(Now, "CM-02");
        (open.Status, open.Why).ShouldBe(("NotTested", "The collection is not verified by a second person."));
    }
}
