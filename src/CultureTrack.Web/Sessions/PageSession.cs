using System.Security.Claims;

namespace CultureTrack.Web.Sessions;

/// <summary>What a page knows of the person it works for: never a password, never the token, only which session it is.</summary>
public static class PageSession
{
    public const string SessionClaim = "session", FullNameClaim = "fullName";

    public static string? Id(ClaimsPrincipal person) => person.FindFirst(SessionClaim)?.Value;
    public static string FullName(ClaimsPrincipal person) => person.FindFirst(FullNameClaim)?.Value ?? person.Identity?.Name ?? "";
}
