using CultureTrack.Domain.Batches;

namespace CultureTrack.Grains.Batches;

/// <summary>Ids a decision about a batch needs facts for.</summary>
public sealed record FactsNeeded(
    string BatchId, string? SiteId, string? PatientRef, string? DonorRef, IReadOnlySet<string> Lots, IReadOnlySet<string> Equipment);

/// <summary>What the registers know of them; unknown ids are absent.</summary>
public sealed record LabSnapshot(
    SiteFact? Site, PatientFact? Patient, DonorFact? Donor, IReadOnlyDictionary<string, LotFact> Lots,
    IReadOnlyDictionary<string, EquipmentFact> Equipment, IReadOnlyList<EmSessionFact> EmSessions);

/// <summary>The registers of the lab (sites, patients, donors, materials, equipment, clean rooms) as a batch decision sees them.</summary>
public interface ILabFactsSource
{
    Task<LabSnapshot> Collect(FactsNeeded needed);
}
