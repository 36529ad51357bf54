using CultureTrack.Server.Demo;
using CultureTrack.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace CultureTrack.IntegrationTests.Demo;

public sealed class DemoFolderTests : IDisposable
{
    private static readonly DemoMemory Memory = new(new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero), "GW-01", "gw-01-abc", "a secret");
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"culturetrack-demo-folder-{Guid.CreateVersion7():n}");

    public void Dispose()
    {
        if (Directory.Exists(_path)) Directory.Delete(_path, recursive: true);
    }

    [Fact]
    public async Task A_filled_folder_is_remembered_and_only_its_owner_can_read_the_secret()
    {
        var folder = new DemoFolder(_path);
        folder.Read().ShouldBeNull();
        await folder.BeginSeeding(NullLogger.Instance, TestContext.Current.CancellationToken);
        folder.EndSeeding(Memory);
        new DemoFolder(_path).Read().ShouldBe(Memory);
        Directory.GetFiles(_path).Select(Path.GetFileName).ShouldBe(["demo.json"]);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(Path.Combine(_path, "demo.json")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_folder_whose_filling_was_interrupted_starts_from_empty()
    {
        await new DemoFolder(_path).BeginSeeding(NullLogger.Instance, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(_path, "postgres"));
        await File.WriteAllTextAsync(Path.Combine(_path, "postgres", "half"), "half", TestContext.Current.CancellationToken);
        var again = new DemoFolder(_path);
        again.Read().ShouldBeNull();
        await again.BeginSeeding(NullLogger.Instance, TestContext.Current.CancellationToken);
        Directory.Exists(Path.Combine(_path, "postgres")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_folder_with_anything_else_in_it_is_never_touched()
    {
        Directory.CreateDirectory(_path);
        var thesis = Path.Combine(_path, "thesis.txt");
        await File.WriteAllTextAsync(thesis, "years of work", TestContext.Current.CancellationToken);
        var begin = () => new DemoFolder(_path).BeginSeeding(NullLogger.Instance, TestContext.Current.CancellationToken);
        await begin.ShouldThrowAsync<SettingException>();
        (await File.ReadAllTextAsync(thesis, TestContext.Current.CancellationToken)).ShouldBe("years of work");
    }
}
