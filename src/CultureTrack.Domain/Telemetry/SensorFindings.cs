using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Telemetry;

/// <summary>What can be wrong with a sensor or its device.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SensorFindingKind>))]
public enum SensorFindingKind
{
    /// <summary>Nothing was heard for as long as an alarm of silence takes (4.6), or one of several devices fell silent.</summary>
    Silent,

    /// <summary>The value stands still, or did not answer the door (4.3.10).</summary>
    Stuck,

    /// <summary>Values that cannot be, or that the device itself calls bad (4.3.9).</summary>
    Impossible,

    /// <summary>The level moved slowly away from what it was, farther than the sensor's accuracy, and stayed within the action limits.</summary>
    Drifting,

    /// <summary>Old values under new times, or a device time that does not go on.</summary>
    Restamped,

    /// <summary>The values are another channel's.</summary>
    Swapped,

    /// <summary>Two devices of one incubator differ by more than both accuracies together.</summary>
    Disagreeing,

    /// <summary>The calibration is past its due date (4.3.11).</summary>
    CalibrationOverdue,

    /// <summary>The device's clock is off by more than 60 s (4.3.1).</summary>
    ClockUncertain,
}

/// <summary>Something found about a sensor.</summary>
/// <param name="Kind">What.</param>
/// <param name="Channel">Canonical name; null: every channel of the device.</param>
/// <param name="DeviceId">Null: of the incubator's readings as a whole.</param>
/// <param name="Since">Effective time from which on the readings are doubted; it never changes once found.</param>
/// <param name="FoundAt">When it could be known: nothing before counts on it.</param>
/// <param name="Until">End; null while it lasts.</param>
/// <param name="Evidence">The numbers it rests on, as a sentence.</param>
public sealed record SensorFinding(
    SensorFindingKind Kind, string? Channel, string? DeviceId, DateTimeOffset Since, DateTimeOffset FoundAt, DateTimeOffset? Until, string Evidence)
{
    /// <summary>Whether it stood at an instant, as far as was known then.</summary>
    public bool StandsAt(DateTimeOffset at) => FoundAt <= at && Since <= at && !(Until + SensorTrust.StaysFor(Kind) <= at);

    /// <summary>Whether readings of [from, to) are doubted by it.</summary>
    public bool Touches(DateTimeOffset from, DateTimeOffset to) => Since < to && !(Until <= from);
}

/// <summary>How far a channel's readings can be relied on.</summary>
/// <param name="Channel">Canonical name.</param>
/// <param name="Score">100: nothing speaks against it; 0: do not rely on it.</param>
/// <param name="Findings">Why it is not 100, the gravest first.</param>
public sealed record ChannelTrust(string Channel, int Score, IReadOnlyList<SensorFinding> Findings);

/// <summary>
/// Trust in the sensors of an incubator: 100 less what each finding takes. What makes readings missing (silence, stuck, impossible, 4.3) leaves nothing;
/// what only casts doubt leaves a part, for the reading still counts in every criterion. The table is the project's own.
/// </summary>
public static class SensorTrust
{
    /// <summary>A stretch of missing data is looked for so far back.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(60);

    /// <summary>Points a finding takes. A device that is silent beside others leaves the channel its other readings.</summary>
    public static int Costs(SensorFinding finding) => finding?.Kind switch
    {
        SensorFindingKind.Silent when finding.DeviceId is not null => 20,
        SensorFindingKind.Silent or SensorFindingKind.Stuck or SensorFindingKind.Impossible or SensorFindingKind.Swapped or SensorFindingKind.Restamped => 100,
        SensorFindingKind.Disagreeing or SensorFindingKind.ClockUncertain => 50,
        SensorFindingKind.Drifting => 40,
        SensorFindingKind.CalibrationOverdue => 30,
        _ => throw new ArgumentOutOfRangeException(nameof(finding), finding, "A kind without a cost."),
    };

    /// <summary>How long a finding counts after its end: a device that gave old values as new once is not believed for a day.</summary>
    public static TimeSpan StaysFor(SensorFindingKind kind) => kind == SensorFindingKind.Restamped ? TimeSpan.FromDays(1) : TimeSpan.Zero;

    /// <summary>
    /// Findings that leave the readings in every criterion and are therefore for QA to weigh. The others are counted already: as missing data in E-12, as
    /// time without calibration in E-14.
    /// </summary>
    public static bool IsForReview(SensorFindingKind kind) =>
        kind is SensorFindingKind.Drifting or SensorFindingKind.Restamped or SensorFindingKind.Swapped or SensorFindingKind.Disagreeing;

    /// <summary>Trust of every judged channel, and of others something was found about, at an instant, as known then, in order of name.</summary>
    /// <param name="expectedSince">Since when readings are expected; a channel that was never heard is silent since then, and not judged when this is null.</param>
    public static IReadOnlyList<ChannelTrust> At(IncubatorEnvironment environment, DateTimeOffset at, DateTimeOffset? expectedSince = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var standing = environment.Findings.Where(f => f.StandsAt(at)).ToList();
        return [.. environment.Ledger.Channels.Keys.Union(standing.Select(f => f.Channel).OfType<string>()).Order(StringComparer.Ordinal).Select(channel => Of(channel,
        [
            .. environment.Ledger.Channels.GetValueOrDefault(channel) is { } ledger ? Missing(ledger, at, expectedSince) : [],
            .. Calibrated(environment.Calibrations, channel, at),
            .. standing.Where(f => (f.Channel ?? channel) == channel),
        ]))];
    }

    /// <summary>The score that some findings leave.</summary>
    public static ChannelTrust Of(string channel, IEnumerable<SensorFinding> findings)
    {
        SensorFinding[] all = [.. findings.OrderByDescending(Costs).ThenBy(f => f.Since)];
        return new(channel, Math.Max(0, 100 - all.Sum(Costs)), all);
    }

    private static IEnumerable<SensorFinding> Missing(ChannelLedger channel, DateTimeOffset at, DateTimeOffset? expectedSince)
    {
        var from = channel.FirstAt < at ? at - LookBack : expectedSince;
        // A gap that a reading ends at this very instant is over.
        if (from is null || channel.Gaps(from.Value, at, at).LastOrDefault() is not { } gap || gap.To < at || channel.Facts.Spans.Exists(s => s.Kind == SpanKind.Missing && s.To == at)) yield break;
        var (kind, why) = gap.Cause switch
        {
            GapCause.Stuck => (SensorFindingKind.Stuck, "the value stands still or did not answer the door"),
            GapCause.BadQuality => (SensorFindingKind.Impossible, "the values cannot be, or the device calls them bad"),
            GapCause.ClockUncertain => (SensorFindingKind.ClockUncertain, "the times of the readings cannot be known"),
            _ => (SensorFindingKind.Silent, "no reading"),
        };
        yield return new(kind, channel.Channel, null, gap.From, at, null, $"Missing since {gap.From:u}: {why}.");
    }

    private static IEnumerable<SensorFinding> Calibrated(IEnumerable<Calibration> calibrations, string channel, DateTimeOffset at)
    {
        if (calibrations.Where(c => c.Channel == channel && c.PerformedAt <= at).MaxBy(c => c.PerformedAt) is { } last && last.DueAt <= at)
            yield return new(SensorFindingKind.CalibrationOverdue, channel, null, last.DueAt, last.DueAt, null, $"Calibration was due {last.DueAt:u}.");
    }
}
