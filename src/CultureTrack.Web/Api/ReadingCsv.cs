using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Store.Readings;

namespace CultureTrack.Web.Api;

/// <summary>Readings of one channel as CSV, for the API and for passports; the same text in every locale and time zone.</summary>
internal static class ReadingCsv
{
    private static readonly string[] Columns = ["time", "value", "quality", "deviceTime", "receivedAt", "buffered", "conflict"];

    public static async Task Write(Stream to, IAsyncEnumerable<ReadingPoint> points, string channel, CancellationToken ct)
    {
        await using var csv = CsvWriter.Create(to, new CsvWriterOptions(), leaveOpen: true);
        foreach (var column in Columns) csv.WriteField(column);
        await csv.EndRecordAsync(ct);
        await foreach (var p in points.WithCancellation(ct))
        {
            foreach (var field in Fields(p, channel)) csv.WriteField(field);
            await csv.EndRecordAsync(ct);
        }
        await csv.FlushAsync(ct);
    }

    private static IEnumerable<string> Fields(ReadingPoint p, string channel) =>
    [
        RecordJson.Text(p.Time), string.Create(CultureInfo.InvariantCulture, $"{Value(p, channel)}"), JsonNamingPolicy.CamelCase.ConvertName(p.Quality.ToString()),
        p.DeviceTime is { } device ? RecordJson.Text(device) : "", RecordJson.Text(p.ReceivedAt), p.Buffered ? "true" : "false", p.Conflict ? "true" : "false",
    ];

    public static object Value(ReadingPoint p, string channel) => Channels.IsState(channel) ? Channels.StateWord(channel, p.Value) : p.Value;
}
