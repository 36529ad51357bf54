using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CultureTrack.IntegrationTests.Hosting;

/// <summary>A self-signed certificate for this machine, in PEM files of its own folder.</summary>
sealed class TestCertificate : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("culturetrack-certificate-").FullName;

    public TestCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        Thumbprint = certificate.Thumbprint;
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public string CertificateFile => Path.Combine(_folder, "server.crt");
    public string KeyFile => Path.Combine(_folder, "server.key");
    public string Thumbprint { get; }

    /// <summary>What a client does that was given this certificate and trusts no other.</summary>
    public bool IsThis(X509Certificate? shown) => shown is not null && new X509Certificate2(shown).Thumbprint == Thumbprint;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
