using System.Globalization;
using CultureTrack.Ingest.Benchmarks;
using CultureTrack.Store.Migrations;
using CultureTrack.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace CultureTrack.Benchmarks.Ingest;

/// <summary><c>ingest [seconds] [rounds] [devices] [inFlight] [samples]</c>: the full product against a minimal reference and the bare broker, on a cluster of its own.</summary>
static class IngestBenchmarkProgram
{
    public static async Task Run(string[] args)
    {
        double Number(int index, double otherwise) => args.Length > index ? double.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
        var load = new IngestLoad(Seconds: Number(0, 8), Rounds: (int)Number(1, 3), Devices: (int)Number(2, 50), InFlight: (int)Number(3, 20), Samples: (int)Number(4, 1));
        var folder = Path.Combine(Path.GetTempPath(), $"culturetrack-bench-{Guid.CreateVersion7():n}");
        try
        {
            await using var postgres = await EmbeddedPostgres.StartAsync(new PostgresOptions { DataDirectory = folder }, NullLogger.Instance, CancellationToken.None);
            await SchemaMigrations.Run(postgres.OwnerConnectionString, postgres.RuntimeConnectionString, [], NullLogger.Instance, CancellationToken.None);
            var result = await new IngestBenchmark(postgres.RuntimeConnectionString, postgres.OwnerConnectionString, load).Run(Console.Error.WriteLine, CancellationToken.None);
            Print(result.Bare);
            Print(result.Minimal);
            Print(result.Full);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"of the minimal reference {result.Ratio:0.00}, its CPU {result.CpuRatio:0.00} · {result.AcknowledgedMessages} messages acknowledged = {result.AcknowledgedReadings} values, {result.StoredReadings} stored, {result.DeliveredReadings} delivered"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static void Print(IngestRate rate) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{rate.Name,-20} {rate.PerSecond,9:0} messages/s   PUBACK p50 {rate.P50Ms:0.0} ms  p99 {rate.P99Ms:0.0} ms  p99.9 {rate.P999Ms:0.0} ms   CPU {rate.CpuMsPerThousand:0} ms/1000"));
}
