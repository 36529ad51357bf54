using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <param name="Step">Event type.</param>
/// <param name="Version">Version of the check that was validated.</param>
public sealed record ValidatedCheck(string Step, int Version);

/// <summary>
/// The automatic checks a review by exception may rely on: versioned data, embedded as <c>Release/validated-checks.json</c>. A step whose check is not
/// in it, or is there in another version, is itself an exception.
/// </summary>
public sealed record ValidatedChecks(int Version, DateTimeOffset EffectiveFrom, string Evidence, IReadOnlyList<ValidatedCheck> Checks)
{
    private const string Resource = "CultureTrack.Domain.Release.validated-checks.json";

    public static ValidatedChecks BuiltIn { get; } = Read();

    public bool Covers(EventKind kind) => Checks.Any(c => c.Step == kind.Name && c.Version == kind.CheckVersion);

    private static ValidatedChecks Read()
    {
        using var stream = typeof(ValidatedChecks).Assembly.GetManifestResourceStream(Resource)!;
        return JsonSerializer.Deserialize<ValidatedChecks>(stream, RecordJson.Options)!;
    }
}
