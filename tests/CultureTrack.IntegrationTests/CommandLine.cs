using System.Diagnostics;
using System.Globalization;

namespace CultureTrack.IntegrationTests;

/// <summary>The real program, started as a person or a script starts it.</summary>
static class CommandLine
{
    /// <summary>Longer than any verb takes on a busy machine.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public sealed record Ended(int ExitCode, string Output, string Errors);

    /// <param name="settings">Names without the prefix, with <c>:</c>.</param>
    public static ProcessStartInfo Start(IEnumerable<(string Name, string Value)> settings, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "culturetrack.dll"), .. words]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings) start.Environment["CULTURETRACK_" + name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return start;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<Ended> Run(IEnumerable<(string Name, string Value)> settings, params string[] words)
    {
        using var process = Process.Start(Start(settings, words))!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await End(process);
        return new(process.ExitCode, await output, await errors);
    }

    /// <summary>Asks a running one to end, as Ctrl+C does, and waits for it.</summary>
    public static async Task<int> Interrupt(Process process)
    {
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await End(process);
        return process.ExitCode;
    }

    static async Task End(Process process)
    {
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
