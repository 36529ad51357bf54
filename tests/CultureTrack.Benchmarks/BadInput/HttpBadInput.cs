using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CultureTrack.Benchmarks.Server;
using CultureTrack.Domain.Batches;

namespace CultureTrack.Benchmarks.BadInput;

/// <summary>
/// Sends bad bodies to every POST and PUT of the API in the sessions of signed-in people, and bad queries to its reads. Refused in words is right; a 500, a
/// dropped connection or an answer that is no JSON is not.
/// </summary>
internal sealed partial class HttpBadInput(RunningLab lab, string batch, IReadOnlyList<string> users, int count, int seed)
{
    private const int FindingsKept = 30;

    private sealed record Target(HttpMethod Method, string Path, string? Example, bool Multipart, int Weight);

    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly ConcurrentDictionary<string, byte> _reached = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _findings = new();
    private int _sent, _failed, _endpoints;

    public bool Passed => _failed == 0;

    public string Report => $"HTTP: {_sent} requests to {_endpoints} endpoints; statuses {string.Join(", ", _statuses.OrderBy(s => s.Key).Select(s => $"{s.Key}: {s.Value}"))}; "
        + $"{_reached.Count} endpoints took at least one; {_failed} failures{string.Concat(_findings.Select(f => "\n  " + f))}";

    public async Task Run()
    {
        var targets = Targets((await lab.Get("adm01", "/../../openapi/v1.json"))!);
        _endpoints = targets.Count;
        var deck = targets.SelectMany(t => Enumerable.Repeat(t, t.Weight)).ToList();
        await Task.WhenAll(users.Select((user, i) => Person(user, deck, new Mutations(seed + i))));
    }

    private static List<Target> Targets(JsonNode document)
    {
        var targets = new List<Target>();
        foreach (var (path, item) in document["paths"]!.AsObject())
            foreach (var (verb, operation) in item!.AsObject().Where(o => o.Key is "post" or "put" or "get"))
            {
                // A stream without an end; and the shared clock and setup belong to others.
                if (path.EndsWith("/live", StringComparison.Ordinal)) continue;
                var content = operation!["requestBody"]?["content"];
                // Sign-ins are limited to a few a second by design; the rest is what is to be tried.
                var weight = verb == "get" ? 1 : path.EndsWith("/session", StringComparison.Ordinal) || path.EndsWith("/setup", StringComparison.Ordinal) || path.EndsWith("/password", StringComparison.Ordinal) ? 1
                    : path.EndsWith("/events", StringComparison.Ordinal) ? 60 : 8;
                targets.Add(new(new HttpMethod(verb.ToUpperInvariant()), path, content?["application/json"]?["example"]?.ToJsonString(), content?["multipart/form-data"] is not null, weight));
            }
        return targets;
    }

    private async Task Person(string user, List<Target> deck, Mutations mutations)
    {
        for (var n = 0; n < count / users.Count && !lab.HasExited; n++)
        {
            var target = deck[mutations.Random.Next(deck.Count)];
            using var request = new HttpRequestMessage(target.Method, Url(target, mutations)) { Content = Content(target, mutations) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await lab.Session(user));
            await Send(request, target, user);
        }
    }

    [GeneratedRegex(@"\{([^}]+)\}")]
    private static partial Regex Hole();

    private string Url(Target target, Mutations mutations)
    {
        var odd = mutations.Random.Next(10) == 0;
        var path = Hole().Replace(target.Path, hole => odd ? Uri.EscapeDataString(mutations.Scrap()) : hole.Groups[1].Value switch
        {
            "id" when target.Path.Contains("/batches/", StringComparison.Ordinal) => batch,
            "id" when target.Path.Contains("/incubators/", StringComparison.Ordinal) => "INC-03",
            "lotId" => "MED-01",
            "v" or "version" => "1",
            "user" => "nobody01",
            "kind" => "auto",
            _ => "ADSC",
        });
        if (target.Method == HttpMethod.Get && mutations.Random.Next(4) > 0)
            path += "?" + string.Join('&', new[] { "at", "knownAt", "from", "to", "channel", "buckets", "page", "pageSize", "q", "state", "spec", "target", "unit", "afterVersion" }
                .Where(_ => mutations.Random.Next(3) == 0).Select(name => $"{name}={Uri.EscapeDataString(mutations.Scrap().Trim('"'))}"));
        else if (path.EndsWith("/events", StringComparison.Ordinal) && mutations.Random.Next(2) == 0) path += "?dryRun=true";
        return path;
    }

    private static HttpContent? Content(Target target, Mutations mutations)
    {
        if (target.Method == HttpMethod.Get) return null;
        if (target.Multipart) return File(mutations);
        var text = target.Path.EndsWith("/events", StringComparison.Ordinal) && mutations.Random.Next(4) > 0 ? Entry(mutations) : Named(target.Example ?? "{}", mutations);
        var bytes = mutations.Random.Next(12) == 0 ? Encoding.UTF8.GetBytes(text) : mutations.Json(text);
        var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", mutations.Random.Next(30) == 0 ? "text/plain" : "application/json");
        return content;
    }

    // Persons of the examples sign with passwords that are not theirs: they would only lock each other out.
    private static string Named(string example, Mutations mutations) => mutations.Random.Next(2) == 0
        ? example.Replace("tech0", "nobody0", StringComparison.Ordinal).Replace("qa0", "nobody1", StringComparison.Ordinal)
        : Regex.Replace(example, "\"(password)\":\"[^\"]*\"", $"\"$1\":\"{RunningLab.Password}\"");

    private static MultipartFormDataContent File(Mutations mutations)
    {
        var form = new MultipartFormDataContent();
        var table = "Sample ID,Date,Total cells/ml,Viability %\nS-1,2026-03-02 10:00:00,1.2e6,94.1\nS-2,2026-03-02 10:05:00,9e5,88\n";
        var bytes = mutations.Random.Next(3) switch { 0 => mutations.Noise(), 1 => mutations.Bytes(Encoding.UTF8.GetBytes(table)), _ => mutations.Cut(Encoding.UTF8.GetBytes(table)) };
        form.Add(new ByteArrayContent(bytes), mutations.Random.Next(5) == 0 ? "other" : "file", "cells.csv");
        if (mutations.Random.Next(2) == 0) form.Add(new StringContent(mutations.Scrap()), "zone");
        if (mutations.Random.Next(2) == 0) form.Add(new StringContent(mutations.Scrap()), "dateOrder");
        return form;
    }

    private static string Entry(Mutations mutations)
    {
        var types = EventCatalogue.ByName.Values.ToList();
        var type = types[mutations.Random.Next(types.Count)];
        return new JsonObject { ["type"] = type.Name, ["data"] = RandomEntries.Of(type.DataType, mutations.Random, 0), ["comment"] = "random", ["reason"] = "random entry" }.ToJsonString();
    }

    private async Task Send(HttpRequestMessage request, Target target, string user)
    {
        Interlocked.Increment(ref _sent);
        try
        {
            using var answer = await lab.Http.SendAsync(request);
            var (status, text) = ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
            _statuses.AddOrUpdate(status, 1, (_, n) => n + 1);
            if (status < 300) _reached.TryAdd($"{target.Method} {target.Path}", 0);
            if (status == 401 && !target.Path.EndsWith("/session", StringComparison.Ordinal)) await lab.Unlock(user);
            if (status >= 500) await Found($"{status}", request, text);
            else if (answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true && text.Length > 0) JsonDocument.Parse(text).Dispose();
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException or IOException)
        {
            await Found(e.GetType().Name + " " + e.Message, request, "");
        }
    }

    private async Task Found(string what, HttpRequestMessage request, string answer)
    {
        if (Interlocked.Increment(ref _failed) > FindingsKept) return;
        var body = request.Content is null ? "" : Encoding.UTF8.GetString(await request.Content.ReadAsByteArrayAsync());
        _findings.Enqueue($"{what}: {request.Method} {request.RequestUri} {body[..Math.Min(600, body.Length)]} → {answer[..Math.Min(300, answer.Length)]}");
    }
}
