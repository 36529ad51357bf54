using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using CultureTrack.Benchmarks.Server;

namespace CultureTrack.Benchmarks.Live;

/// <summary>One viewer of the live stream.</summary>
internal sealed class LiveStream : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly Stream _body;

    private LiveStream(HttpClient http, Stream body) => (_http, _body) = (http, body);

    public static async Task<LiveStream> Open(RunningLab lab, string topics, CancellationToken ct)
    {
        var http = new HttpClient { BaseAddress = lab.Http.BaseAddress, Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/live?topics={topics}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await lab.Session("qa01"));
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        answer.EnsureSuccessStatusCode();
        return new(http, await answer.Content.ReadAsStreamAsync(ct));
    }

    /// <summary>Kind and JSON of what happens, until told to stop.</summary>
    public async IAsyncEnumerable<(string Kind, byte[] Json)> Events([EnumeratorCancellation] CancellationToken stop)
    {
        await using var events = SseParser.Create(_body, (_, data) => data.ToArray()).EnumerateAsync(stop).GetAsyncEnumerator(stop);
        while (await Next(events, stop)) yield return (events.Current.EventType, events.Current.Data);
    }

    private static async Task<bool> Next(IAsyncEnumerator<SseItem<byte[]>> events, CancellationToken stop)
    {
        try { return await events.MoveNextAsync(); }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { return false; }    // told to stop: the end of the stream
    }

    public async ValueTask DisposeAsync()
    {
        await _body.DisposeAsync();
        _http.Dispose();
    }
}
