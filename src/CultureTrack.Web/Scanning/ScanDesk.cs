using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;
using CultureTrack.Grains.Batches;
using CultureTrack.Web.Lab;
using CultureTrack.Web.Look;
using Microsoft.Extensions.Localization;

namespace CultureTrack.Web.Scanning;

/// <summary>What a scanned code is, the two or three things that make sense with it now, and in words why not when it must be stopped.</summary>
/// <param name="VesselOf">Batch of a scanned vessel, so that a shelf scanned next moves it.</param>
public sealed record Scanned(string Code, string What, DateTimeOffset At, IReadOnlyList<(string Word, string Href)> Actions)
{
    /// <summary>Drawing of its kind; what it is stands beside it in words.</summary>
    public string Icon { get; init; } = "unknown";
    public string? Say { get; init; }
    public string? Stop { get; init; }
    public string? VesselOf { get; init; }

    /// <summary>A place in an incubator, to which the vessel scanned before can be moved.</summary>
    public (string IncubatorId, int Shelf)? Shelf { get; init; }

    /// <summary>What is unusual about a move, which is recorded only with a comment; and the vessel it is about.</summary>
    public string? Needs { get; init; }
    public Scanned? Moves { get; init; }

    /// <summary>What has been recorded by this scan.</summary>
    public string? Done { get; init; }
}

/// <summary>Finds the thing behind a code.</summary>
public sealed class ScanDesk(ILabIndex lab, IGrainFactory grains, TimeProvider clock)
{
    public async Task<Scanned> Find(string code, Scanned? before, IStringLocalizer<Words> l, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        // A shelf label is the incubator and the shelf: INC-02/2.
        var (id, shelf) = code.Split('/') is [var unit, var number] && int.TryParse(number, out var n) ? (unit, (int?)n) : (code, null);
        if ((await lab.Equipment(ct)).FirstOrDefault(e => e.Id.Equals(id, StringComparison.OrdinalIgnoreCase)) is { } equipment) return OfEquipment(equipment, shelf, before, now, l);
        if ((await lab.Batches(ct)).FirstOrDefault(b => b.Id.Equals(code, StringComparison.OrdinalIgnoreCase)) is { } batch) return OfBatch(batch, now, l);
        if ((await lab.Materials(ct)).FirstOrDefault(m => m.LotId.Equals(code, StringComparison.OrdinalIgnoreCase)) is { } lot) return OfLot(lot, now, l);
        foreach (var open in (await lab.Batches(ct)).Where(b => b.IsOpen))
            if (await grains.GetGrain<IBatchGrain>(open.Id).State() is { } state && (OfVessel(state, code, before, now, l) ?? OfSample(state, code, now, l)) is { } found) return found;
        if (TissueLabels.IsMeant(code)) return await OfTissue(code, now, l, ct);
        return new(code, l["unknown"], now, []) { Stop = l["Nothing in this lab carries this code. Do not use it; check the label."] };
    }

    // The label of donated tissue: the batch it came into, or the batches that wait for tissue.
    private async Task<Scanned> OfTissue(string code, DateTimeOffset now, IStringLocalizer<Words> l, CancellationToken ct)
    {
        var (label, problem) = TissueLabels.Read(code);
        if (label is null) return new(code, l["donation label"], now, []) { Icon = "tissue", Stop = l["{0} Do not use it; check the label.", problem!] };
        var batches = await lab.Batches(ct);
        var received = new List<string>();
        foreach (var batch in batches.Where(b => b.State != LifeState.Planned))
            if (await grains.GetGrain<IBatchGrain>(batch.Id).State() is { } state && state.Of<TissueReceived>().Any(r => r.Data.Din == label.Din)) received.Add(batch.Id);
        var expired = label.Code?.ExpiresOn is { } day && day < DateOnly.FromDateTime(now.UtcDateTime);
        var what = label.Code is { } sec ? l["donation of {0}, establishment {1}", sec.Country, sec.Establishment] : l["donation"];
        var q = $"din={label.Din}&dinCheck={label.Check}{(label.Flag is { } flag ? $"&dinFlag={flag}" : "")}{(label.Code is { } c ? $"&sec={c}" : "")}";
        var waiting = batches.Where(b => b.State == LifeState.Planned).OrderBy(b => b.Id, StringComparer.Ordinal).Take(3);
        return new(label.Din, what, now, received.Count > 0
            ? [.. received.Select(id => (l["Open {0}", id].Value, $"/batches/{id}"))]
            : expired ? [] : [.. waiting.Select(b => (l["Receive for {0}", b.Id].Value, $"/batches/{b.Id}/enter/{nameof(TissueReceived)}?{q}"))])
        {
            Say = received.Count > 0 ? l["Received in {0}.", string.Join(", ", received)] : l["Check character {0}. Not received in any batch yet.", label.Check],
            Icon = "tissue",
            Stop = expired ? l["The code says that this tissue expired on {0}.", label.Code!.ExpiresOn!.Value.ToString("d", System.Globalization.CultureInfo.CurrentCulture)].Value : null,
        };
    }

    private static Scanned OfBatch(BatchSummary b, DateTimeOffset now, IStringLocalizer<Words> l) =>
        new(b.Id, $"{b.ProductType} · {b.PatientRef ?? b.DonorRef} · {l[Said.Words(b.State.ToString())]}", now, [("Make an entry", $"/batches/{b.Id}/enter"), ("Open", $"/batches/{b.Id}")])
        {
            Icon = "batch",
            Say = b.NextDue is { } next ? l["Next: {0}", next].Value : null,
            Stop = b.Holds > 0 ? l["This batch is on hold. Feeding and looking go on; release and shipping do not."].Value : null,
        };

    private static Scanned? OfVessel(BatchState state, string code, Scanned? before, DateTimeOffset now, IStringLocalizer<Words> l)
    {
        var vessel = state.Culture.Vessels.Values.FirstOrDefault(v => v.Id.Equals(code, StringComparison.OrdinalIgnoreCase));
        if (vessel is null)
            return state.Product.Containers.Values.FirstOrDefault(c => c.Id.Equals(code, StringComparison.OrdinalIgnoreCase)) is { } container
                ? new(container.Id, l["Container of {0}", state.BatchId], now, [("Open", $"/batches/{state.BatchId}")]) { Icon = "container", Stop = container.Withdrawn ? l["This container was withdrawn."].Value : null }
                : null;
        var q = $"vesselIds={Uri.EscapeDataString(vessel.Id)}&vesselId={Uri.EscapeDataString(vessel.Id)}&fromVesselIds={Uri.EscapeDataString(vessel.Id)}";
        var gone = vessel.Status is VesselStatus.Emptied or VesselStatus.Discarded;
        var other = before?.VesselOf is { } earlier && earlier != state.BatchId;
        return new(vessel.Id, $"{vessel.Type} · {state.BatchId} · {state.Registration!.PatientRef ?? state.Registration.DonorRef}", now, gone ? [("Open", $"/batches/{state.BatchId}")] :
            [("Feed", $"/batches/{state.BatchId}/enter/{nameof(MediumChanged)}?{q}"), ("Look", $"/batches/{state.BatchId}/enter/{nameof(ConfluenceObserved)}?{q}"),
             vessel.Inside is { } stay ? ("Take out", $"/batches/{state.BatchId}/enter/{nameof(MovedOutOfIncubator)}?{q}&incubatorId={stay.IncubatorId}") : ("Put in", $"/batches/{state.BatchId}/enter/{nameof(MovedIntoIncubator)}?{q}")])
        {
            Icon = "vessel",
            VesselOf = state.BatchId,
            Say = vessel.Inside is { } inside ? l["In {0}, shelf {1}", inside.IncubatorId, inside.Shelf] : l["In no incubator"],
            Stop = gone ? l["This vessel is empty or discarded."].Value : other ? l["This vessel belongs to another batch than the one scanned before ({0}).", before!.VesselOf!].Value : null,
        };
    }

    private static Scanned? OfSample(BatchState state, string code, DateTimeOffset now, IStringLocalizer<Words> l)
    {
        if (state.Qc.Samples.Values.FirstOrDefault(s => s.SampleId.Equals(code, StringComparison.OrdinalIgnoreCase)) is not { } sample) return null;
        var tests = state.Qc.Tests.Values.Where(t => t.SampleId == sample.SampleId).ToList();
        var untested = sample.Criteria.Where(c => tests.All(t => t.CriterionId != c)).ToList();
        string Enter(string type, string query) => $"/batches/{state.BatchId}/enter/{type}?{query}";
        var actions = new List<(string, string)>();
        if (untested.Count > 0) actions.Add(("Start a test", Enter(nameof(QcTestStarted), $"sampleId={Uri.EscapeDataString(sample.SampleId)}&criterionId={untested[0]}")));
        if (tests.Count > 0) actions.Add(("Record a result", Enter(nameof(QcResultRecorded), $"testId={Uri.EscapeDataString(tests[^1].TestId)}")));
        if (sample.DispatchedAt is null) actions.Add(("Send it out", Enter(nameof(SampleDispatched), $"sampleId={Uri.EscapeDataString(sample.SampleId)}")));
        else if (sample.AcceptedAt is null) actions.Add(("Accept it", Enter(nameof(SampleAccepted), $"sampleId={Uri.EscapeDataString(sample.SampleId)}")));
        actions.Add(("Open", $"/batches/{state.BatchId}/release"));
        return new(sample.SampleId, l["Sample of {0} · {1}", state.BatchId, string.Join(", ", sample.Criteria)], now, [.. actions.Take(3)])
        {
            Icon = "sample",
            Say = untested.Count > 0 ? l["Not tested yet: {0}", string.Join(", ", untested)].Value : l["All its tests are started."].Value,
        };
    }

    private static Scanned OfEquipment(EquipmentLine e, int? shelf, Scanned? before, DateTimeOffset now, IStringLocalizer<Words> l)
    {
        var stop = e.Status == "Decon" ? l["This incubator is being decontaminated. Nothing goes in."] : e.Status != "InService" ? l["This incubator is out of service. Nothing goes in."]
            : e.Calibrations.Any(c => c.DueAt <= now) ? l["A calibration of this incubator is overdue. Nothing goes in until it is done."] : null;
        var actions = new List<(string, string)> { ("Open", $"/incubators/{e.Id}") };
        if (stop is null && before is { VesselOf: { } batch, Stop: null })
            actions.Insert(0, ("Move the vessel here", $"/batches/{batch}/enter/{nameof(MovedIntoIncubator)}?vesselIds={Uri.EscapeDataString(before.Code)}&incubatorId={e.Id}&shelf={shelf ?? 1}"));
        var known = shelf is null || (shelf >= 1 && shelf <= e.Shelves);
        if (!known) stop = l["{0} has {1} shelves.", e.Id, e.Shelves];
        return new(shelf is null ? e.Id : $"{e.Id}/{shelf}", $"{l[e.Kind]} · {e.ProfileId}", now, actions)
        {
            Icon = e.Kind switch { "Freezer" => "freezer", "Refrigerator" => "refrigerator", "LN2" => "tank", "Cabinet" => "cabinet", _ => "incubator" },
            Stop = stop?.Value,
            Shelf = shelf is { } number && known && e.Kind == "Incubator" ? (e.Id, number) : null,
        };
    }

    private static Scanned OfLot(MaterialLine m, DateTimeOffset now, IStringLocalizer<Words> l) =>
        new(m.LotId, $"{l[m.Kind]} · {m.Supplier} · {Num.Plain(m.Quantity)} {m.Unit}", now, [("Open", $"/materials?q={m.LotId}")])
        {
            Icon = "material",
            Say = m.Stock.IsOverdrawn ? l["Entries took {0} more than was received.", $"{Num.Plain(-m.Quantity)} {m.Unit}"].Value : null,
            Stop = m.ExpiresAt <= now ? l["This lot is expired. Put it away."].Value : m.Status != "Released" ? l["This lot is {0}. It cannot be used.", l[m.Status]].Value : null,
        };
}
