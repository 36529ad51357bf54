using System.Text.RegularExpressions;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Architecture;

/// <summary>The rules for electronic records that stand for themselves, and the table that says where each of the forty is kept.</summary>
public sealed partial class RecordRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-10-25T00:30:00Z", "2026-10-25T02:30:00+02:00")]
    [InlineData("2026-10-25T01:30:00Z", "2026-10-25T02:30:00+01:00")]
    [InlineData("2026-03-29T00:59:00Z", "2026-03-29T01:59:00+01:00")]
    [InlineData("2026-03-29T01:01:00Z", "2026-03-29T03:01:00+02:00")]
    public void R27_Local_time_shows_its_offset_on_both_sides_of_the_clock_change(string instant, string local) =>
        SiteTime.Text("Europe/Paris", DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(local);

    [Fact]
    public void R23_Nobody_changes_the_own_roles_and_an_administrator_has_no_other_role()
    {
        var admin = new Actor("adm01", "Ada Minde", [Roles.Administrator], []);
        Refusals("adm01", [Roles.QualityAssurance]).ShouldContain(Codes.SodSelfGrant);
        Refusals("tech01", [Roles.QualityAssurance]).ShouldBeEmpty();
        Refusals("tech01", [Roles.Administrator, Roles.Releaser]).ShouldBe([Codes.SodSelfGrant]);

        IEnumerable<string> Refusals(string user, string[] roles)
        {
            var data = new RolesChanged(roles, false, "Moves to another group");
            var judgement = new LabJudgement(new LabEntry(data, admin, Now));
            PersonRules.Check(data, user, judgement);
            return judgement.Findings.Select(f => f.Code);
        }
    }

    [Fact]
    public void R17_Neither_the_software_nor_a_device_is_a_person_who_could_be_given_a_role_or_sign()
    {
        Roles.OfPeople.ShouldNotContain(Roles.System);
        Roles.OfPeople.ShouldNotContain(Roles.Device);
        Actor.Software.RoleFor([Roles.QualityAssurance, Roles.Technician, Roles.QualityControl]).ShouldBeNull();
    }

    [Fact]
    public void The_table_names_every_rule_where_it_is_kept_and_a_test_that_carries_its_number()
    {
        var rows = Row().Matches(Repository.Read(Path.Combine("docs", "part-11.md"))).ToList();
        rows.Select(r => r.Groups["rule"].Value).ShouldBe(Enumerable.Range(1, 40).Select(n => $"R-{n:00}"));
        var tests = Repository.Files("tests", ".cs").Select(Repository.Read).ToList();
        foreach (var row in rows)
        {
            var rule = row.Groups["rule"].Value;
            foreach (Match file in Source().Matches(row.Groups["where"].Value)) File.Exists(Path.Combine(Repository.Root.FullName, file.Groups[1].Value)).ShouldBeTrue($"{rule}: {file.Groups[1].Value}");
            var named = Test().Matches(row.Groups["tests"].Value).Select(m => m.Groups[1].Value).ToList();
            if (named.Count == 0) row.Value.ShouldContain("Not implemented", Case.Sensitive, rule);
            foreach (var name in named) tests.ShouldContain(text => Carries(text, name, rule), $"{rule}: {name}");
        }
    }

    private static bool Carries(string text, string test, string rule) =>
        Regex.IsMatch(text, $@"\b{test}\(") && (test.StartsWith(rule.Replace("-", "", StringComparison.Ordinal) + "_", StringComparison.Ordinal)
            || Regex.IsMatch(text, $@"\[Trait\(""Rule"", ""{rule}""\)\](?:\s*\[[^\r\n]*\])*\s*public [^\r\n]*\b{test}\("));

    [GeneratedRegex(@"^\| (?<rule>R-\d\d) \| (?<text>[^|]*) \| (?<where>[^|]*) \| (?<tests>[^|]*) \|(?<rest>[^\r\n]*)$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`((?:src|tools|docs)/[^`]*)`")]
    private static partial Regex Source();

    [GeneratedRegex(@"`([A-Z][A-Za-z0-9]*_\w*)`")]
    private static partial Regex Test();
}
