using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>Who has had a hand in a batch (R-20, R-21, K-02), which lots went in (C-13), and what a reviewer always reads .</summary>
public sealed class IndependenceTests
{
    private static readonly MediumChanged Fed = new(["X-01"], "MED-1", 100, 120, FeedKind.Full);

    private static Story Growing() => WorkedBatches.AdscGrowing();

    private static Guid? Work(Story s, string user, string? from = null, string? to = null) =>
        Independence.WorkOf(s.State, user, from is null ? null : s.Time(from), to is null ? null : s.Time(to))?.EventId;

    [Fact]
    public void Performing_verifying_and_co_signing_are_work()
    {
        var s = Growing();
        Work(s, "qa02").ShouldBeNull();
        Work(s, "qc02").ShouldBeNull();
        Work(s.Put("04-25 10:00", "qc02", Fed), "qc02").ShouldBe(s.LastId());
        Work(Growing().Put("04-25 10:00", "tech01", Fed), "qa02").ShouldBeNull();
        var verified = Growing();
        Work(verified.Put("04-25 10:00", "tech01", Fed, change: e => e with { VerifiedBy = Entries.SignedBy("qa02", e.OccurredAt) }), "qa02").ShouldBe(verified.LastId());
        var coSigned = Growing();
        Work(coSigned.Put("04-25 10:00", "tech01", Fed, change: e => e with { CoSignature = Entries.SignedBy("qa02", e.OccurredAt) }), "qa02").ShouldBe(coSigned.LastId());
    }

    [Fact]
    public void Deciding_on_quality_is_no_work_and_accepting_tissue_is_none_of_quality_alone()
    {
        EventData[] decisions = [new HoldPlaced("H-1", "Label unreadable"), new DeviationOpened("D-1", "Text", DeviationClass.Minor), new DonorEligibilityDetermined(EligibilityStatus.AutologousExempt)];
        foreach (var decision in decisions) Work(Growing().Put("04-25 10:00", "qa02", decision), "qa02").ShouldBeNull();
        foreach (var data in new EventData[] { new TissueAccepted(), new TissueRefused("Warm"), new AttachmentAdded("A-1", "a.pdf", "application/pdf", 3) })
        {
            Work(Growing().Put("04-25 10:00", "qa02", data, Roles.QualityAssurance), "qa02").ShouldBeNull();
            Work(Growing().Put("04-25 10:00", "qa02", data, Roles.Releaser), "qa02").ShouldBeNull();
            Work(Growing().Put("04-25 10:00", "qa02", data, Roles.Technician), "qa02").ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("04-25 10:00", "04-25 10:00", true)]
    [InlineData("04-25 10:01", null, false)]
    [InlineData(null, "04-25 09:59", false)]
    [InlineData("04-25 10:01", "04-25 09:59", false)]
    public void Work_counts_from_the_first_to_the_last_instant_asked_for(string? from, string? to, bool worked) =>
        (Work(Growing().Put("04-25 10:00", "qc02", Fed), "qc02", from, to) is not null).ShouldBe(worked);

    [Fact]
    public void The_first_entry_somebody_worked_on_is_told()
    {
        var s = Growing().Put("04-25 10:00", "qc02", Fed);
        var first = s.LastId();
        Work(s.Put("04-25 11:00", "qc02", Fed), "qc02").ShouldBe(first);
        Work(s, "qc02", "04-25 10:30").ShouldBe(s.LastId());
    }

    [Fact]
    public void Lots_are_those_of_every_member_called_so_and_the_excipients_of_a_fill_in_order()
    {
        LotsUsed.Named(Fed).ShouldBe([("mediumLot", "MED-1", false)]);
        LotsUsed.Named(new FillPerformed([], ["EXC-1", "EXC-2"], 5, 2)).ShouldBe([("excipients[0]", "EXC-1", true), ("excipients[1]", "EXC-2", true)]);
        LotsUsed.Named(new SampleTaken("S-1", ["C-05"], SampleMatrix.FinalProduct, 1, [], default)).ShouldBeEmpty();
        var s = WorkedBatches.CeaSubmitted();
        LotsUsed.Of(s.State).Select(u => (u.LotId, u.Field)).ShouldBe([("FDR-1", "feederLot"), ("COL-1", "enzymeLot"), ("MED-1", "mediumLot"), ("TRY-1", "reagentLot"), ("MED-1", "mediumLot"), ("EXC-1", "excipients[0]")]);
        LotsUsed.Of(s.State).ShouldAllBe(u => u.IsExcipient == (u.LotId == "EXC-1") && s.State.Event(u.EventId)!.OccurredAt == u.At && s.State.Event(u.EventId)!.Type == u.EventType);
    }

    [Fact]
    public void The_amount_of_a_lot_is_told_where_its_entry_says_it()
    {
        decimal?[] Amounts(EventData data) => [.. LotsUsed.Of(Growing().Put("04-25 10:00", "tech01", data).State.History[^1]).Select(u => u.AmountMl)];
        Amounts(Fed).ShouldBe([120m]);
        Amounts(new ConditioningStarted("MED-1", true, 1000, 6360, 85)).ShouldBe([1000m]);
        Amounts(new VesselsSeeded(SeedingPurpose.Qc, CellLine.Msc, [], [], 1, 1, 2, "MED-1", 30)).ShouldBe([30m]);
        Amounts(new Clarified(975, 975, "FIL-1")).ShouldBe([null]);
        Amounts(new FillPerformed([], ["EXC-1"], 5, 2)).ShouldBe([null]);
    }

    [Fact]
    public void Handovers_distribution_and_what_condemned_or_assessed_are_critical_steps_in_order_of_time()
    {
        var s = Growing();
        var before = CriticalSteps.Of(s.State).Count;
        EventData[] critical =
        [
            new SourceCellsAllocated("ADSC-26-0009", ["S-31"], 1, 2, 6, 2), new SampleAccepted("S-1", 5, 2), new CoiMismatchRecorded(CoiPoint.Label, [], [], true), new Shipped([], 2, s.Time("05-01 09:00")),
            new Delivered([], 2, s.Time("05-01 09:00")), new Administered([], 2, s.Time("05-01 09:00")), new ConditionedMediumCollected(48, 975, 93, 1), new ExpiryOverridden([], s.Time("05-01 09:00"), "", ""),
            new DonorTestRecorded("HCV", "KIT", s.Time("04-13 08:00"), DonorResult.NonReactive), new PhysicianInformed("Dr A. Moreau", "Telephone", InformedAbout.PendingTests, s.Time("05-01 09:00")),
            new ExposureBandChanged("E-01", "V-31", ExposureBand.PASS, ExposureBand.ASSESS, 16, "min"), new ExcursionAssessed(["E-01"], [], AssessedImpact.None, ""),
        ];
        for (var i = 0; i < critical.Length; i++) s.Put($"04-25 10:{59 - i}", "tech01", critical[i]);
        CriticalSteps.Of(s.State).Skip(before).Select(e => e.Body).ShouldBe(critical.Reverse());
        CriticalSteps.Of(s.Put("04-25 11:00", "tech01", Fed).Put("04-25 11:00", "qa01", new HoldPlaced("H-1", "x")).State).Count.ShouldBe(before + critical.Length);
    }

    [Theory]
    [InlineData("C-04", true)]
    [InlineData("C-05", true)]
    [InlineData("C-06", true)]
    [InlineData("C-07", true)]
    [InlineData("C-11", false)]
    [InlineData("ADSC-05", false)]
    public void Of_results_those_of_sterility_and_mycoplasma_are_critical_steps(string criterion, bool critical)
    {
        var s = WorkedBatches.AdscTested();
        foreach (var data in new EventData[] { new QcInterimReported($"T-{criterion}", 50, InterimReading.NegativeToDate), new QcResultRecorded("R-9", $"T-{criterion}", ResultKind.Final, [], false, null), new QcResultInvalidated("R-9", "Cause", "DOC-1") })
            (CriticalSteps.Of(s.Put("04-28 22:00", "qc01", data).State)[^1].EventId == s.LastId()).ShouldBe(critical, data.GetType().Name);
        foreach (var unknown in new EventData[] { new QcInterimReported("T-?", 50, InterimReading.NegativeToDate), new QcResultInvalidated("R-?", "Cause", "DOC-1") })
            CriticalSteps.Of(s.Put("04-28 22:10", "qc01", unknown).State).ShouldNotContain(e => e.EventId == s.LastId());
    }
}
