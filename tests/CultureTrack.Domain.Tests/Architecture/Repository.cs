using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CultureTrack.Domain.Tests.Architecture;

/// <summary>The repository these tests were built from, as files: what the compiler does not check is read here.</summary>
static partial class Repository
{
    public static DirectoryInfo Root { get; } = FindRoot();

    /// <summary>Project files below <paramref name="folder"/>, by project name without the <c>CultureTrack.</c> before it.</summary>
    public static IReadOnlyDictionary<string, Project> Projects(string folder) =>
        new DirectoryInfo(Path.Combine(Root.FullName, folder)).EnumerateFiles("*.csproj", SearchOption.AllDirectories)
            .Select(file => new Project(ShortName(file.FullName), XDocument.Load(file.FullName)))
            .ToDictionary(project => project.Name);

    /// <summary>Files people write, as paths relative to the root; build output and generated files are left out.</summary>
    public static IEnumerable<string> Files(string folder, params string[] extensions) =>
        Directory.EnumerateFiles(Path.Combine(Root.FullName, folder), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root.FullName, path))
            .Where(path => extensions.Contains(Path.GetExtension(path)) && !BuildOutput().IsMatch(path));

    public static string Read(string relativePath) => File.ReadAllText(Path.Combine(Root.FullName, relativePath));

    public static string ShortName(string path) =>
        Path.GetFileNameWithoutExtension(path.Replace('\\', '/')).Replace("CultureTrack.", "", StringComparison.Ordinal);

    static DirectoryInfo FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "CultureTrack.sln"))) return folder;
        throw new InvalidOperationException($"No CultureTrack.sln above {AppContext.BaseDirectory}: run the tests from the repository.");
    }

    [GeneratedRegex(@"(^|[\\/])(bin|obj)[\\/]")]
    private static partial Regex BuildOutput();
}

/// <summary>One project file: what it may reach is decided by these lists.</summary>
sealed record Project(string Name, XDocument Document)
{
    public IEnumerable<string> References => Included("ProjectReference").Select(Repository.ShortName);
    public IEnumerable<string> Packages => Included("PackageReference");
    public IEnumerable<string> Frameworks => Included("FrameworkReference");

    IEnumerable<string> Included(string element) => Document.Descendants(element).Select(e => e.Attribute("Include")!.Value);
}
