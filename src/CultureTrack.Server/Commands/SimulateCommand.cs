using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Simulator;

namespace CultureTrack.Server.Commands;

/// <summary><c>culturetrack simulate</c>: incubators that publish to any broker, with faults by script.</summary>
internal static class SimulateCommand
{
    private const string Usual = "P37-5";
    private static readonly TimeSpan ShowEvery = TimeSpan.FromSeconds(2), ShowEveryInLog = TimeSpan.FromSeconds(15);

    private static readonly Option<string> Host = new("--host") { Description = "Broker.", DefaultValueFactory = _ => "localhost" };
    private static readonly Option<int> Port = new("--port") { Description = "Its port.", DefaultValueFactory = _ => 1883 };
    private static readonly Option<string> Site = new("--site") { Description = "Site of the topics.", DefaultValueFactory = _ => "main" };
    private static readonly Option<string[]> Incubators = new("--incubators")
    {
        Description = "Incubators, each with its profile if it is not P37-5: INC-01 INC-03=P37-10 FRZ-01=F-80.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<FileInfo?> Credentials = new("--credentials") { Description = "JSON file as the server gave it when the gateway or device was registered: clientId, username, password." };
    private static readonly Option<string?> ClientId = new("--client-id") { Description = "Instead of a file: client id." };
    private static readonly Option<string?> Username = new("--username") { Description = "Instead of a file: user name." };
    private static readonly Option<string?> Password = new("--password") { Description = "Instead of a file: password; better in the environment as CULTURETRACK_SIMULATE_PASSWORD." };
    private static readonly Option<double> Period = new("--period") { Description = "Seconds between readings.", DefaultValueFactory = _ => 60 };
    private static readonly Option<double> Speed = new("--speed") { Description = "Seconds of physics a real second.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Seed = new("--seed") { Description = "The same seed gives the same days.", DefaultValueFactory = _ => 1 };
    private static readonly Option<FileInfo?> Faults = new("--faults") { Description = "Script of faults, one a line: INC-02 at 10m HeaterRunaway for 40m amount 0.2" };
    private static readonly Option<double?> For = new("--for") { Description = "Stop after so many seconds; without it, at Ctrl+C." };
    private static readonly Option<bool> Json = CommandOutput.Json();

    public static Command Create()
    {
        var command = new Command("simulate", "Simulated incubators that publish over MQTT to any broker.\n\nExamples:\n"
            + "  culturetrack simulate --incubators INC-01 INC-02 --credentials gateway.json\n"
            + "  culturetrack simulate --host broker.lab --port 8883 --incubators INC-03=P37-10 --client-id GW-1 --username gw-1-4f2a --period 10 --faults night.txt");
        foreach (var option in new Option[] { Host, Port, Site, Incubators, Credentials, ClientId, Username, Password, Period, Speed, Seed, Faults, For, Json }) command.Options.Add(option);
        command.SetAction(Run);
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken ct)
    {
        FleetOptions options;
        try { options = Options(parsed); }
        catch (Exception e) when (e is FormatException or IOException or JsonException or UnauthorizedAccessException) { return await CommandOutput.Fail(e.Message, CommandOutput.Usage); }
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (parsed.GetValue(For) is { } seconds) stop.CancelAfter(TimeSpan.FromSeconds(seconds));
        using var fleet = new IncubatorFleet(options, TimeProvider.System);
        var running = fleet.Run(stop.Token);
        await Show(fleet, running, parsed.GetValue(Json));
        await running;
        var acknowledged = Total(fleet).Acknowledged;
        if (!parsed.GetValue(Json)) Console.WriteLine();
        return acknowledged > 0 ? 0 : await CommandOutput.Fail($"No reading was acknowledged by {options.Host}:{options.Port}. Check address, user and password, and that the incubators are registered.");
    }

    private static FleetOptions Options(ParseResult parsed)
    {
        double period = parsed.GetValue(Period), speed = parsed.GetValue(Speed);
        if (period <= 0 || speed <= 0) throw new FormatException("--period and --speed are more than 0.");
        var named = parsed.GetValue(Incubators)!.SelectMany(i => i.Split(',', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var (clientId, username, password) = Credential(parsed);
        var devices = named.Select(i => i.Split('=', 2)).Select(i => new FleetDevice(
            // A gateway speaks for several incubators over as many connections.
            new(parsed.GetValue(Site)!, i[0], named.Count == 1 ? clientId : $"{clientId}-{i[0]}", username, password), Profile(i)));
        var faults = parsed.GetValue(Faults) is { } file ? FaultScript.Parse(File.ReadAllText(file.FullName)) : FaultScript.None;
        return new(parsed.GetValue(Host)!, parsed.GetValue(Port), [.. devices], TimeSpan.FromSeconds(period), speed, parsed.GetValue(Seed), faults);
    }

    private static string Profile(string[] named) => named.Length == 1 ? Usual
        : EquipmentProfiles.Find(named[1])?.Id ?? throw new FormatException($"{named[1]} is no profile; known are {string.Join(", ", EquipmentProfiles.All.Select(p => p.Id).Order(StringComparer.Ordinal))}.");

    private sealed record CredentialFile(string? ClientId, string? Username, string? Password);

    private static (string ClientId, string Username, string Password) Credential(ParseResult parsed)
    {
        var file = parsed.GetValue(Credentials) is { } path ? JsonSerializer.Deserialize<CredentialFile>(File.ReadAllText(path.FullName), JsonSerializerOptions.Web) : null;
        return (Need(parsed.GetValue(ClientId) ?? file?.ClientId, "--client-id"), Need(parsed.GetValue(Username) ?? file?.Username, "--username"),
            Need(parsed.GetValue(Password) ?? Environment.GetEnvironmentVariable("CULTURETRACK_SIMULATE_PASSWORD") ?? file?.Password, "--password"));
        static string Need(string? value, string name) => value is { Length: > 0 } ? value : throw new FormatException($"Give --credentials FILE, or {name}.");
    }

    private static async Task Show(IncubatorFleet fleet, Task running, bool json)
    {
        using var timer = new PeriodicTimer(json || Console.IsOutputRedirected ? ShowEveryInLog : ShowEvery);
        while (!running.IsCompleted)
        {
            var tick = timer.WaitForNextTickAsync().AsTask();
            await Task.WhenAny(running, tick);
            if (json) CommandOutput.WriteJson(new { at = TimeProvider.System.GetUtcNow(), incubators = fleet.Counts });
            else CommandOutput.Status(Line(fleet));
            if (!tick.IsCompleted) return;
        }
    }

    private static DeviceCounts Total(IncubatorFleet fleet) => fleet.Counts.Values.Aggregate((a, b) => new(
        a.Acknowledged + b.Acknowledged, a.Forwarded + b.Forwarded, a.Refused + b.Refused, a.Waiting + b.Waiting, a.Lost + b.Lost, a.IsConnected && b.IsConnected));

    private static string Line(IncubatorFleet fleet)
    {
        var (counts, total) = (fleet.Counts, Total(fleet));
        return string.Create(CultureInfo.InvariantCulture,
            $"{counts.Values.Count(c => c.IsConnected)}/{counts.Count} connected, {total.Acknowledged} readings acknowledged ({total.Forwarded} from memory), {total.Refused} refused, {total.Waiting} waiting, {total.Lost} lost");
    }
}
