using System.Text.Json;
using CultureTrack.Store.Readings;

namespace CultureTrack.Ingest.Telemetry;

/// <summary>Reads the value of one channel: numbers as numbers, states as words, booleans or 1 and 0.</summary>
static class ChannelReader
{
    static readonly (string On, string Off)[] StateWords =
        [("open", "closed"), ("on", "off"), ("on", "off"), ("lost", "ok"), ("low", "ok"), ("active", "ok")];

    /// <summary>Null when it is no value of this channel: a null, a number written as text, <c>N/A</c>, an unknown word.</summary>
    public static double? Read(string name, JsonElement value)
    {
        if (!ChannelNames.TryParse(name, out var channel) || !channel.IsState()) return Number(value);
        var (on, off) = StateWords[channel - CanonicalChannel.Door];
        return value.ValueKind switch
        {
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            JsonValueKind.String when value.ValueEquals(on) => 1,
            JsonValueKind.String when value.ValueEquals(off) => 0,
            JsonValueKind.Number when Number(value) is 0 or 1 => Number(value),
            _ => null,
        };
    }

    /// <summary>No sensor measures more than this in any unit; beyond it a number is a fault of the sender, and exact decimals end.</summary>
    const double MagnitudeMax = 1e15;

    /// <summary>False for infinity, which valid JSON such as 1e999 becomes, and for what no sensor measures.</summary>
    public static bool IsUsable(double number) => Math.Abs(number) <= MagnitudeMax;

    static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && IsUsable(number) ? number : null;
}
