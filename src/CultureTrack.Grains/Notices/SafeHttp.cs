using System.Net;
using System.Net.Sockets;

namespace CultureTrack.Grains.Notices;

/// <summary>
/// Calls a webhook and nothing else: no redirect is followed, no proxy asked, and the address is judged when it is connected to, after the name was looked
/// up, so that a name that changes its address gains nothing. Addresses of the lab's own network are allowed, because receivers stand there; those that
/// belong to the machine's cloud (169.254.0.0/16, fe80::/10), to everybody or to nobody are not.
/// </summary>
internal static class SafeHttp
{
    public static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepOpen = TimeSpan.FromMinutes(2);

    public static HttpClient Client() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = KeepOpen,
        MaxResponseHeadersLength = 16,
        ConnectTimeout = ConnectWithin,
        ConnectCallback = Connect,
    })
    { Timeout = Timeout.InfiniteTimeSpan };    // the pipeline of the sender limits each attempt

    private static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, ct);
        if (addresses.Length == 0 || !addresses.All(IsAllowed)) throw new HttpRequestException($"{context.DnsEndPoint.Host} has an address that is not called.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static bool IsAllowed(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Broadcast) || address.IsIPv6LinkLocal || address.IsIPv6Multicast) return false;
        if (address.AddressFamily != AddressFamily.InterNetwork) return true;
        var bytes = address.GetAddressBytes();
        return !(bytes[0] == 169 && bytes[1] == 254) && bytes[0] is > 0 and < 224;
    }
}
