using CultureTrack.Domain.Calculations;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Calculations;

public sealed class TissueLabelTests
{
    private const string Sec = "FR000001A999926000001A000012300120270506";

    [Theory]
    [InlineData("A999926000001", null, '8', false)]
    [InlineData("a9999 26 000001", null, '8', false)]
    [InlineData("=A99992600000100", "00", '8', false)]
    [InlineData("A9999 26 000001 00 8", "00", '8', true)]
    [InlineData("A999926000002-6", null, '6', true)]
    [InlineData("DIN A999926000001", null, '8', false)]
    public void A_donation_number_is_read_however_it_is_scanned_or_typed(string text, string? flag, char check, bool given)
    {
        var (label, problem) = TissueLabels.Read(text);
        problem.ShouldBeNull();
        (label!.Flag, label.Check, label.CheckWasGiven, label.Code).ShouldBe((flag, check, given, null));
        label.Din.Length.ShouldBe(13);
        TissueLabels.IsMeant(text).ShouldBeTrue();
    }

    [Theory]
    [InlineData(Sec)]
    [InlineData("SEC: FR000001A999926000001 A0000123 001 20270506")]
    public void A_Single_European_Code_is_taken_apart(string text)
    {
        var (label, _) = TissueLabels.Read(text);
        (label!.Din, label.Check).ShouldBe(("A999926000001", '8'));
        label.Code.ShouldBe(new("FR", "000001", "A999926000001", 'A', "0000123", "001", new DateOnly(2027, 5, 6)));
        label.Code!.ToString().ShouldBe(Sec);
    }

    [Fact]
    public void An_expiry_of_zeros_is_none() => TissueLabels.Read(Sec[..32] + "00000000").Label!.Code!.ExpiresOn.ShouldBeNull();

    [Theory]
    [InlineData("", "Nothing")]
    [InlineData("A99992600001", "12 were read")]
    [InlineData("A999926000001007", "not the check character")]
    [InlineData("A99992600000*", "no donation number")]
    [InlineData("A99992600000é", "no character")]
    [InlineData("FR000001A999926000001A0000123001202705", "38 were read")]
    [InlineData("F1000001A999926000001A000012300120270506", "country")]
    [InlineData("FR000001A999926000001C000012300120270506", "coding system")]
    [InlineData("FR000001A999926000001A000012300120271306", "no date")]
    [InlineData("FR000001A9999260000*1A000012300120270506", "no donation number")]
    public void What_cannot_be_read_is_said_in_words(string text, string says)
    {
        var (label, problem) = TissueLabels.Read(text);
        label.ShouldBeNull();
        problem!.ShouldContain(says, Case.Sensitive);
    }

    [Theory]
    [InlineData("INC-02")]
    [InlineData("CEA-26-0001")]
    [InlineData("V-11")]
    [InlineData("MED-26-01")]
    public void Other_codes_of_the_lab_are_not_taken_for_one(string code) => TissueLabels.IsMeant(code).ShouldBeFalse();

    // Mod 37-2 finds every single wrong character and every swap of two neighbours.
    [Law(Runs = 200)]
    public void A_wrong_character_is_always_noticed(uint serial, byte position, byte with)
    {
        var din = $"A999926{serial % 1_000_000:000000}";
        var check = DonationNumber.CheckCharacter(din)!.Value;
        const string alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        var (at, other) = (position % 13, alphabet[with % 36]);
        if (din[at] == other) return;
        TissueLabels.Read(din[..at] + other + din[(at + 1)..] + check).Label.ShouldBeNull();
    }
}
