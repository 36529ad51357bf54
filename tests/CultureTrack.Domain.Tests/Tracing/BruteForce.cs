using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tracing;

namespace CultureTrack.Domain.Tests.Tracing;

/// <summary>The blast radius by comparing everything with everything, straight from the entries; slow and with nothing of the product's own search in it.</summary>
internal sealed class BruteForce(RandomLab lab)
{
    public sealed record Found(string BatchId, ReachKind Kind, string Key, string? Via);

    private sealed record Inside(string Incubator, string Shelf, DateTimeOffset From, DateTimeOffset? To);

    public HashSet<Found> OfBatch(int origin)
    {
        var found = new HashSet<Found>();
        for (var other = 0; other < lab.Batches.Count; other++)
            if (other != origin)
                foreach (var f in Shared(lab.Batches[origin], lab.Batches[other]).Concat(Family(origin, other))) found.Add(f with { BatchId = RandomLab.Id(other) });
        return found;
    }

    public HashSet<Found> OfLot(string lot)
    {
        var users = lab.Batches.Select((b, n) => (n, Lots: Lots(b))).Where(b => b.Lots.Any(l => Contains(l, lot))).ToList();
        var found = users.SelectMany(b => b.Lots.Where(l => Contains(l, lot)).Select(l => l == lot
            ? new Found(RandomLab.Id(b.n), ReachKind.SameLot, lot, null) : new(RandomLab.Id(b.n), ReachKind.LotInMedium, lot, b.Lots.Where(m => m != lot && Contains(m, lot)).Min(StringComparer.Ordinal)))).ToHashSet();
        foreach (var (n, _) in users)
            for (var other = 0; other < lab.Batches.Count; other++)
                if (IsMadeOf(other, n)) found.Add(new(RandomLab.Id(other), ReachKind.MadeFromIt, RandomLab.Id(n), null));
        return found;
    }

    private IEnumerable<Found> Shared(IReadOnlyList<Recorded> a, IReadOnlyList<Recorded> b)
    {
        if (Donor(a) == Donor(b)) yield return new("", ReachKind.SameDonor, Donor(a), null);
        foreach (var din in Bodies<TissueReceived>(a).Select(t => t.Din).Intersect(Bodies<TissueReceived>(b).Select(t => t.Din))) yield return new("", ReachKind.SameTissue, din, null);
        foreach (var (user, day) in Hands(a).Intersect(Hands(b))) yield return new("", ReachKind.SameOperator, user, day);
        foreach (var f in SharedLots(Lots(a), Lots(b))) yield return f;
        foreach (var x in Stays(a))
            foreach (var y in Stays(b).Where(y => x.Incubator == y.Incubator && !(x.To < y.From) && !(y.To < x.From)))
                yield return x.Shelf == y.Shelf ? new("", ReachKind.SameShelf, x.Incubator, x.Shelf) : new("", ReachKind.SameIncubator, x.Incubator, null);
        foreach (var s in lab.Sessions.Where(s => s.Data.BatchIds.Contains(a[0].StreamId)))
            foreach (var t in lab.Sessions.Where(t => t.Data.BatchIds.Contains(b[0].StreamId) && (s.Data.StartAt - t.Data.StartAt).Duration() <= TimeSpan.FromHours(2)))
            {
                if (s.Data.CabinetId == t.Data.CabinetId) yield return new("", ReachKind.SameCabinet, s.Data.CabinetId, null);
                if (s.Data.RoomId == t.Data.RoomId) yield return new("", ReachKind.SameRoom, s.Data.RoomId, null);
            }
    }

    private IEnumerable<Found> SharedLots(HashSet<string> a, HashSet<string> b)
    {
        foreach (var lot in a.Intersect(b)) yield return new("", ReachKind.SameLot, lot, null);
        foreach (var part in lab.Media.Select(m => m.LotId).Concat(lab.Media.SelectMany(m => m.Components)).Concat(b).Distinct())
        {
            var through = b.Except(a).Where(l => Contains(l, part)).ToList();
            if (through.Count > 0 && a.Any(l => Contains(l, part))) yield return new("", ReachKind.LotInMedium, part, through.Min(StringComparer.Ordinal));
        }
    }

    private bool Contains(string lot, string part) => lot == part || lab.Media.Any(m => m.LotId == lot && m.Components.Any(c => Contains(c, part)));

    private IEnumerable<Found> Family(int origin, int other)
    {
        if (IsMadeOf(other, origin)) yield return new("", ReachKind.MadeFromIt, RandomLab.Id(origin), null);
        else if (IsMadeOf(origin, other)) yield return new("", ReachKind.MadeInto, RandomLab.Id(origin), null);
        else
            for (var n = 0; n < lab.Batches.Count; n++)
                if (IsMadeOf(origin, n) && IsMadeOf(other, n)) yield return new("", ReachKind.SameSource, RandomLab.Id(n), null);
    }

    private bool IsMadeOf(int batch, int of) => Bodies<SourceCellsAllocated>(lab.Batches[batch]).Any(s => s.SourceBatchId == RandomLab.Id(of) || IsMadeOf(Number(s.SourceBatchId), of));

    private static int Number(string batchId) => int.Parse(batchId[^4..], CultureInfo.InvariantCulture) - 1;

    private static IEnumerable<T> Bodies<T>(IReadOnlyList<Recorded> events) where T : EventData => events.Select(e => e.Body).OfType<T>();
    private static string Donor(IReadOnlyList<Recorded> events) => Bodies<BatchRegistered>(events).Single().DonorRef;
    private static HashSet<string> Lots(IReadOnlyList<Recorded> events) => [.. Bodies<VesselsSeeded>(events).Select(s => s.MediumLot), .. Bodies<MediumChanged>(events).Select(m => m.MediumLot)];

    private HashSet<(string User, string Day)> Hands(IReadOnlyList<Recorded> events) =>
    [
        .. events.Where(e => e.Body is not BatchRegistered).Select(e => (e.ActorId, Day(e.OccurredAt))),
        .. lab.Sessions.Where(s => s.Data.BatchIds.Contains(events[0].StreamId)).SelectMany(s => s.Data.OperatorIds.Select(o => (o, Day(s.Data.StartAt)))),
    ];

    private static string Day(DateTimeOffset at) => SiteTime.Text("Europe/Paris", at)[..10];

    private static List<Inside> Stays(IReadOnlyList<Recorded> events)
    {
        var stays = new List<Inside>();
        foreach (var vessel in Bodies<VesselsSeeded>(events).SelectMany(s => s.Vessels).Select(v => v.Id))
        {
            Inside? now = null;
            foreach (var e in events)
            {
                if (e.Body is MovedIntoIncubator into && into.VesselIds.Contains(vessel))
                {
                    if (now is not null) stays.Add(now with { To = e.OccurredAt });
                    now = new(into.IncubatorId, into.Shelf.ToString(CultureInfo.InvariantCulture), e.OccurredAt, null);
                }
                else if (e.Body is MovedOutOfIncubator leaves && leaves.VesselIds.Contains(vessel) && now is not null)
                {
                    stays.Add(now with { To = e.OccurredAt });
                    now = null;
                }
            }
            if (now is not null) stays.Add(now);
        }
        return stays;
    }
}
