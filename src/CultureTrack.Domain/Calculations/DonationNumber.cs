namespace CultureTrack.Domain.Calculations;

/// <summary>
/// Check character of an ISBT 128 donation identification number (13 characters: 5 facility, 2 year, 6 serial), ISO 7064 mod 37-2:
/// (38 − Σ value·2^(position from the right, 1-based) mod 37) mod 37 in the alphabet 0–9A–Z* (domain.md 5.23).
/// </summary>
public static class DonationNumber
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
    private const int Length = 13;

    /// <summary>The check character; null when the number is not 13 characters of 0–9 and A–Z.</summary>
    public static char? CheckCharacter(string din)
    {
        if (din is not { Length: Length }) return null;
        // Horner's rule: every step doubles what stands to the left.
        var sum = 0;
        foreach (var c in din)
        {
            var value = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (value is < 0 or > 35) return null;
            sum = (sum + value) * 2 % 37;
        }
        return Alphabet[(38 - sum) % 37];
    }

    /// <summary>True when <paramref name="check"/> is the check character of <paramref name="din"/>.</summary>
    public static bool IsValid(string din, string check) => check is { Length: 1 } && CheckCharacter(din) == check[0];
}
