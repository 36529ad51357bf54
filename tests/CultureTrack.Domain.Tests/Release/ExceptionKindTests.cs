using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>What counts as an exception of which kind, which events it names, and when it is news .</summary>
public sealed class ExceptionKindTests
{
    private const string At = "04-28 21:30";

    private static IReadOnlyList<ReviewException> Items(Story s) => ExceptionList.Of(s.State, s.Facts).Items;

    private static ReviewException One(Story s) => Items(s).ShouldHaveSingleItem();

    private static Story Calm() => WorkedBatches.AdscTested();

    [Fact]
    public void A_record_without_anything_unusual_has_no_exceptions() => Items(Calm()).ShouldBeEmpty();

    [Fact]
    public void Each_flag_is_an_exception_of_its_own_and_a_voided_review_is_none()
    {
        var flags = new Flag[] { new(Flags.OutOfWindow, "viable", "1–2", 3), new(Flags.LateEntry, "occurredAt"), new(Flags.ReviewVoided, "x") };
        var s = Calm().Put(At, "tech01", new MediumChanged(["X-01"], "MED-1", 1, 1, FeedKind.Full), change: e => e with { Flags = flags, Comment = "Seen", Reason = "Forgotten" });
        var id = s.LastId();
        Items(s).Select(i => (i.ExceptionId, i.Kind)).ShouldBe([($"Flag-{id:N}-OutOfWindow-viable", "Flag"), ($"LateEntry-{id:N}", "LateEntry")]);
        Items(s)[0].Text.ShouldEndWith("OutOfWindow viable 3 (window 1–2); Seen");
        Items(s)[1].Text.ShouldEndWith(": Forgotten");
    }

    [Fact]
    public void An_override_of_the_expiry_is_told_once_and_not_by_its_flag_too()
    {
        var s = Calm();
        s.Put(At, "qa01", new ExpiryOverridden(["ADSC-26-0007-01"], s.Time("04-29 12:00"), "Shipping takes less time than planned.", "STAB-1"), change: e => e with { Flags = [new(Flags.OutOfWindow, "newExpiresAt")] });
        (One(s).Kind, One(s).EventIds.Single()).ShouldBe(("Override", s.LastId()));
    }

    [Fact]
    public void Results_set_aside_invalid_runs_and_retests_are_exceptions()
    {
        One(Calm().Put(At, "qa01", new QcResultInvalidated("R-ADSC-04", "Wrong gate", "DOC-1"))).Kind.ShouldBe("Invalidation");
        One(Calm().Put(At, "qc01", new QcResultRecorded("R-X", "T-ADSC-04", ResultKind.Final, [], false, null))).Kind.ShouldBe("Invalidation");
        Items(Calm().Put(At, "qc01", new QcResultRecorded("R-X", "T-ADSC-04", ResultKind.Final, [Number(99m, "CD73")], true, null))).ShouldBeEmpty();
        One(Calm().Put(At, "qa01", new QcRetestOrdered("ADSC-05", "S-ADSC-05", 1))).Kind.ShouldBe("Retest");
    }

    [Fact]
    public void A_hold_of_the_software_without_a_deviation_is_an_exception_and_one_of_a_person_is_none()
    {
        One(Calm().Put(At, "sys", new HoldPlaced("H-1", "Growth"))).Kind.ShouldBe("Deviation");
        Items(Calm().Put(At, "tech01", new HoldPlaced("H-1", "Label unreadable"))).ShouldBeEmpty();
        Items(Calm().Put(At, "sys", new DeviationOpened("D-1", "Heat", DeviationClass.Critical)).Put(At, "sys", new HoldPlaced("H-1", "Heat", "D-1"))).ShouldHaveSingleItem().Kind.ShouldBe("Deviation");
    }

    [Fact]
    public void A_deviation_names_what_became_of_it_and_only_the_softwares_part_is_news()
    {
        var s = Calm().Put(At, "tech01", new DeviationOpened("D-1", "Heat", DeviationClass.Minor)).Put(At, "tech01", new DeviationOpened("D-2", "Other", DeviationClass.Minor));
        var opened = s.State.Of<DeviationOpened>().First();
        s.Put(At, "sys", new DeviationClassified("D-1", DeviationClass.Critical)).Put(At, "sys", new HoldPlaced("H-1", "Heat", "D-1")).Put(At, "qa01", new DeviationClosed("D-1", "Heater", "None", [])).Put(At, "qa01", new DeviationClassified("D-2", DeviationClass.Major));
        var first = Items(s).Single(i => i.ExceptionId == $"Deviation-{opened.EventId:N}");
        first.EventIds.Skip(1).ShouldBe(s.State.History.Where(e => e.Body is DeviationClassified { DeviationId: "D-1" } or HoldPlaced or DeviationClosed).Select(e => e.EventId));
        first.Text.ShouldBe("D-1 Critical: Heat");
        Items(s).Count.ShouldBe(2);
        string Reviewed(long scope) => s.Put(At, "qa01", new RecordReviewed(scope, [.. Items(s).Select(i => i.ExceptionId)], true), change: e => e with { Signature = Entries.SignedBy("qa01", s.Time(At)) })
            .Status("04-28 21:40", "C-12").Status;
        var hold = s.State.Of<HoldPlaced>().Single().Version;
        Reviewed(hold - 1).ShouldBe("NotTested");
        Reviewed(hold).ShouldBe("Pass", "what a person classified or closed later is no news");
    }

    [Fact]
    public void A_case_names_its_own_conclusion()
    {
        var s = Calm().Put(At, "sys", new OosOpened("O-1", "R-ADSC-04", "ADSC-04")).Put(At, "sys", new OosOpened("O-2", "R-ADSC-05", "ADSC-05"));
        Items(s)[0].Text.ShouldBe("O-1 of ADSC-04: open.");
        s.Put(At, "qa01", new OosConcluded("O-1", 1, OosConclusion.Confirmed, "No laboratory cause found in phase 1."));
        Items(s).Select(i => (i.Kind, i.EventIds.Count, i.Text)).ShouldBe([("Oos", 2, "O-1 of ADSC-04: concluded Confirmed."), ("Oos", 1, "O-2 of ADSC-05: open.")]);
    }

    [Fact]
    public void Imported_entries_are_read_by_somebody_and_entries_of_the_software_need_no_check()
    {
        var s = Calm().Put(At, "tech01", new MediumChanged(["X-01"], "MED-1", 1, 1, FeedKind.Full), change: e => e with { Origin = Origin.Imported });
        (One(s).Kind, One(s).EventIds.Single()).ShouldBe(("Uncovered", s.LastId()));
        var unlisted = Calm().Put(At, "sys", new MediumChanged(["X-01"], "MED-1", 1, 1, FeedKind.Full));
        unlisted.Facts = unlisted.Facts with { Checks = unlisted.Facts.Checks with { Checks = [.. unlisted.Facts.Checks.Checks.Where(c => c.Step != nameof(MediumChanged))] } };
        Items(unlisted).ShouldBeEmpty();
        One(unlisted.Put(At, "tech01", new MediumChanged(["X-01"], "MED-1", 1, 1, FeedKind.Full))).EventIds.Single().ShouldBe(unlisted.LastId());
    }

    [Fact]
    public void What_was_ticked_is_seen_and_what_came_later_or_was_left_out_is_not()
    {
        var s = Calm().Put(At, "qa01", new QcRetestOrdered("ADSC-04", "S-ADSC-04", 1)).Put(At, "qa01", new QcRetestOrdered("ADSC-05", "S-ADSC-05", 1));
        Items(s).ShouldAllBe(i => !i.Seen);
        RecordReviewed review = new(s.State.Version, [Items(s)[0].ExceptionId], true);
        Func<Recorded, Recorded> sign = e => e with { Signature = Entries.SignedBy("qa01", s.Time(At)) };
        var version = s.State.Version;
        s.Put(At, "qa01", review, change: sign);
        Items(s).Select(i => i.Seen).ShouldBe([true, false]);
        Items(s.Put(At, "qa01", review with { ScopeVersion = version - 2 }, change: sign)).ShouldAllBe(i => !i.Seen);
        Items(s.Put(At, "qa01", review)).ShouldAllBe(i => !i.Seen);
        Items(s.Put(At, "qa01", review with { ExceptionsSeen = [.. Items(s).Select(i => i.ExceptionId)] }, change: sign)).ShouldAllBe(i => i.Seen);
    }
}
