using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

namespace CultureTrack.Documents;

/// <summary>Extremes of one channel in a stretch of time a vessel of the batch was inside; null where nothing was received.</summary>
public sealed record TracePoint(DateTimeOffset At, double? Low, double? High);

/// <summary>What an incubator measured while vessels of the batch were inside.</summary>
/// <param name="Limits">Action limits with their words.</param>
public sealed record ChannelTrace(string IncubatorId, string Channel, string Unit, IReadOnlyList<TracePoint> Points, IReadOnlyList<(double Value, string Text)> Limits);

/// <summary>A file that belongs to the batch.</summary>
public sealed record AttachedFile(string AttachmentId, string Sha256, string FileName, string ContentType, long Bytes);

/// <summary>A print of labels as the server made it.</summary>
public sealed record LabelPrint(DateTimeOffset At, string By, string Format, int Copies, IReadOnlyList<string> ContainerIds, string Sha256);

/// <summary>
/// Everything a document about one batch is made of: its events as stored, and what followed from them at the time of the last one. Nothing here depends on
/// when, where or by whom the document is asked for.
/// </summary>
public sealed record BatchDossier
{
    /// <summary>The events in order, corrections not put in.</summary>
    public required IReadOnlyList<Recorded> Events { get; init; }

    public required BatchState State { get; init; }

    /// <summary>Link of the last event in the hash chain, hexadecimal.</summary>
    public required string HeadHash { get; init; }

    public required Verdict Verdict { get; init; }
    public required Specification Specification { get; init; }
    public required ExceptionReport Exceptions { get; init; }
    public string SiteName { get; init; } = "";
    public string? SecondIdentifier { get; init; }

    /// <summary>The store is a rehearsal: a manual clock moved it.</summary>
    public bool Rehearsal { get; init; }

    public IReadOnlyList<LotFact> Lots { get; init; } = [];
    public IReadOnlyList<ChannelTrace> Traces { get; init; } = [];
    public IReadOnlyList<AttachedFile> Attachments { get; init; } = [];

    /// <summary>When the last event was recorded: the time every document of this version is as of.</summary>
    public DateTimeOffset At => Events[^1].RecordedAt;

    public string Zone => State.Zone;
    public BatchRegistered Registration => State.Registration!;
    public string ProductName => State.Definition?.Name ?? State.ProductType;

    /// <summary>The signed decision in force; null while there is none.</summary>
    public Recorded<DispositionSigned>? Disposition => State.Last<DispositionSigned>();

    public long? VersionOf(Guid eventId) => Events.FirstOrDefault(e => e.EventId == eventId)?.Version;
}
