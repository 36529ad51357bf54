using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Entries somebody might make next, sensible and senseless ones, built from what the batch holds.</summary>
internal static class Moves
{
    /// <summary>The sensible way on from here: one step of the path, or care for what is in culture.</summary>
    public static EventData Next(Scenario s, int dice) => s.State.State switch
    {
        LifeState.None => Adsc.Registered,
        LifeState.Planned when s.State.Last<ConsentRecorded>() is null => Adsc.Consent,
        LifeState.Planned when s.State.Last<DonorEligibilityDetermined>() is null => Adsc.Exempt,
        LifeState.Planned => Adsc.Received with { ReceivedAt = s.Now, ProcuredAt = s.Now.AddHours(-3) },
        LifeState.Quarantined when s.State.Last<TissueAccepted>() is null => new TissueAccepted(),
        LifeState.Quarantined => Adsc.Isolated,
        LifeState.InProcess => Culturing(s, dice),
        LifeState.Harvested => Adsc.Fill with { Containers = [new("B-1", 20, Viable: Math.Floor(s.State.Last<HarvestPerformed>()!.Data.Viable * 0.9m))] },
        LifeState.Formulated when dice % 3 == 0 => new LabelsReconciled(12, 10, 2, 0),
        LifeState.Formulated when dice % 3 == 1 => new UnitsInspected([new("B-1", UnitResult.Pass, [])]),
        LifeState.Formulated => new BatchTerminated(DiscardReason.Surplus),
        LifeState.Terminated => new BatchDiscarded(["B-1"], 1, "Incineration", DiscardReason.Surplus),
        _ => new ConsentRecorded("CONS-2", Scenario.At("2026-04-09T15:00Z"), ["Trial"]),
    };

    private static EventData Culturing(Scenario s, int dice)
    {
        var inUse = s.State.Culture.Vessels.Values.Where(v => v.Status == VesselStatus.InUse).OrderBy(v => v.Id, StringComparer.Ordinal).ToList();
        if (inUse.Count == 0) return SeedNext(s);
        var ids = inUse.Select(v => v.Id).ToList();
        return (dice % 7) switch
        {
            0 => new MovedIntoIncubator([.. ids.Where(id => s.State.Culture.Vessels[id].Inside is null).DefaultIfEmpty(ids[0])], "INC-04", 1),
            1 => new MovedOutOfIncubator([.. ids.Where(id => s.State.Culture.Vessels[id].Inside is not null).DefaultIfEmpty(ids[0])], "INC-04", null),
            2 => new MediumChanged(ids, "MED-26-01", inUse.Sum(v => v.MediumMl), inUse.Sum(v => v.AreaCm2) * 0.2m, FeedKind.Full),
            3 => new ConfluenceObserved(ids[dice % ids.Count], dice * 5 % 100, LookMethod.Visual, "Spindle", dice % 40 == 3 ? Contamination.Suspected : Contamination.None),
            4 when inUse[0].Passage >= 1 && dice % 2 == 0 => new HarvestPerformed(CellLine.Msc, ids, inUse.Sum(v => v.Seeded) * 4, 91, 40),
            5 when inUse.Count > 1 => new VesselDiscarded([ids[0]], 1, "Incineration", DiscardReason.Surplus),
            _ => new PassagePerformed(CellLine.Msc, ids, "TRY-26-01", 6, inUse.Sum(v => v.Seeded) * 4, 95),
        };
    }

    private static VesselsSeeded SeedNext(Scenario s)
    {
        if (s.State.Last<PassagePerformed>() is not { } passage) return Adsc.SeedP0(s.Last<IsolationPerformed>());
        var next = s.State.Culture.Sources[passage.EventId.ToString()].NextPassage!.Value;
        var area = Math.Floor(passage.Data.ViableHarvested / 4000 / 2);
        return Adsc.Seeded(SeedingPurpose.Expansion, passage.EventId, Adsc.Ids($"P{next}-", 1, 2), area, 4000, next);
    }

    /// <summary>Anything at all, mostly wrong here: events of both products, of any stage, about things that may not exist.</summary>
    public static EventData Anything(Scenario s, int dice)
    {
        var source = s.State.History.Count > 0 ? s.State.History[dice % s.State.History.Count].EventId : Guid.Empty;
        EventData[] all =
        [
            Adsc.Registered, Adsc.Consent, Adsc.Exempt, Adsc.Received, new TissueAccepted(), new TissueRefused("Clotted"), Adsc.Isolated, Adsc.SeedP0(source),
            Adsc.Passage(Adsc.P0Vessels, 2.1e7m), Adsc.Passage(Adsc.P1Vessels, 1.2e8m), Adsc.Seeded(SeedingPurpose.Expansion, source, Adsc.P1Vessels, 636, 4000, 1),
            Adsc.Seeded(SeedingPurpose.Sheet, source, Adsc.P2Vessels, 636, 4000, 3), Adsc.Harvest, Adsc.Fill, Adsc.Labels, Adsc.Inspected, new LabelsReconciled(12, 10, 1, 0),
            Cea.Feeder(Cea.Flasks, "2026-04-10T10:00Z"), Cea.Isolated, Cea.Detached, Cea.Mounted, Cea.Fill, Cea.QcTrayCount, Cea.QcTrayCount with { Replicates = [] },
            new MediumChanged(Adsc.P0Vessels, "MED-26-01", 350, 350, FeedKind.Full), new MediumChanged([], "NONE", -1, -1, FeedKind.Half),
            new MovedIntoIncubator(Adsc.P0Vessels, "INC-04", 1), new MovedOutOfIncubator(Adsc.P0Vessels, "INC-09", null),
            new ConfluenceObserved("V-01", 45, LookMethod.Visual, "Spindle", Contamination.None), new CulturesPooled([source.ToString(), "V-01"], ["POOL"], [1e6m, 1e6m]),
            new SubLotSplit([source.ToString()], ["A", "B"], [1e6m, 1e6m]), new CellsFrozen([new("F-1", 1e7m, 1)], 10, 15, -1, -160), new CellsThawed(["F-1"], 3, 85, 80),
            new StoredAt(["F-1"], "FRZ-01", ["FRZ-01/R1/B1/A1"]), new RemovedFromStorage(["F-1"], RemovalPurpose.Thaw), new VesselDiscarded(["V-01"], 1, "Incineration", DiscardReason.Surplus),
            new BatchTerminated(DiscardReason.Surplus), new BatchDiscarded([], 0, "Incineration", DiscardReason.Surplus), new BatchClosed(true, 0, 0, Lab.Never),
            new Shipped(Adsc.Bags, 2, s.Now), new Administered(Adsc.Bags, 2, s.Now), new Returned(Adsc.Bags, 2, s.Now), new GraftTakeRecorded(Adsc.Bags, s.Now, 88, TakeMethod.Visual, false, []),
            new ExpiryOverridden(Adsc.Bags, s.Now, "Transport took longer than planned.", "STAB-1"), new HoldPlaced("H-1", "Suspicion"), new HoldReleased("H-1", "Cleared"),
            new DeviationOpened("DEV-1", "Spill", DeviationClass.Critical), new DeviationClassified("DEV-1", DeviationClass.Minor), new DeviationClosed("DEV-1", "Loose cap", "None", []),
            new CoiMismatchRecorded(CoiPoint.Fill, ["A"], ["B"], true), new DonorTestRecorded("HCV", "kit", s.Now, DonorResult.Reactive),
            new RecordCorrected(source, "viabilityPct", JsonSerializer.SerializeToElement(82.0), JsonSerializer.SerializeToElement(83.0), "Read from the wrong line"),
            new RecordCorrected(source, "quantity", JsonSerializer.SerializeToElement(120), JsonSerializer.SerializeToElement(110), "Read from the wrong line"),
        ];
        return all[dice / 7 % all.Length];
    }
}
