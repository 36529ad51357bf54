using CultureTrack.Domain.Tests;
using System.Globalization;
using System.Text.Json;
using CultureTrack.Instruments;
using Shouldly;
using Xunit;

namespace CultureTrack.Instruments.Tests;

public sealed class AnalyzerAndImagerFileTests
{
    private static readonly string[] Instruments = ["cedex-bioht", "nova-flex2", "incucyte", "gen5-cytation"];

    public static IEnumerable<TheoryDataRow<string, string>> Files() =>
        from instrument in Instruments from name in SharedFiles.Names(instrument) select new TheoryDataRow<string, string>(instrument, name);

    [Theory, MemberData(nameof(Files))]
    public void A_real_file_gives_its_expected_values(string instrument, string name)
    {
        var path = SharedFiles.Path("instruments", instrument, name);
        using var expected = JsonDocument.Parse(File.ReadAllText(path + ".expected.json"));
        var root = expected.RootElement;
        var outcome = Read(path, new ReadSettings());
        if (outcome is ReadOutcome.Ambiguous { Questions: [{ Setting: "dateOrder" }] }) outcome = Read(path, new ReadSettings(DateOrder: DateOrder.MonthFirst)); // 3/5/2020 of a US export
        if (root.GetProperty("expect").GetString() == "reject")
        {
            outcome.ShouldBeOfType<ReadOutcome.Rejected>();
            return;
        }
        var parsed = outcome.ShouldBeOfType<ReadOutcome.Parsed>(outcome.ToString());
        parsed.Kind.ShouldBe(instrument);
        if (root.TryGetProperty("well_items", out var items))
        {
            parsed.Records.Count.ShouldBe(items.GetInt32());
            parsed.Records.Where(r => r.Texts["itemType"] == "Compound").Select(r => r.Texts["name"]).Distinct().Order().ShouldBe(root.GetProperty("compounds").EnumerateArray().Select(c => c.GetString()!));
            return;
        }
        var records = root.GetProperty("records").EnumerateArray().ToList();
        if (instrument is "cedex-bioht" or "gen5-cytation") parsed.Records.Count.ShouldBe(root.GetProperty("record_count").GetInt32());
        if (instrument == "incucyte") parsed.Records.Select(r => r.Row).Distinct().Count().ShouldBe(root.GetProperty("time_points").GetInt32());
        for (var i = 0; i < records.Count; i++) Compare(instrument, parsed, i, records[i]);
    }

    [Fact]
    public void A_percent_sign_in_a_density_is_kept_as_doubt_and_not_as_number()
    {
        var outcome = Read(SharedFiles.Path("instruments", "nova-flex2", "SampleResultsDEVICE1232021-02-18_104838.csv"), new()).ShouldBeOfType<ReadOutcome.Parsed>();
        var density = outcome.Records.Single(r => r.Sample == "SAMPLE 0002").Values["viableDensity"];
        density.Value.ShouldBeNull();
        density.Original.ShouldBe("10.00%");
        density.Remark.ShouldNotBeNull();
    }

    private static void Compare(string instrument, ReadOutcome.Parsed parsed, int index, JsonElement want)
    {
        var time = DateTimeOffset.Parse(want.GetProperty("time").GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).DateTime;
        switch (instrument)
        {
            case "cedex-bioht": CompareResultLine(parsed.Records[index], time, want); break;
            case "nova-flex2": CompareModules(parsed.Records.Single(r => r.Sample == want.GetProperty("sample_id").GetString() && r.Time!.Local == time), want); break;
            case "incucyte":
                var reading = parsed.Records.Single(r => r.Time!.Local == time && r.Texts["column"] == want.GetProperty("column").GetString());
                reading.Values.Single(v => v.Key != "elapsed").Value.Value.ShouldBe(want.GetProperty("value").GetDecimal());
                reading.Values["elapsed"].Value.ShouldBe(want.GetProperty("elapsed_h").GetDecimal());
                break;
            default: CompareWell(parsed.Records[index], time, want); break;
        }
    }

    private static void CompareResultLine(ResultRecord record, DateTime time, JsonElement want)
    {
        record.Time!.Local.ShouldBe(time);
        record.Sample.ShouldBe(want.GetProperty("sample_id").GetString());
        foreach (var (member, text) in new[] { ("batch", "batch"), ("role", "role"), ("dilution", "dilution"), ("analyte_code", "analyteCode"), ("analyte_dilution", "analyteDilution"), ("flag", "flag"), ("class", "class") })
            if (want.TryGetProperty(member, out var word)) record.Texts.GetValueOrDefault(text).ShouldBe(word.GetString(), $"row {record.Row}, {member}");
        var value = record.Values.Values.ShouldHaveSingleItem();
        value.Value.ShouldBe(want.GetProperty("value").GetDecimal());
        value.Unit.ShouldBe(want.GetProperty("unit").GetString());
        value.Original.ShouldBe(want.GetProperty("value_text").GetString());
        value.Qualifier.ToString().ShouldBe(want.GetProperty("qualifier").GetString() ?? "=");
    }

    private static void CompareModules(ResultRecord record, JsonElement want)
    {
        var numbers = want.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Number).Select(m => (m.Name, Value: m.Value.GetDecimal()))
            .Concat(want.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Object).Select(m => (m.Name, Value: m.Value.GetProperty("value").GetDecimal())))
            .Concat(want.TryGetProperty("analytes", out var analytes) ? analytes.EnumerateArray().Select(a => (Name: a.GetProperty("analyte").GetString()!, Value: a.GetProperty("value").GetDecimal())) : []);
        foreach (var (name, value) in numbers)
            if ((record.Sample, name) != ("SAMPLE 0002", "viable_density")) // contested: the cell holds "10.00%"
                record.Values[Canonical(name)].Value.ShouldBe(value, $"{record.Sample}, {name}");
    }

    private static void CompareWell(ResultRecord record, DateTime time, JsonElement want)
    {
        record.Time!.Local.ShouldBe(time);
        record.Sample.ShouldBe(want.GetProperty("sample_id").GetString());
        var features = want.GetProperty("features").EnumerateObject().ToDictionary(f => f.Name, f => f.Value.ValueKind == JsonValueKind.Null ? (decimal?)null : f.Value.GetDecimal());
        foreach (var (feature, value) in features) record.Values[feature].Value.ShouldBe(value, $"{record.Sample}, {feature}");
        record.Values.Count(v => v.Value.Value is not null).ShouldBe(features.Values.Count(v => v is not null));
    }

    private static string Canonical(string name)
    {
        if (name == "viability_pct") return "viability";
        var words = name.Split('_', ' ');
        return words[0] + string.Concat(words.Skip(1).Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
    }

    private static ReadOutcome Read(string path, ReadSettings settings)
    {
        using var stream = File.OpenRead(path);
        return InstrumentFile.Read(stream, settings: settings);
    }
}
