using System.Globalization;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Compact;

namespace CultureTrack.Server.Hosting;

/// <summary>Structured logs: readable on a console, or JSON lines with <c>Logging:Format=json</c>. No line a reading.</summary>
internal static class Logs
{
    public static ILoggerFactory Factory { get; private set; } = new SerilogLoggerFactory();

    /// <param name="past">The clock is put forward by hand: Orleans, which measures its timers by it, is not told so and would complain.</param>
    public static void Configure(LabSettings settings, bool past = false)
    {
        past |= settings.ManualStart is not null;
        var level = Enum.TryParse<LogEventLevel>(settings.Configuration["Logging:Level"], ignoreCase: true, out var given) ? given : LogEventLevel.Information;
        var logs = new LoggerConfiguration().MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning).MinimumLevel.Override("Orleans", past ? LogEventLevel.Error : LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning).MinimumLevel.Override("Marten", LogEventLevel.Warning)
            .MinimumLevel.Override("Npgsql", LogEventLevel.Warning).MinimumLevel.Override("Polly", LogEventLevel.Warning)
            .Enrich.FromLogContext()
            // A start that failed is told once, in a sentence or with its trace; the libraries would add theirs before.
            .Filter.ByExcluding(e => e.MessageTemplate.Text is "Hosting failed to start" or "Unable to start Kestrel.");
        logs = settings.Configuration["Logging:Format"] == "json"
            ? logs.WriteTo.Console(new CompactJsonFormatter())
            : logs.WriteTo.Console(formatProvider: CultureInfo.InvariantCulture,
                outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}");
        Log.Logger = logs.CreateLogger();
        Factory = new SerilogLoggerFactory(Log.Logger);
    }
}
