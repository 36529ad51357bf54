using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

public sealed class ConfluenceTests
{
    private static ConfluenceObserved Look(decimal pct, string vessel = "V-01", LookMethod method = LookMethod.Visual, Contamination contamination = Contamination.None) =>
        new(vessel, pct, method, "Spindle", contamination);

    [Fact]
    public void More_than_all_of_the_area_is_refused() => Adsc.AtP0().When(Look(101, method: LookMethod.Image)).ThenRejected(Codes.ValRange, "data.pct");

    [Fact]
    public void An_estimate_is_a_multiple_of_five()
    {
        Adsc.AtP0().When(Look(42)).ThenFlagged(Flags.OutOfWindow, "pct");
        Adsc.AtP0().When(Look(42, method: LookMethod.Image)).ThenNotFlagged();
    }

    [Theory]
    [InlineData(40, false)]
    [InlineData(35, true)]
    public void A_drop_of_more_than_ten_points_is_flagged(decimal pct, bool flagged)
    {
        var outcome = Adsc.AtP0().Given(Look(50)).Later(24).When(Look(pct));
        if (flagged) outcome.ThenFlagged(Flags.OutOfWindow, "pct");
        else outcome.ThenNotFlagged();
    }

    [Fact]
    public void An_overgrown_expansion_is_flagged_but_not_a_sheet()
    {
        Adsc.AtP1().When(Look(100, "V-21")).ThenFlagged(Flags.OutOfWindow, "pct");
        Cea.Maturing().When(Look(100, "TR-01")).ThenNotFlagged();
    }

    [Fact]
    public void Suspected_contamination_is_flagged_and_holds_the_batch()
    {
        Adsc.AtP0().When(Look(50, contamination: Contamination.Suspected)).ThenFlagged(Flags.SuspectedContamination);
        Adsc.AtP0().Given(Look(50, contamination: Contamination.Suspected)).State.Holds.Values.Single().BySystem.ShouldBeTrue();
    }

    [Fact]
    public void An_unknown_vessel_is_refused() => Adsc.AtP0().When(Look(50, "V-99")).ThenRejected(Codes.StateGuard, "data.vesselId");
}

public sealed class CountingTests
{
    private static CellCounted Count => Cea.QcTrayCount with { VesselId = null };

    [Fact]
    public void A_count_gives_cells_viability_and_spread() =>
        Cea.Loose().When(Count).ThenComputed("viable", 2.4e7).ThenComputed("viabilityPct", 86.02).ThenComputed("cvPct", 3.043);

    [Fact]
    public void One_replicate_is_not_enough() => Cea.Loose().When(Count with { Replicates = [new(62, 10)] }).ThenRejected(Codes.ValRange, "data.replicates");

    [Theory]
    [InlineData(85.5)]
    [InlineData(86.6)]
    public void The_viability_fits_the_counts(decimal pct) => Cea.Loose().When(Count with { ViabilityPct = pct }).ThenRejected(Codes.ValRange, "data.viabilityPct");

    [Theory]
    [InlineData(0)]
    [InlineData(1.1e9)]
    public void An_impossible_concentration_is_refused(double perMl) => Cea.Loose().When(Count with { ViablePerMl = (decimal)perMl }).ThenRejected(Codes.ValRange, "data.viablePerMl");

    [Theory]
    [InlineData(0.9)]
    [InlineData(1001)]
    public void An_impossible_dilution_is_refused(decimal dilution) => Cea.Loose().When(Count with { Dilution = dilution }).ThenRejected(Codes.ValRange, "data.dilution");

    [Fact]
    public void Replicates_that_differ_are_flagged() =>
        Cea.Loose().When(Count with { Replicates = [new(80, 13), new(55, 9), new(61, 10), new(59, 9)] }).ThenFlagged(Flags.HighCv);

    [Fact]
    public void Fewer_than_a_hundred_cells_are_flagged() => Cea.Loose().When(Count with { Replicates = [new(43, 7), new(42, 7)], ViabilityPct = 85.9m }).ThenFlagged(Flags.LowCount);

    [Theory]
    [InlineData(4.9e4)]
    [InlineData(1.1e7)]
    public void An_unusual_concentration_is_flagged(double perMl) => Cea.Loose().When(Count with { ViablePerMl = (decimal)perMl }).ThenFlagged(Flags.OutOfWindow, "viablePerMl");

    [Fact]
    public void A_low_viability_is_flagged() =>
        Cea.Loose().When(Count with { Replicates = [new(60, 16), new(60, 16)], ViabilityPct = 78.9m }).ThenFlagged(Flags.OutOfWindow, "viabilityPct");
}
