using CultureTrack.Domain.Records;

namespace CultureTrack.Grains.Lab;

/// <summary>What a command came to: a value, or why it was refused.</summary>
public sealed record Outcome<T>(T? Value, IReadOnlyList<Finding> Findings, IReadOnlyList<Flag> Flags, long? CurrentVersion = null)
{
    public bool Accepted => Findings.Count == 0;

    public Outcome<TOther> Refused<TOther>() => new(default, Findings, Flags, CurrentVersion);

    /// <summary>The same with another value; a refusal stays a refusal.</summary>
    public Outcome<TOther> Then<TOther>(Func<T, TOther> next) => Accepted ? Outcome.Of(next(Value!)) : Refused<TOther>();
}

public static class Outcome
{
    public static Outcome<T> Of<T>(T value) => new(value, [], []);

    public static Outcome<T> Refuse<T>(string code, string field, string message, long? currentVersion = null) =>
        new(default, [new(code, field, message)], [], currentVersion);

    public static Outcome<T> Refuse<T>(IReadOnlyList<Finding> findings) => new(default, findings, []);

    public static Outcome<T> NotFound<T>(string what) => Refuse<T>(Codes.NotFound, "", $"{what} is not known.");
}
