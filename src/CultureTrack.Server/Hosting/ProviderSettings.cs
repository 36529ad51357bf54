using CultureTrack.Grains.People;
using Microsoft.Extensions.Configuration;

namespace CultureTrack.Server.Hosting;

/// <summary>Reads <c>Auth:Oidc:*</c>. Half of it set, or a name that is not known, stops the start: silence would let a lab believe that its people sign in elsewhere.</summary>
internal static class ProviderSettings
{
    private const string Section = "Auth:Oidc";
    private static readonly string[] Known = ["Authority", "ClientId", "ClientSecret", "ClientSecretFile", "NameClaim", "PublicUrl"];

    public static IdentityProvider Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var given = section.GetChildren().ToList();
        if (given.Count == 0) return IdentityProvider.None;
        if (given.FirstOrDefault(g => !Known.Contains(g.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new SettingException($"{Section}:{unknown.Key} is no setting; known are {string.Join(", ", Known)}.");
        return new(Authority(section["Authority"]), Needed(section, "ClientId"), Secret(section), section["NameClaim"] is { Length: > 0 } claim ? claim : IdentityProvider.UsualNameClaim, PublicUrl(section["PublicUrl"]));
    }

    // Tokens and the client secret travel there; only within one machine does nobody listen.
    private static Uri Authority(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            ? uri : throw new SettingException($"{Section}:Authority is {(string.IsNullOrEmpty(text) ? "missing" : text)}; expected the https address of the identity provider.");

    private static Uri? PublicUrl(string? text) => string.IsNullOrEmpty(text) ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.AbsolutePath == "/"
            ? uri : throw new SettingException($"{Section}:PublicUrl is {text}; expected an address such as https://lab.example.");

    private static string Needed(IConfigurationSection section, string name) =>
        section[name] is { Length: > 0 } value ? value : throw new SettingException($"{Section}:{name} is missing.");

    private static string Secret(IConfigurationSection section)
    {
        if (section["ClientSecretFile"] is not { Length: > 0 } file) return Needed(section, "ClientSecret");
        if (section["ClientSecret"] is { Length: > 0 }) throw new SettingException($"{Section}:ClientSecret and {Section}:ClientSecretFile are both set; one is enough.");
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } secret ? secret : throw new SettingException($"{Section}:ClientSecretFile: {file} is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{Section}:ClientSecretFile: {e.Message}");
        }
    }
}
