using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Telemetry;

/// <summary>Missing data of one environment channel over all stays of a line of vessels.</summary>
/// <param name="MissingMin">Minutes missing.</param>
/// <param name="LongestMin">Longest single gap, min.</param>
/// <param name="StayMin">Minutes in incubators.</param>
public sealed record ChannelGaps(double MissingMin, double LongestMin, double StayMin)
{
    /// <summary>Share missing of the stay, %.</summary>
    [JsonIgnore] public double Pct => StayMin > 0 ? 100 * MissingMin / StayMin : 0;
}

/// <summary>A stretch without an incubator, [From, To).</summary>
public sealed record OutTime(DateTimeOffset From, DateTimeOffset To)
{
    [JsonIgnore] public double Minutes => (To - From).TotalMinutes;
}

/// <summary>Metrics of one vessel from first seeding on, its ancestors' included. Minutes, °C, % v/v; null where nothing was measured.</summary>
public sealed record VesselMetrics
{
    // Before None, which starts with it. Ordinal: channel names are no words of a language.
    internal static readonly ImmutableSortedDictionary<string, ChannelGaps> NoGaps = ImmutableSortedDictionary.Create<string, ChannelGaps>(StringComparer.Ordinal);

    public static readonly VesselMetrics None = new();

    public double HighTRawMin { get; init; }
    public double HighTLongestMin { get; init; }
    public double? PeakT { get; init; }

    /// <summary>Most consecutive readings at 40.0 °C or above.</summary>
    public int HotReadings { get; init; }

    public double LowTRawMin { get; init; }
    public double LowTLongestMin { get; init; }
    public double? LowestT { get; init; }
    public double Co2RawMin { get; init; }
    public double Co2LongestMin { get; init; }
    public double? LowestCo2 { get; init; }
    public double? HighestCo2 { get; init; }

    /// <summary>Farthest CO2 reading from its incubator's set point, % v/v; the sign tells the side.</summary>
    public double Co2Deviation { get; init; }

    /// <summary>The reading of <see cref="Co2Deviation"/>.</summary>
    public double? Co2Extreme { get; init; }

    public double HumidityRawMin { get; init; }
    public double O2RawMin { get; init; }

    /// <summary>Time excused by door openings, all channels, the largest of them.</summary>
    public double DoorMin { get; init; }

    public double StayMin { get; init; }
    public double MissingMin { get; init; }
    public double LongestGapMin { get; init; }
    public double MissingPct { get; init; }

    /// <summary>All time out of an incubator, min.</summary>
    public double OutMin { get; init; }

    /// <summary>Longest single time out, min.</summary>
    public double OutLongestMin { get; init; }

    /// <summary>Most time out in any 24 h, min.</summary>
    public double OutDayMin { get; init; }

    /// <summary>Time in incubators with a sensor out of calibration, min.</summary>
    public double UncalibratedMin { get; init; }

    /// <summary>Missing data by channel.</summary>
    [JsonIgnore] public ImmutableSortedDictionary<string, ChannelGaps> Gaps { get; init; } = NoGaps;

    /// <summary>Times out of the last 24 h of culture, one list for each way that led here.</summary>
    [JsonIgnore] public ImmutableList<ImmutableList<OutTime>> OutWays { get; init; } = [];

    /// <summary>These metrics as the continuation of the parents': sums go on from, extremes join, the largest over the parents.</summary>
    public VesselMetrics After(IReadOnlyCollection<VesselMetrics> parents)
    {
        ArgumentNullException.ThrowIfNull(parents);
        var gaps = parents.Aggregate(NoGaps, (all, p) => Worst(all, p.Gaps));
        gaps = Sum(gaps, Gaps);
        var worst = gaps.Values.OrderByDescending(g => g.Pct).FirstOrDefault() ?? new(0, 0, 0);
        var ways = parents.SelectMany(p => p.OutWays).DefaultIfEmpty([]).SelectMany(w => OutWays.DefaultIfEmpty([]).Select(o => w.AddRange(o))).ToArray();
        var farther = parents.Append(this).MaxBy(m => Math.Abs(m.Co2Deviation))!;
        return this with
        {
            HighTRawMin = Add(m => m.HighTRawMin),
            HighTLongestMin = Max(m => m.HighTLongestMin)!.Value,
            PeakT = Max(m => m.PeakT),
            HotReadings = parents.Append(this).Max(m => m.HotReadings),
            LowTRawMin = Add(m => m.LowTRawMin),
            LowTLongestMin = Max(m => m.LowTLongestMin)!.Value,
            LowestT = -Max(m => -m.LowestT),
            Co2RawMin = Add(m => m.Co2RawMin),
            Co2LongestMin = Max(m => m.Co2LongestMin)!.Value,
            LowestCo2 = -Max(m => -m.LowestCo2),
            HighestCo2 = Max(m => m.HighestCo2),
            Co2Deviation = farther.Co2Deviation,
            Co2Extreme = farther.Co2Extreme,
            HumidityRawMin = Add(m => m.HumidityRawMin),
            O2RawMin = Add(m => m.O2RawMin),
            DoorMin = Add(m => m.DoorMin),
            StayMin = Add(m => m.StayMin),
            MissingMin = worst.MissingMin,
            MissingPct = worst.Pct,
            LongestGapMin = gaps.Values.Select(g => g.LongestMin).DefaultIfEmpty(0).Max(),
            OutMin = Add(m => m.OutMin),
            OutLongestMin = Max(m => m.OutLongestMin)!.Value,
            OutDayMin = Math.Max(Max(m => m.OutDayMin)!.Value, ways.Select(MostInADay).DefaultIfEmpty(0).Max()),
            UncalibratedMin = Add(m => m.UncalibratedMin),
            Gaps = gaps,
            OutWays = [.. ways.Select(LastDay).DistinctBy(w => string.Join('|', w.Select(o => $"{o.From.UtcTicks},{o.To.UtcTicks}")), StringComparer.Ordinal)],
        };

        double Add(Func<VesselMetrics, double> of) => parents.Select(of).DefaultIfEmpty(0).Max() + of(this);
        double? Max(Func<VesselMetrics, double?> of) => parents.Append(this).Max(of);
    }

    /// <summary>Largest sum of times out within any 24 h.</summary>
    internal static double MostInADay(IReadOnlyList<OutTime> outs)
    {
        var most = 0.0;
        // The fullest window ends where a time out ends or begins where one begins.
        foreach (var end in outs.Select(o => o.To).Concat(outs.Select(o => o.From.AddHours(24))))
        {
            var sum = outs.Sum(o => Math.Max(0, ((o.To < end ? o.To : end) - (o.From > end.AddHours(-24) ? o.From : end.AddHours(-24))).TotalMinutes));
            most = Math.Max(most, sum);
        }
        return most;
    }

    private static ImmutableList<OutTime> LastDay(ImmutableList<OutTime> outs) =>
        outs.IsEmpty ? outs : outs.RemoveAll(o => o.To < outs[^1].To.AddHours(-24));

    private static ImmutableSortedDictionary<string, ChannelGaps> Worst(ImmutableSortedDictionary<string, ChannelGaps> a, ImmutableSortedDictionary<string, ChannelGaps> b) =>
        b.Aggregate(a, (all, g) => all.SetItem(g.Key, all.GetValueOrDefault(g.Key) is { } known
            ? (known.Pct >= g.Value.Pct ? known : g.Value) with { LongestMin = Math.Max(known.LongestMin, g.Value.LongestMin) } : g.Value));

    private static ImmutableSortedDictionary<string, ChannelGaps> Sum(ImmutableSortedDictionary<string, ChannelGaps> a, ImmutableSortedDictionary<string, ChannelGaps> b) =>
        b.Aggregate(a, (all, g) => all.SetItem(g.Key, all.GetValueOrDefault(g.Key) is { } known
            ? new(known.MissingMin + g.Value.MissingMin, Math.Max(known.LongestMin, g.Value.LongestMin), known.StayMin + g.Value.StayMin) : g.Value));
}

/// <summary>Metrics of one vessel's own culture, its ancestors apart.</summary>
internal static class VesselExposure
{
    private const double HotCelsius = 40.0;

    public static SpanKind KindOf(Severity severity, Side side) => (severity, side) switch
    {
        (Severity.Action, Side.Low) => SpanKind.ActionLow,
        (Severity.Action, _) => SpanKind.ActionHigh,
        (_, Side.Low) => SpanKind.CriticalLow,
        _ => SpanKind.CriticalHigh,
    };

    /// <summary>Channels of E-12 and E-14 that the incubator's profile has: temperature, CO2, humidity, controlled O2.</summary>
    public static IEnumerable<ChannelLedger> EnvironmentChannels(IncubatorLedger ledger) =>
        ledger.Profile.Channels.Where(c => c.Environment && c.IsJudged)
            .Select(c => ledger.Channels.GetValueOrDefault(c.Channel) ?? ChannelLedger.Silent(c.Channel, TimeSpan.FromSeconds(150)));

    public static VesselMetrics Own(ExposureInput input, VesselCulture vessel, DateTimeOffset at)
    {
        var stays = Exposure.StaysInCulture(vessel, at);
        var metrics = VesselMetrics.None;
        // A stay in an incubator nothing is known of is all missing: its ledger is silent.
        foreach (var stay in stays)
            if (input.Incubators.TryGetValue(stay.IncubatorId, out var incubator)) metrics = OfStay(incubator, stay, at).After([metrics]);
            else metrics = (VesselMetrics.None with { Gaps = Unknown(stay, at), StayMin = Minutes(stay, at) }).After([metrics]);
        var outs = Outs(vessel, stays, at);
        return metrics with
        {
            OutMin = outs.Sum(o => o.Minutes),
            OutLongestMin = outs.Select(o => o.Minutes).DefaultIfEmpty(0).Max(),
            OutDayMin = VesselMetrics.MostInADay(outs),
            OutWays = [outs],
        };
    }

    /// <summary>Times in which the vessel held living culture outside of any incubator.</summary>
    public static ImmutableList<OutTime> Outs(VesselCulture vessel, IReadOnlyList<Stay> stays, DateTimeOffset at)
    {
        var outs = ImmutableList<OutTime>.Empty;
        var end = vessel.CultureEndAt < at ? vessel.CultureEndAt.Value : at;
        var from = vessel.SeededAt;
        foreach (var stay in stays)
        {
            if (stay.From > from) outs = outs.Add(new(from, stay.From));
            if (stay.To is null) return outs;
            from = stay.To > from ? stay.To.Value : from;
        }
        return end > from ? outs.Add(new(from, end)) : outs;
    }

    private static double Minutes(Stay stay, DateTimeOffset at) => ((stay.To ?? at) - stay.From).TotalMinutes;

    private static ImmutableSortedDictionary<string, ChannelGaps> Unknown(Stay stay, DateTimeOffset at) =>
        VesselMetrics.NoGaps.Add(Channels.Temperature, new(Minutes(stay, at), Minutes(stay, at), Minutes(stay, at)));

    private static VesselMetrics OfStay(IncubatorEnvironment incubator, Stay stay, DateTimeOffset at)
    {
        var (from, to) = (stay.From, stay.To ?? at);
        // A reading at the very instant of removal is no longer the vessel's.
        var lastReading = stay.To is { } end ? end.AddTicks(-1) : at;
        var ledger = incubator.Ledger;
        var gaps = EnvironmentChannels(ledger).ToImmutableSortedDictionary(c => c.Channel, c => GapsOf(c, from, to, at), StringComparer.Ordinal);
        var metrics = VesselMetrics.None with
        {
            Gaps = gaps,
            StayMin = Minutes(stay, at),
            DoorMin = ledger.Channels.Values.Select(c => c.Time(SpanKind.Door, from, to, at).TotalMinutes).DefaultIfEmpty(0).Max(),
            UncalibratedMin = Uncalibrated(incubator, from, to),
            HumidityRawMin = Raw(ledger, Channels.Humidity, from, to, at, Side.Low),
            O2RawMin = Raw(ledger, Channels.O2, from, to, at, Side.Low) + Raw(ledger, Channels.O2, from, to, at, Side.High),
        };
        return OfCo2(OfTemperature(metrics, ledger, from, to, lastReading, at), ledger, from, to, lastReading, at);
    }

    private static VesselMetrics OfTemperature(VesselMetrics metrics, IncubatorLedger ledger, DateTimeOffset from, DateTimeOffset to, DateTimeOffset last, DateTimeOffset at)
    {
        if (!ledger.Channels.TryGetValue(Channels.Temperature, out var channel)) return metrics;
        var extremes = channel.Extremes(from, last);
        return metrics with
        {
            HighTRawMin = Raw(ledger, channel.Channel, from, to, at, Side.High),
            HighTLongestMin = Longest(channel, Side.High, from, to, at),
            LowTRawMin = Raw(ledger, channel.Channel, from, to, at, Side.Low),
            LowTLongestMin = Longest(channel, Side.Low, from, to, at),
            PeakT = extremes?.Max,
            LowestT = extremes?.Min,
            HotReadings = MostConsecutive(channel, from, last),
        };
    }

    private static VesselMetrics OfCo2(VesselMetrics metrics, IncubatorLedger ledger, DateTimeOffset from, DateTimeOffset to, DateTimeOffset last, DateTimeOffset at)
    {
        if (!ledger.Channels.TryGetValue(Channels.Co2, out var channel)) return metrics;
        metrics = metrics with
        {
            Co2RawMin = Raw(ledger, channel.Channel, from, to, at, Side.Low) + Raw(ledger, channel.Channel, from, to, at, Side.High),
            Co2LongestMin = Math.Max(Longest(channel, Side.Low, from, to, at), Longest(channel, Side.High, from, to, at)),
        };
        if (channel.Extremes(from, last) is not { } extremes) return metrics;
        var setPoint = (double)(ledger.Profile.Find(Channels.Co2)?.SetPoint ?? 5m);
        var extreme = Math.Abs(extremes.Max - setPoint) >= Math.Abs(extremes.Min - setPoint) ? extremes.Max : extremes.Min;
        return metrics with { LowestCo2 = extremes.Min, HighestCo2 = extremes.Max, Co2Extreme = extreme, Co2Deviation = extreme - setPoint };
    }

    private static ChannelGaps GapsOf(ChannelLedger channel, DateTimeOffset from, DateTimeOffset to, DateTimeOffset at)
    {
        var gaps = channel.Gaps(from, to, at).Select(g => (g.To - g.From).TotalMinutes).ToArray();
        return new(gaps.Sum(), gaps.DefaultIfEmpty(0).Max(), (to - from).TotalMinutes);
    }

    private static double Raw(IncubatorLedger ledger, string channel, DateTimeOffset from, DateTimeOffset to, DateTimeOffset at, Side side) =>
        ledger.Channels.TryGetValue(channel, out var c) ? c.Time(KindOf(Severity.Action, side), from, to, at).TotalMinutes : 0;

    // Critical excursions count too: their shorter on-delay may open one where no action excursion does.
    private static double Longest(ChannelLedger channel, Side side, DateTimeOffset from, DateTimeOffset to, DateTimeOffset at)
    {
        var longest = TimeSpan.Zero;
        foreach (var e in channel.Facts.Excursions)
        {
            if (e.Side != side || e.OpenedAt > at) continue;
            var (start, end) = (e.StartAt > from ? e.StartAt : from, e.EndAsOf(at) < to ? e.EndAsOf(at) : to);
            if (end - start > longest) longest = end - start;
        }
        return longest.TotalMinutes;
    }

    private static int MostConsecutive(ChannelLedger channel, DateTimeOffset from, DateTimeOffset last)
    {
        var (most, run) = (0, 0);
        foreach (var s in channel.Facts.Samples)
        {
            if (s.At < from || s.At > last) continue;
            run = s.Value < HotCelsius ? 0 : s.FollowsPrevious ? run + 1 : 1;
            most = Math.Max(most, run);
        }
        return most;
    }

    private static double Uncalibrated(IncubatorEnvironment incubator, DateTimeOffset from, DateTimeOffset to) =>
        EnvironmentChannels(incubator.Ledger).Select(c => CalibrationCover.UncoveredMin(incubator.Calibrations.Where(x => x.Channel == c.Channel), from, to))
            .DefaultIfEmpty(0).Max();
}
