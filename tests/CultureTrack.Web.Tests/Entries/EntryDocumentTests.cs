using System.Reflection;
using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Web.Api;
using Shouldly;
using Xunit;

namespace CultureTrack.Web.Tests.Entries;

/// <summary>Who writes a program against the server has the documents alone: they name every entry as the catalogue does.</summary>
public sealed class EntryDocumentTests
{
    [Fact]
    public void The_document_of_entries_has_one_row_for_each_type_and_says_what_the_catalogue_says()
    {
        // Rows of types begin with a capital; those of what stands beside them do not.
        var rows = File.ReadAllLines(Path.Combine(Root(), "docs", "entries.md")).Where(l => l.StartsWith("| `", StringComparison.Ordinal) && char.IsUpper(l[3])).ToList();
        var expected = EntryReference.Kinds.Select(Row).ToList();
        expected.Except(rows).ShouldBeEmpty("missing in docs/entries.md");
        rows.Except(expected).ShouldBeEmpty("not so in the catalogue");
        rows.Count.ShouldBe(expected.Count);
    }

    [Fact]
    public void The_example_of_each_entry_can_be_read_and_carries_what_the_entry_needs()
    {
        EntryReference.Examples.Select(e => e.Key).ShouldBe(EntryReference.Kinds.Select(k => k.Name), ignoreOrder: true);
        foreach (var kind in EntryReference.Kinds)
        {
            var example = EntryReference.Examples[kind.Name]!;
            var findings = new List<Finding>();
            var data = (EventData?)EventReader.Read(kind.DataType, JsonSerializer.SerializeToElement(example["data"]), "data", findings);
            findings.ShouldBeEmpty(kind.Name);
            if (SignatureRules.MeaningNeeded(data!) is { } meaning) example["signature"]!["meaning"]!.GetValue<string>().ShouldBe(meaning, kind.Name);
            if (kind.SecondPerson == SecondPerson.WithEntry) example["verification"].ShouldNotBeNull(kind.Name);
        }
    }

    private static string Row(EventKind kind) =>
        $"| `{kind.Name}` | {string.Join(", ", kind.By)} | {kind.SecondPerson switch { SecondPerson.WithEntry => "with it", SecondPerson.Later => "with it or later", _ => "" }} "
        + $"| {EntryReference.Meaning(kind)} | {(Fields(kind.DataType) is { Length: > 0 } f ? f : "none")} |";

    private static string Fields(Type type) =>
        string.Join(", ", type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First().GetParameters()
            .Select(p => $"{JsonNamingPolicy.CamelCase.ConvertName(p.Name!)}{(EventReader.IsRequired(p) ? "" : "?")}{Kind(p.ParameterType)}"));

    private static string Kind(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum) return $" {{{string.Join(", ", Enum.GetNames(type))}}}";
        if (type.IsGenericType) return type.GetGenericArguments()[0] is { IsClass: true } item && item != typeof(string) ? $"[{{{Fields(item)}}}]" : "[]";
        return "";
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CultureTrack.sln"))) folder = folder.Parent;
        return folder!.FullName;
    }
}
