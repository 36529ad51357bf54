using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

/// <summary>A site of the lab (G-9): its zone decides days and local times of its batches, its jurisdiction their rules.</summary>
public sealed record SiteRegistered(string SiteId, string Name, string Zone, Jurisdiction Jurisdiction) : EventData;

/// <summary>A patient by pseudonym. Who it is stands encrypted elsewhere and can be erased .</summary>
public sealed record PatientRegistered(string PatientRef, string SecondIdentifier, bool IdentityKept) : EventData;

/// <summary>The key of a patient's identity was destroyed: nobody can read any more who it is .</summary>
public sealed record PatientIdentityDestroyed(string PatientRef) : EventData;

/// <summary>A donor by pseudonym; <paramref name="AutologousFor"/> is the patient who is the donor.</summary>
public sealed record DonorRegistered(string DonorRef, string? AutologousFor = null) : EventData;

public sealed record Site(string SiteId, string Name, string Zone, Jurisdiction Jurisdiction, DateTimeOffset RegisteredAt, long Version)
{
    public static string Stream(string siteId) => $"site/{siteId}";

    public static Site From(Recorded<SiteRegistered> e) => new(e.Data.SiteId, e.Data.Name, e.Data.Zone, e.Data.Jurisdiction, e.RecordedAt, e.Version);
}

public sealed record Patient(string PatientRef, string SecondIdentifier, bool IdentityKept, DateTimeOffset RegisteredAt, long Version, DateTimeOffset? IdentityDestroyedAt = null)
{
    public static string Stream(string patientRef) => $"patient/{patientRef}";

    public static Patient From(Recorded<PatientRegistered> e) => new(e.Data.PatientRef, e.Data.SecondIdentifier, e.Data.IdentityKept, e.RecordedAt, e.Version);
}

public sealed record Donor(string DonorRef, string? AutologousFor, DateTimeOffset RegisteredAt, long Version)
{
    public static string Stream(string donorRef) => $"donor/{donorRef}";

    public static Donor From(Recorded<DonorRegistered> e) => new(e.Data.DonorRef, e.Data.AutologousFor, e.RecordedAt, e.Version);
}

public static class SiteRules
{
    public static void Check(SiteRegistered e, bool known, LabJudgement j)
    {
        j.Id("siteId", e.SiteId);
        j.Require(TimeZoneInfo.TryFindSystemTimeZoneById(e.Zone, out var zone) && zone.HasIanaId, Codes.ValFormat, "zone", $"{e.Zone} is not an IANA time zone.");
        j.Require(!known, Codes.ValDuplicate, "siteId", $"The site {e.SiteId} is registered already.");
    }

    public static void Check(PatientRegistered e, bool known, LabJudgement j)
    {
        j.Id("patientRef", e.PatientRef);
        j.Require(e.SecondIdentifier != e.PatientRef, Codes.ValFormat, "secondIdentifier", "The second identifier must differ from the first.");
        j.Require(!known, Codes.ValDuplicate, "patientRef", $"The patient {e.PatientRef} is registered already.");
    }

    /// <summary>Destroying cannot be undone: it says why, is signed, and there is something to destroy.</summary>
    public static void Check(PatientIdentityDestroyed e, Patient patient, LabJudgement j)
    {
        LabDecider.RequireReason(j);
        j.Require(patient is { IdentityKept: true, IdentityDestroyedAt: null }, Codes.StateGuard, "patientRef", $"No identity of {e.PatientRef} is kept{(patient.IdentityDestroyedAt is { } at ? $"; it was destroyed {at:u}" : "")}.");
    }

    /// <param name="patientKnown">Whether the patient named as the same person is registered.</param>
    public static void Check(DonorRegistered e, bool known, bool patientKnown, LabJudgement j)
    {
        j.Id("donorRef", e.DonorRef);
        j.Require(e.AutologousFor is null || patientKnown, Codes.ValFormat, "autologousFor", $"No patient {e.AutologousFor} is registered.");
        j.Require(!known, Codes.ValDuplicate, "donorRef", $"The donor {e.DonorRef} is registered already.");
    }
}
