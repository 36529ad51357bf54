using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class LabJudgementTests
{
    private static readonly EventData Any = new PasswordChanged();
    private static string[] Judged(Action<LabJudgement> rule) => Found(Any, rule);

    [Fact]
    public void A_code_is_said_once_for_a_field()
    {
        var j = Ask(Any, j => { j.Require(false, "VAL-RANGE", "a", "first").ShouldBeFalse(); j.Require(false, "VAL-RANGE", "a", "second").ShouldBeFalse(); j.Require(true, "VAL-RANGE", "z", "").ShouldBeTrue(); });
        j.Findings.ShouldBe([new("VAL-RANGE", "a", "first")]);
        Judged(j => { j.Require(false, "VAL-RANGE", "a", ""); j.Require(false, "VAL-RANGE", "b", ""); j.Require(false, "VAL-FORMAT", "a", ""); }).ShouldBe(["VAL-RANGE a", "VAL-RANGE b", "VAL-FORMAT a"]);
    }

    [Fact]
    public void A_flag_is_raised_once_for_a_field()
    {
        Judged(j => { j.FlagIf(false, "Interval", "a"); j.FlagIf(true, "Interval", "a", null, 1); j.FlagIf(true, "Interval", "a", null, 2); }).ShouldBe(["Interval a: 1"]);
        Judged(j => { j.FlagIf(true, "Interval", "a"); j.FlagIf(true, "Interval", "b"); j.FlagIf(true, "OutOfWindow", "a"); }).ShouldBe(["Interval a: ", "Interval b: ", "OutOfWindow a: "]);
    }

    [Theory]
    [InlineData(1.0, "VAL-RANGE x")]
    [InlineData(1.1)]
    [InlineData(2.0)]
    [InlineData(2.1, "VAL-RANGE x")]
    public void Above_is_more_than_the_low_end_and_at_most_the_high_one(double value, params string[] found) => Judged(j => j.Above("x", (decimal)value, 1, 2)).ShouldBe(found);

    [Fact]
    public void What_is_out_of_range_is_told_with_the_range()
    {
        Said(Any, j => j.Above("x", 0, 1.5m)).ShouldBe("x is 0; it must be more than 1.5.");
        Said(Any, j => j.Above("x", 9, 1, 2.5m)).ShouldBe("x is 9; it must be more than 1 and at most 2.5.");
    }

    [Fact]
    public void A_text_says_something_in_up_to_four_thousand_characters()
    {
        foreach (var empty in new[] { "", "  " }) Judged(j => j.Text("t", empty).ShouldBeFalse()).ShouldBe(["VAL-REQUIRED t"]);
        Judged(j => j.Text("t", new('x', 4000)).ShouldBeTrue()).ShouldBeEmpty();
        Judged(j => j.Text("t", new('x', 4001)).ShouldBeFalse()).ShouldBe(["VAL-FORMAT t"]);
        Judged(j => j.Text("t", "xxx", 2)).ShouldBe(["VAL-FORMAT t"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("LOT-1.b_C")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public void An_id_may_be(string? id) => Judged(j => j.Id("id", id)).ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData(".a")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a#")]
    [InlineData("é")]
    [InlineData("aé")]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345")]
    public void An_id_may_not_be(string id) => Judged(j => j.Id("id", id)).ShouldBe(["VAL-FORMAT id"]);

    [Fact]
    public void An_entry_happened_when_it_was_made_unless_it_says_otherwise()
    {
        new LabEntry(Any, Actor.Software, Now).At.ShouldBe(Now);
        new LabEntry(Any, Actor.Software, Now, Now.AddHours(-1)).At.ShouldBe(Now.AddHours(-1));
    }
}
