using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.People;

namespace CultureTrack.Grains.Tracing;

public enum HoldOutcome { Placed, AlreadyOnHold, Refused, NotKnown }

/// <summary>What became of one batch of a list; <c>Code</c> and <c>Message</c> say why it was refused.</summary>
public sealed record HeldBatch(string BatchId, HoldOutcome Outcome, string? HoldId, string? Code, string? Message);

/// <summary>
/// Puts many batches on hold for one reason, each through its own rules and in its own record, in the name of the person. A batch that is refused keeps no other
/// from its hold, and a repeat places nothing twice: a hold that is open for the same reason stands.
/// </summary>
public sealed class BlastHolds(IGrainFactory grains, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Batches of one call.</summary>
    public const int MostBatches = 1000, ReasonMinLength = 10;
    private const int AtOnce = 4, Attempts = 5;

    public async Task<IReadOnlyList<HeldBatch>> Place(Actor person, IReadOnlyList<string> batchIds, string reason, string? address, CancellationToken ct)
    {
        var ids = batchIds.Distinct(StringComparer.Ordinal).ToList();
        var held = new HeldBatch[ids.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, ids.Count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (i, stop) =>
        {
            held[i] = await Place(person, ids[i], reason);
            // One line for each batch, so that its own audit shows who tried what.
            await audit.Add(person.UserId, $"{nameof(HoldPlaced)} (blast radius)", ids[i], held[i].Code, address, stop);
        });
        return held;
    }

    private async Task<HeldBatch> Place(Actor person, string batchId, string reason)
    {
        var grain = grains.GetGrain<IBatchGrain>(batchId);
        for (var attempt = 1; ; attempt++)
        {
            if (await grain.State() is not { } state) return new(batchId, HoldOutcome.NotKnown, null, Codes.NotFound, $"The batch {batchId} is not known.");
            if (state.Holds.Values.FirstOrDefault(h => h.Reason == reason) is { } open) return new(batchId, HoldOutcome.AlreadyOnHold, open.HoldId, null, null);
            var answer = await grain.Append([new Entry(new HoldPlaced(null, reason), person, clock.GetUtcNow())], state.Version, dryRun: false);
            if (answer.Accepted) return new(batchId, HoldOutcome.Placed, ((HoldPlaced)answer.Events[0].Body).HoldId, null, null);
            // Somebody made an entry at the same moment; whether it was this very hold is seen on the second look.
            if (answer.Findings[0].Code != Codes.Concurrency || attempt == Attempts) return new(batchId, HoldOutcome.Refused, null, answer.Findings[0].Code, answer.Findings[0].Message);
        }
    }
}
