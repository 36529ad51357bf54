using CultureTrack.Grains.People;
using Microsoft.Extensions.Configuration;

namespace CultureTrack.Server.Hosting;

/// <summary>The settings of the outer contract, read from appsettings.json, the environment (<c>CULTURETRACK_</c>, <c>__</c> for <c>:</c>) and the command line.</summary>
public sealed class LabSettings
{
    private const int MostPasswordDays = 3650;

    public LabSettings(IConfiguration configuration, string defaultFolder)
    {
        Configuration = configuration;
        OneOf(configuration, "Clock:Mode", "real", "manual");
        OneOf(configuration, "Orleans:Clustering", "localhost", "postgres");
        DataDirectory = Path.GetFullPath(configuration["DataDirectory"] is { Length: > 0 } given
            ? given.Replace("~", Home, StringComparison.Ordinal) : Path.Combine(Home, defaultFolder));
        Runtime = configuration.GetConnectionString("CultureTrack");
        Owner = configuration.GetConnectionString("CultureTrackOwner");
        ManualStart = configuration["Clock:Mode"] == "manual" ? ParseStart(configuration["Clock:Start"]) : null;
        PasswordLife = ParseLife(configuration["Passwords:ExpireAfterDays"]);
        Provider = ProviderSettings.Read(configuration);
    }

    public IConfiguration Configuration { get; }
    public string DataDirectory { get; }

    /// <summary>External database of the running server; null = embedded.</summary>
    public string? Runtime { get; }

    /// <summary>External database as its owner, for migrations.</summary>
    public string? Owner { get; }

    /// <summary>Where a manual clock starts; null = the real clock.</summary>
    public DateTimeOffset? ManualStart { get; }

    /// <summary>How long a password serves; null = until it is changed.</summary>
    public TimeSpan? PasswordLife { get; }

    /// <summary>Where people sign in instead of with passwords kept here.</summary>
    public IdentityProvider Provider { get; }

    /// <summary>Where the web app and the API listen; with a certificate the default is https.</summary>
    public string Urls => Configuration["Urls"] is { Length: > 0 } given ? given : HttpsCertificateFile is null ? "http://localhost:8080" : "https://localhost:8080";

    public string? HttpsCertificateFile => Configuration["Https:CertificateFile"] is { Length: > 0 } file ? file : null;
    public string? HttpsCertificateKeyFile => Configuration["Https:CertificateKeyFile"] is { Length: > 0 } file ? file : null;
    public int PostgresPort => Port("Postgres:Port");
    public string? PostgresBinDirectory => Configuration["Postgres:BinDirectory"];
    public string SigningKeyFile => Path.GetFullPath(Configuration["Proof:KeyFile"] is { Length: > 0 } given ? given : Store.Proof.KeyFile.In(DataDirectory));
    public bool ClusteredSilos => Configuration["Orleans:Clustering"] == "postgres";
    public int SiloPort => Port("Orleans:SiloPort");
    public int GatewayPort => Port("Orleans:GatewayPort");

    private static TimeSpan? ParseLife(string? text) => text is not { Length: > 0 } ? null
        : int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var days) && days is >= 0 and <= MostPasswordDays
            ? days == 0 ? null : TimeSpan.FromDays(days)
            : throw new SettingException($"Passwords:ExpireAfterDays is {text}; expected a number of days, or 0 for passwords that do not expire.");

    /// <summary>Builds the configuration: file, environment, then what the command line overrides.</summary>
    public static IConfiguration Read(IReadOnlyDictionary<string, string?>? overrides = null) => new ConfigurationBuilder()
        .AddJsonFile("appsettings.json", optional: true)
        .AddEnvironmentVariables("CULTURETRACK_")
        .AddInMemoryCollection(overrides ?? new Dictionary<string, string?>())
        .Build();

    /// <summary>The same settings with some replaced.</summary>
    public LabSettings With(IReadOnlyDictionary<string, string?> overrides) => new(new ConfigurationBuilder().AddConfiguration(Configuration)
        .AddInMemoryCollection([new("DataDirectory", DataDirectory)]).AddInMemoryCollection(overrides).Build(), "");

    private static void OneOf(IConfiguration configuration, string setting, params string[] known)
    {
        if (configuration[setting] is { Length: > 0 } given && !known.Contains(given))
            throw new SettingException($"{setting} is {given}; expected {string.Join(" or ", known)}.");
    }

    // 0 = any free one.
    private int Port(string setting) => Configuration[setting] is not { Length: > 0 } text ? 0
        : ushort.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var port) ? port : throw new SettingException($"{setting} is {text}; expected a port number, or 0 for any free one.");

    private static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? home : ".";

    private static DateTimeOffset ParseStart(string? text) =>
        Domain.Records.EventReader.TryInstant(text, out var start)
            ? start : throw new SettingException("Clock:Start must be an ISO 8601 instant with offset when Clock:Mode is manual.");
}

/// <summary>A setting that cannot be used; the message says which and why.</summary>
public sealed class SettingException(string message) : Exception(message);
