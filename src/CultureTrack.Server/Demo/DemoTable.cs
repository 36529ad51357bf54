using Spectre.Console;

namespace CultureTrack.Server.Demo;

/// <summary>Shows the demo's people and their passwords.</summary>
internal static class DemoTable
{
    public static void Print(IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("User", "Password", "Name", "Work");
        foreach (var p in DemoPeople.All) table.AddRow(p.User, p.Password, p.FullName, p.Work);
        console.Write(table);
        console.MarkupLine("This is a demo: everybody who can reach it can sign in. Stop it with Ctrl+C.");
    }
}
