using CultureTrack.Benchmarks.Ingest;

switch (args)
{
    case ["ingest", .. var rest]:
        await IngestBenchmarkProgram.Run(rest);
        return 0;
    default:
        Console.Error.WriteLine("usage: CultureTrack.Benchmarks ingest [seconds] [rounds] [devices] [inFlight]");
        return 2;
}
