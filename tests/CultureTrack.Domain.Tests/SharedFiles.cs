using Xunit;

namespace CultureTrack.Domain.Tests;

/// <summary>
/// Real instrument files and recordings live beside the repository, because their licences do not allow all of them inside.
/// The folder is CULTURETRACK_SHARED or <c>../shared</c>; without it these tests are skipped on a workbench and fail in CI.
/// </summary>
internal static class SharedFiles
{
    private static readonly string? Root = Find();

    public static string Path(params string[] parts)
    {
        if (Root is null)
        {
            const string reason = "No folder with shared instrument files: set CULTURETRACK_SHARED or put it at ../shared.";
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
            Assert.Skip(reason);
        }
        return System.IO.Path.Combine([Root, .. parts]);
    }

    /// <summary>The result files of one instrument, by name; one empty name when the folder is missing, so that the test says why it is skipped.</summary>
    public static IEnumerable<string> Names(string instrument) => Root is null
        ? [""]
        : Directory.EnumerateFiles(System.IO.Path.Combine(Root, "instruments", instrument)).Select(f => System.IO.Path.GetFileName(f)).Where(n => !n.EndsWith(".expected.json", StringComparison.Ordinal)).Order();

    private static string? Find()
    {
        var named = Environment.GetEnvironmentVariable("CULTURETRACK_SHARED");
        if (named is not null) return Directory.Exists(named) ? named : null;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(System.IO.Path.Combine(at.FullName, "CultureTrack.sln")))
            {
                var beside = System.IO.Path.Combine(at.FullName, "..", "shared");
                return Directory.Exists(beside) ? System.IO.Path.GetFullPath(beside) : null;
            }
        return null;
    }
}
