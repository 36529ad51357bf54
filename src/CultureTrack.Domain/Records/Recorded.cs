using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Records;

/// <summary>The fields of one event type, as the request carries them and as the stream keeps them. Units are part of the field name.</summary>
public abstract record EventData;

public enum Origin { Entered, Imported, System }

/// <summary>An electronic signature as stored: who, what it means, when in UTC and in local time, bound to the content it signs .</summary>
public sealed record Signature(
    string User, string FullName, string Meaning, DateTimeOffset SignedAt, string Local, string Zone, string ContentHash, long StreamVersion);

/// <summary>Values the software computed for an event: by which formula at which version, from which events.</summary>
public sealed record Computed(
    IReadOnlyDictionary<string, object?> Values, string Formula, IReadOnlyList<Guid> Inputs)
{
    public decimal? Number(string name) => Values.GetValueOrDefault(name) switch
    {
        decimal d => d,
        double d => (decimal)d,
        _ => null,
    };

    /// <summary>An instant among the values; they are kept as text, so that a stored and a fresh one are equal.</summary>
    public DateTimeOffset? Instant(string name) => EventReader.TryInstant(Values.GetValueOrDefault(name)?.ToString(), out var at) ? at : null;
}

/// <summary>What every event of every stream carries (domain specification 2.4), whatever its data.</summary>
public abstract record Recorded
{
    public required Guid EventId { get; init; }
    public required string StreamId { get; init; }
    public required long Version { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required DateTimeOffset RecordedAt { get; init; }
    public required string ActorId { get; init; }
    public required string ActorRole { get; init; }
    public string? DeviceId { get; init; }
    public required string SiteZone { get; init; }
    public required int UtcOffsetMin { get; init; }
    public Origin Origin { get; init; }
    public string? Reason { get; init; }
    public string? Comment { get; init; }
    public Guid? CorrectsEventId { get; init; }
    public Guid? SupersedesEventId { get; init; }
    public Signature? VerifiedBy { get; init; }
    public Signature? CoSignature { get; init; }
    public Signature? Signature { get; init; }
    public IReadOnlyList<Flag> Flags { get; init; } = [];
    public int SchemaVersion { get; init; } = 1;
    public Computed? Computed { get; init; }

    [JsonIgnore] public abstract EventData Body { get; }

    /// <summary>Name of the event in the domain specification; written with the envelope, never read back.</summary>
    public string Type => Body.GetType().Name;

    /// <summary>Everybody who performed, verified or co-signed this entry.</summary>
    [JsonIgnore]
    public IEnumerable<string> Hands =>
        new[] { ActorId, VerifiedBy?.User, CoSignature?.User }.Where(u => u is not null).Select(u => u!);

    public bool HasFlag(string code) => Flags.Any(f => f.Code == code);

    /// <summary>The same envelope around other data of the same type.</summary>
    public abstract Recorded WithBody(EventData data);
}

/// <summary>One stored event with its typed data.</summary>
public sealed record Recorded<TData> : Recorded where TData : EventData
{
    public required TData Data { get; init; }
    [JsonIgnore] public override EventData Body => Data;
    public override Recorded WithBody(EventData data) => this with { Data = (TData)data };
}

/// <summary>The part of an envelope that is known before the version is: who, when, why.</summary>
public sealed record Stamp(
    string StreamId, DateTimeOffset OccurredAt, DateTimeOffset RecordedAt, Actor Actor, string ActorRole, string SiteZone,
    Origin Origin = Origin.Entered, string? Reason = null, string? Comment = null, string? DeviceId = null)
{
    public Recorded Record(EventData data, long version, Guid? eventId = null) =>
        ((IEnvelope)Activator.CreateInstance(typeof(Envelope<>).MakeGenericType(data.GetType()), this)!)
            .Make(data, version, eventId ?? Guid.CreateVersion7(RecordedAt));

    private interface IEnvelope { Recorded Make(EventData data, long version, Guid eventId); }

    private sealed class Envelope<T>(Stamp stamp) : IEnvelope where T : EventData
    {
        public Recorded Make(EventData data, long version, Guid eventId) => new Recorded<T>
        {
            EventId = eventId,
            StreamId = stamp.StreamId,
            Version = version,
            OccurredAt = stamp.OccurredAt,
            RecordedAt = stamp.RecordedAt,
            ActorId = stamp.Actor.UserId,
            ActorRole = stamp.ActorRole,
            DeviceId = stamp.DeviceId,
            SiteZone = stamp.SiteZone,
            UtcOffsetMin = (int)SiteTime.Offset(stamp.SiteZone, stamp.OccurredAt).TotalMinutes,
            Origin = stamp.Origin,
            Reason = stamp.Reason,
            Comment = stamp.Comment,
            Data = (T)data,
        };
    }
}

/// <summary>Local time of a site (G-1, G-9): the IANA zone decides, instants stay in UTC.</summary>
public static class SiteTime
{
    public static TimeSpan Offset(string zone, DateTimeOffset at) => TimeZoneInfo.FindSystemTimeZoneById(zone).GetUtcOffset(at);

    public static DateTimeOffset Local(string zone, DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(zone));

    /// <summary>ISO 8601 with the offset in force, as signatures show it: <c>2026-03-19T12:30:00+01:00</c>.</summary>
    public static string Text(string zone, DateTimeOffset at) =>
        Local(zone, at).ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture);
}
