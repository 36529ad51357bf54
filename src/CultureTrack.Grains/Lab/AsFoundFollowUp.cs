using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using Marten;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Grains.Lab;

/// <summary>After a sensor was found out of tolerance: every batch that was inside since the last good calibration gets a deviation by the software and is judged anew (4.3.11).</summary>
public sealed class AsFoundFollowUp(IDocumentStore store, IGrainFactory grains, TimeProvider clock, ILogger<AsFoundFollowUp> log)
{
    public async Task TellBatches(Equipment equipment, CalibrationRecorded found, CancellationToken ct)
    {
        var since = equipment.Channels.FirstOrDefault(c => c.Channel == found.Channel)?.LastGoodAt ?? DateTimeOffset.MinValue;
        await using var session = store.QuerySession();
        var inside = await session.Query<Occupancy>()
            .Where(o => o.IncubatorId == equipment.EquipmentId && o.From <= found.PerformedAt && (o.To == null || o.To >= since)).Select(o => o.BatchId).ToListAsync(ct);
        var text = FormattableString.Invariant($"{found.Channel} of {equipment.EquipmentId} was found out of tolerance by {found.AsFoundError} at {found.PerformedAt:u}; last good calibration {since:u}");
        var batches = inside.Distinct().ToList();
        foreach (var batch in batches)
        {
            var entry = new Entry(new DeviationOpened(null, text, DeviationClass.Major), Actor.Software, clock.GetUtcNow(), Origin: Origin.System);
            var answer = await grains.GetGrain<IBatchGrain>(batch).Append([entry], ifMatch: null, dryRun: false);
            if (!answer.Accepted)    // closed and discarded batches take none any more; the occupancy of the equipment shows them
                log.LogInformation("Batch {BatchId} takes no deviation for {Equipment} {Channel}: {Code}", batch, equipment.EquipmentId, found.Channel, answer.Findings[0].Code);
        }
        // Only once every deviation stands: E-14 of the stays since.
        foreach (var batch in batches)
        {
            try { await grains.GetGrain<IBatchGrain>(batch).EnvironmentChanged(equipment.EquipmentId); }
            // The calibration is stored, and the batch compares calibrations at its next look.
            catch (Exception e) { log.LogError(e, "Batch {BatchId} could not be judged anew after {Equipment} {Channel} was found out of tolerance", batch, equipment.EquipmentId, found.Channel); }
        }
    }
}
