using CultureTrack.Domain.Lab;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Registers.Judging;

namespace CultureTrack.Domain.Tests.Registers;

public sealed class WebhookRuleTests
{
    private static readonly WebhookRegistered Hook = new("https://lims.example/hooks", ["batch", "alarm.raised"], "LIMS");

    private static string[] Registering(WebhookRegistered e, string? secret = null) => Found(e, j => WebhookRules.Check(e, secret, j));

    [Theory]
    [InlineData("https://lims.example/hooks")]
    [InlineData("http://10.0.0.5:8080/")]
    public void It_is_told_at_a_web_address(string url) => Registering(Hook with { Url = url }).ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("lims.example/hooks")]
    [InlineData("/hooks")]
    [InlineData("ftp://lims.example/hooks")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:word@lims.example/hooks")]
    public void It_is_told_nowhere_else(string url) => Registering(Hook with { Url = url }).ShouldBe(["VAL-FORMAT url"]);

    [Fact]
    public void An_address_has_up_to_two_thousand_characters()
    {
        string Long(int characters) => "https://lims.example/".PadRight(characters, 'x');
        Registering(Hook with { Url = Long(2000) }).ShouldBeEmpty();
        Registering(Hook with { Url = Long(2001) }).ShouldBe(["VAL-FORMAT url"]);
    }

    [Fact]
    public void It_names_what_it_is_told_by_the_first_part_of_the_kind()
    {
        Registering(Hook with { Events = [] }).ShouldBe(["VAL-REQUIRED events"]);
        Registering(Hook with { Events = ["*"] }).ShouldBeEmpty();
        Registering(Hook with { Events = ["alarm", "batch.released", "capa", "deviation", "register", "task.done"] }).ShouldBeEmpty();
        Registering(Hook with { Events = ["batch", "weather.changed"] }).ShouldBe(["VAL-FORMAT events[1]"]);
        Registering(Hook with { Events = ["changed.batch"] }).ShouldBe(["VAL-FORMAT events[0]"]);
    }

    [Theory]
    [InlineData(15, "VAL-FORMAT secret")]
    [InlineData(16)]
    [InlineData(256)]
    [InlineData(257, "VAL-FORMAT secret")]
    public void A_secret_has_sixteen_to_256_characters(int length, params string[] found) => Registering(Hook, new('s', length)).ShouldBe(found);

    [Fact]
    public void A_name_may_be_left_out_or_has_up_to_a_hundred_characters()
    {
        Registering(Hook with { Name = null }).ShouldBeEmpty();
        Registering(Hook with { Name = new('x', 100) }).ShouldBeEmpty();
        Registering(Hook with { Name = new('x', 101) }).ShouldBe(["VAL-FORMAT name"]);
    }

    [Fact]
    public void It_is_disabled_and_enabled_with_a_reason()
    {
        string[] Reasoned(Records.EventData e) => Found(e, j => WebhookRules.CheckReason(e, j));
        Reasoned(new WebhookDisabled("Server moves")).ShouldBeEmpty();
        Reasoned(new WebhookDisabled("Moves")).ShouldBe(["VAL-REASON reason"]);
        Reasoned(new WebhookEnabled("Server is back")).ShouldBeEmpty();
        Reasoned(new WebhookEnabled("Back")).ShouldBe(["VAL-REASON reason"]);
    }
}
