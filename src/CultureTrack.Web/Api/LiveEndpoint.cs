using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Threading.Channels;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <summary>Server-sent events: what happens to the named things from now on.</summary>
internal static class LiveEndpoint
{
    private const int MostTopics = 500;
    private static readonly TimeSpan SaysSomethingEvery = TimeSpan.FromSeconds(15);

    public static void MapLive(this IEndpointRouteBuilder root) =>
        root.MapGet("/live", Live).WithTags("Live").Is("Readings, alarms and changes as they happen (text/event-stream)")
            .Asks("topics", "Such as incubator:INC-02,batch:CEA-26-0001,alarms; a * at the end matches any rest.")
            .Produces(200, contentType: "text/event-stream");

    private static IResult Live(HttpContext context, ILiveFeed feed)
    {
        var topics = (context.Request.Query["topics"].ToString()).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (topics.Length is 0 or > MostTopics) return Problem.Of(Codes.ValRequired, $"Name 1 to {MostTopics} topics.", "topics");
        if (topics.Any(t => t != "alarms" && !t.StartsWith("incubator:", StringComparison.Ordinal) && !t.StartsWith("batch:", StringComparison.Ordinal)))
            return Problem.Of(Codes.ValFormat, "A topic is incubator:…, batch:… or alarms.", "topics");
        return new Stream(feed, topics);
    }

    private sealed class Stream(ILiveFeed feed, IReadOnlyCollection<string> topics) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var ct = httpContext.RequestAborted;
            httpContext.Response.ContentType = "text/event-stream";
            httpContext.Response.Headers["X-Accel-Buffering"] = "no";
            await httpContext.Response.Body.FlushAsync(ct);
            try
            {
                await SseFormatter.WriteAsync(Items(ct), httpContext.Response.Body, Write, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested) { return; }    // the listener went away
        }

        private static void Write(SseItem<LiveEvent?> item, System.Buffers.IBufferWriter<byte> to)
        {
            using var json = new Utf8JsonWriter(to);
            JsonSerializer.Serialize(json, item.Data is null ? (object)new { } : new { topic = item.Data.Topic, data = item.Data.Data }, ApiJson.Options);
        }

        // The formatter flushes after each item; a silent line would be cut by proxies.
        private async IAsyncEnumerable<SseItem<LiveEvent?>> Items([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
        {
            var queue = Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
            _ = Pump(queue.Writer, ct);
            yield return new SseItem<LiveEvent?>(null, "hello");    // whoever is greeted is listening already
            while (!ct.IsCancellationRequested)
            {
                using var wait = CancellationTokenSource.CreateLinkedTokenSource(ct);
                wait.CancelAfter(SaysSomethingEvery);
                LiveEvent? next = null;
                try { next = await queue.Reader.ReadAsync(wait.Token); }
                catch (OperationCanceledException) when (!ct.IsCancellationRequested) { next = null; }    // nothing happened: say so
                yield return new SseItem<LiveEvent?>(next, next?.Kind ?? "idle");
            }
        }

        private async Task Pump(ChannelWriter<LiveEvent> to, CancellationToken ct)
        {
            try { await foreach (var happened in feed.Subscribe(topics, ct)) await to.WriteAsync(happened, ct); }
            catch (Exception e) { to.TryComplete(e); }    // the reader of the queue ends with it
        }
    }
}
