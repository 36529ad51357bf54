using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CultureTrack.Ingest;

/// <summary>A server's certificate with its key and the certificates between it and its root, from PEM files.</summary>
public sealed record PemCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain)
{
    /// <param name="section">Where the settings stand: <c>Mqtt</c> or <c>Https</c>.</param>
    /// <param name="keyFile">Null = the key is in the certificate's file.</param>
    /// <exception cref="UnusableSettingException">A file is missing, unreadable or of another kind, or the key belongs to another certificate.</exception>
    public static PemCertificate Load(string section, string file, string? keyFile)
    {
        var (fileSetting, keySetting) = ($"{section}:CertificateFile", $"{section}:CertificateKeyFile");
        if (!File.Exists(file)) throw new UnusableSettingException($"{fileSetting} is {file}, which does not exist.");
        if (keyFile is not null && !File.Exists(keyFile)) throw new UnusableSettingException($"{keySetting} is {keyFile}, which does not exist.");
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);
            return new(X509Certificate2.CreateFromPemFile(file, keyFile), chain);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            var files = keyFile is null ? $"{fileSetting} {file} holds" : $"{fileSetting} {file} and {keySetting} {keyFile} hold";
            throw new UnusableSettingException($"{files} no PEM certificate with its private key: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnusableSettingException($"{fileSetting} or {keySetting} cannot be read: {e.Message}", e);
        }
    }
}
