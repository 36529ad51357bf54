using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using CultureTrack.Benchmarks.Server;

namespace CultureTrack.Benchmarks.Live;

/// <summary>
/// <c>light [seconds]</c>: a hundred messages a second, as a small lab sends. How long a device waits for its PUBACK, a reader for a reading that was just sent, and
/// somebody at the alarm list for the alarm that a reading decides: at once (mains lost), and at the end of an on-delay (a critical temperature). Exit code 1 when
/// a bound is missed.
/// </summary>
internal static class LightLoadProgram
{
    private const int Devices = 50, Excursions = 100;
    private const double AckMaxMs = 15, VisibleMaxMs = 100, AlarmMaxMs = 250;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500), WarmUp = TimeSpan.FromSeconds(10), Patience = TimeSpan.FromSeconds(10);

    public static async Task<int> Run(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 60;
        await using var lab = await RunningLab.Start(manualStart: null);
        // The later ones are not part of the load: they have their excursions while the others publish.
        await using var fleet = await Fleet.Connect(lab, Devices + Excursions, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        await using var stream = await LiveStream.Open(lab, "alarms", stop.Token);
        var raised = new Raised();
        var listening = raised.Listen(stream, stop.Token);
        var (ack, visible, atOnce, delayed) = (new Times("PUBACK"), new Times("sent until read over HTTP"), new Times("mains lost until its alarm"), new Times("end of the on-delay until its alarm"));
        using var endOfLoad = new CancellationTokenSource();
        var load = fleet.PublishAll(Devices, Period, ack.Add, endOfLoad.Token);
        await Task.Delay(WarmUp, CancellationToken.None);
        ack.Clear();
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await Task.WhenAll(Reading(lab, fleet, visible, time.Token), MainsLost(fleet, raised, atOnce, time.Token), Excursion(fleet, raised, delayed, time.Token));
        await endOfLoad.CancelAsync();
        await load;
        await stop.CancelAsync();
        await listening;
        foreach (var times in new[] { ack, visible, atOnce, delayed }) Console.WriteLine(times);
        return ack.At(0.99) < AckMaxMs && visible.At(0.99) < VisibleMaxMs && atOnce.At(0.99) < AlarmMaxMs && delayed.At(0.99) < AlarmMaxMs ? 0 : 1;
    }

    private static async Task Reading(RunningLab lab, Fleet fleet, Times visible, CancellationToken until)
    {
        for (var step = 0; !until.IsCancellationRequested; step++)
        {
            var index = step % Devices;
            var at = TimeProvider.System.GetUtcNow();
            var began = TimeProvider.System.GetTimestamp();
            await fleet.Publish(index, $"\"gasPressure\":{(1 + step % 50 * 0.001).ToString(CultureInfo.InvariantCulture)}", CancellationToken.None);
            var path = $"/incubators/{fleet[index].Id}/readings?channel=gasPressure&from={LabSetup.Text(at.AddMilliseconds(-5))}&to={LabSetup.Text(at.AddSeconds(5))}";
            while ((await lab.Get("qa01", path))!["items"]!.AsArray().Count == 0) await Task.Yield();
            visible.Add(TimeProvider.System.GetElapsedTime(began));
            await Task.Delay(50, CancellationToken.None);
        }
    }

    private static async Task MainsLost(Fleet fleet, Raised raised, Times times, CancellationToken until)
    {
        for (var step = 0; !until.IsCancellationRequested; step++)
        {
            var index = step % Devices;
            await Alarm(fleet, index, "\"power\":\"lost\"", raised, times);
            await fleet.Publish(index, "\"power\":\"ok\"", CancellationToken.None);
            await Task.Delay(200, CancellationToken.None);
        }
    }

    private static async Task Excursion(Fleet fleet, Raised raised, Times times, CancellationToken until)
    {
        for (var index = Devices; index < Devices + Excursions && !until.IsCancellationRequested; index++)
        {
            var now = TimeProvider.System.GetUtcNow();
            // Two minutes above 39 °C are critical; the first of them are sent from the device's memory, the reading that decides is live.
            foreach (var secondsAgo in new[] { 121, 61 }) await fleet.Publish(index, "\"temperature\":39.6", CancellationToken.None, now.AddSeconds(-secondsAgo));
            await Alarm(fleet, index, "\"temperature\":39.7", raised, times);
        }
    }

    private static async Task Alarm(Fleet fleet, int index, string values, Raised raised, Times times)
    {
        var alarm = raised.Next(fleet[index].Id);
        var began = TimeProvider.System.GetTimestamp();
        await fleet.Publish(index, values, CancellationToken.None);
        try { await alarm.WaitAsync(Patience); }
        catch (TimeoutException e) { throw new TimeoutException($"No alarm of {fleet[index].Id} within {Patience.TotalSeconds:0} s of {values}.", e); }
        times.Add(TimeProvider.System.GetElapsedTime(began));
    }

    /// <summary>Alarms as somebody at the list sees them come.</summary>
    private sealed class Raised
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = new(StringComparer.Ordinal);

        public Task Next(string incubator) => (_awaited[incubator] = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public async Task Listen(LiveStream stream, CancellationToken stop)
        {
            await foreach (var (kind, json) in stream.Events(stop))
            {
                if (kind != "alarm") continue;
                using var document = JsonDocument.Parse(json);
                var alarm = document.RootElement.GetProperty("data");
                if (alarm.GetProperty("state").GetString() == "UnackActive" && _awaited.TryRemove(alarm.GetProperty("incubatorId").GetString()!, out var awaited)) awaited.TrySetResult();
            }
        }
    }
}
