using System.Text.Json.Serialization;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Alarms;

/// <summary>What happened to an alarm, as the history names it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlarmStep>))]
public enum AlarmStep { Raised, Cleared, Acknowledged, Shelved, Unshelved, Reset, Suppressed, Restored, OutOfService, InService }

/// <summary>
/// One line of the alarm history: a change of one alarm, with the alarm as it was afterwards. Lines are added, never changed; figures over a period and
/// backtests rest on them alone.
/// </summary>
/// <param name="Id">Incubator and number, so that lines sort in the order in which they happened.</param>
/// <param name="Number">Counts the lines of the incubator from 1.</param>
/// <param name="Site">Whose operator it asked for; empty for alarms about the roster.</param>
/// <param name="At">Event time: a deadline's own time also when it ran late.</param>
/// <param name="IsActivation">It was normal before: not an action alarm that turned critical, nor one acknowledged.</param>
/// <param name="User">Who did it; null: the software.</param>
/// <param name="Place">How many readings the incubator had taken in by then.</param>
public sealed record AlarmLine(
    string Id, string IncubatorId, long Number, string Site, AlarmStep Step, DateTimeOffset At, bool IsActivation, string? User, Alarm Alarm, ReadingPlace Place)
{
    [JsonIgnore] public string AlarmId => Alarm.AlarmId;

    /// <summary>An operator was asked for: raised, and neither shelved nor suppressed nor out of service.</summary>
    [JsonIgnore] public bool Calls => Step == AlarmStep.Raised && Alarm.State == AlarmState.UnackActive;

    /// <summary>Severity as it was afterwards.</summary>
    [JsonIgnore] public Severity Severity => Alarm.Severity;

    public static AlarmLine Of(AlarmChange change, long number, string site, ReadingPlace place)
    {
        ArgumentNullException.ThrowIfNull(change);
        var (alarm, e) = change;
        return new($"{alarm.IncubatorId}/{number:D10}", alarm.IncubatorId, number, site, StepOf(e), e.At,
            e is AlarmEvent.Raised && alarm.Activations[^1] == e.At, UserOf(e), alarm, place);
    }

    private static AlarmStep StepOf(AlarmEvent e) => e switch
    {
        AlarmEvent.Raised => AlarmStep.Raised,
        AlarmEvent.Cleared => AlarmStep.Cleared,
        AlarmEvent.Acknowledged => AlarmStep.Acknowledged,
        AlarmEvent.Shelved => AlarmStep.Shelved,
        AlarmEvent.Unshelved => AlarmStep.Unshelved,
        AlarmEvent.WasReset => AlarmStep.Reset,
        AlarmEvent.SuppressionChanged s => s.On ? AlarmStep.Suppressed : AlarmStep.Restored,
        AlarmEvent.ServiceChanged s => s.IsOut ? AlarmStep.OutOfService : AlarmStep.InService,
        _ => throw new ArgumentOutOfRangeException(nameof(e), e, "No such event."),
    };

    private static string? UserOf(AlarmEvent e) => e switch
    {
        AlarmEvent.Acknowledged a => a.User,
        AlarmEvent.Shelved s => s.User,
        AlarmEvent.Unshelved u => u.User,
        AlarmEvent.WasReset r => r.User,
        _ => null,
    };
}

/// <summary>How far an incubator had got in its readings when something else happened: they can be told apart even within one instant.</summary>
/// <param name="ReceivedUpTo">Receipt of the last reading taken in.</param>
/// <param name="Rows">How many of those received at that very instant were taken in.</param>
public readonly record struct ReadingPlace(DateTimeOffset ReceivedUpTo, int Rows)
{
    /// <summary>True when a reading that is the <paramref name="row"/>-th (from 1) of its receipt had not been taken in.</summary>
    public bool IsBefore(DateTimeOffset receivedAt, int row) => receivedAt > ReceivedUpTo || receivedAt == ReceivedUpTo && row > Rows;
}

/// <summary>What the judgement and the alarms of an incubator rest on beside its readings. A value of its own for each time something of it changed.</summary>
/// <param name="Channels">Registered channels with their resolution where the register says one: <c>co2=0.01,door,temperature=0.1</c>.</param>
/// <param name="InServiceSince">Since when silence is an alarm; null: not in service.</param>
/// <param name="IsOccupied">Vessels or containers inside.</param>
public sealed record Circumstances(string Profile, TimeSpan Period, string Channels, string Zone, DateTimeOffset? InServiceSince, bool IsOccupied)
{
    /// <summary>Text of <see cref="Channels"/>.</summary>
    public static string Text(IEnumerable<(string Channel, decimal? Resolution)> channels) => string.Join(',', channels.OrderBy(c => c.Channel, StringComparer.Ordinal)
        .Select(c => c.Resolution is { } r ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{c.Channel}={r}") : c.Channel));

    [JsonIgnore]
    public IReadOnlyList<(string Channel, decimal? Resolution)> ChannelList => [.. Channels.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(c => c.Split('='))
        .Select(c => (c[0], c.Length > 1 ? decimal.Parse(c[1], System.Globalization.CultureInfo.InvariantCulture) : (decimal?)null))];
}
