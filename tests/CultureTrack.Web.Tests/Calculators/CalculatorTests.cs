using CultureTrack.Domain.Batches;
using CultureTrack.Web.Calculators;
using CultureTrack.Web.Entries;
using Shouldly;
using Xunit;

namespace CultureTrack.Web.Tests.Calculators;

/// <summary>Vectors of domain.md 5 typed into the calculators.</summary>
public sealed class CalculatorTests
{
    private static readonly IReadOnlyList<Calculator> All = [.. CultureCalculators.All, .. DoseCalculators.All];

    private static (Calculator Calculator, CalcValues Values) Typed(string id, string inputs)
    {
        var calculator = All.Single(c => c.Id == id);
        return (calculator, new(inputs.Split(';').Select(p => p.Split('=', 2)).ToDictionary(p => p[0].Trim(), p => p[1].Trim(), StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("viability", "live=412;dead=38", 0, 91.556)]
    [InlineData("count", "squares=52 48 55 45;dilution=2;volumeMl=10", 0, 1.00e6)]
    [InlineData("cv", "replicates=1.30e6 0.90e6", 0, 25.71)]
    [InlineData("pool", "totalA=2.0e7;pctA=92;totalB=1.0e7;pctB=80", 0, 88.0)]
    [InlineData("cfu", "colonies=42;plated=1000", 0, 4.2)]
    [InlineData("feeder", "murine=400;human=99600", 0, 0.4)]
    [InlineData("doubling", "seeded=2.0352e7;viableHarvested=1.22112e8;hours=96;cpdlBefore=0", 0, 2.585)]
    [InlineData("doubling", "seeded=2.0352e7;viableHarvested=1.22112e8;hours=96;cpdlBefore=0", 1, 37.14)]
    [InlineData("p0", "seeded=1.75e7;cfuPct=4;harvested=2.10e7", 0, 4.907)]
    [InlineData("needed", "cellsPerCm2=4000;areaCm2=175;vessels=12", 0, 8.4e6)]
    [InlineData("fillable", "cells=5.2e7;cellsPerCm2=5000;areaCm2=3180;mlPerCm2=0.25", 0, 3)]
    [InlineData("fillable", "cells=5.2e7;cellsPerCm2=5000;areaCm2=3180;mlPerCm2=0.25", 2, 4.3e6)]
    [InlineData("split", "harvested=8e6;cellsPerCm2=4000;oldAreaCm2=175", 0, 11.43)]
    [InlineData("order", "dose=1.64e8;over=15;yield=2.2e4;recovery=90;areaCm2=6360", 1, 2)]
    [InlineData("dose", "perKg=1.5e6;weightKg=64;perMl=1e7", 1, 9.6)]
    [InlineData("vials", "dose=1.4e8;perVial=5.0e7;recovery=70", 0, 4)]
    [InlineData("spray", "areaCm2=320;cellsPerCm2=2e4;perMl=1e6;donorCm2=4;expansion=80", 1, 6.4)]
    [InlineData("bsa", "heightCm=175;weightKg=70", 0, 1.8447)]
    [InlineData("graft", "bsaM2=1.8447;tbsaPct=45;overlap=10;usable=50", 1, 183)]
    [InlineData("contraction", "before=100;c=42", 0, 58.0)]
    [InlineData("usable", "a=10;b=10;rim=0.5;defects=2", 0, 79.0)]
    [InlineData("endotoxin", "k=5;weightKg=70;doseVolumeMl=50;administrationHours=0.5;lambda=0.05", 0, 7.0)]
    [InlineData("endotoxin", "k=5;weightKg=70;doseVolumeMl=50;administrationHours=0.5;lambda=0.05", 1, 140)]
    [InlineData("load", "result=0.10;volumeMl=50;weightKg=70", 0, 0.0714)]
    [InlineData("device", "volumeMl=40", 0, 0.5)]
    [InlineData("mkt", "hours=24 2 22;celsius=5 15 4", 0, 5.361)]
    public void A_calculator_gives_the_value_of_the_specification(string id, string inputs, int result, double expected)
    {
        var (calculator, values) = Typed(id, inputs);
        values.IsComplete(calculator).ShouldBeTrue();
        calculator.Compute(values)[result].Value!.Value.ShouldBe(expected, Math.Abs(expected) * 1e-3);
    }

    [Fact]
    public void A_donation_number_gets_its_check_character_and_a_wrong_one_none()
    {
        var (calculator, right) = Typed("din", "din=A999926000001");
        calculator.Compute(right).Single().Text.ShouldBe("8");
        calculator.Compute(Typed("din", "din=nonsense").Values).Single().IsBad.ShouldBeTrue();
    }

    [Theory]
    [InlineData("live=-1;dead=3", "live")]
    [InlineData("live=abc;dead=3", "live")]
    [InlineData("live=5;dead=1e12", "dead")]
    public void Input_outside_its_range_is_said_and_nothing_is_computed(string inputs, string wrong)
    {
        var (calculator, values) = Typed("viability", inputs);
        values.Fault(calculator.Inputs.Single(i => i.Name == wrong)).ShouldNotBeNull();
        values.IsComplete(calculator).ShouldBeFalse();
    }

    [Fact]
    public void Whatever_stands_inside_the_ranges_can_be_computed()
    {
        foreach (var c in All)
            foreach (var edge in new Func<CalcInput, decimal>[] { i => (i.Min ?? 0) + (i.Above ? 1e-6m : 0), i => i.Max ?? 1e6m, i => Math.Max(i.Min ?? 0, 1) })
            {
                var values = new CalcValues(c.Inputs.ToDictionary(i => i.Name, i => i.IsText ? "A999926000001" : edge(i).ToString(System.Globalization.CultureInfo.InvariantCulture)));
                try { c.Compute(values).ShouldNotBeEmpty(c.Id); }
                catch (OverflowException) { c.Inputs.ShouldContain(i => i.Above, $"{c.Id}: only a divisor close to nothing may be too much"); }
            }
    }

    [Fact]
    public void What_a_calculator_puts_into_an_entry_are_fields_of_that_entry()
    {
        foreach (var c in All.Where(c => c.Entry is not null))
        {
            var fields = FieldShape.Of(EventCatalogue.ByName[c.Entry!].DataType).Select(f => f.Name).ToList();
            var values = new CalcValues(c.Inputs.ToDictionary(i => i.Name, i => i.IsText ? "A999926000001" : "2"));
            c.Compute(values).Where(r => r.Field is not null).ShouldAllBe(r => fields.Contains(r.Field!), c.Id);
        }
    }
}
