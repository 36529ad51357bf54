using Microsoft.AspNetCore.Http;

namespace CultureTrack.Web.People;

/// <summary>Where a request carries its session, and from where it comes.</summary>
public static class RequestToken
{
    public const string Cookie = "culturetrack";
    private const string Bearer = "Bearer ";

    public static (string? Token, bool FromCookie) Of(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && header[Bearer.Length..].Trim() is { Length: > 0 } token) return (token, false);
        return context.Request.Cookies.TryGetValue(Cookie, out var cookie) && cookie.Length > 0 ? (cookie, true) : (null, false);
    }

    /// <summary>Address and program of the sender; a session that suddenly has another one identifies again before it signs.</summary>
    public static string Device(HttpContext context) => $"{context.Connection.RemoteIpAddress} {context.Request.Headers.UserAgent}";

    public static bool IsSameOrigin(HttpContext context)
    {
        var site = context.Request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0) return site is "same-origin" or "none";
        return Uri.TryCreate(context.Request.Headers.Origin, UriKind.Absolute, out var origin) && origin.Authority == context.Request.Host.Value;
    }
}
