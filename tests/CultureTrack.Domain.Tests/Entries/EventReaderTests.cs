using System.Globalization;
using System.Text.Json;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Entries;

/// <summary>How the JSON of a request becomes a record: strictly, with a finding and its path for everything that is not as it must be.</summary>
public sealed class EventReaderTests
{
    public enum Colour { Red, Green }

    public sealed record Part(string Name, int Count);

    public sealed record Sample(
        string Name, decimal Amount, int Count, long Big, bool Sterile, DateTimeOffset At, Guid Id, Colour Colour, IReadOnlyList<Part> Parts, string? Note, decimal? Maybe, int Times = 3,
        IReadOnlyList<string>? Words = null, JsonElement? Any = null);

    private const string Id = "00000000-0000-7000-8000-000000000001";

    private static readonly Dictionary<string, string> Whole = new()
    {
        ["name"] = "\" Flask \"",
        ["amount"] = "12.50",
        ["count"] = "7",
        ["big"] = "2147483647",
        ["sterile"] = "true",
        ["at"] = "\"2026-03-02T09:40:00.1239+01:00\"",
        ["id"] = $"\"{Id}\"",
        ["colour"] = "\"Green\"",
        ["parts"] = """[{"name":"a","count":1},{"name":"b","count":2}]""",
    };

    private static (Sample? Read, string[] Findings) Read(params (string Member, string? Json)[] changes)
    {
        var members = new Dictionary<string, string>(Whole);
        foreach (var (member, json) in changes)
            if (json is null) members.Remove(member);
            else members[member] = json;
        var text = $"{{{string.Join(',', members.Select(m => $"\"{m.Key}\":{m.Value}"))}}}";
        var findings = new List<Finding>();
        return (EventReader.Read<Sample>(JsonSerializer.Deserialize<JsonElement>(text), "data", findings), [.. findings.Select(f => $"{f.Code} {f.Field}")]);
    }

    [Fact]
    public void What_is_whole_is_read_with_the_values_left_out_as_they_are_by_default()
    {
        var (read, findings) = Read();
        findings.ShouldBeEmpty();
        (read!.Name, read.Amount, read.Count, read.Big, read.Sterile, read.Colour, read.Id).ShouldBe(("Flask", 12.50m, 7, 2147483647L, true, Colour.Green, Guid.Parse(Id)));
        read.At.ShouldBe(new DateTimeOffset(2026, 3, 2, 8, 40, 0, 123, TimeSpan.Zero));
        read.At.Offset.ShouldBe(TimeSpan.Zero);
        read.Parts.ShouldBe([new("a", 1), new("b", 2)]);
        (read.Note, read.Maybe, read.Times, read.Words, read.Any).ShouldBe((null, null, 3, null, null));
    }

    [Fact]
    public void What_may_be_left_out_is_read_where_it_is_given()
    {
        var (read, _) = Read(("note", "\"Seen\""), ("maybe", "1.5"), ("times", "4"), ("words", """["x","y"]"""), ("any", """{"z":1}"""), ("sterile", "false"));
        (read!.Note, read.Maybe, read.Times, read.Sterile).ShouldBe(("Seen", 1.5m, 4, false));
        read.Words.ShouldBe(["x", "y"]);
        read.Any!.Value.GetProperty("z").GetInt32().ShouldBe(1);
        Read(("note", "null"), ("times", "null")).Read!.Times.ShouldBe(3);
    }

    [Theory]
    [InlineData("name", null, "VAL-REQUIRED data.name")]
    [InlineData("name", "null", "VAL-REQUIRED data.name")]
    [InlineData("name", "\"  \"", "VAL-REQUIRED data.name")]
    [InlineData("name", "5", "VAL-FORMAT data.name")]
    [InlineData("amount", null, "VAL-REQUIRED data.amount")]
    [InlineData("amount", "\"12\"", "VAL-FORMAT data.amount")]
    [InlineData("amount", "1e400", "VAL-FORMAT data.amount")]
    [InlineData("amount", "10000000000000.1", "VAL-RANGE data.amount")]
    [InlineData("amount", "-10000000000000.1", "VAL-RANGE data.amount")]
    [InlineData("count", "7.5", "VAL-FORMAT data.count")]
    [InlineData("count", "\"7\"", "VAL-FORMAT data.count")]
    [InlineData("count", "2147483648", "VAL-FORMAT data.count")]
    [InlineData("count", "-2147483649", "VAL-FORMAT data.count")]
    [InlineData("count", "1e400", "VAL-FORMAT data.count")]
    [InlineData("sterile", "\"true\"", "VAL-FORMAT data.sterile")]
    [InlineData("at", "\"2026-03-02\"", "VAL-FORMAT data.at")]
    [InlineData("at", "5", "VAL-FORMAT data.at")]
    [InlineData("id", "\"7\"", "VAL-FORMAT data.id")]
    [InlineData("id", "7", "VAL-FORMAT data.id")]
    [InlineData("colour", "\"green\"", "VAL-FORMAT data.colour")]
    [InlineData("colour", "\"1\"", "VAL-FORMAT data.colour")]
    [InlineData("colour", "1", "VAL-FORMAT data.colour")]
    [InlineData("parts", """{"name":"a","count":1}""", "VAL-FORMAT data.parts")]
    [InlineData("parts", "[7]", "VAL-FORMAT data.parts[0]")]
    [InlineData("extra", "1", "VAL-BODY data.extra")]
    [InlineData("Name", "\"Flask\"", "VAL-BODY data.Name")]
    [InlineData("words", "\"x\"", "VAL-FORMAT data.words")]
    public void What_is_not_as_it_must_be_is_found_with_its_path(string member, string? json, string finding)
    {
        var (read, findings) = Read((member, json));
        read.ShouldBeNull();
        findings.ShouldBe([finding]);
    }

    [Theory]
    [InlineData("amount", "10000000000000")]
    [InlineData("amount", "-10000000000000")]
    [InlineData("count", "7.0")]
    [InlineData("count", "2147483647")]
    [InlineData("count", "-2147483648")]
    public void What_lies_at_the_end_of_the_possible_is_read(string member, string json) => Read((member, json)).Findings.ShouldBeEmpty();

    [Fact]
    public void A_text_has_4000_characters_at_most_and_a_list_5000_items()
    {
        static string Text(int length) => $"\"{new string('x', length)}\"";
        static string List(int length) => $"[{string.Join(',', Enumerable.Repeat("\"x\"", length))}]";
        Read(("note", Text(4000))).Findings.ShouldBeEmpty();
        Read(("note", Text(4001))).Findings.ShouldBe(["VAL-FORMAT data.note"]);
        Read(("words", List(5000))).Read!.Words!.Count.ShouldBe(5000);
        Read(("words", List(5001))).Findings.ShouldBe(["VAL-FORMAT data.words"]);
        Read(("words", "[]")).Read!.Words.ShouldBeEmpty();
    }

    [Fact]
    public void All_that_is_wrong_is_found_at_once_and_within_lists_by_its_place()
    {
        var (read, findings) = Read(("count", "true"), ("colour", "\"Blue\""), ("parts", """[{"name":"a","count":1},{"name":"","count":2},{"name":"c"},{"name":"d","count":4,"more":1}]"""));
        read.ShouldBeNull();
        findings.ShouldBe(["VAL-FORMAT data.count", "VAL-FORMAT data.colour", "VAL-REQUIRED data.parts[1].name", "VAL-REQUIRED data.parts[2].count", "VAL-BODY data.parts[3].more"]);
    }

    [Fact]
    public void What_is_no_object_is_no_record_and_a_finding_of_before_does_not_count_against_it()
    {
        var findings = new List<Finding>();
        EventReader.Read<Part>(JsonSerializer.Deserialize<JsonElement>("[]"), "", findings).ShouldBeNull();
        findings.Select(f => (f.Code, f.Field)).ShouldBe([(Codes.ValFormat, "")]);
        EventReader.Read<Part>(JsonSerializer.Deserialize<JsonElement>("""{"name":"a","count":1}"""), "", findings).ShouldBe(new Part("a", 1));
        EventReader.Read<Part>(JsonSerializer.Deserialize<JsonElement>("{}"), "", findings).ShouldBeNull();
        findings.Skip(1).Select(f => (f.Code, f.Field)).ShouldBe([(Codes.ValRequired, "name"), (Codes.ValRequired, "count")]);
    }

    [Theory]
    [InlineData("name", true)]
    [InlineData("amount", true)]
    [InlineData("note", false)]
    [InlineData("maybe", false)]
    [InlineData("times", false)]
    [InlineData("words", false)]
    public void A_member_must_be_given_unless_it_can_be_nothing_or_has_a_default(string member, bool required) =>
        EventReader.IsRequired(typeof(Sample).GetConstructors().Single(c => c.GetParameters().Length > 1).GetParameters().Single(p => p.Name!.Equals(member, StringComparison.OrdinalIgnoreCase))).ShouldBe(required);

    [Theory]
    [InlineData("2026-03-02T09:40Z", "2026-03-02T09:40:00.000Z")]
    [InlineData("2026-03-02T09:40:00Z", "2026-03-02T09:40:00.000Z")]
    [InlineData("2026-03-02T09:40:00+01:00", "2026-03-02T08:40:00.000Z")]
    [InlineData("2026-03-02T09:40:00-05:30", "2026-03-02T15:10:00.000Z")]
    [InlineData("2026-03-02T09:40:00.1239999Z", "2026-03-02T09:40:00.123Z")]
    [InlineData("2026-03-02T09:40:00", null)]
    [InlineData("2026-03-02 09:40:00Z", null)]
    [InlineData("2026-03-02T09:40:00+0100", null)]
    [InlineData("2026-03-02T9:40Z", null)]
    [InlineData("2026-13-02T09:40:00Z", null)]
    [InlineData("2026-03-02T09:40:00.00000000000000000000Z", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void An_instant_has_date_time_and_offset_and_becomes_UTC_in_milliseconds(string? text, string? utc)
    {
        EventReader.TryInstant(text, out var instant).ShouldBe(utc is not null);
        if (utc is not null) RecordJson.Text(instant).ShouldBe(utc);
        else instant.ShouldBe(default);
    }

    [Fact]
    public void An_instant_of_17_and_of_40_characters_is_long_enough_and_not_too_long()
    {
        "2026-03-02T09:40Z".Length.ShouldBe(17);
        EventReader.TryInstant("2026-03-02T09:40Z", out _).ShouldBeTrue();
        var forty = "2026-03-02T09:40:00Z".PadLeft(40);
        EventReader.TryInstant(forty, out var at).ShouldBeTrue();
        at.ShouldBe(DateTimeOffset.Parse("2026-03-02T09:40:00Z", CultureInfo.InvariantCulture));
        EventReader.TryInstant(" " + forty, out _).ShouldBeFalse();
    }
}
