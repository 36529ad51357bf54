using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Server.Demo.Stories;

/// <summary>One laboratory test and what it finds.</summary>
/// <param name="Sample">Mark of the sample it is done on.</param>
internal sealed record Assay(string Id, string Sample, string Criterion, params ResultValue[] Values)
{
    /// <summary>Its clock starts when it is put into the incubator of the laboratory.</summary>
    public bool Incubates { get; init; }
}

/// <summary>From the filled units to the patient, as the stories of the newer products share it.</summary>
internal abstract partial class BatchStory
{
    protected const string Carrier = "Medcourier";

    /// <summary>Vessels or units of this batch by their kind: <c>SPR04-F1</c>, <c>SPR04-F2</c>.</summary>
    protected IReadOnlyList<string> Named(string kind, int count) => [.. Enumerable.Range(1, count).Select(i => $"{Order.Mark}-{kind}{i}")];

    /// <summary>Containers as their labels carry them: <c>SPR-26-0004-01</c>.</summary>
    protected IReadOnlyList<string> Units(int count) => [.. Enumerable.Range(1, count).Select(i => $"{Order.BatchId}-{i:00}")];

    protected Task StartAll(IEnumerable<Assay> assays) => Analyst([.. assays.Select(a => Start(a.Id, a.Sample, a.Criterion, a.Incubates))]);

    /// <param name="comment">Where a value passes close to its limit, the analyst says so.</param>
    protected Task ReportAll(IEnumerable<Assay> assays, string? comment = null) =>
        Lab.Append(Order.BatchId, assays.Select(a => Result(a.Id, a.Values)), DemoPeople.Analyst1, comment: comment);

    protected Task ApproveAll(IEnumerable<Assay> assays) => Approve([.. assays.Select(a => a.Id)]);

    /// <summary>Reported when done, approved an hour later by the second analyst.</summary>
    protected async Task Conclude(DateTimeOffset moment, IReadOnlyList<Assay> assays)
    {
        await At(moment);
        await ReportAll(assays);
        await At(moment.AddHours(1));
        await ApproveAll(assays);
    }

    /// <summary>Plates of the clean room, final sterility: started the same evening, read after three days and two weeks.</summary>
    protected static Assay Plates => new("EM", "EM", "C-11", Found(Qualitative.NoGrowth, "plates")) { Incubates = true };
    protected static Assay Sterility => new("STER", "STER", "C-06", Found(Qualitative.NoGrowth)) { Incubates = true };

    /// <summary>Labels with what every product of this laboratory has to say, and what the product adds.</summary>
    protected Task<Recorded> PrintLabels(IReadOnlyList<string> units, string name, string storage, params string[] more) => Tech(new LabelsPrinted(units, 1,
    [
        .. Order.PatientRef is { } patient ? new[] { "FOR AUTOLOGOUS USE ONLY", $"{patient} {Order.SecondIdentifier}" } : [], "Investigational medicinal product", Order.BatchId, name, storage, .. more,
    ], false));

    /// <summary>Labels counted, every unit looked at, the room closed, its plates taken.</summary>
    protected async Task CloseFill(DateTimeOffset fill, IReadOnlyList<string> units, int particles, decimal? areaCm2 = null, decimal? tearMm = null, decimal? thicknessMm = null)
    {
        await At(fill.AddMinutes(5));
        await Tech(new LabelsReconciled(units.Count + 2, units.Count, 2, 0), verified: true);
        await At(fill.AddMinutes(10));
        await Tech(new UnitsInspected([.. units.Select(u => new InspectedUnit(u, UnitResult.Pass, [], areaCm2, tearMm, thicknessMm))]), verified: true);
        await At(fill.AddMinutes(20));
        await Lab.CloseRoom(Session, particles, Ct);
        await Sample("EM", SampleMatrix.Plate, null, [], "C-11");
    }

    /// <summary>Submitted, reviewed, the physician told, the slow tests pending: signed.</summary>
    protected async Task ReleaseConditionally(DateTimeOffset submitted)
    {
        await At(submitted);
        await Tech(new ReviewSubmitted([]), verified: true);
        await At(submitted.AddMinutes(20));
        await Review();
        await At(submitted.AddMinutes(30));
        await InformPhysician();
        await At(submitted.AddMinutes(45));
        await Dispose(DispositionKind.Conditional, Meanings.ConditionallyReleased);
    }

    /// <summary>To the clinic with a logger in the box, and given.</summary>
    protected async Task Deliver(DateTimeOffset moment, IReadOnlyList<string> units, decimal minC, decimal maxC, double hoursUnderWay = 1.5)
    {
        var shipper = $"BOX-{Order.Mark}";
        await At(moment);
        var left = Lab.Now;
        await Tech(new Shipped(units, 2, left, Carrier, shipper));
        await At(moment.AddHours(hoursUnderWay));
        await Tech(new Delivered(units, 2, Lab.Now, Carrier, shipper, minC, maxC));
        var arrived = Lab.Now;
        await At(moment.AddHours(hoursUnderWay).AddMinutes(20));
        await Tech(new ShippingLoggerUploaded(shipper, units, Hash(shipper), left, arrived,
            [.. Enumerable.Range(0, 4).Select(i => new LoggerReading(left + i * (arrived - left) / 4, i % 2 == 0 ? minC : maxC))], minC, maxC, 0));
        await At(moment.AddHours(hoursUnderWay + 1));
        await Tech(new Administered(units, 2, Lab.Now));
    }

    /// <summary>Two weeks without growth, and the pending tests in: final release.</summary>
    protected async Task ReleaseFinally(DateTimeOffset moment)
    {
        await Conclude(moment, [Sterility]);
        await At(moment.AddHours(2));
        await Dispose(DispositionKind.FinalRelease, Meanings.Released);
    }

    private static string Hash(string of) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(of)));
}
