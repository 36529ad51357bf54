using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Release;

/// <summary>
/// Excursions with the bands they brought about (E-01…E-11), and changes of E-12…E-14 as missing data (4.4). A band reached without an excursion
/// stands for itself (K-13).
/// </summary>
internal static class ExcursionExceptions
{
    public static IEnumerable<FoundException> Of(BatchState state)
    {
        var bands = state.Of<ExposureBandChanged>().ToLookup(b => OwnerOf(state, b));
        foreach (var opened in state.Of<ExcursionOpened>()) yield return Excursion(state, opened, bands[opened.Data.ExcursionId]);
        foreach (var alone in bands[""])
            yield return new($"Band-{alone.EventId:N}", IsMissingData(alone.Data.CriterionId) ? "MissingData" : "Excursion", [alone.EventId], BandText(alone), alone.Version);
    }

    private static FoundException Excursion(BatchState state, Recorded<ExcursionOpened> opened, IEnumerable<Recorded<ExposureBandChanged>> bands)
    {
        var id = opened.Data.ExcursionId;
        var amended = state.Of<ExcursionAmended>().Where(a => a.Data.ExcursionId == id).ToList();
        var closed = state.Of<ExcursionClosed>().LastOrDefault(c => c.Data.ExcursionId == id);
        var own = bands.ToList();
        var o = opened.Data;
        var duration = amended.LastOrDefault()?.Data.DurationMin ?? closed?.Data.DurationMin ?? o.DurationMin;
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{o.IncubatorId} {o.Channel} {o.Side} {o.Severity} from {o.StartAt:u}, {duration:0.#} min, peak {closed?.Data.Peak ?? o.Peak:0.##}");
        IEnumerable<Recorded> events = [opened, .. closed is null ? Array.Empty<Recorded>() : [closed], .. amended, .. own];
        var news = amended.Select(a => a.Version).Concat(own.Select(b => b.Version)).Append(opened.Version).Max();
        return new($"Excursion-{opened.EventId:N}", "Excursion", [.. events.Select(e => e.EventId)],
            string.Join("; ", own.Select(BandText).Prepend(text)), news);
    }

    private static string BandText(Recorded<ExposureBandChanged> b) => string.Create(CultureInfo.InvariantCulture,
        $"{b.Data.CriterionId} {b.Data.FromBand} → {b.Data.ToBand} ({b.Data.Value:0.##} {b.Data.Unit}, {b.Data.VesselId})");

    private static bool IsMissingData(string criterionId) => criterionId is "E-12" or "E-13" or "E-14";

    // The latest excursion of the channel the criterion is about, opened by then.
    private static string OwnerOf(BatchState state, Recorded<ExposureBandChanged> band) => ChannelOf(band.Data.CriterionId) is { } channel
        ? state.Of<ExcursionOpened>().LastOrDefault(o => o.Data.Channel == channel && o.OccurredAt <= band.OccurredAt)?.Data.ExcursionId ?? ""
        : "";

    private static string? ChannelOf(string criterionId) => criterionId switch
    {
        "E-01" or "E-02" or "E-03" or "E-04" or "E-05" or "E-06" => "temperature",
        "E-07" or "E-08" or "E-09" => "co2",
        "E-10" => "humidity",
        "E-11" => "o2",
        _ => null,
    };
}
