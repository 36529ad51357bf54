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
    /// <returns>The shelf's card, which says what was recorded, or why nothing was.</returns>
    public async Task<Scanned> To((string IncubatorId, int Shelf) shelf, Scanned vessel, Scanned card, ClaimsPrincipal person, IStringLocalizer<Words> l, CancellationToken ct)
    {
        var state = await grains.GetGrain<IBatchGrain>(vessel.VesselOf!).State();
        if (state?.Culture.Vessels.GetValueOrDefault(vessel.Code) is not { } found) return card;
        if (found.Inside is { } stay && stay.IncubatorId == shelf.IncubatorId && stay.Shelf == shelf.Shelf) return card with { Say = l["{0} stands there already.", found.Id] };
        if (found.Inside is { } old)
        {
            var moved = await desk.Submit(person, new(state.BatchId, new MovedOutOfIncubator([found.Id], old.IncubatorId, "Moved")), ct);
            if (!moved.Accepted) return card with { Stop = Why(moved, l) };
        }
        var put = await desk.Submit(person, new(state.BatchId, new MovedIntoIncubator([found.Id], shelf.IncubatorId, shelf.Shelf)), ct);
        if (put.Accepted) return card with { Done = l["{0} is in {1}, shelf {2}.", found.Id, shelf.IncubatorId, shelf.Shelf], Actions = [("Open", $"/batches/{state.BatchId}")] };
        return card with { Stop = found.Inside is null ? Why(put, l) : l["{0} was taken out of {1} and not put in: {2}", found.Id, found.Inside.IncubatorId, Why(put, l)] };
    }

    private static string Why(AppendAnswer answer, IStringLocalizer<Words> l) => answer.Findings.Any(f => f.Code == Codes.ValComment)
        ? l["This needs a comment: {0}. Nothing was recorded; use the button.", string.Join("; ", answer.Flags.Select(f => l[Said.Words(f.Code)].Value))]
        : string.Join(" ", answer.Findings.Select(f => f.Message));
}
