using CultureTrack.Grains.Devices;

namespace CultureTrack.Ingest.Telemetry;

/// <summary>What a message on a topic is for.</summary>
public enum TopicPurpose
{
    /// <summary>Telemetry of one incubator.</summary>
    Telemetry,
    /// <summary>Telemetry of several incubators in one payload, ThingsBoard's gateway form.</summary>
    GatewayTelemetry,
    Status,
    Alarm,
    /// <summary>Accepted and not used, so that equipment set up for ThingsBoard works unchanged: attributes, connect, disconnect.</summary>
    Ignored,
    /// <summary>No such place, or no right to it.</summary>
    Refused,
}

/// <param name="Code">Reason code when refused.</param>
public readonly record struct TopicDecision(TopicPurpose Purpose, string IncubatorId, byte Code = ReasonCodes.Success, string Reason = "");

/// <summary>Who may publish and subscribe where.</summary>
public static class Topics
{
    public const string Root = "culturetrack";
    const int Levels = 4, LevelLengthMax = 128;

    public static string State(string site, string incubatorId) => $"{Root}/{site}/{incubatorId}/state";

    /// <summary>Alarm changes and escalations; <c>alarm</c>, without s, is what a device says of itself.</summary>
    public static string Alarms(string site, string incubatorId) => $"{Root}/{site}/{incubatorId}/alarms";

    public static TopicDecision ForPublish(string topic, DeviceIdentity who, IDeviceDirectory directory) => topic switch
    {
        "v1/devices/me/telemetry" or "v2/t" => Own(who, directory),
        "v1/gateway/telemetry" => who.Kind == DeviceKind.Gateway ? new(TopicPurpose.GatewayTelemetry, "") : NoRight("only a gateway publishes here"),
        "v1/devices/me/attributes" or "v2/a" or "v1/gateway/connect" or "v1/gateway/disconnect" or "v1/gateway/attributes" => new(TopicPurpose.Ignored, ""),
        _ when topic.StartsWith(Root + "/", StringComparison.Ordinal) => ForOwnTopic(topic, who, directory),
        _ => topic.Contains('+', StringComparison.Ordinal) || topic.Contains('#', StringComparison.Ordinal) || topic.Length == 0
            ? Malformed("not a topic name") : NoRight("foreign topic"),
    };

    /// <summary>Null when the identity may send for the incubator, else why not.</summary>
    public static Refusal? MaySendFor(string incubatorId, DeviceIdentity who, IDeviceDirectory directory) =>
        who.Kind == DeviceKind.Service ? new(ReasonCodes.NotAuthorized, "this credential only reads")
        : !directory.IncubatorKnown(who.Site, incubatorId) ? new(ReasonCodes.NotAuthorized, "unknown incubator")
        : !who.AllIncubators && !who.Incubators.Contains(incubatorId, StringComparer.Ordinal) ? new(ReasonCodes.NotAuthorized, "no right to this incubator")
        : null;

    /// <summary>True when every topic the filter can match is one the identity may read.</summary>
    public static bool MaySubscribe(string filter, DeviceIdentity who)
    {
        var levels = filter.Split('/');
        if (levels is ["$share", _, .. var shared]) levels = shared;
        if (levels is ["v1", "devices", "me", ..] or ["v2", ..]) return who.Kind != DeviceKind.Service;
        if (levels is ["v1", "gateway", ..]) return who.Kind == DeviceKind.Gateway;
        return levels is [Root, var site, var incubator, ..] && site == who.Site
            && (who.AllIncubators || who.Incubators.Contains(incubator, StringComparer.Ordinal));
    }

    static TopicDecision Own(DeviceIdentity who, IDeviceDirectory directory) =>
        who is not { Kind: DeviceKind.Device, Incubators: [var own] } ? NoRight("only a device of one incubator publishes here")
        : MaySendFor(own, who, directory) is { } refusal ? new(TopicPurpose.Refused, own, refusal.Code, refusal.Reason)
        : new(TopicPurpose.Telemetry, own);

    static TopicDecision ForOwnTopic(string topic, DeviceIdentity who, IDeviceDirectory directory)
    {
        var levels = topic.Split('/');
        if (levels.Length != Levels || levels.Any(l => l.Length is 0 or > LevelLengthMax || l.AsSpan().ContainsAny("+#\0")))
            return Malformed($"a topic here is {Root}/site/incubator/telemetry, status or alarm");
        var purpose = levels[3] switch
        {
            "telemetry" => TopicPurpose.Telemetry,
            "status" => TopicPurpose.Status,
            "alarm" => TopicPurpose.Alarm,
            _ => TopicPurpose.Refused,
        };
        if (levels[3] is "state" or "alarms") return NoRight($"only the server publishes {levels[3]}");
        if (purpose == TopicPurpose.Refused) return Malformed($"{levels[3]} is none of telemetry, status, alarm");
        if (levels[1] != who.Site) return NoRight("foreign site");
        return MaySendFor(levels[2], who, directory) is { } refusal ? new(TopicPurpose.Refused, levels[2], refusal.Code, refusal.Reason) : new(purpose, levels[2]);
    }

    static TopicDecision NoRight(string reason) => new(TopicPurpose.Refused, "", ReasonCodes.NotAuthorized, reason);

    static TopicDecision Malformed(string reason) => new(TopicPurpose.Refused, "", ReasonCodes.TopicNameInvalid, reason);
}
