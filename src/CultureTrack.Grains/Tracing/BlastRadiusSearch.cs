using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tracing;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using CultureTrack.Store.Tracing;
using Marten;

namespace CultureTrack.Grains.Tracing;

public enum OriginKind { Batch, Lot, Operator, Incubator, Calibration }

/// <summary>Where something went wrong: one batch, lot, person or piece of equipment, and when.</summary>
/// <param name="Event">An entry of the batch that tells of it, such as a suspected contamination.</param>
/// <param name="Shelf">Of an incubator; null: all.</param>
/// <param name="Channel">Of a calibration that found a sensor out of tolerance; null: the latest of any channel.</param>
public sealed record BlastQuestion(OriginKind Kind, string Id, DateTimeOffset? From = null, DateTimeOffset? To = null, Guid? Event = null, int? Shelf = null, string? Channel = null);

/// <param name="EventType">Type of the entry asked for, or of the calibration.</param>
public sealed record OriginFound(OriginKind Kind, string Id, DateTimeOffset? From, DateTimeOffset? To, Guid? EventId, string? EventType, DateTimeOffset? EventAt);

public sealed record BlastAnswer(OriginFound Origin, IReadOnlyList<ReachedBatch> Batches);

/// <summary>Collects from the read models what may have met an origin, and lets the domain say what did and why.</summary>
public sealed class BlastRadiusSearch(IDocumentStore store, ContactTable contacts, LotTracing lots, IGrainFactory grains)
{
    public async Task<Outcome<BlastAnswer>> Find(BlastQuestion q, CancellationToken ct) => q.Kind switch
    {
        OriginKind.Batch => await OfBatch(q, ct),
        OriginKind.Lot => await OfLot(q, ct),
        OriginKind.Operator => await OfPerson(q, ct),
        OriginKind.Incubator => await OfEquipment(q, ct),
        _ => await OfCalibration(q, ct),
    };

    private async Task<Outcome<BlastAnswer>> OfBatch(BlastQuestion q, CancellationToken ct)
    {
        if (await grains.GetGrain<IBatchGrain>(q.Id).State() is not { } state) return Outcome.NotFound<BlastAnswer>($"The batch {q.Id}");
        var told = q.Event is { } id ? state.Event(id) : null;
        if (q.Event is not null && told is null) return Outcome.NotFound<BlastAnswer>($"The entry {q.Event} of {q.Id}");
        var media = await lots.Media(ct);
        var origin = BlastRadius.OfBatches(new HashSet<string>([q.Id], StringComparer.Ordinal), await contacts.OfBatches([q.Id], ct), media, q.From, q.To);
        var found = BlastRadius.Of(origin, await contacts.FoundBy(origin.Traces, ct), await contacts.Family([q.Id], ct), media);
        return Outcome.Of(new BlastAnswer(new(q.Kind, q.Id, q.From, q.To, told?.EventId, told?.Type, told?.OccurredAt), found));
    }

    private async Task<Outcome<BlastAnswer>> OfLot(BlastQuestion q, CancellationToken ct)
    {
        if (!await Exists<Material>(q.Id, ct)) return Outcome.NotFound<BlastAnswer>($"The lot {q.Id}");
        var media = await lots.Media(ct);
        return await OfThing(q, BlastRadius.OfLot(q.Id, media), media, null, ct);
    }

    private async Task<Outcome<BlastAnswer>> OfPerson(BlastQuestion q, CancellationToken ct) => await Exists<UserAccount>(q.Id, ct)
        ? await OfThing(q, BlastRadius.OfThing([ContactKind.Operator], q.Id, q.From, q.To), NoMedia, null, ct)
        : Outcome.NotFound<BlastAnswer>($"The person {q.Id}");

    private async Task<Outcome<BlastAnswer>> OfEquipment(BlastQuestion q, CancellationToken ct) => await Exists<Equipment>(q.Id, ct)
        ? await OfThing(q, Inside(q, q.From, q.To), NoMedia, null, ct)
        : Outcome.NotFound<BlastAnswer>(q.Id);

    /// <summary>4.3.11: every batch since the last good calibration before the one that found the sensor out of tolerance.</summary>
    private async Task<Outcome<BlastAnswer>> OfCalibration(BlastQuestion q, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var events = (await session.Events.FetchStreamAsync(Equipment.Stream(q.Id), token: ct)).Select(e => (Recorded)e.Data).ToList();
        if (events.Count == 0) return Outcome.NotFound<BlastAnswer>(q.Id);
        var failed = events.OfType<Recorded<CalibrationRecorded>>().LastOrDefault(c => c.Data.AsFound == AsFound.Out && (q.Channel is null || c.Data.Channel == q.Channel));
        if (failed is null) return Outcome.NotFound<BlastAnswer>($"A calibration of {q.Id}{(q.Channel is null ? "" : $", {q.Channel},")} that found it out of tolerance");
        var good = events.SelectMany(e => GoodCalibrations(e.Body, failed.Data.Channel)).Where(at => at < failed.Data.PerformedAt).DefaultIfEmpty(events[0].OccurredAt).Max();
        return await OfThing(q with { From = good, To = failed.Data.PerformedAt }, Inside(q, good, failed.Data.PerformedAt), NoMedia, failed, ct);
    }

    private static IEnumerable<DateTimeOffset> GoodCalibrations(EventData data, string channel) => data switch
    {
        EquipmentRegistered r => r.Channels.Where(c => c.Channel == channel).Select(c => c.CalibratedAt),
        CalibrationRecorded { AsFound: AsFound.Within } c when c.Channel == channel => [c.PerformedAt],
        _ => [],
    };

    private static BlastOrigin Inside(BlastQuestion q, DateTimeOffset? from, DateTimeOffset? to) => BlastRadius.OfThing(
        q.Shelf is null ? [ContactKind.Incubator, ContactKind.Storage, ContactKind.Cabinet] : [ContactKind.Incubator], q.Id, from, to, q.Shelf?.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private async Task<Outcome<BlastAnswer>> OfThing(BlastQuestion q, BlastOrigin origin, MediaComposition media, Recorded? told, CancellationToken ct)
    {
        var candidates = await contacts.FoundBy(origin.Traces, ct);
        var links = await contacts.Family(candidates.Select(c => c.BatchId).Distinct(), ct);
        return Outcome.Of(new BlastAnswer(new(q.Kind, q.Id, q.From, q.To, told?.EventId, told?.Type, told?.OccurredAt), BlastRadius.Of(origin, candidates, links, media)));
    }

    private static readonly MediaComposition NoMedia = new([]);

    private async Task<bool> Exists<T>(string id, CancellationToken ct) where T : notnull
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<T>(id, ct) is not null;
    }
}
