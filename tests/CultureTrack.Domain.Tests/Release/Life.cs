using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Release;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>Pieces every life of a product has in common, from the registration to the signed release.</summary>
internal static class Life
{
    private static readonly DateTimeOffset Issued = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), GoodUntil = new(2027, 6, 30, 0, 0, 0, TimeSpan.Zero);

    private static LotFact Lot(string id, string kind) => new(id, kind, GoodUntil, Issued, null, false, kind == "Feeder" ? true : null, kind == "Feeder" ? true : null);

    /// <summary>A laboratory for one autologous batch, its clean room open on the day of the fill.</summary>
    public static Story Lab(string product, string emFrom, string emTo, bool autologous = true, ProductType? type = null, Specification? spec = null)
    {
        var s = new Story(product, type, spec);
        s.Facts = s.Facts with
        {
            Patient = autologous ? new("PT-1", "1975-05-05") : null,
            Donor = new("DN-1", autologous ? "PT-1" : null),
            Lots = new[] { Lot("ENZ-1", "Enzyme"), Lot("MED-1", "Medium"), Lot("TRY-1", "Reagent"), Lot("EXC-1", "Excipient"), Lot("FDR-1", "Feeder"), Lot("MTX-1", "Matrix"), Lot("SCF-1", "Scaffold"), Lot("FIL-1", "Filter") }
                .ToDictionary(l => l.LotId),
            EmSessions = [new("EM-1", s.Time(emFrom), s.Time(emTo), 900m, 3m, null)],
        };
        return s;
    }

    public static BatchRegistered Order(string product, string planned, decimal qty, OrderUnit unit, Story s, bool autologous = true, Storage storage = Storage.Fresh, bool cultured = true) =>
        new($"{product}-26-0001", product, product, 1, "main", autologous, autologous ? "PT-1" : null, "DN-1", qty, unit, s.Time(planned), IntendedUse.Trial, storage, cultured,
            70m, 20m, 1m, Route.Subcutaneous);

    /// <summary>Registered, consented, the donor exempt.</summary>
    public static Story Begun(this Story s, string at, BatchRegistered order, string consentAt) => s.Do(at, "tech01", order, comment: "As ordered")
        .Do(at, "tech01", new ConsentRecorded("CONS-1", s.Time(consentAt), ["Trial"]))
        .Do(at, "qa01", new DonorEligibilityDetermined(EligibilityStatus.AutologousExempt));

    public static Story Received(this Story s, string at, TissueKind tissue, decimal quantity, TissueUnit unit, string procuredAt, decimal tempC) => s
        .Do(at, "tech01", new TissueReceived(tissue, "A999926000001", "00", "8", quantity, unit, s.Time(procuredAt), s.Time(at), tempC, tempC, true, ["PT-1", "1975-05-05"], 2), verify: "tech02")
        .Do(at, "tech01", new TissueAccepted());

    public static string Source<T>(this Story s) where T : Records.EventData => s.State.Last<T>()!.EventId.ToString();

    public static string[] Ids(string prefix, int count) => [.. Enumerable.Range(1, count).Select(i => $"{prefix}-{i:00}")];

    public static SeededVessel[] Vessels(string prefix, int count, string type, decimal area) => [.. Ids(prefix, count).Select(id => new SeededVessel(id, type, area))];

    public static Story Seeded(
        this Story s, string at, SeedingPurpose purpose, CellLine line, string source, SeededVessel[] vessels, decimal perCm2, int passage, decimal mlPerCm2 = 0.25m)
    {
        var area = vessels.Sum(v => v.AreaCm2);
        return s.Do(at, "tech01", new VesselsSeeded(purpose, line, [source], vessels, area * perCm2, perCm2, passage, "MED-1", area * mlPerCm2), comment: "As planned");
    }

    public static Story Passaged(this Story s, string at, CellLine line, string[] vessels, decimal viable, decimal exposureMin = 8) =>
        s.Do(at, "tech01", new PassagePerformed(line, vessels, "TRY-1", exposureMin, viable, 94m), verify: "tech02", comment: "As seen");

    /// <summary>Labels with all that 3.8 asks for, printed, counted, and every unit inspected.</summary>
    public static Story Labelled(this Story s, string at, string[] containers, params string[] more)
    {
        string[] texts =
        [
            .. s.State.Registration!.Autologous ? new[] { "FOR AUTOLOGOUS USE ONLY", "PT-1 1975-05-05" } : [], "NOT EVALUATED FOR INFECTIOUS SUBSTANCES", "Caution: new drug", s.State.BatchId,
            "DIN A999926000001", .. more,
        ];
        return s.Do(at, "tech01", new LabelsPrinted(containers, 1, texts, false)).Do(at, "tech01", new LabelsReconciled(containers.Length, containers.Length, 0, 0), verify: "tech02");
    }

    public static Story Inspected(this Story s, string at, string[] containers, decimal? area = null, decimal? tear = null, decimal? thickness = null) => s.Do(at, "tech01",
        new UnitsInspected([.. containers.Select(c => new InspectedUnit(c, UnitResult.Pass, [], area, tear, thickness))]), verify: "tech02");

    /// <summary>Each criterion sampled, tested and approved with one value.</summary>
    public static Story Passing(this Story s, string at, SampleMatrix matrix, params (string Criterion, ResultValue[] Values)[] tests)
    {
        foreach (var (criterion, values) in tests)
        {
            if (!s.State.Qc.Samples.Values.Any(x => x.Criteria.Contains(criterion))) s.Sampled(at, matrix, matrix is SampleMatrix.Image or SampleMatrix.Plate ? null : 2m, criterion);
            if (!s.State.Qc.Tests.Values.Any(t => t.CriterionId == criterion)) s.Started(at, criterion);
            s.Tested(at, criterion, values);
        }
        return s;
    }

    /// <summary>The in-process sterility test under way since <paramref name="from"/>, read negative at <paramref name="read"/>.</summary>
    public static Story SterileInProcess(this Story s, string from, string read) => s.Sampled(from, SampleMatrix.CellsAndSupernatant, 20m, "C-04").Started(from, "C-04", incubates: true)
        .Do(read, "qc01", new QcResultRecorded("R-C-04", "T-C-04", ResultKind.Interim, [Word(Qualitative.Negative)], true, null)).Approved(read, "C-04");

    /// <summary>Gram stain and mycoplasma passed; final sterility and plates under way: what a conditional release leaves pending.</summary>
    public static Story FastTestsDone(this Story s, string at, bool cultured = true)
    {
        s.Sampled(at, SampleMatrix.FinalProduct, 5m, "C-06").Started(at, "C-06", incubates: true).Sampled(at, SampleMatrix.Plate, null, "C-11").Started(at, "C-11", incubates: true);
        s.Passing(at, SampleMatrix.FinalProduct, ("C-05", [Word(Qualitative.Negative)]));
        return cultured ? s.Passing(at, SampleMatrix.CellsAndSupernatant, ("C-07", [Word(Qualitative.NotDetected, lod: 10m)])) : s;
    }

    public static Story Submitted(this Story s, string at) => s.Do(at, "tech01", new ReviewSubmitted([]), verify: "tech02");

    /// <summary>The slow tests in, then the final release.</summary>
    public static Story SlowTestsDone(this Story s, string at, params (string Criterion, ResultValue[] Values)[] more)
    {
        s.Tested(at, "C-06", Word(Qualitative.NoGrowth)).Tested(at, "C-11", Word(Qualitative.NoGrowth, "plates"));
        foreach (var (criterion, values) in more) s.Tested(at, criterion, values);
        return s;
    }
}
