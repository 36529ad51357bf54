namespace CultureTrack.Domain.Telemetry;

/// <summary>Canonical channel names and the words of state channels (domain.md 4.1, contract.md 2).</summary>
public static class Channels
{
    public const string Temperature = "temperature";
    public const string Co2 = "co2";
    public const string O2 = "o2";
    public const string Humidity = "humidity";
    public const string Door = "door";
    public const string GasPressure = "gasPressure";
    public const string Shake = "shake";
    public const string Uv = "uv";
    public const string Decon = "decon";
    public const string Power = "power";
    public const string WaterLevel = "waterLevel";
    public const string DeviceAlarm = "deviceAlarm";

    private static readonly Dictionary<string, (string Off, string On)> StateWords = new(StringComparer.Ordinal)
    {
        [Door] = ("closed", "open"),
        [Uv] = ("off", "on"),
        [Decon] = ("off", "on"),
        [Power] = ("ok", "lost"),
        [WaterLevel] = ("ok", "low"),
        [DeviceAlarm] = ("ok", "active"),
    };

    /// <summary>The canonical name: <c>rh</c> is <c>humidity</c>, everything else itself.</summary>
    public static string Canonical(string name) => name == "rh" ? Humidity : name;

    /// <summary>True for door, uv, decon, power, waterLevel and deviceAlarm: their value is 1 for open, on, lost, low or active, else 0.</summary>
    public static bool IsState(string channel) => StateWords.ContainsKey(channel);

    /// <summary>1 or 0 for a word of a state channel, null for a word it does not know.</summary>
    public static double? StateValue(string channel, string word) =>
        !StateWords.TryGetValue(channel, out var words) ? null : word == words.On ? 1 : word == words.Off ? 0 : null;

    /// <summary>The word of a state channel's value.</summary>
    public static string StateWord(string channel, double value) => value != 0 ? StateWords[channel].On : StateWords[channel].Off;
}
