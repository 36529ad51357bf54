#pragma warning disable CA1416 // EmbeddedPostgres.StartAsync, the only way in, refuses Windows.
using System.Security.Cryptography;
using System.Text.Json;

namespace CultureTrack.Store.Postgres;

/// <summary>Generated passwords of the embedded cluster, readable by the server's account only.</summary>
sealed record PostgresSecrets(string Superuser, string Owner, string Runtime)
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static PostgresSecrets LoadOrCreate(string file)
    {
        if (File.Exists(file))
            return JsonSerializer.Deserialize<PostgresSecrets>(File.ReadAllText(file))
                ?? throw new PostgresUnavailableException($"{file} is empty: the passwords of the embedded cluster are lost.");
        var made = new PostgresSecrets(Password(), Password(), Password());
        Write(file, JsonSerializer.Serialize(made));
        return made;
    }

    /// <summary>Writes a file that is never readable by others, not even for the moment between creation and a change of mode.</summary>
    public static void Write(string file, string text)
    {
        using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        using var writer = new StreamWriter(stream);
        writer.Write(text);
    }

    static string Password() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
