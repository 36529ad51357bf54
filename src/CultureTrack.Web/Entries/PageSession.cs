using System.Security.Claims;
using CultureTrack.Web.People;

namespace CultureTrack.Web.Entries;

/// <summary>What a page knows of the person it works for: never a password, never the token, only which session it is.</summary>
public static class PageSession
{
    public static string? Id(ClaimsPrincipal person) => person.FindFirst(SessionScheme.SessionClaim)?.Value;
    public static string FullName(ClaimsPrincipal person) => person.FindFirst(SessionScheme.FullNameClaim)?.Value ?? person.Identity?.Name ?? "";
}
