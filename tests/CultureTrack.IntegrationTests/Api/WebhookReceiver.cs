using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CultureTrack.IntegrationTests.Api;

/// <summary>What a webhook brought.</summary>
internal sealed record Received(string Id, string Timestamp, string Signature, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public bool IsSignedWith(string secret) =>
        Signature == "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.{Body}")));
}

/// <summary>A program that webhooks call over real HTTP.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly BlockingCollection<Received> _received = [];

    private WebhookReceiver(WebApplication app) => _app = app;

    /// <summary>What it answers.</summary>
    public int Answers { get; set; } = 204;
    public string Url => $"{_app.Urls.First()}/culturetrack";

    public static async Task<WebhookReceiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.MapPost("/culturetrack", receiver.Take);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The next one of a kind; what came before it is dropped.</summary>
    public Received Next(string type)
    {
        while (_received.TryTake(out var one, TimeSpan.FromSeconds(20)))
            if (one.Json["type"]!.GetValue<string>() == type) return one;
        throw new TimeoutException($"No {type} arrived.");
    }

    private async Task<IResult> Take(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        string Header(string name) => request.Headers[$"X-CultureTrack-{name}"].ToString();
        _received.Add(new(Header("Id"), Header("Timestamp"), Header("Signature"), await reader.ReadToEndAsync()));
        return Results.StatusCode(Answers);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _received.Dispose();
    }
}
