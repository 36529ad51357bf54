using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Architecture;

/// <summary>Habits of CONTRIBUTING.md that no compiler and no analyzer holds.</summary>
public sealed partial class SourceTests
{
    const int FileLinesMax = 350;

    // These tests name what they forbid.
    static readonly string Here = Path.Combine("tests", "CultureTrack.Domain.Tests", "Architecture");

    static IEnumerable<string> Sources => Repository.Files("src", ".cs", ".razor").Concat(TestSources);
    static IEnumerable<string> TestSources => Repository.Files("tests", ".cs", ".razor")
        .Where(path => !path.StartsWith(Here, StringComparison.Ordinal) && !path.Contains("CultureTrack.Benchmarks", StringComparison.Ordinal));    // programs, not tests

    [Fact]
    public void Files_stay_short_enough_to_be_read() =>
        Sources.Select(path => (path, lines: Repository.Read(path).Count(c => c == '\n')))
            .Where(file => file.lines > FileLinesMax).Select(file => $"{file.path}: {file.lines} lines").ShouldBeEmpty();

    [Fact]
    public void Nobody_asks_the_machine_what_time_it_is() => Finds(WallClock(), Sources).ShouldBeEmpty("the lab clock is an injected TimeProvider");

    [Fact]
    public void Nobody_sleeps() => Finds(Sleep(), Sources).ShouldBeEmpty("wait for what is awaited");

    [Fact]
    public void Tests_do_not_wait_for_time_to_pass() => Finds(Delay(), TestSources).ShouldBeEmpty("wait for what is awaited, or move the clock");

    [Fact]
    public void No_exception_disappears() => Finds(EmptyCatch(), Sources).ShouldBeEmpty("handle it, or let it through");

    [Fact]
    public void Nothing_is_left_for_later() => Finds(LeftOver(), Sources).ShouldBeEmpty();

    [Fact]
    public void Folders_are_features_and_not_kinds()
    {
        string[] kinds = ["Services", "Models", "Helpers", "Utils", "Interfaces", "Managers", "Dtos", "Extensions", "Common"];

        Repository.Files("src", ".cs", ".razor").Select(path => Path.GetDirectoryName(path)!)
            .Distinct().Where(folder => folder.Split(Path.DirectorySeparatorChar).Intersect(kinds).Any()).ShouldBeEmpty();
    }

    static IEnumerable<string> Finds(Regex pattern, IEnumerable<string> files) =>
        from path in files
        let text = Repository.Read(path)
        from Match match in pattern.Matches(text)
        select $"{path}:{1 + text.AsSpan(0, match.Index).Count('\n')}: {match.Value.Trim()}";

    [GeneratedRegex(@"\bDateTime(Offset)?\.(UtcNow|Now|Today)\b")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"\bThread\.Sleep\b")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\bTask\.Delay\((?!Timeout\.Infinite)")]
    private static partial Regex Delay();

    [GeneratedRegex(@"\bcatch\b\s*(\([^)]*\))?\s*(when\s*\([^{]*\))?\s*\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"//\s*(TODO|FIXME|HACK)|\bNotImplementedException\b")]
    private static partial Regex LeftOver();
}
