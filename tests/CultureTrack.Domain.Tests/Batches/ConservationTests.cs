using CultureTrack.Domain.Batches;
using FsCheck.Xunit;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Cells are neither made nor lost by writing them down: in = out + measured loss, and nothing descends from itself.</summary>
public sealed class ConservationTests
{
    [Property(MaxTest = 40)]
    public void Whatever_is_entered_cells_in_are_cells_out_and_measured_loss(byte[] dice)
    {
        var s = Adsc.New().On("2026-04-10T09:00Z");
        foreach (var d in dice.Take(40))
        {
            var data = d % 4 == 0 ? Moves.Anything(s, d) : Moves.Next(s, d);
            if (s.When(data, comment: "As seen").Decision is Accepted yes) s.Take(yes);
            s.Later(6);
            Balanced(s.State);
        }
    }

    [Fact]
    public void A_life_with_constructs_is_balanced_and_its_lineage_has_no_cycle()
    {
        Balanced(Bls.Lifted().State);
        Balanced(Mss.OnScaffold().State);
        Balanced(Cm.Filled().State);
    }

    [Fact]
    public void A_vessel_that_were_its_own_ancestor_would_be_found()
    {
        var culture = CultureState.Empty with
        {
            Vessels = CultureState.Empty.Vessels.Add("A", new("A", "T175", 175) { ParentVesselIds = ["B"] }).Add("B", new("B", "T175", 175) { ParentVesselIds = ["A"] }),
        };
        CellBalance.HasNoCycle(culture).ShouldBeFalse();
    }

    private static void Balanced(BatchState state)
    {
        var balances = CellBalance.Of(state);
        balances.ShouldAllBe(b => b.In == b.Out + b.Loss && b.Out >= 0);
        balances.ShouldAllBe(b => b.In == 0 || b.Out <= b.In * 1.05m);
        balances.Sum(b => b.Out).ShouldBe(CellBalance.Drawn(state));
        CellBalance.HasNoCycle(state.Culture).ShouldBeTrue();
    }
}
