namespace CultureTrack.Grains.People;

/// <summary>A site's policy for passwords .</summary>
/// <param name="Life">How long a password serves; null = until it is changed.</param>
public sealed record PasswordPolicy(TimeSpan? Life)
{
    /// <summary>Whether the person has to choose another one before the next session. The present one proves who chooses it.</summary>
    public bool HasExpired(UserAccount account, DateTimeOffset now) => Life is { } life && now - (account.PasswordChosenAt ?? account.RegisteredAt) >= life;
}
