using System.Security.Cryptography;

namespace CultureTrack.Domain.Proof;

/// <summary>The public half of an installation's key: ECDSA over the curve P-256 with SHA-256, signatures in DER.</summary>
public sealed class PublicKey
{
    private const int IdCharacters = 16;
    private readonly ECParameters _parameters;

    private PublicKey(ECDsa key)
    {
        _parameters = key.ExportParameters(includePrivateParameters: false);
        var info = key.ExportSubjectPublicKeyInfo();
        Id = Convert.ToHexStringLower(SHA256.HashData(info))[..IdCharacters];
        Pem = key.ExportSubjectPublicKeyInfoPem().ReplaceLineEndings("\n") + "\n";
    }

    /// <summary>The first 16 hexadecimal digits of the SHA-256 of the key (SubjectPublicKeyInfo, DER).</summary>
    public string Id { get; }
    public string Pem { get; }

    /// <exception cref="ArgumentException">The text holds no public key.</exception>
    /// <exception cref="CryptographicException">The key is not one of P-256.</exception>
    public static PublicKey Read(string pem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        if (key.ExportParameters(false).Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value) throw new CryptographicException("The key is not one of the curve P-256.");
        return new(key);
    }

    internal static PublicKey Of(ECDsa key) => new(key);

    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create(_parameters);
        return key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}

/// <summary>The key an installation signs checkpoints and passports with.</summary>
public sealed class SigningKey
{
    private readonly ECParameters _parameters;

    private SigningKey(ECDsa key) => (_parameters, Public) = (key.ExportParameters(includePrivateParameters: true), PublicKey.Of(key));

    public PublicKey Public { get; }

    /// <summary>A new key and its text for a file (PKCS#8).</summary>
    public static (SigningKey Key, string Pem) Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (new(key), key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <exception cref="ArgumentException">The text holds no private key.</exception>
    public static SigningKey Read(string pem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new(key);
    }

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        using var key = ECDsa.Create(_parameters);
        return key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
