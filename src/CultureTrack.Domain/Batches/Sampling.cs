using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Batches;

public enum SampleMatrix { Cells, Supernatant, CellsAndSupernatant, FinalProduct, Extract, Plate, Image }

public sealed record SampleTaken(
    string SampleId, IReadOnlyList<string> Criteria, SampleMatrix Matrix, decimal? VolumeMl, IReadOnlyList<string> SourceIds, DateTimeOffset CollectedAt) : EventData;

public sealed record SampleDispatched(string SampleId, string LabRef, decimal TempC, string Custodian) : EventData;

public sealed record SampleAccepted(string SampleId, decimal TempC, int CoiMatches) : EventData;

internal static class SamplingRules
{
    private const decimal MostMl = 100m, TransportMinC = 2m, TransportMaxC = 25m;
    private const int IdentifiersNeeded = 2;
    private static readonly TimeSpan TransportWithin = TimeSpan.FromHours(24);

    public static void Check(SampleTaken e, Judgement j)
    {
        j.Require(!j.State.Qc.Samples.ContainsKey(e.SampleId), Codes.ValDuplicate, "data.sampleId", $"Sample {e.SampleId} exists already.");
        j.Require(e.Criteria.Count > 0, Codes.ValRequired, "data.criteria", "A sample is taken for at least one criterion.");
        j.Require(e.CollectedAt <= j.At.AddSeconds(5), Codes.ValFuture, "data.collectedAt", "collectedAt lies after the entry.");
        // Images and plates have no volume (K-06).
        if (e.Matrix is not (SampleMatrix.Image or SampleMatrix.Plate))
            j.Require(e.VolumeMl is not null, Codes.ValRequired, "data.volumeMl", $"A sample of {e.Matrix} needs its volume in mL.");
        j.Above("volumeMl", e.VolumeMl, 0m, MostMl);
        j.Ours("sourceIds", e.SourceIds);
        CheckAliquot(e, j);
        if (j.Facts.Spec?.WithCommon() is not { } spec) return;
        for (var i = 0; i < e.Criteria.Count; i++) CheckCriterion(e, spec.Find(e.Criteria[i]), $"data.criteria[{i}]", e.Criteria[i], spec, j);
        FlagVolume(e, spec, j);
    }

    /// <summary>A sample whose <c>sourceIds</c> name another sample is an aliquot of it: of the same kind, and never more than there was.</summary>
    private static void CheckAliquot(SampleTaken e, Judgement j)
    {
        var parents = e.SourceIds.Where(j.State.Qc.Samples.ContainsKey).ToList();
        if (parents.Count == 0) return;
        j.Require(e.SourceIds.Count == 1, Codes.ValFormat, "data.sourceIds", "An aliquot is divided from one sample and from nothing else.");
        var parent = j.State.Qc.Samples[parents[0]];
        j.Require(e.Matrix == parent.Matrix || (parent.Matrix == SampleMatrix.CellsAndSupernatant && e.Matrix is SampleMatrix.Cells or SampleMatrix.Supernatant), Codes.ValFormat, "data.matrix",
            $"{parent.SampleId} is {parent.Matrix}; an aliquot of it cannot be {e.Matrix}.");
        j.Require(e.CollectedAt >= parent.CollectedAt, Codes.ValOrder, "data.collectedAt", $"{parent.SampleId} was collected only at {parent.CollectedAt:u}.");
        j.Require(!parent.IsOnItsWay, Codes.StateGuard, "data.sourceIds", $"{parent.SampleId} is on its way.");
        var taken = j.State.Qc.Samples.Values.Where(s => s.AliquotOf == parent.SampleId).Sum(s => s.VolumeMl ?? 0m);
        if (parent.VolumeMl is { } there && e.VolumeMl is { } volume)
            j.Require(taken + volume <= there, Codes.ValRange, "data.volumeMl", $"{parent.SampleId} had {there} mL; {taken} mL of it are in aliquots already.");
    }

    private static void CheckCriterion(SampleTaken e, Criterion? criterion, string field, string id, Specification spec, Judgement j)
    {
        if (!j.Require(criterion is not null && criterion.LaboratoryParts.Any(), Codes.ValFormat, field, $"{id} is not tested by a laboratory in {spec.Name}.")) return;
        if (criterion!.Matrices is { Count: > 0 } allowed)
            j.Require(allowed.Contains(e.Matrix), Codes.ValFormat, "data.matrix", $"{id} is tested on {string.Join(", ", allowed)}, not on {e.Matrix}.");
    }

    // Ph. Eur. 2.6.27: 1 % of the batch when it is 10 mL or more, 0.1 mL when 1 to 10 mL; in process the batch is the medium of the cultures.
    private static void FlagVolume(SampleTaken e, Specification spec, Judgement j)
    {
        if (e.VolumeMl is not { } volume || !e.Criteria.Any(id => spec.Find(id)?.MinimumVolume == "PhEur2627")) return;
        var filled = j.State.Product.Filled.Sum(c => c.VolumeMl);
        var batch = filled > 0m ? filled : j.State.Culture.Vessels.Values.Where(v => v is { Status: VesselStatus.InUse, HoldsProduct: true }).Sum(v => v.MediumMl);
        var minimum = batch >= 10m ? batch / 100m : batch >= 1m ? 0.1m : 0m;
        j.FlagIf(volume < minimum, Flags.OutOfWindow, "volumeMl", $"≥ {minimum:0.##}", volume);
    }

    public static void Check(SampleDispatched e, Judgement j)
    {
        if (!j.Require(j.State.Qc.Samples.TryGetValue(e.SampleId, out var sample), Codes.StateGuard, "data.sampleId", $"Sample {e.SampleId} is unknown.")) return;
        j.Require(!sample!.IsOnItsWay, Codes.StateGuard, "data.sampleId", $"Sample {e.SampleId} is on its way already: a gap in its custody.");
        FlagTemperature(e.TempC, j);
    }

    public static void Check(SampleAccepted e, Judgement j)
    {
        if (!j.Require(j.State.Qc.Samples.TryGetValue(e.SampleId, out var sample), Codes.StateGuard, "data.sampleId", $"Sample {e.SampleId} is unknown.")) return;
        j.Require(sample!.DispatchedAt is not null && sample.AcceptedAt is null, Codes.StateGuard, "data.sampleId",
            $"Sample {e.SampleId} {(sample.AcceptedAt is null ? "was not dispatched" : "is accepted already")}: a gap in its custody.");
        j.Require(e.CoiMatches >= IdentifiersNeeded, Codes.ValRange, "data.coiMatches", "At least 2 identifiers must match.");
        FlagTemperature(e.TempC, j);
        var hours = j.At - (sample.DispatchedAt ?? sample.CollectedAt);
        j.FlagIf(hours > TransportWithin, Flags.Transport, "sampleId", "≤ 24 h", Math.Round((decimal)hours.TotalHours, 1));
    }

    private static void FlagTemperature(decimal tempC, Judgement j) => j.Window("tempC", tempC, TransportMinC, TransportMaxC, Flags.Transport);
}
