using System.Security.Claims;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Web.Entries;
using Microsoft.Extensions.Localization;

namespace CultureTrack.Web.Scanning;

/// <summary>A vessel scanned, then a shelf: out of where it stood, into the shelf, both recorded by who scans.</summary>
public sealed class ScanMove(IEntryDesk desk, IGrainFactory grains)
{
    /// <param name="comment">Why, when the move is unusual; without one such a move is not recorded.</param>
    /// <returns>The shelf's card, which says what was recorded, or why nothing was.</returns>
    public async Task<Scanned> To((string IncubatorId, int Shelf) shelf, Scanned vessel, Scanned card, string? comment, ClaimsPrincipal person, IStringLocalizer<Words> l, CancellationToken ct)
    {
        var state = await grains.GetGrain<IBatchGrain>(vessel.VesselOf!).State();
        if (state?.Culture.Vessels.GetValueOrDefault(vessel.Code) is not { } found) return card;
        if (found.Inside is { } stay && stay.IncubatorId == shelf.IncubatorId && stay.Shelf == shelf.Shelf) return card with { Say = l["{0} stands there already.", found.Id] };
        // Out and in at once: a vessel whose new place is refused still stands in the old one.
        var into = new MovedIntoIncubator([found.Id], shelf.IncubatorId, shelf.Shelf);
        var answer = await desk.SubmitTogether(person, state.BatchId, found.Inside is { } old ? [new MovedOutOfIncubator([found.Id], old.IncubatorId, "Moved"), into] : [into], comment, ct);
        if (answer.Accepted) return card with { Done = l["{0} is in {1}, shelf {2}.", found.Id, shelf.IncubatorId, shelf.Shelf], Actions = [("Open", $"/batches/{state.BatchId}")], Needs = null, Stop = null };
        if (answer.Findings.All(f => f.Code == Codes.ValComment))
            return card with { Needs = l["This needs a comment: {0}. Nothing is recorded yet.", string.Join("; ", answer.Flags.Select(f => l[Said.Words(f.Code)].Value))], Moves = vessel, Actions = [] };
        return card with { Stop = l["{0} Nothing was recorded.", string.Join(" ", answer.Findings.Select(f => f.Message))], Needs = null };
    }
}
