using System.Security.Cryptography;
using CultureTrack.Domain.Proof;

namespace CultureTrack.Store.Proof;

/// <summary>The signing key cannot be used; the message says why.</summary>
public sealed class KeyFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The installation's key in a file that only the server's account can read, made on the first start. The public half lies beside it, to be copied to a
/// place that whoever can write to this machine cannot write to.
/// </summary>
public static class KeyFile
{
    public const string Name = "signing-key.pem", PublicName = "signing-key.public.pem";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        OwnerFolder = OwnerOnly | UnixFileMode.UserExecute,
        Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Where the key lies unless a setting says otherwise.</summary>
    public static string In(string dataDirectory) => Path.Combine(dataDirectory, "keys", Name);

    public static string PublicBeside(string file) => Path.Combine(Path.GetDirectoryName(file)!, PublicName);

    /// <exception cref="KeyFileException">Others may read the file, or it holds no key.</exception>
    public static SigningKey LoadOrCreate(string file)
    {
        file = Path.GetFullPath(file);
        if (!File.Exists(file)) return Create(file);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
            throw new KeyFileException($"{file} can be read by other accounts; whoever read it can sign as this laboratory. Make a new key, or chmod 600 if nobody has.");
        try
        {
            var key = SigningKey.Read(File.ReadAllText(file));
            if (!File.Exists(PublicBeside(file))) File.WriteAllText(PublicBeside(file), key.Public.Pem);
            return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException) { throw new KeyFileException($"{file} holds no usable signing key.", e); }
    }

    private static SigningKey Create(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerFolder);
        var (key, pem) = SigningKey.Create();
        // Complete under another name first: a server that is killed here must not leave half a key.
        var half = file + ".new";
        var how = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) how.UnixCreateMode = OwnerOnly;
        using (var stream = new FileStream(half, how))
        using (var writer = new StreamWriter(stream)) writer.Write(pem);
        File.Move(half, file);
        File.WriteAllText(PublicBeside(file), key.Public.Pem);
        return key;
    }
}

/// <summary>Public keys that count as this installation's own: the present one, and earlier ones kept beside it.</summary>
public sealed record TrustedKeys(IReadOnlyList<PublicKey> Keys)
{
    /// <summary>Every <c>*.public.pem</c> in the folder of the key.</summary>
    public static TrustedKeys Beside(string keyFile)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(keyFile))!;
        return new(Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.public.pem").Order(StringComparer.Ordinal).Select(f => PublicKey.Read(File.ReadAllText(f)))] : []);
    }
}
