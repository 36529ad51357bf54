using CultureTrack.Domain.Records;
using JasperFx.Metadata;

namespace CultureTrack.Grains.People;

/// <summary>The account of one person. Never deleted, so that its id and e-mail address stay taken .</summary>
public sealed class UserAccount : IVersioned
{
    /// <summary>User id, lower case.</summary>
    public required string Id { get; init; }
    public required string FullName { get; set; }
    public string? Email { get; set; }
    public string? NormalizedEmail { get; set; }
    public string? PasswordHash { get; set; }
    public required IReadOnlyList<string> Roles { get; set; }
    public bool QualifiedPerson { get; set; }
    public IReadOnlyList<Qualification> Qualifications { get; set; } = [];

    /// <summary>The password was chosen by somebody else; nothing is possible until the person chose another one .</summary>
    public bool MustChangePassword { get; set; }

    /// <summary>When the person last chose a password; null = not since accounts keep this.</summary>
    public DateTimeOffset? PasswordChosenAt { get; set; }

    /// <summary>Hash of the one-time code of a reset; while it is set, only this code lets the person choose a password.</summary>
    public string? OneTimeHash { get; set; }
    public DateTimeOffset? OneTimeExpiresAt { get; set; }

    /// <summary>Who this person is at the identity provider, since the first sign-in there.</summary>
    public string? ProviderIssuer { get; set; }
    public string? ProviderSubject { get; set; }
    public int AccessFailedCount { get; set; }
    public DateTimeOffset? LockoutEnd { get; set; }
    public DateTimeOffset? DeactivatedAt { get; set; }
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>Events in the person's stream.</summary>
    public long StreamVersion { get; set; }

    /// <summary>Changes with every write, so that two writers notice each other.</summary>
    public Guid Version { get; set; }

    public bool IsLocked => LockoutEnd is not null;
    public bool IsActive => DeactivatedAt is null;

    public Actor Actor() => new(Id, FullName, Roles, Qualifications, QualifiedPerson);

    public static string NormalId(string user) => user.Trim().ToLowerInvariant();
    public static string? NormalEmail(string? email) => email?.Trim().ToUpperInvariant();
}

/// <summary>Set once the first administrator exists.</summary>
public sealed record SetupDone(string Id, DateTimeOffset At);
