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
        FlagDelay(j);
        if (j.Facts.Product.Expiry.FirstOrDefault(x => x.Storage == j.Registration.Storage) is not { } rule) return;
        var expiresAt = rule.Months is { } months
            ? Expiry.AfterMonths(j.At, months, TimeZoneInfo.FindSystemTimeZoneById(j.State.Zone))
            : Expiry.AfterHours(j.At, (double)(rule.Hours ?? 0));
        j.Compute("3.10@1", j.State.Of<BatchRegistered>().Select(r => r.EventId), ("expiresAt", RecordJson.Text(expiresAt)));
    }

    private static void CheckContainers(FillPerformed e, Judgement j)
    {
        if (!j.Require(e.Containers.Count > 0, Codes.ValRequired, Judgement.Data("containers"), "Name the containers.")) return;
        // A sheet's container may carry the sheet's id (K-03).
        j.NewIds("containers", [.. e.Containers.Select(c => c.Id)], id => j.State.Product.Sheets.ContainsKey(id) && !j.State.Product.Containers.ContainsKey(id));
        for (var i = 0; i < e.Containers.Count; i++)
        {
            var c = e.Containers[i];
            j.Above($"containers[{i}].volumeMl", c.VolumeMl, 0);
            j.Above($"containers[{i}].viable", c.Viable, 0);
            j.Above($"containers[{i}].areaCm2", c.AreaCm2, 0);
            j.Require(c.Viable is not null || c.AreaCm2 is not null, Codes.ValRequired, Judgement.Data($"containers[{i}].viable"),
                "A container holds a number of cells or an area.");
        }
    }

    private static void CheckAmount(FillPerformed e, Judgement j)
    {
        var harvested = j.State.Of<HarvestPerformed>().Sum(h => h.Data.Viable);
        var filled = e.Containers.Sum(c => c.Viable ?? 0);
        j.Require(harvested == 0 || filled <= harvested * MostOfHarvest, Codes.ValRange, Judgement.Data("containers"),
            $"{filled:G4} cells are filled; {harvested:G4} were harvested.");
        var sheets = j.State.Product.Sheets.Values.Sum(s => s.AreaAfterCm2);
        var area = e.Containers.Sum(c => c.AreaCm2 ?? 0);
        j.Require(sheets == 0 || area <= sheets * MostOfHarvest, Codes.ValRange, Judgement.Data("containers"),
            $"{area:G4} cm² are filled; {sheets:G4} cm² were detached.");
    }

    // Cells in suspension wait two hours at most; CEA is judged by CEA-12.
    private static void FlagDelay(Judgement j)
    {
        if (j.State.ProductType is not ("SPR" or "ADSC" or "BMMSC") || j.State.Of<HarvestPerformed>().FirstOrDefault() is not { } harvest) return;
        j.ComputedWindow("occurredAt", (j.At - harvest.OccurredAt).TotalHours, null, 2, 0, Flags.Interval);
    }

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
