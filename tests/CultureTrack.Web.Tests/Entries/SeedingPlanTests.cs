using CultureTrack.Domain.Batches;
using CultureTrack.Web.Entries;
using Shouldly;
using Xunit;

namespace CultureTrack.Web.Tests.Entries;

public sealed class SeedingPlanTests
{
    private static readonly BatchState Detached = new()
    {
        Culture = CultureState.Empty with { Sources = CultureState.Empty.Sources.Add("E-1", new CellSource("E-1", CellLine.Msc, 5.2e7m, 0, 1, 2, [], DateTimeOffset.UnixEpoch)) },
    };

    private static EntryForm Form(string density, params string[] areas)
    {
        var form = new EntryForm(typeof(VesselsSeeded), "Europe/Paris");
        form.Set("sourceIds", "E-1");
        form.Set("cellsPerCm2", density);
        for (var i = 0; i < areas.Length; i++)
        {
            form.AddRow("vessels");
            form.Set($"vessels[{i}].areaCm2", areas[i]);
        }
        return form;
    }

    [Fact]
    public void A_seeding_says_while_it_is_typed_what_it_needs_and_leaves()
    {
        var plan = SeedingPlan.Of(nameof(VesselsSeeded), Form("5000", "3180", "3180"), Detached).ToDictionary();
        plan["Cells needed"].ShouldBe("3.18 × 10⁷");
        plan["Cells left"].ShouldBe("2.02 × 10⁷");
        plan["Vessels of this size that can be seeded"].ShouldBe("3");
    }

    [Fact]
    public void It_says_nothing_before_a_density_is_typed_and_nothing_in_other_entries()
    {
        SeedingPlan.Of(nameof(VesselsSeeded), Form("", "3180"), Detached).ShouldBeEmpty();
        SeedingPlan.Of(nameof(MediumChanged), Form("5000", "3180"), Detached).ShouldBeEmpty();
    }
}
