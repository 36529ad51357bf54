using System.CommandLine;
using System.CommandLine.Invocation;
using CultureTrack.Server.Commands;

var root = new RootCommand("CultureTrack: batches, incubators and release criteria of a cell culture lab.")
{
    ServeCommand.Create(),
    DemoCommand.Create(),
    SimulateCommand.Create(),
    ImportCommand.Create(),
    VerifyCommand.Create(),
    ExportCommand.Create(),
    BackupCommand.Create(),
    RestoreCommand.Create(),
    MigrateCommand.Create(),
    BenchCommand.Create(),
};
root.SetAction((_, ct) => ServeCommand.Run(ct));
var parsed = root.Parse(args);
var exitCode = await parsed.InvokeAsync(new() { ProcessTerminationTimeout = CommandOutput.EndsWithin });
return parsed.Action is ParseErrorAction ? CommandOutput.Usage : exitCode;
