using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Tests.Tracing;

/// <summary>A batch as its stream tells it, entry by entry, whatever a rule would say of the entries.</summary>
internal sealed class Told(string batchId = "ADSC-26-0007", string zone = "Europe/Paris")
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public List<Recorded> Events { get; } = [];
    public BatchState State => BatchFold.Fold(Events);

    public static DateTimeOffset Hour(double hours) => Noon.AddHours(hours);

    /// <summary>Registered an hour before noon, for donor DN-7.</summary>
    public Told Registered(string donor = "DN-7")
    {
        Add(-1, new BatchRegistered(batchId, "ADSC", "ADSC", 1, "main", true, "PT-7", donor, 1e8m, OrderUnit.cell, Hour(400), IntendedUse.Trial, Storage.Fresh, true));
        return this;
    }

    /// <summary>Appends an entry that happened so many hours after noon, and gives its id.</summary>
    public Guid Add(double hour, EventData data, string by = "tech01", string role = Roles.Technician, string? second = null)
    {
        var e = new Stamp(batchId, Hour(hour), Hour(hour), new(by, by, [role], []), role, zone).Record(data, Events.Count + 1);
        Events.Add(second is null ? e : e with { VerifiedBy = new(second, second, Meanings.Verified, Hour(hour), "", zone, "", e.Version) });
        return e.EventId;
    }

    public Guid Seed(double hour, params string[] vessels) => Add(hour, new VesselsSeeded(
        SeedingPurpose.Culture, CellLine.Msc, [Guid.Empty.ToString()], [.. vessels.Select(v => new SeededVessel(v, "T175", 175))], 1e6m, 5000, 0, "MED-1", 35));

    public Guid Into(double hour, string incubator, int shelf, params string[] vessels) => Add(hour, new MovedIntoIncubator(vessels, incubator, shelf));
    public Guid Out(double hour, params string[] vessels) => Add(hour, new MovedOutOfIncubator(vessels, "INC-1", null));

    public Guid Fill(double hour, params string[] containers) => Add(hour, new FillPerformed([.. containers.Select(c => new FilledContainer(c, 2, 1e6m))], [], 5, 2));

    public Guid Store(double hour, string equipment, params string[] containers) =>
        Add(hour, new StoredAt(containers, equipment, [.. containers.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"{equipment}/A{i + 1}"))]));

    public Guid Tissue() => Add(0, new TissueReceived(TissueKind.Lipoaspirate, "A999926000002", "00", "6", 120, TissueUnit.mL, Noon, Noon, 18, 18, true, ["a", "b"], 2));

    /// <summary>A million viable cells.</summary>
    public Guid Isolated() => Add(1, new IsolationPerformed(CellLine.Msc, IsolationMethod.Collagenase, "COL-1", 45, 37, 2e6m, 50));

    /// <summary>A hundred thousand cells in each flask.</summary>
    public Guid Expanded(double hour, string[] sources, int passage, params string[] vessels) => Add(hour, new VesselsSeeded(
        SeedingPurpose.Expansion, CellLine.Msc, sources, [.. vessels.Select(v => new SeededVessel(v, "flask", 100))], vessels.Length * 1e5m, 1000, passage, "MED-1", 20));

    public Guid Passaged(double hour, decimal viable, params string[] vessels) => Add(hour, new PassagePerformed(CellLine.Msc, vessels, "TRY-1", 5, viable, 95));
}
