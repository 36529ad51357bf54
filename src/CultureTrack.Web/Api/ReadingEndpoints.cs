using System.Text.Json;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Store.Readings;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.Api;

/// <param name="Time">Effective time: what the value counts for.</param>
/// <param name="Flags">ClockSkew, ClockUncertain, CalOverdue, Conflict.</param>
public sealed record ReadingView(
    DateTimeOffset Time, DateTimeOffset? DeviceTime, DateTimeOffset ReceivedAt, object Value, string Quality, bool Buffered, long? Seq, IReadOnlyList<string> Flags, bool Conflict);

/// <param name="Next">Where to go on: the value for <c>from</c> of the next request; null at the end.</param>
public sealed record ReadingsView(string IncubatorId, string Channel, string Unit, IReadOnlyList<ReadingView> Items, DateTimeOffset? Next);

public sealed record BucketsView(string IncubatorId, string Channel, string Unit, IReadOnlyList<ReadingBucket> Items);

/// <summary>Stored readings of one channel: as they came, in buckets, or as CSV.</summary>
internal static class ReadingEndpoints
{
    private const int MostItems = 10_000, MostBuckets = 10_000;
    private const double CoversPeriods = 2.5;
    private const string Example = """
        {"incubatorId":"INC-02","channel":"temperature","unit":"°C","items":[{"time":"2026-03-05T12:00:00.000Z","deviceTime":"2026-03-05T12:00:00.000Z","receivedAt":"2026-03-05T12:00:00.120Z","value":37.02,"quality":"good","buffered":false,"seq":null,"flags":[],"conflict":false}],"next":null}
        """;

    public static void MapReadings(this IEndpointRouteBuilder root) =>
        root.MapGet("/incubators/{id}/readings", Readings).Access(new([], Scope: "telemetry")).WithTags("Incubators").Is("Readings of one channel; with Accept: text/csv as a stream")
            .Asks("channel", "Channel name.").Asks("from", "Start, included.").Asks("to", "End, excluded.").Asks("buckets", "Sum up in this many equal intervals; in a period of 62 days or more, intervals of 4 h or more begin on whole hours (UTC).")
            .Gives<ReadingsView>(200, Example);

    private static async Task<IResult> Readings(string id, HttpContext context, IDocumentStore store, ReadingStore readings)
    {
        var query = new Query(context);
        var (from, to) = (query.Instant("from"), query.Instant("to") ?? context.Now());
        var buckets = query.Whole("buckets", 0, 1, MostBuckets);
        var channel = query.Text("channel");
        if (!query.IsGood) return query.Refused();
        if (channel is null) return Problem.Of(Codes.ValRequired, "Name the channel.", "channel");
        await using var session = store.QuerySession();
        if (await session.LoadAsync<Equipment>(id, context.RequestAborted) is not { } equipment) return RegisterEndpoints.Unknown(id);
        var start = from ?? to.AddDays(-1);
        if (start >= to) return Problem.Of(Codes.ValOrder, "from lies before to.", "from");
        channel = Channels.Canonical(channel);
        var unit = IncubatorViews.UnitOf(equipment.Profile, channel);
        if (buckets > 0)
            return Answer.Ok(new BucketsView(id, channel, unit,
                (await readings.Buckets(id, [channel], start, to, buckets, TimeSpan.FromSeconds(CoversPeriods * equipment.PeriodSeconds), context.RequestAborted))[0]));
        var due = equipment.Channels.FirstOrDefault(c => c.Channel == channel)?.DueAt;
        return context.Request.Headers.Accept.ToString().Contains("text/csv", StringComparison.OrdinalIgnoreCase)
            ? new Csv(readings.Query(id, channel, start, to, context.RequestAborted), channel)
            : Answer.Ok(await Some(readings, id, channel, unit, start, to, due, context.RequestAborted));
    }

    private static async Task<ReadingsView> Some(
        ReadingStore readings, string id, string channel, string unit, DateTimeOffset from, DateTimeOffset to, DateTimeOffset? due, CancellationToken ct)
    {
        var items = new List<ReadingView>();
        await foreach (var point in readings.Query(id, channel, from, to, ct))
        {
            // Values of one instant stay together, so that the next request neither repeats nor loses one.
            if (items.Count >= MostItems && point.Time > items[^1].Time) return new(id, channel, unit, items, point.Time);
            items.Add(View(point, channel, due));
        }
        return new(id, channel, unit, items, null);
    }

    private static ReadingView View(ReadingPoint p, string channel, DateTimeOffset? due) => new(
        p.Time, p.DeviceTime, p.ReceivedAt, ReadingCsv.Value(p, channel), JsonNamingPolicy.CamelCase.ConvertName(p.Quality.ToString()), p.Buffered, p.Seq, [.. Tags(p, due)], p.Conflict);

    private static IEnumerable<string> Tags(ReadingPoint p, DateTimeOffset? due)
    {
        if (p.Flags.HasFlag(ReadingFlags.ClockSkew)) yield return nameof(ReadingFlags.ClockSkew);
        if (p.Flags.HasFlag(ReadingFlags.ClockUncertain)) yield return nameof(ReadingFlags.ClockUncertain);
        if (due <= p.Time) yield return "CalOverdue";
        if (p.Conflict) yield return "Conflict";
    }

    private sealed class Csv(IAsyncEnumerable<ReadingPoint> points, string channel) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "text/csv; charset=utf-8";
            return ReadingCsv.Write(httpContext.Response.Body, points, channel, httpContext.RequestAborted);
        }
    }
}
