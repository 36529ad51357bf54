using CultureTrack.Domain.Controls;
using FsCheck.Xunit;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Controls;

/// <summary>
/// The multirule chart of Westgard, Barry, Hunt and Groth (1981) on a control of mean 200 and standard deviation 4, so that its limits are 196/204, 192/208
/// and 188/212, as in the worked charts of the method's textbook examples.
/// </summary>
public sealed class WestgardTests
{
    private static readonly ControlLimits Limits = new(200, 4, 20);

    private static string[] Broken(double[] values, params double[] sameRun) =>
        [.. Westgard.Broken([.. values.Select(Limits.Z)], [.. sameRun.Select(Limits.Z)]).Select(r => r.Name())];

    [Fact]
    public void A_value_within_two_sd_breaks_nothing() => Broken([202, 197, 203, 205]).ShouldBeEmpty();

    [Fact]
    public void Beyond_two_sd_warns_and_a_value_on_the_limit_does_not()
    {
        Broken([200, 209]).ShouldBe(["1-2s"]);
        Broken([200, 208]).ShouldBeEmpty();
        Westgard.Outcome(Westgard.Broken([2.25], [])).ShouldBe(ControlOutcome.Warning);
    }

    [Fact]
    public void Beyond_three_sd_rejects()
    {
        Broken([200, 213]).ShouldBe(["1-2s", "1-3s"]);
        Broken([200, 187]).ShouldBe(["1-2s", "1-3s"]);
        Broken([200, 212]).ShouldBe(["1-2s"]);
        Westgard.Outcome(Westgard.Broken([3.1], [])).ShouldBe(ControlOutcome.Rejected);
    }

    [Fact]
    public void Two_in_a_row_beyond_the_same_two_sd_reject_over_runs_and_within_one()
    {
        Broken([200, 209, 210]).ShouldBe(["1-2s", "2-2s"]);
        Broken([200, 209, 191]).ShouldBe(["1-2s"]);
        Broken([200, 209, 200, 210]).ShouldBe(["1-2s"]);
        Broken([200, 209], 210).ShouldBe(["1-2s", "2-2s"]);
    }

    [Fact]
    public void One_beyond_plus_two_and_another_beyond_minus_two_in_one_run_reject()
    {
        Broken([200, 209], 191).ShouldBe(["1-2s", "R-4s"]);
        Broken([200, 209], 192).ShouldBe(["1-2s"]);
        Broken([191, 209]).ShouldBe(["1-2s"]);    // of two runs
    }

    [Fact]
    public void Four_in_a_row_beyond_the_same_one_sd_reject()
    {
        Broken([200, 205, 206, 205, 207]).ShouldBe(["4-1s"]);
        Broken([200, 195, 194, 195, 193]).ShouldBe(["4-1s"]);
        Broken([205, 206, 204, 207]).ShouldBeEmpty();
    }

    [Fact]
    public void Ten_in_a_row_on_one_side_of_the_mean_reject()
    {
        Broken([201, 202, 201, 203, 202, 201, 202, 203, 201, 202]).ShouldBe(["10-x"]);
        Broken([201, 202, 201, 203, 202, 201, 202, 203, 201]).ShouldBeEmpty();
        Broken([201, 202, 201, 203, 200, 201, 202, 203, 201, 202]).ShouldBeEmpty();
    }

    private static double[] Near(short[] values) => [.. values.Select(v => v % 500 / 100.0)];

    [Property]
    public void Mirrored_values_break_the_same_rules(short[] values, short[] run) =>
        Westgard.Broken([.. Near(values).Select(z => -z)], [.. Near(run).Select(z => -z)]).ShouldBe(Westgard.Broken(Near(values), Near(run)));

    [Property]
    public void Whatever_rejects_is_named_and_within_one_sd_only_the_sides_can_reject(short[] values)
    {
        var z = Near(values);
        var broken = Westgard.Broken(z, []);
        (Westgard.Outcome(broken) == ControlOutcome.Rejected).ShouldBe(broken.Any(r => r != WestgardRule.OneTwoS));
        if (z.Length > 0 && Math.Abs(z[^1]) <= 1) broken.ShouldBeSubsetOf([WestgardRule.TenX]);
        if (broken.Contains(WestgardRule.OneThreeS)) broken.ShouldContain(WestgardRule.OneTwoS);
    }

    [Property]
    public void Only_the_last_ten_values_matter(short[] before, short[] values)
    {
        var z = Near(values);
        if (z.Length < 10) return;
        Westgard.Broken([.. Near(before), .. z], []).ShouldBe(Westgard.Broken(z[^10..], []));
    }

    [Property]
    public void Limits_follow_scale_and_shift_of_the_values(short[] values, byte scale, short shift)
    {
        if (ControlLimits.Of(Near(values)) is not { } plain) return;
        var factor = 1 + scale;
        var moved = ControlLimits.Of([.. Near(values).Select(v => v * factor + shift)])!;
        moved.Mean.ShouldBe(plain.Mean * factor + shift, 1e-6 * (Math.Abs(shift) + factor));
        moved.Sd.ShouldBe(plain.Sd * factor, 1e-6 * factor);
    }
}
