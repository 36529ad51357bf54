using System.CommandLine;
using System.Text.Json;
using CultureTrack.Domain.Records;

namespace CultureTrack.Server.Commands;

/// <summary>What the verbs have in common: JSON for machines, a line that is rewritten on a terminal, the exit code of wrong usage.</summary>
internal static class CommandOutput
{
    public const int Failed = 1, Usage = 2;

    /// <summary>Room for an orderly end after Ctrl+C: devices say goodbye, the database writes its last page.</summary>
    public static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(60);

    public static Option<bool> Json() => new("--json") { Description = "One JSON object a line, for machines." };

    public static void WriteJson(object value) => Console.WriteLine(JsonSerializer.Serialize(value, RecordJson.Options));

    public static void Status(string text)
    {
        if (Console.IsOutputRedirected) Console.WriteLine(text);
        else Console.Write($"\r{text.PadRight(Math.Max(0, Console.WindowWidth - 1))}");
    }

    /// <summary>Shows what a long command does, on a terminal only; null elsewhere.</summary>
    public static Action<string>? Progress() => Console.IsOutputRedirected ? null : text => Status(text.Length < Console.WindowWidth ? text : text[..Math.Max(0, Console.WindowWidth - 1)]);

    /// <summary>A line that stays, in place of what was shown meanwhile.</summary>
    public static void End(string text)
    {
        if (!Console.IsOutputRedirected) Status("\r");
        Console.WriteLine(text);
    }

    public static async Task<int> Fail(string message, int code = Failed)
    {
        await Console.Error.WriteLineAsync(message);
        return code;
    }
}
