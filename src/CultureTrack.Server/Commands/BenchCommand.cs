using System.CommandLine;
using System.Globalization;
using CultureTrack.Ingest.Benchmarks;
using CultureTrack.Server.Hosting;
using CultureTrack.Store.Postgres;

namespace CultureTrack.Server.Commands;

/// <summary><c>culturetrack bench</c>: measures this machine.</summary>
internal static class BenchCommand
{
    private static readonly Option<int> Devices = new("--devices") { Description = "Connections.", DefaultValueFactory = _ => 50 };
    private static readonly Option<int> InFlight = new("--in-flight") { Description = "Unacknowledged messages a connection.", DefaultValueFactory = _ => 20 };
    private static readonly Option<double> Seconds = new("--seconds") { Description = "Length of each measurement.", DefaultValueFactory = _ => 8 };
    private static readonly Option<int> Rounds = new("--rounds") { Description = "Bare broker, minimal reference and full product in turns, so often; the medians are compared.", DefaultValueFactory = _ => 3 };
    private static readonly Option<int> Samples = new("--samples") { Description = "Samples (four channels at one time) a message.", DefaultValueFactory = _ => 1 };
    private static readonly Option<bool> Json = CommandOutput.Json();

    public static Command Create()
    {
        var ingest = new Command("ingest", "Telemetry from many devices, QoS 1, acknowledged after commit, against the least that stores and a broker that stores nothing. "
            + "Works on a database of its own, which is deleted afterwards.\n\nExamples:\n  culturetrack bench ingest\n  culturetrack bench ingest --devices 200 --seconds 20 --json\n  culturetrack bench ingest --samples 20");
        foreach (var option in new Option[] { Devices, InFlight, Seconds, Rounds, Samples, Json }) ingest.Options.Add(option);
        ingest.SetAction(Ingest);
        return new Command("bench", "Measure this machine. Example: culturetrack bench ingest") { ingest };
    }

    private static async Task<int> Ingest(ParseResult parsed, CancellationToken ct)
    {
        var load = new IngestLoad(parsed.GetValue(Devices), parsed.GetValue(InFlight), parsed.GetValue(Seconds), Rounds: parsed.GetValue(Rounds), Samples: parsed.GetValue(Samples));
        if (load is not { Devices: > 0, InFlight: > 0, Seconds: > 0, Rounds: > 0, Samples: > 0 and <= 1000 }) return await CommandOutput.Fail("Every number is more than 0, and --samples at most 1000.", CommandOutput.Usage);
        var folder = Path.Combine(Path.GetTempPath(), $"culturetrack-bench-{Guid.CreateVersion7():N}");
        var settings = new LabSettings(LabSettings.Read(), "").With(new Dictionary<string, string?>
        {
            ["DataDirectory"] = folder,
            ["ConnectionStrings:CultureTrack"] = null,
            ["ConnectionStrings:CultureTrackOwner"] = null,
            ["Logging:Level"] = "Warning",
        });
        Logs.Configure(settings);
        try
        {
            await using var database = await Database.Open(settings, Logs.Factory, ct);
            var json = parsed.GetValue(Json);
            var result = await new IngestBenchmark(database.RuntimeConnectionString, database.OwnerConnectionString!, load).Run(json ? null : CommandOutput.Status, ct);
            if (json) CommandOutput.WriteJson(result);
            else Print(result);
            return 0;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { return CommandOutput.Failed; }
        catch (PostgresUnavailableException e) { return await CommandOutput.Fail(e.Message); }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(IngestBenchmarkResult result)
    {
        Console.WriteLine();
        foreach (var rate in new[] { result.Bare, result.Minimal, result.Full })
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{rate.Name,-20} {rate.PerSecond,10:N0} messages/s   PUBACK {rate.P50Ms:0.0} ms median, {rate.P99Ms:0.0} ms 99 %, {rate.P999Ms:0.0} ms 99.9 %   {rate.CpuMsPerThousand:0} ms CPU a thousand"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"of the minimal reference {result.Ratio:0.00}, its CPU {result.CpuRatio:0.00}; {result.AcknowledgedMessages:N0} acknowledged, {result.StoredReadings:N0} values stored, {result.DeliveredReadings:N0} delivered"));
    }
}
