using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>A list of criteria is looked through before it is stored: what just can be used is let through, what just cannot is named at its place.</summary>
public sealed class SpecificationBoundTests
{
    private static readonly Specification Adsc = SpecificationRegister.BuiltIn[("ADSC", 1)];
    private static readonly CriterionPart Plain = new(null, "mm", new() { Min = "10", Max = "20" });
    private static readonly Criterion Own = Adsc.Find("ADSC-09")! with { Id = "OWN-01", Parts = [Plain] };

    private static string[] Fields(Specification spec) => [.. SpecificationRules.Problems(spec).Select(f => f.Field.Replace($"criteria[{Adsc.Criteria.Count}]", "own", StringComparison.Ordinal))];

    private static void Says(Criterion own, params string[] fields) => Fields(Adsc with { Criteria = [.. Adsc.Criteria, own] }).ShouldBe(fields);

    private static void SaysOfPart(CriterionPart part, params string[] fields) => Says(Own with { Parts = [part] }, [.. fields.Select(f => $"own.parts[0].{f}")]);

    private static void SaysOfLimit(AcceptanceRange limit, params string[] fields) => SaysOfPart(Plain with { Limit = limit }, fields);

    [Fact]
    public void A_specification_has_an_id_and_a_version_from_1_on()
    {
        Fields(Adsc with { SpecId = " " }).ShouldBe(["specId"]);
        Fields(Adsc with { Version = 0 }).ShouldBe(["specId"]);
        Fields(Adsc with { Version = 1 }).ShouldBeEmpty();
        Fields(Adsc with { Author = null, ApprovedBy = null }).ShouldBeEmpty();
        Fields(Adsc with { Author = "qa01", ApprovedBy = "qa02" }).ShouldBeEmpty();
    }

    [Fact]
    public void Parts_are_there_and_told_apart_by_name()
    {
        Says(Own);
        Says(Own with { Parts = [] }, "own.parts");
        Says(Own with { Parts = [Plain with { Name = "a" }, Plain with { Name = "b" }] });
        Says(Own with { Parts = [Plain with { Name = "a" }, Plain] }, "own.parts");
        Says(Own with { Parts = [Plain with { Name = "a" }, Plain with { Name = "a" }] }, "own.parts");
        Says(Own with { Id = " " }, "own.id");
    }

    [Fact]
    public void Hours_have_their_bounds()
    {
        Says(Own with { Validity = new(0) }, "own.validity.hours");
        Says(Own with { Validity = new(0.1m) });
        Says(Own with { ValidatedHours = -0.1m }, "own.validatedHours");
        Says(Own with { ValidatedHours = 0 });
        Says(Own with { SampleBeforeFill = new(-1, 5) }, "own.sampleBeforeFill");
        Says(Own with { SampleBeforeFill = new(6, 5) }, "own.sampleBeforeFill");
        Says(Own with { SampleBeforeFill = new(0, 0) });
        Says(Own with { SampleBeforeFill = new(5) });
        SaysOfPart(Plain with { IncubationHours = -1 }, "incubationHours");
        SaysOfPart(Plain with { InterimHours = -1 }, "incubationHours");
        SaysOfPart(Plain with { IncubationHours = 0, InterimHours = 0 });
        SaysOfPart(Plain with { IncubationHours = 48, InterimHours = 48 });
        SaysOfPart(Plain with { IncubationHours = 48, InterimHours = 49 }, "interimHours");
    }

    [Fact]
    public void A_range_has_room_for_a_value()
    {
        SaysOfLimit(new() { Min = "10", Max = "10" });
        SaysOfLimit(new() { Min = "10", Max = "10", MinExcluded = true }, "limit.min");
        SaysOfLimit(new() { Min = "10", Max = "10", MaxExcluded = true }, "limit.min");
        SaysOfLimit(new() { Min = "10", Max = "11", MinExcluded = true, MaxExcluded = true });
        SaysOfLimit(new() { Min = "10.1", Max = "10" }, "limit.min");
        SaysOfLimit(new() { Min = "ten", Max = "twenty" }, "limit.min", "limit.max");
        SaysOfPart(Plain with { LimitCases = [new(Condition.Cryo, new() { Min = "ten" })] }, "limitCases[0].limit.min");
        SaysOfPart(Plain with { Alert = new() { Max = "ten" } }, "alert.max");
    }

    [Fact]
    public void A_percentage_lies_between_0_and_100()
    {
        var pct = Plain with { Unit = "%" };
        SaysOfPart(pct with { Limit = new() { Min = "100" } });
        SaysOfPart(pct with { Limit = new() { Min = "100.1" } }, "limit");
        SaysOfPart(pct with { Limit = new() { Max = "0" } });
        SaysOfPart(pct with { Limit = new() { Max = "-0.1" } }, "limit");
        SaysOfLimit(new() { Min = "101" });
    }

    [Fact]
    public void An_alert_lies_inside_the_limit_on_either_side()
    {
        SaysOfPart(Plain with { Alert = new() { Min = "10", Max = "20" } });
        SaysOfPart(Plain with { Alert = new() { Min = "9.9" } }, "alert");
        SaysOfPart(Plain with { Alert = new() { Max = "20.1" } }, "alert");
        SaysOfPart(Plain with { Alert = new() { Min = "12" } });
    }

    [Fact]
    public void A_detection_limit_belongs_to_a_word_and_has_a_unit()
    {
        SaysOfLimit(new() { Expect = [Qualitative.NotDetected], LodMax = "10", LodUnit = "CFU/mL" });
        SaysOfLimit(new() { Expect = [Qualitative.NotDetected], LodMax = "10", LodUnit = " " }, "limit.lodUnit");
        SaysOfLimit(new() { Max = "5", LodMax = "10", LodUnit = "CFU/mL" }, "limit.lodMax");
        SaysOfLimit(new() { Expect = [Qualitative.NotDetected], LodMax = "few", LodUnit = "CFU/mL" }, "limit.lodMax");
        SaysOfLimit(new() { Expect = [Qualitative.NotDetected], Max = "5" }, "limit");
    }
}
