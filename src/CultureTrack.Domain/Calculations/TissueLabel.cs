using System.Globalization;

namespace CultureTrack.Domain.Calculations;

/// <summary>
/// A Single European Code of tissues and cells (Directive (EU) 2015/565): 40 characters, country 2, tissue establishment 6 and donation number 13, then coding
/// system 1 (E EUTC, A ISBT 128, B Eurocode), product 7, split 3 and expiry 8 (YYYYMMDD, 00000000 = none).
/// </summary>
public sealed record SingleEuropeanCode(
    string Country, string Establishment, string DonationNumber, char CodingSystem, string Product, string Split, DateOnly? ExpiresOn)
{
    public const int Length = 40;

    /// <summary>The 40 characters without blanks, as they are stored.</summary>
    public override string ToString() =>
        Country + Establishment + DonationNumber + CodingSystem + Product + Split + (ExpiresOn?.ToString("yyyyMMdd", CultureInfo.InvariantCulture) ?? "00000000");
}

/// <summary>What the label of a donation says, however it was scanned or typed.</summary>
/// <param name="Din">13 characters: facility 5, year 2, serial 6.</param>
/// <param name="Flag">Two flag characters; null when the label does not give them.</param>
/// <param name="Check">Check character (ISO 7064 mod 37-2) of <paramref name="Din"/>: as typed and found right, or computed where a bar code carries none.</param>
/// <param name="CheckWasGiven">True when a person or the label gave it, so that a wrong digit would have been noticed.</param>
/// <param name="Code">The SEC it was read from.</param>
public sealed record TissueLabel(string Din, string? Flag, char Check, bool CheckWasGiven, SingleEuropeanCode? Code = null);

/// <summary>
/// Reads the identification of donated tissue: a bare DIN (13 characters), a DIN with flags (the ISBT 128 bar code, <c>=</c> and 15 characters), with flags and
/// check character (16, as printed), with its check character (14), or a SEC (40). Blanks, hyphens, lower case and a leading <c>SEC:</c> or <c>DIN</c> do not matter.
/// </summary>
public static class TissueLabels
{
    private const int DinLength = 13, WithCheck = 14, WithFlag = 15, WithBoth = 16;

    /// <summary>True when a text may be meant as such a label; then <see cref="Read"/> says what is wrong with it, if anything is.</summary>
    public static bool IsMeant(string text) => text.TrimStart().StartsWith('=')
        || text.TrimStart().StartsWith("SEC", StringComparison.OrdinalIgnoreCase) || Plain(text) is { Length: SingleEuropeanCode.Length or DinLength or WithCheck or WithFlag or WithBoth } plain
            && plain.All(c => char.IsAsciiLetterOrDigit(c) || c == '*') && plain.Count(char.IsAsciiDigit) >= DinLength / 2;

    /// <summary>The label, or why it is none, in words for the person who scanned it.</summary>
    public static (TissueLabel? Label, string? Problem) Read(string text)
    {
        var plain = Plain(text);
        if (plain.Length == 0) return (null, "Nothing was read.");
        if (plain.FirstOrDefault(c => !char.IsAsciiLetterOrDigit(c) && c != '*') is var odd and not '\0') return (null, $"{odd} is no character of a donation label.");
        return plain.Length switch
        {
            DinLength => OfDin(plain, null, null),
            WithCheck => OfDin(plain[..DinLength], null, plain[DinLength]),
            WithFlag => OfDin(plain[..DinLength], plain[DinLength..], null),
            WithBoth => OfDin(plain[..DinLength], plain[DinLength..WithFlag], plain[WithFlag]),
            SingleEuropeanCode.Length => OfCode(plain),
            var n when n > WithBoth => (null, $"A Single European Code has {SingleEuropeanCode.Length} characters; {n} were read. Part of it may be missing or scanned twice."),
            var n => (null, $"A donation number has {DinLength} characters, with flags and check character {WithBoth}; {n} were read."),
        };
    }

    private static string Plain(string text)
    {
        var plain = string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c is not ('-' or ':'))).ToUpperInvariant();
        if (plain.StartsWith('=')) plain = plain[1..];
        return plain.Length > SingleEuropeanCode.Length && plain.StartsWith("SEC", StringComparison.Ordinal) ? plain[3..]
            : plain.Length is > DinLength and <= WithBoth + 3 && plain.StartsWith("DIN", StringComparison.Ordinal) ? plain[3..] : plain;
    }

    private static (TissueLabel?, string?) OfDin(string din, string? flag, char? given)
    {
        if (DonationNumber.CheckCharacter(din) is not { } check) return (null, $"{din} is no donation number: 13 letters and digits, facility 5, year 2, serial 6.");
        if (given is { } typed && typed != check) return (null, $"{typed} is not the check character of {din}: a character was misread or mistyped.");
        return (new(din, flag, check, given is not null), null);
    }

    private static (TissueLabel?, string?) OfCode(string text)
    {
        var (country, establishment, donation) = (text[..2], text[2..8], text[8..21]);
        var (system, product, split, expiry) = (text[21], text[22..29], text[29..32], text[32..]);
        if (!country.All(char.IsAsciiLetter)) return (null, $"The code begins with the country, two letters; {country} was read.");
        if (system is not ('E' or 'A' or 'B')) return (null, $"The coding system, character 22, is E, A or B; {system} was read.");
        DateOnly? expiresOn = null;
        if (expiry != "00000000")
        {
            if (!DateOnly.TryParseExact(expiry, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                return (null, $"The last 8 characters are the expiry as year, month and day; {expiry} is no date.");
            expiresOn = day;
        }
        var (label, problem) = OfDin(donation, null, null);
        return label is null ? (null, problem) : (label with { Code = new(country, establishment, donation, system, product, split, expiresOn) }, null);
    }
}
