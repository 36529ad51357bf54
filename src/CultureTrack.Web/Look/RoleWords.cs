using System.Security.Claims;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;

namespace CultureTrack.Web.Look;

/// <summary>Roles in words, and what somebody who is signed in may try. The server decides again at every command.</summary>
public static class RoleWords
{
    public static IReadOnlyList<string> All { get; } =
        [Roles.Technician, Roles.Supervisor, Roles.QualityControl, Roles.QualityAssurance, Roles.Releaser, Roles.Administrator];

    public static string Of(string role) => role switch
    {
        Roles.Technician => "Technician",
        Roles.QualityControl => "Quality control",
        Roles.QualityAssurance => "Quality assurance",
        Roles.Releaser => "Release",
        Roles.Administrator => "Administrator",
        Roles.Supervisor => "Supervisor",
        _ => role,
    };

    public static bool May(ClaimsPrincipal person, IEnumerable<string> needed) =>
        needed.Any(n => person.FindAll(ClaimTypes.Role).Any(held => Roles.Includes(held.Value, n)));

    /// <summary>Whether the person may make that entry of a register.</summary>
    public static bool May<TEntry>(ClaimsPrincipal person) where TEntry : EventData => May(person, LabCatalogue.ByName[typeof(TEntry).Name].By);
}
