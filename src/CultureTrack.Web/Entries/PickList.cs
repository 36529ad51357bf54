using CultureTrack.Domain.Batches;
using CultureTrack.Grains.Batches;
using CultureTrack.Web.Batches;
using CultureTrack.Web.Lab;
using CultureTrack.Web.Look;

namespace CultureTrack.Web.Entries;

/// <param name="Usable">False for what the rules will refuse; shown, said why, not chosen.</param>
public sealed record Choice(string Id, string Text, bool Usable = true);

/// <summary>Ids that make sense in a field now, from the batch and the registers.</summary>
public sealed class PickList(ILabIndex lab, BatchPageData batches, TimeProvider clock)
{
    public async Task<IReadOnlyDictionary<(Pick, string?), IReadOnlyList<Choice>>> For(BatchState state, IEnumerable<FieldShape> fields, CancellationToken ct)
    {
        var lists = new Dictionary<(Pick, string?), IReadOnlyList<Choice>>();
        foreach (var hints in fields.SelectMany(f => f.Rows.Prepend(f)).Select(f => f.Hints).Where(h => h.Pick != Pick.None))
            if (!lists.ContainsKey((hints.Pick, hints.LotKind))) lists[(hints.Pick, hints.LotKind)] = [.. await List(state, hints, ct)];
        return lists;
    }

    private async Task<IEnumerable<Choice>> List(BatchState s, FieldHints hints, CancellationToken ct) => hints.Pick switch
    {
        Pick.Incubators => (await lab.Equipment(ct)).Where(e => e.Kind == "Incubator").Select(e => new Choice(e.Id, $"{e.Id} · {e.ProfileId}{Why(e)}", Why(e).Length == 0)),
        Pick.Stores => (await lab.Equipment(ct)).Where(e => e.Kind is not ("Incubator" or "Cabinet")).Select(e => new Choice(e.Id, $"{e.Id} · {e.ProfileId}{Why(e)}", Why(e).Length == 0)),
        Pick.Lots => (await lab.Materials(ct)).Where(m => hints.LotKind is null || m.Kind == hints.LotKind).OrderBy(m => m.ExpiresAt).Select(Lot),
        Pick.Exposure => (await batches.Exposure(s.BatchId)).Metrics.Where(m => m.Band != ExposureBand.PASS).Select(m => new Choice(m.Id, $"{m.Id}: {Num.Plain(m.Value)} {m.Unit}")),
        Pick.Excursions => (await batches.Exposure(s.BatchId)).Excursions.Where(e => e.Status == ExcursionStatus.Closed).Select(e => new Choice(e.ExcursionId, $"{e.IncubatorId} {e.Channel} {e.Side}, {Num.Plain(e.DurationMin, 0)} min")),
        Pick.Criteria => (await batches.Release(s.BatchId)).Criteria.Select(c => new Choice(c.Id, $"{c.Id} {c.Attribute}")),
        _ => OfBatch(s, hints.Pick),
    };

    private string Why(EquipmentLine e) => e.Status != "InService" ? $" · {Said.Words(e.Status).ToLowerInvariant()}"
        : e.Calibrations.FirstOrDefault(c => c.DueAt <= clock.GetUtcNow()) is { } late ? $" · calibration of {late.Channel} overdue" : "";

    private Choice Lot(MaterialLine m)
    {
        var why = m.ExpiresAt <= clock.GetUtcNow() ? "expired" : m.Status != "Released" ? Said.Words(m.Status).ToLowerInvariant() : null;
        return new(m.LotId, why is null ? m.Stock.IsOverdrawn ? $"{m.LotId} · more used than received" : $"{m.LotId} · {Num.Plain(m.Quantity)} {m.Unit} left" : $"{m.LotId} · {why}", why is null);
    }

    private static IEnumerable<Choice> OfBatch(BatchState s, Pick pick) => pick switch
    {
        Pick.Vessels => s.Culture.Vessels.Values.Where(v => v.Status is VesselStatus.InUse or VesselStatus.FeederOnly).OrderBy(v => v.Id, StringComparer.Ordinal)
            .Select(v => new Choice(v.Id, $"{v.Id} · {v.Type}{(v.Purpose is null ? ", feeder only" : $", P{v.Passage}")}{(v.Inside is { } i ? $" · {i.IncubatorId}/{i.Shelf}" : "")}{(v.ConfluencePct is { } c ? $" · {c:0} %" : "")}")),
        Pick.Suspensions => s.Culture.Sources.Values.OrderByDescending(c => c.At).Select(c => new Choice(c.Id, $"{Num.Cells(c.Left)} left of {Num.Cells(c.Viable)}, next P{c.NextPassage}", c.Left > 0)),
        Pick.Containers => s.Product.Containers.Values.Where(c => !c.Withdrawn).Select(c => new Choice(c.Id, c.Id)),
        Pick.Samples => s.Of<SampleTaken>().Select(e => new Choice(e.Data.SampleId, $"{e.Data.SampleId} · {string.Join(", ", e.Data.Criteria)}")),
        Pick.Tests => s.Of<QcTestStarted>().Select(e => new Choice(e.Data.TestId, $"{e.Data.TestId} · {e.Data.CriterionId}")),
        Pick.Results => s.Of<QcResultRecorded>().Where(r => s.Of<QcResultApproved>().All(a => a.Data.ResultId != r.Data.ResultId)).Select(e => new Choice(e.Data.ResultId, $"{e.Data.ResultId} · {EventGist.Of(e)}")),
        Pick.Holds => s.Holds.Values.Select(h => new Choice(h.HoldId, h.Reason)),
        Pick.Deviations => s.Deviations.Values.Where(d => d.IsOpen).Select(d => new Choice(d.DeviationId, $"{d.DeviationId}: {d.Text}")),
        Pick.Oos => s.Of<OosOpened>().Where(o => s.Of<OosConcluded>().All(c => c.Data.OosId != o.Data.OosId)).Select(o => new Choice(o.Data.OosId, $"{o.Data.OosId}: {o.Data.CriterionId}")),
        Pick.Sheets => s.Of<SheetDetached>().SelectMany(d => d.Data.Sheets).Select(x => new Choice(x.SheetId, x.SheetId)),
        Pick.Events => s.History.Where(e => e.Origin == Domain.Records.Origin.Entered).Reverse().Take(60).Select(e => new Choice(e.EventId.ToString(), $"{Said.Words(e.Type)} · {EventGist.Of(e)}")),
        _ => [],
    };
}
