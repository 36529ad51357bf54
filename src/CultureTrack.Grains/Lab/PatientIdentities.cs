using System.Security.Cryptography;
using System.Text;

namespace CultureTrack.Grains.Lab;

/// <summary>Who a patient is, encrypted with a key of its own. Without the key it is gone for ever; the batch record does not notice .</summary>
public sealed record PatientIdentity
{
    /// <summary>Patient pseudonym.</summary>
    public required string Id { get; init; }

    /// <summary>AES-256 key; null once it was destroyed.</summary>
    public byte[]? Key { get; init; }
    public required byte[] Nonce { get; init; }
    public required byte[] Tag { get; init; }
    public required byte[] Sealed { get; init; }
}

/// <summary>Seals and opens identities with AES-256-GCM, bound to the pseudonym.</summary>
public static class PatientIdentities
{
    private const int KeyBytes = 32, NonceBytes = 12, TagBytes = 16;

    public static PatientIdentity Seal(string patientRef, string identity)
    {
        byte[] key = RandomNumberGenerator.GetBytes(KeyBytes), nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        byte[] plain = Encoding.UTF8.GetBytes(identity), cipher = new byte[plain.Length], tag = new byte[TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, cipher, tag, Encoding.UTF8.GetBytes(patientRef));
        return new() { Id = patientRef, Key = key, Nonce = nonce, Tag = tag, Sealed = cipher };
    }

    /// <summary>What is left when nobody shall ever know: neither key nor sealed text.</summary>
    public static PatientIdentity Destroyed(PatientIdentity identity) => identity with { Key = null, Sealed = [], Tag = [], Nonce = [] };

    /// <summary>Null when the key was destroyed.</summary>
    /// <exception cref="AuthenticationTagMismatchException">The stored identity was altered or belongs to another patient.</exception>
    public static string? Open(PatientIdentity identity)
    {
        if (identity.Key is null) return null;
        var plain = new byte[identity.Sealed.Length];
        using var aes = new AesGcm(identity.Key, TagBytes);
        aes.Decrypt(identity.Nonce, identity.Sealed, identity.Tag, plain, Encoding.UTF8.GetBytes(identity.Id));
        return Encoding.UTF8.GetString(plain);
    }
}
