using CultureTrack.Domain.Proof;
using CultureTrack.Grains.Batches;
using CultureTrack.Store.Proof;
using CultureTrack.Web.Api;

namespace CultureTrack.Web.Passports;

/// <summary>Makes the passport of a batch as it stands, covered by a checkpoint.</summary>
public sealed class PassportMaker(
    IGrainFactory grains, ChainReader chain, CheckpointWriter checkpoints, SigningKey key, IEnumerable<IPassportPart> parts, AboutSettings about, TimeProvider clock)
{
    private const int Attempts = 5;

    /// <summary>The zip file; null when there is no such batch.</summary>
    public async Task<byte[]?> Make(string batchId, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await grains.GetGrain<IBatchGrain>(batchId).State() is not { HasStarted: true } batch) return null;
            await checkpoints.Make(ct);
            var events = await chain.Stream(batchId, ct);
            var covering = await checkpoints.Covering(batchId, events[^1].Event.Version, ct);
            // Something was appended between the checkpoint and the reading.
            if ((covering is null || events[^1].Event.Version != batch.Version) && attempt < Attempts) continue;
            if (covering is null) throw new InvalidOperationException($"No checkpoint covers {batchId} at version {events[^1].Event.Version}; verify the store.");
            var now = clock.GetUtcNow();
            var files = new List<PassportEntry> { Passport.Events(events), Passport.Signatures(events) };
            foreach (var part in parts)
                await foreach (var file in part.Files(batch, now, ct)) files.Add(file);
            var (checkpoint, path) = covering.Value;
            var manifest = new PassportManifest(Passport.Format, batchId, now, about.ClockMode == "manual", new(events[^1].Event.Version, events[^1].Hash),
                new(checkpoint.Text, Convert.ToBase64String(checkpoint.Signature), path), []);
            return Passport.Seal(manifest, files, key);
        }
    }
}
