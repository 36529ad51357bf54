using System.Text;
using CultureTrack.Instruments;
using Shouldly;
using Xunit;

namespace CultureTrack.Instruments.Tests;

/// <summary>What cannot be known from the file is asked, and what contradicts itself is refused.</summary>
public sealed class AmbiguityTests
{
    private const string Header = "Sample ID;Cell count;Viable cells;Total (x10^6) cells/mL;Viable (x10^6) cells/mL;Viability (%);Average viable diameter (µm);Analysis date/time;Reanalysis by;Analysis by\r\n";

    [Fact]
    public void A_date_that_can_be_read_two_ways_is_asked_about() =>
        Read(Row("3/4/2026 10:00", "1.25")).ShouldBeOfType<ReadOutcome.Ambiguous>().Questions.ShouldHaveSingleItem().Setting.ShouldBe("dateOrder");

    [Fact]
    public void One_decidable_date_settles_the_whole_file()
    {
        var parsed = Read(Row("3/4/2026 10:00", "1.25") + Row("25/4/2026 10:00", "1.25")).ShouldBeOfType<ReadOutcome.Parsed>();
        parsed.Records[0].Time!.Local.ShouldBe(new DateTime(2026, 4, 3, 10, 0, 0));
    }

    [Fact]
    public void A_setting_settles_an_open_date()
    {
        var parsed = Read(Row("3/4/2026 10:00", "1.25"), new(DateOrder: DateOrder.MonthFirst)).ShouldBeOfType<ReadOutcome.Parsed>();
        parsed.Records[0].Time!.Local.ShouldBe(new DateTime(2026, 3, 4, 10, 0, 0));
    }

    [Fact]
    public void A_setting_against_the_file_is_refused() =>
        Read(Row("25/4/2026 10:00", "1.25"), new(DateOrder: DateOrder.MonthFirst)).ShouldBeOfType<ReadOutcome.Rejected>().Reason.ShouldContain("month first");

    [Fact]
    public void Dates_in_both_orders_are_refused() =>
        Read(Row("25/4/2026 10:00", "1.25") + Row("4/25/2026 10:00", "1.25")).ShouldBeOfType<ReadOutcome.Rejected>();

    [Fact]
    public void A_number_that_can_be_read_two_ways_is_asked_about() =>
        Read(Row("25/4/2026 10:00", "1,250", "95")).ShouldBeOfType<ReadOutcome.Ambiguous>().Questions.ShouldHaveSingleItem().Setting.ShouldBe("decimalMark");

    [Fact]
    public void One_decidable_number_settles_the_whole_file()
    {
        var parsed = Read(Row("25/4/2026 10:00", "1,250", "95,5")).ShouldBeOfType<ReadOutcome.Parsed>();
        parsed.Records[0].Values["viableDensity"].Value.ShouldBe(1.25m);
    }

    [Fact]
    public void Decimal_points_and_commas_in_one_file_are_refused() =>
        Read(Row("25/4/2026 10:00", "1.25", "95,5")).ShouldBeOfType<ReadOutcome.Rejected>();

    [Theory]
    [InlineData("<0,05", '<', 0.05)]
    [InlineData("> 100", '>', 100)]
    public void A_value_beyond_a_limit_keeps_its_sign(string cell, char qualifier, double limit)
    {
        var value = Read(Row("25/4/2026 10:00", cell, "95,5")).ShouldBeOfType<ReadOutcome.Parsed>().Records[0].Values["viableDensity"];
        (value.Qualifier, value.Value, value.Original).ShouldBe((qualifier, (decimal)limit, cell));
    }

    [Theory]
    [InlineData("OVRFLW"), InlineData("?????"), InlineData("NaN"), InlineData("N/A"), InlineData("Undetermined"), InlineData("1.2.3")]
    public void A_word_is_never_a_number(string cell)
    {
        var value = Read(Row("25/4/2026 10:00", cell, "95.5")).ShouldBeOfType<ReadOutcome.Parsed>().Records[0].Values["viableDensity"];
        value.Value.ShouldBeNull();
        value.Original.ShouldBe(cell);
    }

    [Theory]
    [InlineData("utf-8"), InlineData("utf-16"), InlineData("utf-16BE"), InlineData("iso-8859-1")]
    public void Every_usual_encoding_is_understood(string encoding)
    {
        var letters = Encoding.GetEncoding(encoding);
        byte[] bytes = [.. letters.GetPreamble(), .. letters.GetBytes(Header + Row("25/4/2026 10:00", "1.25"))];
        InstrumentFile.Read(new MemoryStream(bytes)).ShouldBeOfType<ReadOutcome.Parsed>().Records.ShouldHaveSingleItem().Values["avgLiveDiameter"].Value.ShouldBe(14.5m);
    }

    [Fact]
    public void The_instrument_zone_gives_the_offset_and_the_hour_that_exists_twice_leaves_it_open()
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var parsed = Read(Row("25/4/2026 10:00", "1.25") + Row("25/10/2026 02:30", "1.25"), new(Zone: berlin)).ShouldBeOfType<ReadOutcome.Parsed>();
        parsed.Records[0].Time!.Instant.ShouldBe(new DateTimeOffset(2026, 4, 25, 8, 0, 0, TimeSpan.Zero));
        parsed.Records[1].Time!.Offset.ShouldBeNull();
    }

    [Fact]
    public void A_repeated_sample_is_linked_and_both_results_stay()
    {
        var records = Read(Row("25/4/2026 10:00", "1.25") + Row("25/4/2026 11:00", "1.35")).ShouldBeOfType<ReadOutcome.Parsed>().Records;
        records.Select(r => r.RepeatOfRow).ShouldBe([null, 2]);
    }

    [Fact]
    public void Headings_without_a_row_are_empty_and_nonsense_is_refused()
    {
        Read("").ShouldBeOfType<ReadOutcome.Empty>();
        InstrumentFile.Read(new MemoryStream("hello, world\n"u8.ToArray())).ShouldBeOfType<ReadOutcome.Rejected>();
        InstrumentFile.Read(new MemoryStream()).ShouldBeOfType<ReadOutcome.Rejected>();
        InstrumentFile.Read(new MemoryStream(new byte[2000]), settings: new(FileBytesMax: 1000)).ShouldBeOfType<ReadOutcome.Rejected>().Reason.ShouldContain("larger");
    }

    [Fact]
    public void A_kind_that_does_not_fit_the_content_is_refused_and_the_likely_one_named()
    {
        var text = Header + Row("25/4/2026 10:00", "1.25");
        InstrumentFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "counts.csv", new(Kind: "nc-view")).ShouldBeOfType<ReadOutcome.Rejected>().Reason.ShouldContain("vicell-blu");
    }

    private static string Row(string time, string viable, string viability = "95.5") => $"S1;2000;1900;;{viable};{viability};{(viable.Contains(',') || viability.Contains(',') ? "14" : "14.5")};{time};;AB\r\n";

    private static ReadOutcome Read(string rows, ReadSettings? settings = null) => InstrumentFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(Header + rows)), settings: settings);
}
