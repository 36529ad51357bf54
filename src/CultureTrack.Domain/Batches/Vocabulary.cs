namespace CultureTrack.Domain.Batches;

public enum LifeState
{
    None, Planned, Quarantined, InProcess, Cryostored, Harvested, Formulated, PendingDisposition, ConditionallyReleased, Released, ReleasedExceptional,
    ReleaseRevoked, Rejected, Terminated, Discarded, Closed,
}

public enum Distribution { None, Shipped, Delivered, Administered, Returned }
public enum Storage { Fresh, Cryo }
public enum OrderUnit { sheet, cell, mL, cm2, vial }
public enum IntendedUse { Trial, HospitalExemption, Marketed, Cosmetic }
public enum Route { Topical, Subcutaneous, Intravenous, Intrathecal }
public enum Jurisdiction { US, EU }
public enum CellLine { Keratinocyte, Fibroblast, Msc }
public enum TissueKind { Skin, Lipoaspirate, Marrow, BankVial }
public enum TissueUnit { cm2, mL, vial }
public enum SeedingPurpose { Culture, Expansion, Sheet, EpidermalSeeding, CfuF, Qc }

/// <summary>The words of phases (2.2), used in the product register and in the state.</summary>
public static class Phases
{
    public const string Isolation = nameof(Isolation), P0 = nameof(P0), P1 = nameof(P1), Expansion = nameof(Expansion), SheetMaturation = nameof(SheetMaturation),
        EpidermalSeeding = nameof(EpidermalSeeding), Detach = nameof(Detach), Mount = nameof(Mount), Fill = nameof(Fill), Freeze = nameof(Freeze),
        Thaw = nameof(Thaw), Harvest = nameof(Harvest), SourceCells = nameof(SourceCells), Lyophilise = nameof(Lyophilise), Concentrate = nameof(Concentrate);
}

/// <summary>The meanings a signature can have .</summary>
public static class Meanings
{
    public const string Performed = nameof(Performed), Verified = nameof(Verified), Reviewed = nameof(Reviewed), Approved = nameof(Approved),
        Assessed = nameof(Assessed), Acknowledged = nameof(Acknowledged), Released = nameof(Released),
        ConditionallyReleased = nameof(ConditionallyReleased), Rejected = nameof(Rejected), Revoked = nameof(Revoked);

    public static readonly IReadOnlySet<string> All = new HashSet<string>(StringComparer.Ordinal)
    {
        Performed, Verified, Reviewed, Approved, Assessed, Acknowledged, Released, ConditionallyReleased, Rejected, Revoked,
    };
}
