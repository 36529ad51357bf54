using Microsoft.AspNetCore.Http;

namespace CultureTrack.Web.People;

/// <summary>Where a request carries its session, and from where it comes.</summary>
public static class RequestToken
{
    public const string Cookie = "culturetrack";
    private const string Bearer = "Bearer ", Basic = "Basic ", CalendarFeed = "/tasks.ics";

    public static (string? Token, bool FromCookie) Of(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && header[Bearer.Length..].Trim() is { Length: > 0 } token) return (token, false);
        if (context.Request.Path.Value?.EndsWith(CalendarFeed, StringComparison.Ordinal) == true && OfCalendar(context.Request, header) is { } access) return (access, false);
        return context.Request.Cookies.TryGetValue(Cookie, out var cookie) && cookie.Length > 0 ? (cookie, true) : (null, false);
    }

    // Calendar programs know an address, or a user name and password; either may carry a personal access token, never a session.
    private static string? OfCalendar(HttpRequest request, string header)
    {
        var given = request.Query["token"].ToString();
        if (header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            Span<byte> bytes = stackalloc byte[1024];
            if (Convert.TryFromBase64String(header[Basic.Length..].Trim(), bytes, out var length) && System.Text.Encoding.UTF8.GetString(bytes[..length]).Split(':', 2) is [_, var password]) given = password;
        }
        return given.StartsWith(Grains.People.Sessions.AccessTokenPrefix, StringComparison.Ordinal) ? given : null;
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
