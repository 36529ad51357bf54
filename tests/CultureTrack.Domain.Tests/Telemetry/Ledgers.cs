using System.Collections.Immutable;
using CultureTrack.Domain.Telemetry;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>Ledgers written by hand, complete from long before to long after the origin but for what is told, and vessels to be judged by them.</summary>
internal static class Ledgers
{
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(150);

    public static IncubatorEnvironment Env(string id, string profile, params (string Channel, LedgerPart Facts)[] facts)
    {
        var (known, limits) = (facts.ToDictionary(f => f.Channel, f => f.Facts), EquipmentProfiles.Get(profile));
        var channels = limits.Channels.Where(c => c.IsJudged).ToImmutableSortedDictionary(c => c.Channel,
            c => new ChannelLedger(c.Channel, Hold, Min(-100_000), Min(100_000), GapCause.NoData, known.GetValueOrDefault(c.Channel) ?? LedgerPart.Empty), StringComparer.Ordinal);
        return new(new(id, limits, channels), [.. channels.Keys.Select(c => new Calibration(c, Min(-100_000), Min(100_000)))]);
    }

    public static IncubatorEnvironment Env(params (string Channel, LedgerPart Facts)[] facts) => Env("INC-04", "P37-5", facts);

    /// <summary>The same with a channel heard from one minute to another only.</summary>
    public static IncubatorEnvironment Heard(this IncubatorEnvironment env, string channel, double? first, double? last) => env with
    {
        Ledger = env.Ledger with
        {
            Channels = env.Ledger.Channels.SetItem(channel, env.Ledger.Channels[channel] with { FirstAt = first is { } f ? Min(f) : null, LastAt = last is { } l ? Min(l) : null }),
        },
    };

    public static ExposureInput Input(IncubatorEnvironment[] incubators, params VesselCulture[] vessels) => new(vessels, incubators.ToDictionary(i => i.Ledger.IncubatorId));

    public static VesselCulture V(string id, double seeded, Stay[] stays, double? end = null, string[]? parents = null, VesselUse use = VesselUse.Product) =>
        new(id, Min(seeded), end is { } e ? Min(e) : null, parents ?? [], use, stays);

    public static Stay S(double from, double? to = null, string incubator = "INC-04") => new(incubator, Min(from), to is { } t ? Min(t) : null);

    public static LedgerPart Spans(params (SpanKind Kind, double From, double To)[] spans) => LedgerPart.Empty with { Spans = [.. spans.Select(s => new Span(s.Kind, Min(s.From), Min(s.To)))] };

    public static LedgerPart Samples(params (double At, double Value)[] samples) =>
        LedgerPart.Empty with { Samples = [.. samples.Select((s, i) => new Sample(Min(s.At), s.Value, i > 0))] };

    public static LedgerPart Excursions(params (double Start, double Opened, double? End, Side Side, Severity Severity)[] excursions) => LedgerPart.Empty with
    {
        Excursions = [.. excursions.Select((e, i) => new Excursion($"X-{i}", Channels.Temperature, e.Side, e.Severity, Min(e.Start), Min(e.Opened),
            e.End is { } end ? Min(end) : null, e.End is { } closed ? Min(closed + 5) : null, 38.4, TimeSpan.FromMinutes(1)))],
    };

    public static VesselMetrics Metrics(ExposureInput input, string vessel, double at) => Exposure.Evaluate(input, Min(at)).Vessels.Single(v => v.VesselId == vessel).Metrics;
}
