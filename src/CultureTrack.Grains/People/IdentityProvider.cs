namespace CultureTrack.Grains.People;

/// <summary>The OpenID Connect provider people sign in at; without an authority they sign in with a password kept here.</summary>
/// <param name="NameClaim">Claim of the id token that holds the user id, or with <see cref="EmailClaim"/> the e-mail address, of the register.</param>
/// <param name="PublicUrl">Where browsers reach this server, when a proxy ends TLS; null: as the request says.</param>
public sealed record IdentityProvider(Uri? Authority, string ClientId, string ClientSecret, string NameClaim, Uri? PublicUrl = null)
{
    public const string UsualNameClaim = "preferred_username", EmailClaim = "email";

    /// <summary>How long somebody may take at the provider, for a sign-in and for a signature.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>How far ahead of this server's clock the provider's may be.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    public static readonly IdentityProvider None = new(null, "", "", UsualNameClaim);

    public bool IsOn => Authority is not null;

    // The secret belongs in no log.
    public override string ToString() => $"{Authority} as {ClientId}";
}
