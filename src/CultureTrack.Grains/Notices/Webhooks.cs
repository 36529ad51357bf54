namespace CultureTrack.Grains.Notices;

/// <summary>A program elsewhere that is told what happens. The secret is kept as it is: it signs every delivery.</summary>
public sealed record Webhook
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Url { get; init; }

    /// <summary>Kinds it wants: a whole one (<c>batch.PassagePerformed</c>), the first part (<c>alarm</c>), or <c>*</c>.</summary>
    public required IReadOnlyList<string> Events { get; init; }
    public required string Secret { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required long Version { get; init; }
    public bool Enabled { get; init; } = true;
    public string? DisabledBecause { get; init; }

    /// <summary>Since when every delivery has failed; null when the last one arrived.</summary>
    public DateTimeOffset? FailingSince { get; init; }
    public DateTimeOffset? LastDeliveredAt { get; init; }

    public bool Wants(string kind) => Enabled && Events.Any(e => e == "*" || e == kind || kind.StartsWith(e + ".", StringComparison.Ordinal));
}

public enum DeliveryStatus { Pending, Delivered, GivenUp }
public enum DeliveryChannel { Webhook, Email, Mqtt }

/// <summary>One attempt to hand something over.</summary>
/// <param name="Answer">HTTP status, or why there was none; never the receiver's text.</param>
public sealed record DeliveryAttempt(DateTimeOffset At, string Answer, int DurationMs);

/// <summary>Something to hand over, written in the transaction of what it tells of, so that neither can be without the other.</summary>
public sealed record Delivery
{
    /// <summary>Also the <c>X-CultureTrack-Id</c> of a webhook: the same for every attempt.</summary>
    public required string Id { get; init; }
    public required DeliveryChannel Channel { get; init; }

    /// <summary>Webhook id, user id of an e-mail, or <c>site/incubator</c> of an MQTT message.</summary>
    public required string Target { get; init; }
    public required string Kind { get; init; }

    /// <summary>By the lab clock.</summary>
    public required DateTimeOffset At { get; init; }
    public required string Subject { get; init; }

    /// <summary>JSON as it is sent and signed, or the text of an e-mail.</summary>
    public required string Body { get; init; }
    public DeliveryStatus Status { get; init; } = DeliveryStatus.Pending;
    public IReadOnlyList<DeliveryAttempt> Attempts { get; init; } = [];

    /// <summary>Not before this, by the machine's clock.</summary>
    public DateTimeOffset NextAttemptAt { get; init; }
}

/// <summary>Something worth telling people or programs.</summary>
/// <param name="Id">The same for the same happening, so that it is told once.</param>
/// <param name="Kind">Such as <c>alarm.raised</c>.</param>
/// <param name="Data">For programs; no patient data.</param>
/// <param name="People">Who is called, by e-mail too; empty: programs only.</param>
public sealed record Notice(string Id, string Kind, DateTimeOffset At, string Subject, string Text, object Data, IReadOnlyList<Person> People)
{
    /// <summary>Where subscribers of the MQTT broker learn of it; null: nowhere.</summary>
    public NoticePlace? Place { get; init; }

    public Notice(string id, string kind, DateTimeOffset at, string subject, object data) : this(id, kind, at, subject, subject, data, []) { }
}

/// <summary>The equipment a notice is about: subscribers read it under <c>culturetrack/{site}/{incubator}/alarms</c>.</summary>
public sealed record NoticePlace(string Site, string IncubatorId)
{
    public string Target => $"{Site}/{IncubatorId}";

    public static NoticePlace Of(string target) => target.Split('/') is [var site, var incubator] ? new(site, incubator) : throw new ArgumentException($"{target} is not site/incubator.", nameof(target));
}

/// <summary>Somebody to call.</summary>
public sealed record Person(string User, string? Email);
