using System.Net;
using System.Net.Sockets;
using CultureTrack.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace CultureTrack.IntegrationTests.Hosting;

/// <summary>What keeps a server from starting is told in one sentence that names the setting to change, with exit code 1 and no trace.</summary>
public sealed class StartFailureTests(PostgresFixture postgres) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("culturetrack-start-").FullName;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    async Task ShouldSay(string[] words, params (string Name, string Value)[] settings)
    {
        // Ports of its own, so that only what the test is about is wrong.
        (string, string)[] harmless = [("DataDirectory", Path.Combine(_folder, "data")), ("Urls", "http://127.0.0.1:0"), ("Mqtt:Listen", "127.0.0.1:0")];
        var ended = await CommandLine.Run([.. harmless, .. settings]);
        ended.ExitCode.ShouldBe(1, ended.Output + ended.Errors);
        ended.Errors.Trim().Split('\n').Length.ShouldBe(1, ended.Errors);
        foreach (var word in words) ended.Errors.ShouldContain(word);
        (ended.Output + ended.Errors).ShouldNotContain("   at ");
    }

    static (TcpListener Listener, string Address) TakenPort()
    {
        var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        return (taken, $"127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");
    }

    [Theory]
    [InlineData("Urls", "http://")]
    [InlineData("Mqtt:Listen", "")]
    public async Task A_port_in_use(string setting, string scheme)
    {
        var (taken, address) = TakenPort();
        using (taken) await ShouldSay([setting, address.Split(':')[1], "in use"], (setting, scheme + address));
        Directory.Exists(Path.Combine(_folder, "data")).ShouldBeFalse("nothing was started or made");
    }

    [Theory]
    [InlineData("Clock:Mode", "Manual")]
    [InlineData("Orleans:Clustering", "redis")]
    [InlineData("Passwords:ExpireAfterDays", "ninety")]
    [InlineData("Auth:Oidc:Autority", "https://id.example")]
    [InlineData("Auth:Oidc:Authority", "http://id.example")]
    public async Task A_setting_that_would_silently_mean_something_else(string setting, string value) => await ShouldSay([setting], (setting, value));

    [Theory]
    [InlineData("Auth:Oidc:ClientId is missing")]
    [InlineData("Auth:Oidc:ClientSecret is missing", "Auth:Oidc:ClientId", "culturetrack")]
    [InlineData("Auth:Oidc:ClientSecretFile", "Auth:Oidc:ClientId", "culturetrack", "Auth:Oidc:ClientSecretFile", "/nowhere/secret")]
    [InlineData("both set", "Auth:Oidc:ClientId", "culturetrack", "Auth:Oidc:ClientSecretFile", "/nowhere/secret", "Auth:Oidc:ClientSecret", "secret")]
    public async Task An_identity_provider_of_which_only_half_is_said(string word, params string[] settings) =>
        await ShouldSay([word], [("Auth:Oidc:Authority", "https://id.example"), .. settings.Chunk(2).Select(pair => (pair[0], pair[1]))]);

    [Fact]
    public async Task A_data_directory_that_cannot_be_made()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", Ct);
        await ShouldSay(["DataDirectory", "cannot be written"], ("DataDirectory", Path.Combine(file, "data")));
    }

    [Fact]
    public async Task A_data_directory_that_a_running_server_uses()
    {
        var folder = Path.Combine(_folder, "data");
        await using var running = await EmbeddedPostgres.StartAsync(new PostgresOptions { DataDirectory = folder }, NullLogger.Instance, Ct);
        await ShouldSay(["DataDirectory", folder, "another running server"]);
    }

    [Fact]
    public async Task An_external_database_that_does_not_answer() =>
        await ShouldSay(["ConnectionStrings:CultureTrack", "127.0.0.1:1", "refused"], ("ConnectionStrings:CultureTrack", "Host=127.0.0.1;Port=1;Database=lab;Username=u;Password=p"));

    [Fact]
    public async Task An_external_database_that_refuses_the_password()
    {
        var database = await postgres.CreateDatabase();
        var wrong = new Npgsql.NpgsqlConnectionStringBuilder(database.RuntimeConnectionString) { Password = "wrong" }.ConnectionString;
        await ShouldSay(["ConnectionStrings:CultureTrack", "password authentication failed"], ("ConnectionStrings:CultureTrack", wrong));
    }

    [Fact]
    public async Task A_schema_that_is_too_old_for_a_server_that_may_not_migrate()
    {
        var database = await postgres.CreateDatabase();
        await ShouldSay(["culturetrack migrate", "ConnectionStrings:CultureTrackOwner"], ("ConnectionStrings:CultureTrack", database.RuntimeConnectionString));
    }

    [Fact]
    public async Task No_PostgreSQL_programs_where_the_setting_says() => await ShouldSay(["Postgres:BinDirectory is /usr/share"], ("Postgres:BinDirectory", "/usr/share"));

    [Theory]
    [InlineData("Mqtt:CertificateFile", "does not exist")]
    [InlineData("Https:CertificateFile", "does not exist")]
    [InlineData("Https:CertificateKeyFile", "no PEM certificate with its private key")]
    public async Task A_certificate_that_cannot_be_used(string setting, string why)
    {
        using var good = new TestCertificate();
        using var other = new TestCertificate();
        var value = setting.EndsWith("KeyFile", StringComparison.Ordinal) ? other.KeyFile : Path.Combine(_folder, "missing.crt");
        await ShouldSay([setting, value, why], [
            ("Https:CertificateFile", good.CertificateFile), ("Https:CertificateKeyFile", good.KeyFile), ("Mqtt:CertificateFile", good.CertificateFile), ("Mqtt:CertificateKeyFile", good.KeyFile),
            ("Urls", "https://127.0.0.1:0"), ("Mqtt:ListenTls", "127.0.0.1:0"), (setting, value)]);
    }

    [Fact]
    public async Task An_https_address_without_a_certificate() => await ShouldSay(["Urls", "Https:CertificateFile"], ("Urls", "https://127.0.0.1:0"));

    [Theory]
    [InlineData("Mqtt:Mode", "outside")]
    [InlineData("Mqtt:Listen", "somewhere")]
    [InlineData("Orleans:SiloPort", "many")]
    [InlineData("Clock:Mode", "manual")]
    public async Task A_value_that_cannot_be_read(string setting, string value) => await ShouldSay([setting.Split(':')[0] + ":"], (setting, value));
}
