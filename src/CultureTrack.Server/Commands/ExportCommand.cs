using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CultureTrack.Grains.Batches;
using CultureTrack.Server.Hosting;
using CultureTrack.Store.Postgres;
using CultureTrack.Web.Passports;
using Marten;
using Npgsql;
using Serilog;

namespace CultureTrack.Server.Commands;

/// <summary><c>culturetrack export</c>: complete copies of batches as passports, from a running server or from the store of this data directory.</summary>
internal static class ExportCommand
{
    private const int BatchesAPage = 1000;
    private static readonly Argument<string[]> Batches = new("BATCH") { Description = "Ids of batches; without any, all of them.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<DirectoryInfo> To = new("--to") { Description = "Folder for the passports.", Required = true };
    private static readonly Option<string?> From = new("--server") { Description = "A running server, such as http://localhost:8080." };
    private static readonly Option<FileInfo?> Token = new("--token-file") { Description = "File with an access token for it (scope read); never on the command line, where others could read it." };
    private static readonly Option<bool> Json = CommandOutput.Json();

    public static Command Create()
    {
        var command = new Command("export", "Write batches as passports: every event, signature and reading, sealed and signed; culturetrack verify checks them, culturetrack import passport takes them elsewhere. "
            + "Asks a running server, or the store of this data directory while no server runs on it.\n\nExamples:\n  culturetrack export CEA-26-0001 --to /archive\n"
            + "  culturetrack export --to /archive --server http://localhost:8080 --token-file token.txt --json");
        command.Arguments.Add(Batches);
        foreach (var option in new Option[] { To, From, Token, Json }) command.Options.Add(option);
        command.SetAction(Run);
        return command;
    }

    /// <summary>Where passports come from.</summary>
    private sealed record Source(Func<Task<IReadOnlyList<string>>> List, Func<string, Task<byte[]?>> Passport);

    private static async Task<int> Run(ParseResult parsed, CancellationToken ct)
    {
        var settings = new LabSettings(LabSettings.Read(), ".culturetrack");
        Logs.Configure(settings.With(new Dictionary<string, string?> { ["Logging:Level"] = "Warning" }), past: true);
        try
        {
            if (parsed.GetValue(From) is { } server)
                return Uri.TryCreate(server, UriKind.Absolute, out var url) ? await OfServer(url, parsed, ct) : await CommandOutput.Fail($"{server} is no address such as http://localhost:8080.", CommandOutput.Usage);
            if (settings.Runtime is not null) return await CommandOutput.Fail("Of an external database a server has to be asked: --server URL --token-file FILE.", CommandOutput.Usage);
            if (RunningPostgres.Find(settings.DataDirectory) is not null)
                return await CommandOutput.Fail($"The server of {settings.DataDirectory} runs. Ask it: --server URL --token-file FILE, with an access token of scope read.", CommandOutput.Usage);
            if (!RunningPostgres.Exists(settings.DataDirectory)) return await CommandOutput.Fail($"There is no store in {settings.DataDirectory}.", CommandOutput.Usage);
            return await OfStore(settings, parsed, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { return await CommandOutput.Fail("Interrupted; passports that were told stay."); }
        catch (HttpRequestException e) { return await CommandOutput.Fail($"The server could not be asked: {e.Message}"); }
        catch (FileNotFoundException e) { return await CommandOutput.Fail(e.Message, CommandOutput.Usage); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NpgsqlException) { return await CommandOutput.Fail(e.Message); }
        catch (Exception e) when (StartFailure.Explains(e)) { return StartFailure.Report(e); }
        finally { await Log.CloseAndFlushAsync(); }
    }

    private static async Task<int> OfServer(Uri server, ParseResult parsed, CancellationToken ct)
    {
        if (parsed.GetValue(Token) is not { } file) return await CommandOutput.Fail("--server needs --token-file: an access token of scope read, made with POST /api/v1/tokens.", CommandOutput.Usage);
        using var http = new HttpClient { BaseAddress = new Uri(server, "/api/v1/"), Timeout = TimeSpan.FromMinutes(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(file.FullName, ct)).Trim());
        return await Write(parsed, new(() => Ids(http, ct), id => Passport(http, id, ct)), ct);
    }

    private static async Task<IReadOnlyList<string>> Ids(HttpClient http, CancellationToken ct)
    {
        var ids = new List<string>();
        for (var page = 1; ; page++)
        {
            var answer = JsonNode.Parse(await http.GetStringAsync($"batches?pageSize={BatchesAPage}&page={page}", ct))!;
            var items = answer["items"]!.AsArray();
            ids.AddRange(items.Select(i => (string)i!["batchId"]!));
            if (items.Count < BatchesAPage) return [.. ids.Order(StringComparer.Ordinal)];
        }
    }

    private static async Task<byte[]?> Passport(HttpClient http, string id, CancellationToken ct)
    {
        using var answer = await http.GetAsync($"batches/{Uri.EscapeDataString(id)}/passport.zip", ct);
        if (answer.StatusCode == System.Net.HttpStatusCode.NotFound) return null;
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(ct);
    }

    private static async Task<int> OfStore(LabSettings settings, ParseResult parsed, CancellationToken ct)
    {
        // Ports that nobody knows: nothing is served meanwhile.
        settings = settings.With(new Dictionary<string, string?> { ["Urls"] = "http://127.0.0.1:0", ["Mqtt:Mode"] = "embedded", ["Mqtt:Listen"] = "127.0.0.1:0", ["Mqtt:ListenTls"] = null, ["Https:CertificateFile"] = null });
        await using var database = await Database.Open(settings, Logs.Factory, ct);
        var rehearsal = await Rehearsal(database, ct);
        var clock = await Clocks.Choose(rehearsal is { } now ? settings.With(new Dictionary<string, string?> { ["Clock:Mode"] = "manual", ["Clock:Start"] = Domain.Records.RecordJson.Text(now) }) : settings, database, ct);
        await using var app = LabHost.Build(settings, database, clock);
        await app.StartAsync(ct);
        var maker = app.Services.GetRequiredService<PassportMaker>();
        var exit = await Write(parsed, new(() => Ids(app, ct), id => maker.Make(id, ct)), ct);
        await app.StopAsync(ct);
        return exit;
    }

    private static async Task<DateTimeOffset?> Rehearsal(Database database, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(database.RuntimeConnectionString);
        return await Store.Installation.Open(source, null, ct) is { Rehearsal: true } store ? store.ManualNow : null;
    }

    private static async Task<IReadOnlyList<string>> Ids(WebApplication app, CancellationToken ct)
    {
        await using var session = app.Services.GetRequiredService<IDocumentStore>().QuerySession();
        return await session.Query<BatchSummary>().OrderBy(b => b.Id).Select(b => b.Id).ToListAsync(ct);
    }

    private static async Task<int> Write(ParseResult parsed, Source source, CancellationToken ct)
    {
        var (json, folder) = (parsed.GetValue(Json), parsed.GetValue(To)!);
        folder.Create();
        var asked = parsed.GetValue(Batches) is { Length: > 0 } named ? named : await source.List();
        var missing = 0;
        for (var i = 0; i < asked.Count; i++)
        {
            if (!json) CommandOutput.Progress()?.Invoke($"{i} of {asked.Count}: {asked[i]}");
            var file = Path.Combine(folder.FullName, $"{asked[i]}-passport.zip");
            var passport = await source.Passport(asked[i]);
            if (passport is null) missing++;
            else await WriteWhole(file, passport, ct);
            if (json) CommandOutput.WriteJson(new { batchId = asked[i], file = passport is null ? null : file, bytes = passport?.Length });
            else CommandOutput.End(passport is null ? $"{asked[i]} is not known." : $"{asked[i]}: {file} ({passport.Length / 1024} KiB)");
        }
        return missing == 0 ? 0 : CommandOutput.Failed;
    }

    // A file under its own name is always whole.
    private static async Task WriteWhole(string file, byte[] content, CancellationToken ct)
    {
        await File.WriteAllBytesAsync(file + ".partial", content, ct);
        File.Move(file + ".partial", file, overwrite: true);
    }
}
