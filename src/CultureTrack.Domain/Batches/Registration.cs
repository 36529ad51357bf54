using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>Starts a batch. <c>Zone</c> and <c>Jurisdiction</c> come from the site and stay with the batch (G-9); a request does not carry them.</summary>
public sealed record BatchRegistered(
    string? BatchId, string ProductType, string SpecId, int SpecVersion, string Site, bool Autologous, string? PatientRef, string DonorRef,
    decimal OrderedQty, OrderUnit OrderedUnit, DateTimeOffset PlannedUseAt, IntendedUse IntendedUse, Storage Storage, bool Cultured,
    decimal? PatientWeightKg = null, decimal? DoseVolumeMl = null, decimal? AdministrationHours = null, Route? Route = null, decimal? BsaM2 = null,
    decimal? TbsaPct = null) : EventData;

internal static class RegistrationRules
{
    public static void Check(BatchRegistered e, Judgement j) { }
}
