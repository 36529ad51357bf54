using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

/// <summary>A person gets an account. Ids and e-mail addresses are unique for ever (R-10).</summary>
public sealed record PersonRegistered(
    string User, string FullName, string? Email, IReadOnlyList<string> Roles, bool QualifiedPerson, IReadOnlyList<string> Qualifications) : EventData;

public sealed record RolesChanged(IReadOnlyList<string> Roles, bool QualifiedPerson, string Reason) : EventData;
public sealed record PersonDeactivated(string Reason) : EventData;
public sealed record AccountLocked(int FailedAttempts) : EventData;
public sealed record AccountUnlocked(string Reason) : EventData;
public sealed record PasswordResetOrdered(string Reason) : EventData;
public sealed record PasswordChanged : EventData;

public static class PersonRules
{
    private const int LongestName = 200;

    private static readonly HashSet<string> Impersonal = new(StringComparer.OrdinalIgnoreCase)
    {
        "admin", "administrator", "root", "user", "test", "guest", "lab", "qa", "qc", "tech", "operator", "shared", "system", "sys", "dev",
    };

    private static readonly string[] QualityAndMaking = [Roles.Technician, Roles.QualityControl, Roles.QualityAssurance, Roles.Releaser, Roles.Supervisor];

    public static string Stream(string user) => $"person/{user}";

    /// <param name="emailTaken">Whether anybody has or had that e-mail address.</param>
    public static void Check(PersonRegistered e, bool known, bool emailTaken, LabJudgement j)
    {
        j.Id("user", e.User);
        j.Require(!Impersonal.Contains(e.User), Codes.ValFormat, "user", $"{e.User} is nobody's name. An account belongs to one person, such as tech01.");
        j.Require(!known, Codes.ValDuplicate, "user", $"The user id {e.User} is or was in use; ids are never used again.");
        j.Require(e.FullName.Length is >= 2 and <= LongestName, Codes.ValFormat, "fullName", "The printed full name has 2 to 200 characters.");
        j.Require(e.Email is null || IsEmail(e.Email), Codes.ValFormat, "email", $"{e.Email} is not an e-mail address.");
        j.Require(!emailTaken, Codes.ValDuplicate, "email", "This e-mail address belongs to another account.");
        CheckRoles(e.Roles, "roles", j);
        CheckQualifiedPerson(e.QualifiedPerson, e.Roles, j);
        j.Require(e.Qualifications.All(IsQualification), Codes.ValFormat, "qualifications", "A qualification names an event type, a method, Gowning, or * for all.");
    }

    public static void Check(RolesChanged e, string user, LabJudgement j)
    {
        CheckRoles(e.Roles, "roles", j);
        CheckQualifiedPerson(e.QualifiedPerson, e.Roles, j);
        LabDecider.RequireReason(j, e.Reason);
        j.Require(j.Entry.Actor.UserId != user, Codes.SodSelfGrant, "roles", "Nobody changes the own roles.");
    }

    private static void CheckRoles(IReadOnlyList<string> roles, string field, LabJudgement j)
    {
        j.Require(roles.Count > 0, Codes.ValRequired, field, "A person has at least one role.");
        j.Require(roles.All(Roles.OfPeople.Contains), Codes.ValFormat, field, $"Roles are {string.Join(", ", Roles.OfPeople)}.");
        // R-23: who hands out accounts and rights makes, reviews and releases nothing.
        j.Require(!roles.Contains(Roles.Administrator) || !roles.Any(QualityAndMaking.Contains), Codes.SodSelfGrant, field,
            "ADMIN excludes every role that makes, reviews or releases product.");
    }

    private static void CheckQualifiedPerson(bool marked, IReadOnlyList<string> roles, LabJudgement j) =>
        j.Require(!marked || roles.Contains(Roles.Releaser), Codes.ValFormat, "qualifiedPerson", "Only somebody with the role QA-R can be marked Qualified Person.");

    internal static bool IsQualification(string text) => text == "*" || (text.Length is > 0 and <= 100 && !text.Any(char.IsControl));

    private static bool IsEmail(string text) =>
        text.Length <= 254 && text.Split('@') is [{ Length: > 0 } local, { Length: > 2 } host] && host.Contains('.') && !(local + host).Any(c => char.IsWhiteSpace(c) || char.IsControl(c));
}
