using CultureTrack.Benchmarks.Ingest;

switch (args)
{
    case ["ingest", .. var rest]:
        await IngestBenchmarkProgram.Run(rest);
        return 0;
    case ["kill", .. var rest]:
        return await KillProgram.Run(rest);
    case [KillProgram.ServeVerb, var folder]:
        await KillProgram.ServeUntilKilled(folder);
        return 0;
    default:
        Console.Error.WriteLine("usage: CultureTrack.Benchmarks ingest [seconds] [rounds] [devices] [inFlight] | kill [times] [devices]");
        return 2;
}
