using CultureTrack.Domain.Telemetry;
using CultureTrack.Instruments.Recordings;
using CultureTrack.Simulator;
using CultureTrack.Store.Readings;

namespace CultureTrack.Benchmarks.StoredReadings;

/// <summary>Rows as the server stores them: of the simulator's incubators, and of recordings of real ones sent live.</summary>
internal static class MadeUpReadings
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>One incubator's days from a start on, every 10 s unless said otherwise, received after a network delay of 2 to some 80 ms.</summary>
    public static IEnumerable<ReadingRow> Simulated(string incubatorId, int seed, DateTimeOffset start, int days, TimeSpan? period = null)
    {
        var model = new IncubatorModel(new(incubatorId, EquipmentProfiles.Find("P37-5-O5")!, seed, FaultScript.None));
        var (chance, seq) = (new Random(seed), 0L);
        foreach (var readings in model.Record(TimeSpan.FromDays(days), period ?? Period))
        {
            var values = new ChannelValues();
            foreach (var (channel, value) in readings.Values) values[channel] = value is decimal number ? (double)number : Channels.StateValue(channel, value.ToString()!);
            yield return Row(incubatorId, start + readings.ModelTime, Delay(chance), seq++, values);
        }
    }

    /// <summary>A recording as if its device had sent it live.</summary>
    public static List<ReadingRow> Recorded(string incubatorId, string file, RecordingSettings settings)
    {
        using var stream = File.OpenRead(file);
        var outcome = Recording.Read(stream, file, settings);
        if (outcome is not RecordingOutcome.Parsed parsed) throw new InvalidOperationException(((RecordingOutcome.Rejected)outcome).Reason);
        var chance = new Random(1);
        return [.. parsed.Samples.GroupBy(s => s.DeviceTime).OrderBy(g => g.Key).Select((g, i) =>
        {
            var values = new ChannelValues();
            foreach (var sample in g) values[sample.Channel] = (double)sample.Value;
            return Row(incubatorId, new DateTimeOffset(g.Key.UtcTicks / 10 * 10, TimeSpan.Zero), Delay(chance), i, values);
        })];
    }

    private static TimeSpan Delay(Random chance) => TimeSpan.FromMicroseconds(2_000 + (int)(-8_000 * Math.Log(1 - chance.NextDouble())));

    private static ReadingRow Row(string incubatorId, DateTimeOffset at, TimeSpan delay, long seq, ChannelValues values) => new()
    {
        IncubatorId = incubatorId,
        DeviceId = incubatorId.ToLowerInvariant(),
        At = at,
        ReceivedAt = at + delay,
        EffectiveAt = at,
        Seq = seq,
        Values = values,
    };
}
