using FsCheck.Xunit;

namespace CultureTrack.Domain.Tests;

/// <summary>
/// How many examples a test works through. While changes of the code are counted (<c>./dev mutants</c>) every test runs thousands of times, and a few examples
/// each have to do; what they miss counts as unnoticed.
/// </summary>
internal static class Examples
{
    public static bool Few { get; } = Environment.GetEnvironmentVariable("CULTURETRACK_FEW_EXAMPLES") is "1";
}

/// <summary>A law that holds for every random example.</summary>
#pragma warning disable xUnit3003 // the attribute of FsCheck takes no place in the source to hand on
public sealed class LawAttribute : PropertyAttribute
#pragma warning restore xUnit3003
{
    private const int FewRuns = 5;

    public int Runs { get => MaxTest; set => MaxTest = Examples.Few ? Math.Min(value, FewRuns) : value; }
}
