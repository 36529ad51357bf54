using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum UnitResult { Pass, Fail }

public sealed record FilledContainer(string Id, decimal VolumeMl, decimal? Viable = null, decimal? AreaCm2 = null, string? SourceId = null);

public sealed record FillPerformed(IReadOnlyList<FilledContainer> Containers, IReadOnlyList<string> Excipients, decimal StorageC, int CoiMatches) : EventData;

public sealed record InspectedUnit(
    string ContainerId, UnitResult Result, IReadOnlyList<string> Defects, decimal? AreaCm2 = null, decimal? TearMm = null, decimal? ThicknessMm = null);

public sealed record UnitsInspected(IReadOnlyList<InspectedUnit> Units) : EventData;

public sealed record ExpiryOverridden(
    IReadOnlyList<string> ContainerIds, DateTimeOffset NewExpiresAt, string Rationale, string StabilityRef) : EventData;

internal static class FillingRules
{
    private const decimal MostOfHarvest = 1.05m;
    private const int RationaleMinLength = 20;

    public static void Check(FillPerformed e, Judgement j)
    {
        j.Range("coiMatches", e.CoiMatches, 2, null);
        for (var i = 0; i < e.Excipients.Count; i++)
            if (j.Facts.Lots.ContainsKey(e.Excipients[i])) j.Lot($"excipients[{i}]", e.Excipients[i]);
        CheckContainers(e, j);
        if (!j.StepIsLegal) return;
        j.Guard(j.Facts.EmSessions.Any(s => s.StartAt <= j.At && (s.EndAt is null || s.EndAt > j.At)), "", "No open clean-room session names this batch.");
        CheckAmount(e, j);
        if (j.State.State == LifeState.InProcess) CheckUnverified(j);
        if (j.Product.ExpiryFor(j.Registration.Storage) is not { } rule) return;
        var expiresAt = rule.Months is { } months
            ? Expiry.AfterMonths(j.At, months, TimeZoneInfo.FindSystemTimeZoneById(j.State.Zone))
            : Expiry.AfterHours(j.At, (double)(rule.Hours ?? 0));
        j.Compute("3.10@1", j.State.Of<BatchRegistered>().Select(r => r.EventId), ("expiresAt", RecordJson.Text(expiresAt)));
    }

    private static void CheckContainers(FillPerformed e, Judgement j)
    {
        if (!j.Require(e.Containers.Count > 0, Codes.ValRequired, Judgement.Data("containers"), "Name the containers.")) return;
        // The container of a sheet or a construct may carry its id (K-03).
        j.NewIds("containers", [.. e.Containers.Select(c => c.Id)], id => IsUnit(id, j.State) && !j.State.Product.Containers.ContainsKey(id));
        for (var i = 0; i < e.Containers.Count; i++)
        {
            var c = e.Containers[i];
            j.Above($"containers[{i}].volumeMl", c.VolumeMl, 0);
            j.Above($"containers[{i}].viable", c.Viable, 0);
            j.Above($"containers[{i}].areaCm2", c.AreaCm2, 0);
            j.Require(c.Viable is not null || c.AreaCm2 is not null || !j.Product.HoldsCells, Codes.ValRequired, Judgement.Data($"containers[{i}].viable"),
                "A container holds a number of cells or an area.");
        }
    }

    private static bool IsUnit(string id, BatchState state) =>
        state.Product.Sheets.ContainsKey(id) || state.Culture.Vessels.GetValueOrDefault(id) is { IsConstruct: true, Status: VesselStatus.InUse };

    private static void CheckAmount(FillPerformed e, Judgement j)
    {
        // What is filled as it was isolated was never harvested.
        var harvested = j.Product.FillsFrom == LifeState.Harvested
            ? j.State.Of<HarvestPerformed>().Sum(h => h.Data.Viable)
            : j.State.Of<IsolationPerformed>().Sum(i => i.Data.TotalNucleated * i.Data.ViabilityPct / 100);
        var filled = e.Containers.Sum(c => c.Viable ?? 0);
        j.Require(harvested == 0 || filled <= harvested * MostOfHarvest, Codes.ValRange, Judgement.Data("containers"),
            $"{filled:G4} cells are filled; {harvested:G4} were harvested.");
        var sheets = j.State.Product.Sheets.Values.Sum(s => s.AreaAfterCm2) + j.State.Culture.Vessels.Values.Where(v => v is { IsConstruct: true, Status: VesselStatus.InUse }).Sum(v => v.AreaCm2);
        var area = e.Containers.Sum(c => c.AreaCm2 ?? 0);
        var medium = Medium(j.State);
        j.Require(medium == 0 || e.Containers.Sum(c => c.VolumeMl) <= medium * MostOfHarvest, Codes.ValRange, Judgement.Data("containers"),
            $"{e.Containers.Sum(c => c.VolumeMl):G4} mL are filled; {medium:G4} mL came through the filter.");
        j.Require(sheets == 0 || area <= sheets * MostOfHarvest, Codes.ValRange, Judgement.Data("containers"),
            $"{area:G4} cm² are filled; {sheets:G4} cm² were made.");
    }

    /// <summary>Medium there is to fill: what came through the last filter.</summary>
    private static decimal Medium(BatchState state) => state.Of<SterileFiltered>().Sum(f => f.Data.OutMl);

    // T07b: what is packed as it grew has no harvest that a second person has seen, so the fill itself needs one.
    private static void CheckUnverified(Judgement j) => j.Guard(
        j.Entry.Verification is not null || j.Entry.Actor.IsSystem || j.Entry.Origin == Origin.Imported, "", "Filling from culture needs a second person in the same entry.");

    public static void Check(UnitsInspected e, Judgement j)
    {
        j.Require(e.Units.Count > 0, Codes.ValRequired, Judgement.Data("units"), "Name the containers.");
        j.Require(e.Units.DistinctBy(u => u.ContainerId).Count() == e.Units.Count, Codes.ValDuplicate, Judgement.Data("units"), "A container is named twice.");
        var filled = j.State.Product.Filled.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < e.Units.Count; i++)
        {
            var u = e.Units[i];
            j.Guard(filled.Remove(u.ContainerId), $"units[{i}].containerId", $"{u.ContainerId} was not filled or is withdrawn.");
            j.FlagIf(u.Result == UnitResult.Fail, Flags.OutOfWindow, $"units[{i}].result", "Pass", "Fail");
            j.Range($"units[{i}].areaCm2", u.AreaCm2, 0, null);
            j.Range($"units[{i}].tearMm", u.TearMm, 0, null);
            j.Range($"units[{i}].thicknessMm", u.ThicknessMm, 0, null);
        }
        if (filled.Count > 0) j.Guard(false, "units", $"Not inspected: {string.Join(", ", filled.Order(StringComparer.Ordinal).Take(10))}.");
    }

    public static void Check(ExpiryOverridden e, Judgement j)
    {
        j.Require(e.Rationale.Length >= RationaleMinLength, Codes.ValReason, Judgement.Data("rationale"),
            $"At least {RationaleMinLength} characters are needed.");
        j.Require(e.ContainerIds.Count > 0, Codes.ValRequired, Judgement.Data("containerIds"), "Name the containers.");
        j.Flag(Flags.OutOfWindow, "newExpiresAt", j.State.Product.ExpiresAt is { } computed ? RecordJson.Text(computed) : null, RecordJson.Text(e.NewExpiresAt));
        for (var i = 0; i < e.ContainerIds.Count; i++)
        {
            var container = j.State.Product.Containers.GetValueOrDefault(e.ContainerIds[i]);
            if (!j.Guard(container is { IsFilled: true, Withdrawn: false }, $"containerIds[{i}]",
                $"{e.ContainerIds[i]} was not filled or is withdrawn.")) continue;
            j.Require(e.NewExpiresAt <= container!.ExpiresAt, Codes.ValRange, Judgement.Data("newExpiresAt"), "An expiry can only be brought forward.");
            j.Guard(j.At < container.ExpiresAt, $"containerIds[{i}]", $"{container.Id} has expired.");
        }
    }
}
