using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CultureTrack.Store.Readings;

/// <summary>The channels that have a column of their own. Numbers are positions in <see cref="ChannelValues"/>, never stored.</summary>
public enum CanonicalChannel
{
    Temperature, Co2, O2, Humidity, GasPressure, Shake, Door, Uv, Decon, Power, WaterLevel, DeviceAlarm,
}

/// <summary>Names of channels as they stand in messages and in the API.</summary>
public static class ChannelNames
{
    public const int Count = 12, MaxLength = 64;
    const CanonicalChannel FirstState = CanonicalChannel.Door;

    static readonly string[] Names =
        ["temperature", "co2", "o2", "humidity", "gasPressure", "shake", "door", "uv", "decon", "power", "waterLevel", "deviceAlarm"];
    static readonly string[] Units = ["°C", "%", "%", "%", "bar", "rpm", "", "", "", "", "", ""];
    static readonly Dictionary<string, CanonicalChannel> ByName = Make();

    static Dictionary<string, CanonicalChannel> Make()
    {
        var byName = Enum.GetValues<CanonicalChannel>().ToDictionary(c => Names[(int)c], StringComparer.Ordinal);
        byName.Add("rh", CanonicalChannel.Humidity);
        return byName;
    }

    public static string Name(this CanonicalChannel channel) => Names[(int)channel];

    /// <summary>Unit of the values; empty for a state.</summary>
    public static string Unit(this CanonicalChannel channel) => Units[(int)channel];

    /// <summary>True for channels that are on or off: 1 = open, on, lost, low, active.</summary>
    public static bool IsState(this CanonicalChannel channel) => channel >= FirstState;

    /// <summary>Finds a channel by its name or its alias <c>rh</c>; case counts.</summary>
    public static bool TryParse(string name, out CanonicalChannel channel) => ByName.TryGetValue(name, out channel);

    /// <summary>The name the values are stored under: the alias becomes the canonical name, every other name stays.</summary>
    public static string Canonical(string name) => TryParse(name, out var channel) ? channel.Name() : name;
}

/// <summary>
/// The values of one message at one time. Analog channels in the unit of <see cref="ChannelNames.Unit"/>; state channels as 1 or 0.
/// </summary>
public sealed class ChannelValues
{
    [InlineArray(ChannelNames.Count)]
    struct Slots
    {
        [SuppressMessage("Style", "IDE0044", Justification = "The element of an inline array.")]
        double _first;
    }

    Slots _slots;
    uint _present;
    SortedDictionary<string, double>? _other;

    public int Count => BitOperations.PopCount(_present) + (_other?.Count ?? 0);

    /// <summary>Values of channels that are not canonical, by name; null when there are none.</summary>
    public IReadOnlyDictionary<string, double>? Other => _other;

    public double? this[CanonicalChannel channel]
    {
        get => (_present & (1u << (int)channel)) != 0 ? _slots[(int)channel] : null;
        set
        {
            if (value is { } number)
            {
                if (!double.IsFinite(number)) throw new ArgumentOutOfRangeException(nameof(value), number, "A reading is a finite number.");
                _slots[(int)channel] = number;
                _present |= 1u << (int)channel;
            }
            else
            {
                _present &= ~(1u << (int)channel);
            }
        }
    }

    public double? this[string channel]
    {
        get => ChannelNames.TryParse(channel, out var canonical) ? this[canonical]
            : _other is not null && _other.TryGetValue(channel, out var value) ? value : null;
        set
        {
            if (ChannelNames.TryParse(channel, out var canonical)) this[canonical] = value;
            else if (value is not { } number) _other?.Remove(channel);
            else if (!double.IsFinite(number)) throw new ArgumentOutOfRangeException(nameof(value), number, "A reading is a finite number.");
            else (_other ??= new SortedDictionary<string, double>(StringComparer.Ordinal))[channel] = number;
        }
    }

    /// <summary>Name and value of every channel that has one.</summary>
    public IEnumerable<KeyValuePair<string, double>> All()
    {
        for (var i = 0; i < ChannelNames.Count; i++)
            if (this[(CanonicalChannel)i] is { } value)
                yield return new(((CanonicalChannel)i).Name(), value);
        foreach (var pair in _other ?? []) yield return pair;
    }
}
