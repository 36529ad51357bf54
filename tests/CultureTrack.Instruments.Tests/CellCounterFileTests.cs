using CultureTrack.Domain.Tests;
using System.Globalization;
using System.Text.Json;
using CultureTrack.Instruments;
using Shouldly;
using Xunit;

namespace CultureTrack.Instruments.Tests;

public sealed class CellCounterFileTests
{
    private static readonly string[] Instruments = ["vicell-blu", "vicell-xr", "nucleoview", "nc-view", "cellaca-matrix", "cedex-hires"];

    public static IEnumerable<TheoryDataRow<string, string>> Files() =>
        from instrument in Instruments from name in SharedFiles.Names(instrument) select new TheoryDataRow<string, string>(instrument, name);

    [Theory, MemberData(nameof(Files))]
    public void A_real_file_gives_exactly_its_expected_records(string instrument, string name)
    {
        var path = SharedFiles.Path("instruments", instrument, name);
        using var expected = JsonDocument.Parse(File.ReadAllText(path + ".expected.json"));
        using var stream = File.OpenRead(path);
        var outcome = InstrumentFile.Read(stream);

        if (expected.RootElement.GetProperty("expect").GetString() == "reject")
        {
            outcome.ShouldBeOfType<ReadOutcome.Rejected>().Kind.ShouldBe(instrument);
            return;
        }
        var parsed = outcome.ShouldBeOfType<ReadOutcome.Parsed>(outcome.ToString());
        parsed.Kind.ShouldBe(instrument);
        parsed.Records.Count.ShouldBe(expected.RootElement.GetProperty("record_count").GetInt32());
        foreach (var (record, want) in parsed.Records.Zip(expected.RootElement.GetProperty("records").EnumerateArray()))
            Compare(record, want);
    }

    [Fact]
    public void A_missing_time_column_is_named_in_the_refusal()
    {
        using var stream = File.OpenRead(SharedFiles.Path("instruments", "vicell-xr", "Beckman_Vi-Cell-XR_example01_instrumentOutput_invalid_date_header_error.xlsx"));
        InstrumentFile.Read(stream).ShouldBeOfType<ReadOutcome.Rejected>().Reason.ShouldContain("Sample date/time");
    }

    private static void Compare(ResultRecord record, JsonElement want)
    {
        foreach (var member in want.EnumerateObject())
        {
            var where = $"row {record.Row}, {member.Name}";
            if (member.Name == "sample_id") record.Sample.ShouldBe(member.Value.GetString(), where);
            else if (member.Name == "time") CompareTime(record.Time, member.Value, where);
            else if (member.Name.EndsWith("_unit", StringComparison.Ordinal)) record.Values[Canonical(member.Name[..^5])].Unit.ShouldBe(member.Value.GetString(), where);
            else if (member.Value.ValueKind == JsonValueKind.String) CompareText(record, member.Name, member.Value.GetString()!, where);
            else if (member.Value.ValueKind == JsonValueKind.Array) foreach (var error in member.Value.EnumerateArray()) record.Texts["errors"].ShouldContain(error.GetProperty("error").GetString()!, Case.Sensitive, where);
            else CompareNumber(record, member.Name, member.Value, where);
        }
    }

    private static void CompareTime(MeasuredTime? time, JsonElement want, string where)
    {
        if (want.ValueKind == JsonValueKind.Null)
        {
            time.ShouldBeNull(where);
            return;
        }
        var instant = DateTimeOffset.Parse(want.GetString()!, CultureInfo.InvariantCulture);
        time.ShouldNotBeNull(where).Local.ShouldBe(instant.DateTime, where);
        if (instant.Offset != TimeSpan.Zero) time.Offset.ShouldBe(instant.Offset, where);
        else time.Offset.ShouldBeNull(where); // no zone in the file: it stays open until the instrument's zone is known
    }

    private static void CompareText(ResultRecord record, string name, string want, string where)
    {
        if (name == "operator" && want is "Vi-Cell XR") return; // the source fills in the instrument's name where the file names nobody
        record.Texts[Canonical(name)].ShouldBe(want, where);
    }

    private static void CompareNumber(ResultRecord record, string name, JsonElement want, string where)
    {
        var value = record.Values[Canonical(name)].Value.ShouldNotBeNull(where);
        ((double)value).ShouldBe(want.GetDouble(), Math.Max(Math.Abs(want.GetDouble()) * 1e-9, 1e-15), where);
    }

    private static string Canonical(string name)
    {
        if (name == "viability_pct") return "viability";
        var words = name.Split('_');
        return words[0] + string.Concat(words.Skip(1).Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
    }
}
