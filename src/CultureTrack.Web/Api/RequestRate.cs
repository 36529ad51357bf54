using System.Threading.RateLimiting;
using CultureTrack.Web.People;
using Microsoft.AspNetCore.Http;

namespace CultureTrack.Web.Api;

/// <summary>Bounds how much one sender can ask for: a bucket for each token, and a smaller one for each address that tries to sign in.</summary>
public sealed class RequestRate : IDisposable
{
    private const int PerSecond = 300, Burst = 3000, SignInsPerSecond = 10, SignInBurst = 300;

    private readonly PartitionedRateLimiter<(string Key, bool SignIn)> _limiter = PartitionedRateLimiter.Create<(string Key, bool SignIn), (string, bool)>(
        sender => RateLimitPartition.GetTokenBucketLimiter(sender, s => new TokenBucketRateLimiterOptions
        {
            TokenLimit = s.Item2 ? SignInBurst : Burst,
            TokensPerPeriod = s.Item2 ? SignInsPerSecond : PerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
            AutoReplenishment = true,
        }));

    public bool Take(HttpContext context, bool signIn)
    {
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        var key = signIn ? address : RequestToken.Of(context).Token is { } token ? RequestExtensions.Sha256(token) : address;
        using var lease = _limiter.AttemptAcquire((key, signIn));
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
