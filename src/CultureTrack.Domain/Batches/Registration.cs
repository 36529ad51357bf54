using System.Text.RegularExpressions;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>Starts a batch. <c>Zone</c> and <c>Jurisdiction</c> come from the site and stay with the batch (G-9); a request does not carry them.</summary>
public sealed record BatchRegistered(
    string? BatchId, string ProductType, string SpecId, int SpecVersion, string Site, bool Autologous, string? PatientRef, string DonorRef,
    decimal OrderedQty, OrderUnit OrderedUnit, DateTimeOffset PlannedUseAt, IntendedUse IntendedUse, Storage Storage, bool Cultured,
    decimal? PatientWeightKg = null, decimal? DoseVolumeMl = null, decimal? AdministrationHours = null, Route? Route = null, decimal? BsaM2 = null,
    decimal? TbsaPct = null) : EventData;

internal static partial class RegistrationRules
{
    [GeneratedRegex("^[A-Z]{2,6}-[0-9]{2}-[0-9]{4}$")]
    private static partial Regex IdPattern();

    public static void Check(BatchRegistered e, Judgement j)
    {
        CheckIdentity(e, j);
        CheckSpecification(e, j);
        CheckPerson(e, j);
        CheckOrder(e, j);
        // A site's own type is kept with the batch: another version of it later changes nothing here.
        if (!ProductRegister.BuiltIn.ContainsKey(e.ProductType) && j.Facts.Product.Code == e.ProductType)
            j.Compute("G-8@1", [], (ProductRegister.KeptAs, ProductRegister.Write(j.Facts.Product)), ("productTypeVersion", j.Facts.ProductVersion));
        if (j.Facts.Site is { } site) j.Compute("G-9@1", [], ("jurisdiction", site.Jurisdiction.ToString()));
    }

    private static void CheckIdentity(BatchRegistered e, Judgement j)
    {
        if (e.BatchId is { } id && j.Require(IdPattern().IsMatch(id), Codes.ValFormat, Judgement.Data("batchId"), $"{id} is not of the form CEA-26-0001."))
            j.Require(id.Split('-')[0] == e.ProductType, Codes.ValFormat, Judgement.Data("batchId"),
                $"The part before the first hyphen must be {e.ProductType}.");
        j.Require(j.Facts.Product.Code == e.ProductType, Codes.ValSpec, Judgement.Data("productType"), $"{e.ProductType} is not in the product register.");
        j.Require(j.Facts.Site is { } site && site.SiteId == e.Site, Codes.ValFormat, Judgement.Data("site"), $"There is no site {e.Site}.");
    }

    private static void CheckSpecification(BatchRegistered e, Judgement j)
    {
        var spec = j.Facts.Spec;
        var found = spec is not null && spec.SpecId == e.SpecId && spec.Version == e.SpecVersion && spec.ProductType == e.ProductType;
        if (j.Require(found, Codes.ValSpec, Judgement.Data("specId"), $"There is no specification {e.SpecId} version {e.SpecVersion} for {e.ProductType}."))
            j.Require(spec!.EffectiveFrom <= j.At && spec.ApprovedBy is not null, Codes.ValSpec, Judgement.Data("specVersion"),
                $"{e.SpecId} version {e.SpecVersion} is not effective.");
        j.Require(e.Cultured || j.Facts.Product.NotCultured is not null, Codes.ValSpec, Judgement.Data("cultured"), $"{e.ProductType} is always cultured.");
        j.Require(j.Product.Expiry.Any(x => x.Storage == e.Storage), Codes.ValSpec, Judgement.Data("storage"),
            $"{e.ProductType} is not stored as {e.Storage}.");
        var barred = (j.Product.BarredUses ?? []).FirstOrDefault(b => b.Use == e.IntendedUse && b.Jurisdiction == j.Facts.Site?.Jurisdiction);
        j.Require(barred is null, Codes.ValSpec, Judgement.Data("intendedUse"), barred?.Why ?? "");
    }

    private static void CheckPerson(BatchRegistered e, Judgement j)
    {
        if (j.Require(j.Facts.Donor is { } known && known.DonorRef == e.DonorRef, Codes.ValFormat, Judgement.Data("donorRef"),
            $"There is no donor {e.DonorRef}.") && e.Autologous)
            j.Guard(e.PatientRef is null || j.Facts.Donor!.AutologousFor == e.PatientRef, "donorRef", $"{e.DonorRef} is not the patient {e.PatientRef} (T01).");
        j.Require(!e.Autologous || e.PatientRef is not null, Codes.ValRequired, Judgement.Data("patientRef"), "An autologous batch names its patient.");
        j.Require(e.PatientRef is null || j.Facts.Patient?.PatientRef == e.PatientRef, Codes.ValFormat, Judgement.Data("patientRef"),
            $"There is no patient {e.PatientRef}.");
    }

    private static void CheckOrder(BatchRegistered e, Judgement j)
    {
        j.Above("orderedQty", e.OrderedQty, 0);
        j.Above("patientWeightKg", e.PatientWeightKg, 0);
        j.Above("doseVolumeMl", e.DoseVolumeMl, 0);
        j.Above("administrationHours", e.AdministrationHours, 0);
        j.Above("bsaM2", e.BsaM2, 0);
        j.Range("tbsaPct", e.TbsaPct, 0, 100);
        if (j.Product.NeedsPatientDose)
        {
            j.Require(e.PatientWeightKg is not null, Codes.ValRequired, Judgement.Data("patientWeightKg"),
                "The endotoxin limit needs the patient's weight (stock lot: the lowest labelled weight).");
            j.Require(e.DoseVolumeMl is not null, Codes.ValRequired, Judgement.Data("doseVolumeMl"), "The endotoxin limit needs the volume of the dose.");
            j.Require(e.Route is not null, Codes.ValRequired, Judgement.Data("route"), "The endotoxin limit needs the route.");
        }
        var hours = (e.PlannedUseAt - j.At).TotalHours;
        j.ComputedWindow("plannedUseAt", hours, j.Product.MinimumProcessHours, null, 0);
    }
}
