using System.Globalization;
using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Telemetry;

/// <summary>A finding about a sensor of an incubator in which cultures were at the time.</summary>
public sealed record SensorDoubt(string IncubatorId, SensorFinding Finding)
{
    /// <summary>The same however often the findings are made again.</summary>
    [JsonIgnore]
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{IncubatorId}-{Finding.Kind}-{Finding.Channel ?? Finding.DeviceId}-{Finding.Since.UtcDateTime:yyyyMMdd'T'HHmmssfff}");

    /// <summary>As a sentence for the review.</summary>
    [JsonIgnore]
    public string Text => string.Create(CultureInfo.InvariantCulture,
        $"{IncubatorId} {Finding.Channel ?? Finding.DeviceId} {Finding.Kind} from {Finding.Since:u}{(Finding.Until is { } until ? $" to {until:u}" : " on")}: {Finding.Evidence}");
}

/// <summary>
/// What was found about the sensors that cultures relied on. Such readings count in every criterion as they came, for the rules say what is missing (4.3);
/// that they are doubted is said beside the criteria, and QA has to see it.
/// </summary>
public static class SensorDoubts
{
    /// <summary>
    /// Findings for review that touch a stay of a vessel whose cells go on to the product, as known at an instant: of the channels the criteria use, and of
    /// whole devices.
    /// </summary>
    public static IReadOnlyList<SensorDoubt> During(ExposureInput input, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(input);
        var stays = input.Vessels.Where(v => v.Use == VesselUse.Product && v.SeededAt <= at).SelectMany(v => Exposure.StaysInCulture(v, at)).ToLookup(s => s.IncubatorId, StringComparer.Ordinal);
        return [.. from incubator in input.Incubators.OrderBy(i => i.Key, StringComparer.Ordinal)
                   let used = VesselExposure.EnvironmentChannels(incubator.Value.Ledger).Select(c => c.Channel).ToHashSet(StringComparer.Ordinal)
                   from finding in incubator.Value.Findings
                   where SensorTrust.IsForReview(finding.Kind) && finding.FoundAt <= at && (finding.Channel is null || used.Contains(finding.Channel))
                   where stays[incubator.Key].Any(s => finding.Touches(s.From, s.To ?? at))
                   select new SensorDoubt(incubator.Key, finding.Until > at ? finding with { Until = null } : finding)];
    }
}
