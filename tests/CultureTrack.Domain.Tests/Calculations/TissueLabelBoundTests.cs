using CultureTrack.Domain.Calculations;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Calculations;

/// <summary>What is taken for a donation label and what is stripped from it, by length and by character.</summary>
public sealed class TissueLabelBoundTests
{
    private const string Din = "A999926000001";

    [Theory]
    [InlineData("=", true)]
    [InlineData("  =A9", true)]
    [InlineData("sec", true)]
    [InlineData("  SEC:", true)]
    [InlineData("A99992600000", false)]
    [InlineData(Din, true)]
    [InlineData(Din + "8", true)]
    [InlineData(Din + "00", true)]
    [InlineData(Din + "008", true)]
    [InlineData(Din + "0081", false)]
    [InlineData(Din + "*", true)]
    [InlineData("A99992600000_", false)]
    [InlineData("ABCDEFG123456", true)]
    [InlineData("ABCDEFGH12345", false)]
    [InlineData("FR000001A999926000001A000012300120270506", true)]
    [InlineData("FR000001A999926000001A00001230012027050", false)]
    public void A_text_may_be_meant_as_a_label_by_its_beginning_or_by_its_length_and_digits(string text, bool meant) => TissueLabels.IsMeant(text).ShouldBe(meant);

    [Fact]
    public void A_code_of_Sweden_is_not_taken_for_the_three_letters_before_a_code()
    {
        const string swedish = "SEC00001A999926000001A000012300120270506";
        TissueLabels.Read(swedish).Label!.Code!.ToString().ShouldBe(swedish);
        TissueLabels.Read("SEC" + swedish).Label!.Code!.Establishment.ShouldBe("C00001");
    }

    [Fact]
    public void The_letters_DIN_before_a_number_are_left_out_and_not_those_of_a_number()
    {
        TissueLabels.Read("DIN" + Din).Label!.Din.ShouldBe(Din);
        TissueLabels.Read("DIN:" + Din + "008").Label!.Check.ShouldBe('8');
        TissueLabels.Read("DIN9926000001").Label!.Din.ShouldBe("DIN9926000001");
    }

    [Fact]
    public void Flags_and_check_character_stand_where_the_length_says()
    {
        Read(Din).ShouldBe((null, '8', false));
        Read(Din + "8").ShouldBe((null, '8', true));
        Read(Din + "00").ShouldBe(("00", '8', false));
        Read(Din + "128").ShouldBe(("12", '8', true));

        static (string?, char, bool) Read(string text) => TissueLabels.Read(text).Label is { } l ? (l.Flag, l.Check, l.CheckWasGiven) : throw new ShouldAssertException(text);
    }

    [Theory]
    [InlineData(Din + "7")]
    [InlineData(Din + "127")]
    [InlineData(Din + "00812")]
    [InlineData("1R000001A999926000001A000012300120270506")]
    [InlineData("F1000001A999926000001A000012300120270506")]
    [InlineData("FR000001A999926000001F000012300120270506")]
    [InlineData("FR000001A999926000001A000012300120270500")]
    public void A_wrong_check_character_length_country_system_or_date_is_no_label(string text) => TissueLabels.Read(text).Label.ShouldBeNull();

    [Theory]
    [InlineData('E')]
    [InlineData('A')]
    [InlineData('B')]
    public void A_code_is_of_one_of_three_systems(char system) =>
        TissueLabels.Read($"FR000001{Din}{system}000012300100000000").Label!.Code.ShouldBe(new("FR", "000001", Din, system, "0000123", "001", null));

    [Fact]
    public void A_code_without_expiry_is_written_with_zeros() => new SingleEuropeanCode("FR", "000001", Din, 'E', "0000123", "001", null).ToString().ShouldBe($"FR000001{Din}E000012300100000000");

    [Fact]
    public void Two_lengths_are_told_apart_in_words()
    {
        TissueLabels.Read(Din + "0081").Problem!.ShouldContain("40 characters");
        TissueLabels.Read("A9999").Problem!.ShouldContain("13 characters");
    }
}
