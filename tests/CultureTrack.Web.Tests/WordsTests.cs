using System.Text.RegularExpressions;
using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace CultureTrack.Web.Tests;

public sealed partial class WordsTests
{
    [Fact]
    public void Every_text_of_a_page_stands_in_the_resource_file()
    {
        var web = Path.Combine(Root(), "src", "CultureTrack.Web");
        var known = XDocument.Load(Path.Combine(web, "Words.resx")).Root!.Elements("data").Select(d => d.Attribute("name")!.Value).ToHashSet();
        var used = Directory.EnumerateFiles(web, "*.razor", SearchOption.AllDirectories).Where(f => !f.Contains("obj")).SelectMany(f => Used().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value));
        used.Distinct().Except(known).ShouldBeEmpty();
    }

    [Fact]
    public void No_word_stands_twice_however_it_is_written()
    {
        // The compiler of resources keeps only the first of two that differ in case alone.
        var words = XDocument.Load(Path.Combine(Root(), "src", "CultureTrack.Web", "Words.resx")).Root!.Elements("data").Select(d => d.Attribute("name")!.Value);
        words.GroupBy(w => w, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CultureTrack.sln"))) folder = folder.Parent;
        return folder!.FullName;
    }

    [GeneratedRegex("\\bL\\[\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Used();
}
