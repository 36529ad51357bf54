using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CultureTrack.Grains.Devices;
using CultureTrack.Store.Readings;

namespace CultureTrack.IntegrationTests.Mqtt;

/// <summary>Recordings of real sensors, sent by a client that is not ours. What is stored must equal what was sent.</summary>
public sealed class ForeignClientTests(PostgresFixture postgres) : IAsyncLifetime
{
    static readonly string Shared = Environment.GetEnvironmentVariable("CULTURETRACK_SHARED") ?? Path.Combine(Repository(), "..", "shared");

    BrokerHarness _lab = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await BrokerHarness.Start(await (await postgres.CreateDatabase()).Migrated());

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CultureTrack.sln"))) folder = folder.Parent;
        return folder?.FullName ?? Directory.GetCurrentDirectory();
    }

    static string Recording(params string[] parts)
    {
        var file = Path.Combine([Shared, "telemetry", .. parts]);
        Assert.SkipUnless(File.Exists(file), $"The recording {string.Join('/', parts)} is not here (CULTURETRACK_SHARED).");
        return file;
    }

    async Task MosquittoPub(string user, string topic, string? file, IEnumerable<string>? lines = null, params string[] more)
    {
        var start = new ProcessStartInfo("mosquitto_pub") { RedirectStandardInput = true, RedirectStandardError = true };
        string[] words = ["-h", "127.0.0.1", "-p", _lab.Broker.Port.ToString(CultureInfo.InvariantCulture), "-u", user, "-P", "secret", "-q", "1", "-t", topic, .. more, .. file is null ? ["-l"] : (string[])["-f", file]];
        foreach (var word in words) start.ArgumentList.Add(word);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("mosquitto_pub is not installed (apt-get install mosquitto-clients).");
            return;
        }
        using (process)
        {
            foreach (var line in lines ?? []) await process.StandardInput.WriteLineAsync(line.AsMemory(), Ct);
            process.StandardInput.Close();
            var error = await process.StandardError.ReadToEndAsync(Ct);
            await process.WaitForExitAsync(Ct);
            process.ExitCode.ShouldBe(0, error);
        }
    }

    [Fact]
    public async Task A_week_of_an_incubator_with_backfill_and_the_repeated_hour_is_stored_as_sent()
    {
        var truth = File.ReadLines(Recording("memmert", "memmert_2025-10-23_to_10-30.truth.tsv")).Skip(1).Select(l => l.Split('\t')[3]).ToList();
        var sent = new Dictionary<DateTimeOffset, (double? Temperature, double? Humidity, double? Co2)>();
        var lines = new List<string>();
        foreach (var (line, index) in File.ReadLines(Recording("memmert", "memmert_2025-10-23_to_10-30.jsonl")).Select((l, i) => (l, i)))
        {
            var readings = JsonNode.Parse(line)!["entry"]!["readings"]!;
            (double? t, double? h, double? c) = ((double?)readings["Temp1Read"], (double?)readings["HumRead"], (double?)readings["CO2Read"]);
            lines.Add($$$"""{"ts":"{{{truth[index]}}}","buffered":true,"seq":{{{index + 1}}},"values":{"temperature":{{{Json(t)}}},"rh":{{{Json(h)}}},"co2":{{{Json(c)}}}}}""");
            if (t is not null || h is not null || c is not null) sent.Add(DateTimeOffset.Parse(truth[index], CultureInfo.InvariantCulture), (t, h, c));
        }
        await MosquittoPub("inc01", "culturetrack/main/INC-01/telemetry", file: null, lines);

        var stored = await _lab.Store.Rows("INC-01", sent.Keys.Min(), sent.Keys.Max().AddTicks(10), Ct).ToListAsync(Ct);
        stored.Count.ShouldBe(sent.Count);
        foreach (var row in stored)
            (row.Values[CanonicalChannel.Temperature], row.Values[CanonicalChannel.Humidity], row.Values[CanonicalChannel.Co2]).ShouldBe(sent[row.At]);
        var (rejects, total) = await _lab.Rejects.List(1, 100, Ct);    // the device answered, the values did not come
        total.ShouldBe(lines.Count - sent.Count);
        rejects.ShouldAllBe(r => r.Reason == "no usable value");
    }

    static string Json(double? value) => value is { } number ? number.ToString("R", CultureInfo.InvariantCulture) : "null";

    [Fact]
    public async Task Rolling_windows_in_the_vendor_s_own_shape_are_stored_once()
    {
        var mapping = new PayloadMapping([new("readings.Temp1Read", "temperature"), new("readings.HumRead", "humidity"), new("readings.CO2Read", "co2")],
            TimePath: "timestamp", TimeZone: "Europe/Paris", ItemsPath: "data");
        _lab.Directory.Add("memmert", DeviceKind.Device, ["INC-02"], mapping);
        foreach (var window in (string[])["window_0.json", "window_1.json", "window_5.json"])
            await MosquittoPub("memmert", "culturetrack/main/INC-02/telemetry", Recording("memmert", window), null, "-V", "mqttv5", "-i", "memmert");
        await using var count = _lab.Source.CreateCommand("select count(*), count(distinct at), max(at) - min(at) from telemetry.readings where incubator_id = 'INC-02'");
        await using var reader = await count.ExecuteReaderAsync(Ct);
        await reader.ReadAsync(Ct);
        (reader.GetInt64(0), reader.GetInt64(1)).ShouldBe((206L, 206L));
        reader.GetTimeSpan(2).ShouldBeGreaterThan(TimeSpan.FromHours(3));    // 00:00 to 02:20 on the wall, with one hour twice
    }

    [Fact]
    public async Task A_bioreactor_with_a_failing_sensor_is_stored_as_sent_under_names_of_its_own()
    {
        var rows = File.ReadLines(Recording("bioreactor", "20260213_170934_bioreactor_data.csv")).Skip(1).Where(l => l.Length > 0).Select(l => l.Split(',')).ToList();
        var lines = rows.Select(r => $$$"""{"ts":"{{{r[0].Replace(' ', 'T')}}}Z","buffered":true,"values":{"temperature":{{{r[5]}}},"CO2_ppm":{{{r[6]}}},"OD_90_V":{{{r[4]}}}}}""");
        await MosquittoPub("all", "culturetrack/main/INC-03/telemetry", file: null, lines, "-V", "mqttv5", "-i", "bioreactor");
        var ppm = await _lab.Points("INC-03", "CO2_ppm");
        ppm.Select(p => p.Value).ShouldBe(rows.Select(r => double.Parse(r[6], CultureInfo.InvariantCulture)));
        (await _lab.Points("INC-03", "OD_90_V")).Select(p => p.Value).ShouldBe(rows.Select(r => double.Parse(r[4], CultureInfo.InvariantCulture)));
    }
}
