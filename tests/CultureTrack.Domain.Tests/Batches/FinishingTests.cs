using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

public sealed class FillingTests
{
    private static Scenario Before() => Adsc.Harvested().On("2026-04-28T14:40Z");
    private static FillPerformed First(Func<FilledContainer, FilledContainer> change) => Adsc.Fill with { Containers = [change(Adsc.Fill.Containers[0]), .. Adsc.Fill.Containers.Skip(1)] };

    [Fact]
    public void A_fresh_fill_expires_after_its_hours()
    {
        var accepted = Before().When(Adsc.Fill).ThenAccepted();
        accepted.Events[0].Computed!.Instant("expiresAt").ShouldBe(Scenario.At("2026-04-29T14:40Z"));
        (accepted.State.State, accepted.State.Product.ExpiresAt).ShouldBe((LifeState.Formulated, Scenario.At("2026-04-29T14:40Z")));
    }

    [Fact]
    public void A_frozen_fill_expires_at_the_end_of_the_day_24_months_later_in_the_batchs_zone()
    {
        var s = Adsc.New().On("2026-04-10T09:00Z");
        s.Lab.Site = new("main", "Europe/Paris", Jurisdiction.US);
        s.Given(Adsc.Registered with { Storage = Storage.Cryo }, Adsc.Consent, Adsc.Exempt).On("2026-04-13T08:30Z").Given(Adsc.Received, new TissueAccepted(), Adsc.Isolated);
        s.Given(Adsc.SeedP0(s.Last<IsolationPerformed>())).On("2026-04-20T12:00Z").Given(Adsc.Passage(Adsc.P0Vessels, 2.1e7m));
        s.Given(Adsc.Seeded(SeedingPurpose.Expansion, s.Last<PassagePerformed>(), Adsc.P1Vessels, 636, 4000, 1)).On("2026-04-24T12:00Z");
        s.Given(Adsc.Harvest with { VesselIds = Adsc.P1Vessels, Viable = 1.2e8m });
        var fill = s.When(Adsc.Fill with { Containers = [new("A-1", 2, 4e7m)], StorageC = -160 }).ThenAccepted();
        fill.State.Product.ExpiresAt.ShouldBe(Scenario.At("2028-04-24T21:59:59Z"));
    }

    [Fact]
    public void More_than_105_percent_of_the_harvest_are_not_filled() => Before().When(First(c => c with { Viable = 1.8e8m })).ThenRejected(Codes.ValRange, "data.containers");

    [Fact]
    public void A_container_id_is_used_once()
    {
        Before().When(First(c => c with { Id = Adsc.Bags[1] })).ThenRejected(Codes.ValDuplicate, "data.containers");
        var s = Before();
        s.Lab.IdsInUse[Adsc.Bags[0]] = "ADSC-26-0001";
        s.When(Adsc.Fill).ThenRejected(Codes.ValDuplicate, "data.containers");
    }

    [Fact]
    public void One_identifier_is_not_enough() => Before().When(Adsc.Fill with { CoiMatches = 1 }).ThenRejected(Codes.ValRange, "data.coiMatches");

    [Fact]
    public void Filling_needs_an_open_clean_room_session()
    {
        var s = Before();
        s.Lab.EmSessions["EM-1"] = s.Lab.EmSessions["EM-1"] with { EndAt = s.Now };
        s.When(Adsc.Fill).ThenRejected(Codes.StateGuard);
    }

    [Fact]
    public void Cells_that_waited_more_than_two_hours_are_flagged() => Adsc.Harvested().On("2026-04-28T16:40Z").When(Adsc.Fill).ThenFlagged(Flags.Interval);

    [Fact]
    public void Nothing_is_filled_before_the_harvest() => Adsc.AtP2().When(Adsc.Fill).ThenRejected(Codes.StateTransition);

    [Fact]
    public void A_sheets_container_may_carry_the_sheets_id() => Cea.Packed().State.Product.Filled.Select(c => c.Id).ShouldBe(Cea.Sheets);

    [Fact]
    public void Every_filled_container_is_inspected()
    {
        Adsc.Filled().When(Adsc.Inspected with { Units = [.. Adsc.Inspected.Units.Skip(1)] }).ThenRejected(Codes.StateGuard, "data.units");
        Adsc.Filled().When(Adsc.Inspected with { Units = [.. Adsc.Inspected.Units, new("X-1", UnitResult.Pass, [])] }).ThenRejected(Codes.StateGuard, "data.units[10].containerId");
        Adsc.Filled().When(Adsc.Inspected).ThenNotFlagged();
    }

    [Fact]
    public void A_failed_unit_is_flagged() =>
        Adsc.Filled().When(Adsc.Inspected with { Units = [Adsc.Inspected.Units[0] with { Result = UnitResult.Fail, Defects = ["leak"] }, .. Adsc.Inspected.Units.Skip(1)] })
            .ThenFlagged(Flags.OutOfWindow, "units[0].result");

    [Fact]
    public void An_expiry_is_only_brought_forward_and_always_flagged()
    {
        var sooner = new ExpiryOverridden(Adsc.Bags, Scenario.At("2026-04-29T08:00Z"), "Transport took longer than planned.", "STAB-1");
        Adsc.Filled().When(sooner).ThenFlagged(Flags.OutOfWindow);
        Adsc.Filled().When(sooner with { NewExpiresAt = Scenario.At("2026-04-29T14:41Z") }).ThenRejected(Codes.ValRange, "data.newExpiresAt");
        Adsc.Filled().When(sooner with { Rationale = "Too long" }).ThenRejected(Codes.ValReason, "data.rationale");
        Adsc.Filled().On("2026-04-29T14:40Z").When(sooner, comment: "late").ThenRejected(Codes.StateGuard);
        Adsc.Filled().Given(sooner).State.Product.ExpiresAt.ShouldBe(sooner.NewExpiresAt);
    }
}

public sealed class LabelTests
{
    private static LabelsPrinted Without(LabelsPrinted labels, string text) => labels with { Texts = [.. labels.Texts.Where(t => !t.Contains(text, StringComparison.Ordinal))] };

    [Theory]
    [InlineData("AUTOLOGOUS")]
    [InlineData("INFECTIOUS")]
    [InlineData("STERILITY")]
    [InlineData("new drug")]
    [InlineData("ADSC-26-0007")]
    [InlineData("1958-03-14")]
    [InlineData("DIN")]
    [InlineData("2-8")]
    public void A_label_without_a_required_text_is_refused(string text) => Adsc.Harvested().When(Without(Adsc.Labels, text)).ThenRejected(Codes.ValRequired, "data.texts");

    [Fact]
    public void A_complete_label_is_printed_whatever_its_letters() =>
        Adsc.Harvested().When(Adsc.Labels with { Texts = [.. Adsc.Labels.Texts.Select(t => t.Replace("FOR AUTOLOGOUS USE ONLY", "For autologous use only", StringComparison.Ordinal))] }).ThenNotFlagged();

    [Theory]
    [InlineData("2 to 8 °C")]
    [InlineData("Store at 2–8 °C")]
    [InlineData("2 °C - 8 °C")]
    public void The_storage_range_may_be_written_in_several_ways(string range) =>
        Adsc.Harvested().When(Without(Adsc.Labels, "2-8") with { Texts = [.. Without(Adsc.Labels, "2-8").Texts, range] }).ThenNotFlagged();

    [Fact]
    public void Another_storage_range_is_none() =>
        Adsc.Harvested().When(Without(Adsc.Labels, "2-8") with { Texts = [.. Without(Adsc.Labels, "2-8").Texts, "12-80 °C"] }).ThenRejected(Codes.ValRequired);

    [Fact]
    public void Murine_feeder_cells_are_stated()
    {
        string[] texts = ["FOR AUTOLOGOUS USE ONLY", "NOT EVALUATED FOR INFECTIOUS SUBSTANCES", "STERILITY TEST PENDING", "CEA-26-0001", "PT-0001 1984-06-02", "DIN A999926000001", "15-25 °C"];
        var labels = new LabelsPrinted(Cea.Sheets, 1, texts, false);
        Cea.Loose().When(labels).ThenRejected(Codes.ValRequired, "data.texts");
        Cea.Loose().When(labels with { Texts = [.. texts, "Prepared on murine 3T3 feeder cells"] }).ThenNotFlagged();
    }

    [Fact]
    public void A_reprint_needs_a_reason_and_is_flagged()
    {
        Adsc.Harvested().When(Adsc.Labels with { Reprint = true }, comment: "again").ThenRejected(Codes.ValReason, "data.reason");
        Adsc.Harvested().When(Adsc.Labels with { Reprint = true, Reason = "The ribbon was torn" }).ThenFlagged(Flags.Unreconciled, "reprint");
    }

    [Fact]
    public void Labels_that_do_not_add_up_are_flagged()
    {
        Adsc.Filled().When(new LabelsReconciled(12, 10, 1, 0)).ThenFlagged(Flags.Unreconciled, "printed");
        Adsc.Filled().When(new LabelsReconciled(12, 10, 2, 0)).ThenNotFlagged();
        Adsc.Filled().When(new LabelsReconciled(12, 13, -1, 0)).ThenRejected(Codes.ValRange, "data.destroyed");
    }
}

public sealed class DistributionTests
{
    private static readonly DateTimeOffset Left = Scenario.At("2026-04-28T22:00Z");
    private static readonly Shipped Ship = new(Adsc.Bags, 2, Left, "Medcourier", "BOX-1", 3, 7);
    private static readonly Delivered Deliver = new(Adsc.Bags, 2, Scenario.At("2026-04-29T06:00Z"), "Medcourier", "BOX-1");
    private static readonly Administered Give = new(Adsc.Bags, 2, Scenario.At("2026-04-29T07:00Z"));

    private static Scenario Delivered() => Adsc.Released().Given(Ship).On("2026-04-29T06:00Z").Given(Deliver);

    [Fact]
    public void Only_a_released_product_is_shipped() => Adsc.Filled().On("2026-04-28T22:00Z").When(Ship).ThenRejected(Codes.StateTransition);

    [Fact]
    public void A_held_product_is_not_shipped() => Adsc.Released().Given(new HoldPlaced(null, "Under investigation")).When(Ship).ThenRejected(Codes.StateHold);

    [Fact]
    public void An_expired_product_is_not_shipped() => Adsc.Released().On("2026-04-29T14:40Z").When(Ship).ThenRejected(Codes.StateGuard, "data.containerIds[0]");

    [Fact]
    public void One_identifier_is_not_enough() => Adsc.Released().When(Ship with { CoiMatches = 1 }).ThenRejected(Codes.ValRange, "data.coiMatches");

    [Fact]
    public void A_logger_outside_the_label_range_is_flagged() => Adsc.Released().When(Ship with { LoggerMaxC = 8.1m }).ThenFlagged(Flags.Transport, "loggerMaxC");

    [Fact]
    public void A_product_goes_its_way_once()
    {
        Adsc.Released().Given(Ship).When(Ship).ThenRejected(Codes.StateGuard);
        Adsc.Released().When(Deliver with { At = Left }).ThenRejected(Codes.StateGuard);
        Adsc.Released().When(Give with { At = Left }).ThenRejected(Codes.StateGuard);
        var state = Delivered().On("2026-04-29T07:00Z").Given(Give).State;
        (state.Distribution, state.State).ShouldBe((Distribution.Administered, LifeState.ConditionallyReleased));
    }

    [Fact]
    public void A_product_comes_back_even_when_it_has_expired() =>
        Delivered().On("2026-04-30T09:00Z").When(new Returned(Adsc.Bags, 2, Scenario.At("2026-04-30T09:00Z"))).ThenAccepted().State.Distribution.ShouldBe(Distribution.Returned);

    [Fact]
    public void A_logger_file_needs_its_shipment_and_covers_the_journey()
    {
        var log = new ShippingLoggerUploaded("BOX-1", Adsc.Bags, new string('a', 64), Left, Scenario.At("2026-04-29T06:00Z"), [new(Left, 5), new(Left.AddHours(4), 5)], 4, 6, 0);
        var s = Delivered();
        s.When(log).ThenComputed("mktC", 5.0);
        s.When(log with { ShipperId = "BOX-9" }).ThenRejected(Codes.StateGuard, "data.shipperId");
        s.When(log with { Readings = [] }).ThenRejected(Codes.ValRequired, "data.readings");
        s.When(log with { FromAt = Left.AddMinutes(16) }).ThenRejected(Codes.ValOrder, "data.fromAt");
        s.When(log with { ToAt = Scenario.At("2026-04-29T05:44Z") }).ThenRejected(Codes.ValOrder, "data.toAt");
        s.When(log with { MaxC = 8.1m }).ThenFlagged(Flags.Transport, "maxC");
        s.When(log with { MissingMin = 31 }).ThenFlagged(Flags.Transport, "missingMin");
    }

    [Fact]
    public void Graft_take_is_judged_between_day_7_and_14()
    {
        var s = Delivered().On("2026-04-29T07:00Z").Given(Give).On("2026-05-09T07:00Z");
        var take = new GraftTakeRecorded(Adsc.Bags, s.Now, 88, TakeMethod.Visual, false, []);
        s.When(take).ThenNotFlagged();
        s.When(take with { TakePct = 101 }).ThenRejected(Codes.ValRange, "data.takePct");
        s.When(take with { TakePct = 49 }).ThenFlagged(Flags.OutOfWindow, "takePct");
        s.When(take with { InfectionSigns = true }).ThenFlagged(Flags.SuspectedContamination);
        s.When(take with { AssessedAt = Scenario.At("2026-05-05T07:00Z") }).ThenFlagged(Flags.Interval, "assessedAt");
        s.When(take with { AssessedAt = Scenario.At("2026-04-29T06:00Z") }).ThenRejected(Codes.ValOrder, "data.assessedAt");
        Delivered().When(take with { AssessedAt = Scenario.At("2026-04-29T06:00Z") }).ThenRejected(Codes.StateGuard, "data.containerIds");
    }
}

public sealed class EndingTests
{
    private static readonly BatchDiscarded Discard = new(Adsc.Bags, 4.0e8m, "Incineration", DiscardReason.EnvFail, "cell");
    private static Scenario Rejected() => Adsc.Filled().On("2026-04-29T09:30Z").Force(new DispositionSigned(DispositionKind.Reject, 0, "REJECT", [], ["E-01"]), "qa02");

    [Fact]
    public void Discarding_a_vessel_needs_a_witness_who_is_not_the_performer()
    {
        var discard = new VesselDiscarded(["V-31"], 1, "Incineration", DiscardReason.EnvFail);
        Adsc.AtP2().When(discard, verify: null).ThenRejected(Codes.StateGuard, "verification");
        Adsc.AtP2().When(discard, verify: "tech01").ThenRejected(Codes.SodVerifier);
        Adsc.AtP2().Given(discard).State.Culture.Vessels["V-31"].Status.ShouldBe(VesselStatus.Discarded);
    }

    [Fact]
    public void What_is_not_there_is_not_discarded()
    {
        Adsc.AtP2().When(new VesselDiscarded(["V-99"], 1, "Incineration", DiscardReason.Surplus)).ThenRejected(Codes.StateGuard, "data.ids[0]");
        Adsc.AtP2().When(new VesselDiscarded(["V-21"], 1, "Incineration", DiscardReason.Surplus)).ThenRejected(Codes.StateGuard, "data.ids[0]");
    }

    [Fact]
    public void A_withdrawn_container_is_no_longer_filled() =>
        Adsc.Filled().Given(new VesselDiscarded([Adsc.Bags[0]], 1, "Incineration", DiscardReason.Oos)).State.Product.Filled.Count().ShouldBe(9);

    [Fact]
    public void A_rejected_batch_is_discarded_whole_and_reconciled()
    {
        Rejected().When(Discard).ThenAccepted().State.State.ShouldBe(LifeState.Discarded);
        Rejected().When(Discard with { Ids = Adsc.Bags[1..] }).ThenRejected(Codes.StateGuard, "data.ids");
        Rejected().When(Discard with { Quantity = 3.0e8m }).ThenRejected(Codes.StateGuard, "data.quantity");
        Rejected().When(Discard, verify: "tech01").ThenRejected(Codes.SodVerifier);
    }

    [Fact]
    public void A_batch_that_may_still_be_released_is_not_discarded() => Adsc.Filled().When(Discard).ThenRejected(Codes.StateTransition);

    [Fact]
    public void What_was_administered_is_not_discarded()
    {
        var s = Adsc.Released().Given(new Shipped(Adsc.Bags[..1], 2, Scenario.At("2026-04-28T22:00Z")), new Administered(Adsc.Bags[..1], 2, Scenario.At("2026-04-28T22:00Z")));
        s.Force(new DispositionSigned(DispositionKind.Revoke, 0, "REJECT", [], ["C-06"]), "qa02");
        s.When(Discard).ThenRejected(Codes.StateGuard, "data.ids");
        s.When(Discard with { Ids = Adsc.Bags[1..], Quantity = 3.6e8m }).ThenAccepted();
    }

    [Fact]
    public void Quality_assurance_terminates_what_a_technician_proposes()
    {
        Adsc.AtP2().When(new BatchTerminated(DiscardReason.GrowthFailure), by: "tech01").ThenRejected(Codes.SodRole);
        Adsc.AtP2().Given(new TerminationProposed([], null, null, DiscardReason.GrowthFailure)).When(new BatchTerminated(DiscardReason.GrowthFailure)).ThenAccepted()
            .State.State.ShouldBe(LifeState.Terminated);
    }

    [Fact]
    [Trait("Rule", "R-32")]
    public void A_batch_is_closed_when_everything_is_final_and_kept_thirty_years()
    {
        var s = Adsc.Released().Given(new Shipped(Adsc.Bags, 2, Scenario.At("2026-04-28T22:00Z")));
        s.Force(new DispositionSigned(DispositionKind.FinalRelease, 0, "RELEASE", [], []), "qa02");
        var close = new BatchClosed(true, 0, 0, Scenario.At("2056-04-29T14:40Z"));
        s.When(close).ThenRejected(Codes.StateGuard, "data.distributionFinal");
        s.Given(new Administered(Adsc.Bags, 2, Scenario.At("2026-04-28T22:00Z")));
        s.When(close with { RetentionUntil = Scenario.At("2056-04-29T14:39Z") }).ThenRejected(Codes.ValRange, "data.retentionUntil");
        s.When(close).ThenAccepted().State.State.ShouldBe(LifeState.Closed);
        s.Given(new DeviationOpened("DEV-1", "Label smudged", DeviationClass.Minor)).When(close).ThenRejected(Codes.StateGuard, "data.openDeviations");
    }
}
