using System.CommandLine;
using CultureTrack.Server.Commands;

var root = new RootCommand("CultureTrack: batches, incubators and release criteria of a cell culture lab.")
{
    ServeCommand.Create(),
    DemoCommand.Create(),
    MigrateCommand.Create(),
};
root.SetAction((_, ct) => ServeCommand.Run(ct));
return await root.Parse(args).InvokeAsync();
