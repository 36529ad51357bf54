using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>The laboratory around a batch: people, registers and what a decision may know of them.</summary>
internal sealed class Lab
{
    public static readonly DateTimeOffset Always = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Never = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public Dictionary<string, Actor> People { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, LotFact> Lots { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, EquipmentFact> Equipment { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, EmSessionFact> EmSessions { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, string> IdsInUse { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, PatientFact> Patients { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, DonorFact> Donors { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, long> Attachments { get; } = new(StringComparer.Ordinal);
    public SiteFact Site { get; set; } = new("main", "UTC", Jurisdiction.US);
    public ProductType? Product { get; set; }
    public Specification? Spec { get; set; }
    public SourceFact? Source { get; set; }

    public Lab()
    {
        Person("tech01", "T");
        Person("tech02", "T");
        Person("qc01", "QC");
        Person("qc02", "QC");
        Person("qa01", "QA");
        Person("qa02", "QA", "QA-R");
        foreach (var lot in new[] { "COL-26-01", "DSP-26-01", "MED-26-01", "TRY-26-01", "EXC-26-01", "LBL-26-01", "MTX-26-01", "SCF-26-01", "FIL-26-01" }) Lots[lot] = new(lot, "Medium", Never, Always, null);
        Lots["FDR-26-01"] = new("FDR-26-01", "Feeder", Never, Always, null, ArrestControlPassed: true, AdventitiousAgentsNegative: true);
        foreach (var id in new[] { "INC-02", "INC-04" }) Equipment[id] = new(id, "Incubator", "InService", 4, [], new Dictionary<int, IReadOnlyList<string>>());
        Equipment["FRZ-01"] = new("FRZ-01", "Freezer", "InService", 0, [], new Dictionary<int, IReadOnlyList<string>>());
    }

    public void Person(string user, params string[] roles) => People[user] = new(user, $"Person {user}", roles, [new("*", Always, Never)]);

    public LabFacts Facts(BatchState state, EventData data)
    {
        var registration = state.Registration ?? data as BatchRegistered;
        return new()
        {
            Product = Product ?? ProductRegister.BuiltIn.GetValueOrDefault(registration?.ProductType ?? "") ?? ProductRegister.BuiltIn["CEA"],
            Source = Source,
            Spec = Spec ?? SpecificationRegister.BuiltIn.GetValueOrDefault((registration?.SpecId ?? "", registration?.SpecVersion ?? 0)),
            Site = Site,
            Patient = Patients.GetValueOrDefault(registration?.PatientRef ?? ""),
            Donor = Donors.GetValueOrDefault(registration?.DonorRef ?? ""),
            Lots = Lots,
            Equipment = Equipment,
            EmSessions = [.. EmSessions.Values],
            IdsInUse = IdsInUse,
            Attachments = Attachments,
        };
    }
}
