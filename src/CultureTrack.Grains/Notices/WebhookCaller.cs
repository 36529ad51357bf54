using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace CultureTrack.Grains.Notices;

/// <summary>What came of one attempt.</summary>
/// <param name="IsReceiverAway">Nothing else will arrive there at the moment either; a refusal of this one thing is not that.</param>
internal sealed record Handed(bool Arrived, string Answer, int DurationMs, bool IsReceiverAway);

/// <summary>Posts a delivery to its webhook, signed; short disturbances are bridged at once.</summary>
internal sealed class WebhookCaller : IDisposable
{
    public const string IdHeader = "X-CultureTrack-Id", TimestampHeader = "X-CultureTrack-Timestamp", SignatureHeader = "X-CultureTrack-Signature";
    private const int MostRetries = 2, LongestAnswer = 60;
    private static readonly TimeSpan EachWithin = TimeSpan.FromSeconds(10), FirstPause = TimeSpan.FromMilliseconds(500);
    private readonly HttpClient _http = SafeHttp.Client();

    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = MostRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstPause,
            ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>().HandleResult(r => IsAway(r.StatusCode)),
        })
        .AddTimeout(EachWithin).Build();

    /// <param name="timestamp">Unix seconds by the machine's clock, so that the receiver can tell an old copy.</param>
    public static string Sign(string secret, string id, string timestamp, string body) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));

    public async Task<Handed> Post(Webhook webhook, Delivery delivery, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        int Took() => (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        try
        {
            using var answer = await _pipeline.ExecuteAsync(async inner => await _http.SendAsync(Request(webhook, delivery), HttpCompletionOption.ResponseHeadersRead, inner), ct);
            var status = (int)answer.StatusCode;
            return new(answer.IsSuccessStatusCode, status.ToString(CultureInfo.InvariantCulture), Took(), IsAway(answer.StatusCode));
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException)
        {
            var why = e is TimeoutRejectedException ? $"no answer within {EachWithin.TotalSeconds:0} s" : e.Message;
            return new(false, why.Length > LongestAnswer ? why[..LongestAnswer] : why, Took(), true);
        }
    }

    public void Dispose() => _http.Dispose();

    // Made anew for every attempt: a request is sent once.
    private static HttpRequestMessage Request(Webhook webhook, Delivery delivery)
    {
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new StringContent(delivery.Body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("User-Agent", "CultureTrack");
        request.Headers.TryAddWithoutValidation(IdHeader, delivery.Id);
        request.Headers.TryAddWithoutValidation(TimestampHeader, timestamp);
        request.Headers.TryAddWithoutValidation(SignatureHeader, Sign(webhook.Secret, delivery.Id, timestamp, delivery.Body));
        return request;
    }

    private static bool IsAway(HttpStatusCode status) => (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
}
