using CultureTrack.Benchmarks.BadInput;
using CultureTrack.Benchmarks.Exposures;
using CultureTrack.Benchmarks.Forecast;
using CultureTrack.Benchmarks.Histories;
using CultureTrack.Benchmarks.Ingest;
using CultureTrack.Benchmarks.Live;
using CultureTrack.Benchmarks.Sensors;
using CultureTrack.Benchmarks.Server;
using CultureTrack.Benchmarks.StoredReadings;

switch (args)
{
    case ["ingest", .. var rest]:
        await IngestBenchmarkProgram.Run(rest);
        return 0;
    case ["kill", .. var rest]:
        return await KillProgram.Run(rest);
    case ["kill-postgres", .. var rest]:
        return await KillDatabaseProgram.Run(rest);
    case [KillProgram.ServeVerb, var folder]:
        await KillProgram.ServeUntilKilled(folder);
        return 0;
    case ["bad-input", .. var rest]:
        return await BadInputProgram.Run(rest);
    case ["commands", .. var rest]:
        return await CommandProgram.Run(rest);
    case ["forecast", .. var rest]:
        return ForecastProgram.Run(rest);
    case ["rebuild", .. var rest]:
        return await RebuildProgram.Run(rest);
    case ["blast-radius", .. var rest]:
        return await TraceProgram.BlastRadius(rest);
    case ["lineage", .. var rest]:
        return await TraceProgram.Lineage(rest);
    case ["verdict", .. var rest]:
        return VerdictProgram.Run(rest);
    case ["what-if", .. var rest]:
        return await WhatIfProgram.Run(rest);
    case ["storage", .. var rest]:
        return await StorageProgram.Run(rest);
    case ["live", .. var rest]:
        return await LiveProgram.Run(rest);
    case ["light", .. var rest]:
        return await LightLoadProgram.Run(rest);
    case ["soak", .. var rest]:
        return await SoakProgram.Run(rest);
    case ["disturbed", .. var rest]:
        return await DisturbedProgram.Run(rest);
    case ["outages", .. var rest]:
        return await OutageProgram.Run(rest);
    case ["sensors", .. var rest]:
        return SensorProgram.Run(rest);
    case ["exposure", .. var rest]:
        return ExposureProgram.Run(rest);
    case ["backtest", .. var rest]:
        return await BacktestProgram.Run(rest);
    case ["open"]:
        return await OpenBatchProgram.Run();
    default:
        Console.Error.WriteLine("usage: CultureTrack.Benchmarks ingest [seconds] [rounds] [devices] [inFlight] | kill [times] [devices] | kill-postgres [times] [devices] | bad-input [count] [seed] | commands [seconds] | rebuild [batches] [events] | blast-radius [batches] [events] | lineage [nodes] | verdict [batches] [events] | what-if [batches] [events] | live [incubators] [viewers] [seconds] | light [seconds] | soak [minutes] [samples a second] | disturbed [kills] [minutes] | outages [seconds] [devices] [MB of disk] | open | storage [million readings] [folder of recordings] | forecast [folder of instrument files] | sensors [runs] [folder of recordings] | exposure [days] [moves] | backtest [days] [period s]");
        return 2;
}
