using System.Globalization;

namespace CultureTrack.Simulator;

/// <summary>What can go wrong with a simulated incubator.</summary>
public enum FaultKind
{
    /// <summary>The door stands open.</summary>
    DoorOpen,

    /// <summary>No CO2 supply: the chamber leaks to room air with τ 5 h.</summary>
    Co2Empty,

    /// <summary>The heater runs away; amount: °C per minute (0.2), until the cut-out 5 °C above the set point.</summary>
    HeaterRunaway,

    /// <summary>The water pan is dry: −1.5 % relative humidity per hour down to 45 %.</summary>
    DryPan,

    /// <summary>A probe stands still at its last value; channel needed.</summary>
    StuckProbe,

    /// <summary>A probe is dead: its readings are of bad quality and out of range; channel needed.</summary>
    DeadProbe,

    /// <summary>The device clock is off; amount: seconds (120).</summary>
    ClockSkew,

    /// <summary>No network: readings are kept and sent as buffered afterwards.</summary>
    Offline,

    /// <summary>Mains lost: the chamber cools, the device reports on its battery.</summary>
    PowerCut,

    /// <summary>A probe drifts away from the truth; amount: units of the channel a day (0.1); channel needed.</summary>
    DriftProbe,

    /// <summary>A probe is off by a constant; amount: units of the channel (1); channel needed.</summary>
    OffsetProbe,

    /// <summary>Two probes are exchanged: each channel shows the other; channel and other needed.</summary>
    SwapProbes,

    /// <summary>The device sends again what it measured before, under new times; amount: how long before, in hours (6).</summary>
    Replay,

    /// <summary>The device clock stands still.</summary>
    ClockStopped,
}

/// <summary>One fault of one incubator, in model time from the start of the simulation.</summary>
/// <param name="IncubatorId">Whose; null: every incubator.</param>
/// <param name="At">Begin.</param>
/// <param name="For">Duration; null: until the end.</param>
/// <param name="Kind">What.</param>
/// <param name="Amount">Rate, seconds: see the kind.</param>
/// <param name="Channel">For probe faults.</param>
/// <param name="Other">The channel exchanged with <paramref name="Channel"/>.</param>
public sealed record Fault(string? IncubatorId, TimeSpan At, TimeSpan? For, FaultKind Kind, double? Amount = null, string? Channel = null, string? Other = null)
{
    public bool Covers(TimeSpan time) => time >= At && (For is null || time < At + For);
}

/// <summary>
/// A script of faults, one a line: <c>INC-02 at 10m HeaterRunaway for 40m amount 0.2</c>, <c>* at 1h DeadProbe channel temperature</c>. Durations in
/// s, m or h; empty lines and lines starting with # are skipped.
/// </summary>
public sealed record FaultScript(IReadOnlyList<Fault> Faults)
{
    public static readonly FaultScript None = new([]);

    /// <exception cref="FormatException">Names the line that cannot be read and why.</exception>
    public static FaultScript Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var faults = new List<Fault>();
        foreach (var (line, number) in text.Split('\n').Select((l, i) => (l.Trim(), i + 1)))
            if (line.Length > 0 && line[0] != '#') faults.Add(ParseLine(line, number));
        return new(faults);
    }

    /// <summary>The faults of one incubator.</summary>
    public FaultScript Of(string incubatorId) => new([.. Faults.Where(f => f.IncubatorId is null || f.IncubatorId == incubatorId)]);

    /// <summary>The fault of a kind (and channel) in force at a time, or null.</summary>
    public Fault? Find(FaultKind kind, TimeSpan time, string? channel = null) =>
        Faults.FirstOrDefault(f => f.Kind == kind && f.Covers(time) && (channel is null || f.Channel is null || f.Channel == channel));

    private static Fault ParseLine(string line, int number)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is not [var who, "at", var at, var kindWord, .. var rest] || rest.Length % 2 != 0)
            throw new FormatException($"Line {number}: expected 'INCUBATOR at TIME FAULT [for TIME] [amount NUMBER] [channel NAME] [other NAME]'.");
        if (!Enum.TryParse<FaultKind>(kindWord, ignoreCase: true, out var kind) || !Enum.IsDefined(kind))
            throw new FormatException($"Line {number}: '{kindWord}' is none of {string.Join(", ", Enum.GetNames<FaultKind>())}.");
        var fault = new Fault(who == "*" ? null : who, Duration(at, number), null, kind);
        foreach (var pair in rest.Chunk(2))
            fault = pair[0] switch
            {
                "for" => fault with { For = Duration(pair[1], number) },
                "amount" => fault with { Amount = double.Parse(pair[1], CultureInfo.InvariantCulture) },
                "channel" => fault with { Channel = pair[1] },
                "other" => fault with { Other = pair[1] },
                _ => throw new FormatException($"Line {number}: '{pair[0]}' is none of for, amount, channel, other."),
            };
        if (kind is FaultKind.StuckProbe or FaultKind.DeadProbe or FaultKind.DriftProbe or FaultKind.OffsetProbe or FaultKind.SwapProbes && fault.Channel is null)
            throw new FormatException($"Line {number}: {kind} needs a channel.");
        if (kind is FaultKind.SwapProbes && fault.Other is null) throw new FormatException($"Line {number}: {kind} needs another channel.");
        return fault;
    }

    private static TimeSpan Duration(string text, int number)
    {
        if (text.Length > 1 && double.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0)
            switch (text[^1])
            {
                case 's': return TimeSpan.FromSeconds(value);
                case 'm': return TimeSpan.FromMinutes(value);
                case 'h': return TimeSpan.FromHours(value);
            }
        throw new FormatException($"Line {number}: '{text}' is no duration such as 30s, 10m or 2h.");
    }
}
