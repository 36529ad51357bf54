using System.Text.Json;
using CultureTrack.Server.Hosting;
using CultureTrack.Store.Postgres;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Server.Demo;

/// <summary>What the demo remembers between starts; the gateway's secret is in it, so only the account of the server can read it.</summary>
internal sealed record DemoMemory(DateTimeOffset SeededAt, string ClientId, string Username, string Password);

/// <summary>
/// The data directory of the demo: empty, being filled, or filled. One whose filling was cut short is emptied and filled again; one that holds something
/// else is never touched.
/// </summary>
internal sealed class DemoFolder(string path)
{
    private const string MemoryFile = "demo.json", SeedingFile = "demo.seeding";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string Path { get; } = path;
    private string Memory => System.IO.Path.Combine(Path, MemoryFile);
    private string Seeding => System.IO.Path.Combine(Path, SeedingFile);

    /// <summary>The memory of a filled directory; null when it has to be filled.</summary>
    public DemoMemory? Read() => File.Exists(Memory) ? JsonSerializer.Deserialize<DemoMemory>(File.ReadAllText(Memory), Json) : null;

    /// <summary>Makes ready for filling: empties what an interrupted filling has left.</summary>
    /// <exception cref="SettingException">The directory holds something that is not a demo's.</exception>
    public async Task BeginSeeding(ILogger log, CancellationToken ct)
    {
        if (File.Exists(Seeding))
        {
            log.LogInformation("The demo in {Folder} was interrupted while it was filled; it starts again from empty", Path);
            await Empty(log, ct);
        }
        else if (Directory.Exists(Path) && Directory.EnumerateFileSystemEntries(Path).Any())
            throw new SettingException($"{Path} holds something that is no demo. Name an empty folder in DataDirectory.");
        try { Directory.CreateDirectory(Path); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"The data directory {Path} cannot be written: {e.Message} Set DataDirectory to a folder that this account may write.");
        }
        Write(Seeding, "The demo is being filled. If this file is here while no server runs, the next start empties this folder.");
    }

    public void EndSeeding(DemoMemory memory)
    {
        Write(Memory, JsonSerializer.Serialize(memory, Json));
        File.Delete(Seeding);
    }

    // The killed server's database may still be shutting down; taking it over and stopping it in order is the one safe way to its files.
    private async Task Empty(ILogger log, CancellationToken ct)
    {
        if (Directory.Exists(System.IO.Path.Combine(Path, "postgres", "data")))
            await (await EmbeddedPostgres.StartAsync(new PostgresOptions { DataDirectory = Path }, log, ct)).DisposeAsync();
        foreach (var folder in Directory.GetDirectories(Path)) Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.GetFiles(Path).Where(f => f != Seeding)) File.Delete(file);
    }

    // Never readable by others, not even for the moment between creation and a change of mode; renamed when complete.
    private static void Write(string file, string text)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = ownerOnly;
        using (var writer = new StreamWriter(new FileStream($"{file}.new", options))) writer.Write(text);
        File.Move($"{file}.new", file, overwrite: true);
    }
}
