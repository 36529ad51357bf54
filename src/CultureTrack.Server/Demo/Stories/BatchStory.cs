using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Records;

namespace CultureTrack.Server.Demo.Stories;

/// <summary>Who the cells come from and what becomes of them.</summary>
/// <param name="PatientRef">Null for a stock that is made for nobody in particular.</param>
/// <param name="TissueAt">Receipt of the tissue, or allocation of the cells; everything else follows from it.</param>
/// <param name="Shelf">Shelf of its own in the incubator: two donors never share one.</param>
internal record BatchOrder(string BatchId, string? PatientRef, string? SecondIdentifier, DateTimeOffset TissueAt, string IncubatorId, int Shelf)
{
    private static readonly string[] Products = ["CEA", "ADSC", "BLS", "BMMSC", "SPR", "MSS", "CM"];

    public string DonorRef { get; init; } = PatientRef?.Replace("PT-", "DN-", StringComparison.Ordinal) ?? "";
    public string Product => BatchId.Split('-')[0];

    /// <summary>Serial of the batch with its product, as vessel labels carry it: <c>C04</c>, <c>SPR04</c>.</summary>
    public string Mark => Product is "CEA" or "ADSC" ? $"{BatchId[0]}{BatchId[^2..]}" : $"{Product}{BatchId[^2..]}";

    /// <summary>Donation number; the demo's facility code is the one reserved for examples.</summary>
    public string Din => $"A9999{BatchId.Split('-')[1]}{Array.IndexOf(Products, Product) + 1}{BatchId[^4..]}0";

    /// <summary>What is compared at each handover.</summary>
    public IReadOnlyList<string> Identifiers => PatientRef is { } patient ? [patient, SecondIdentifier!] : [DonorRef, Din];

    public string DinCheck => DonationNumber.CheckCharacter(Din)!.Value.ToString();
}

/// <summary>What the stories of all products have in common: entries by persons, vessels in and out, samples and tests, review and release.</summary>
internal abstract partial class BatchStory(DemoLab lab, StoryLine time, BatchOrder order, CancellationToken ct)
{
    private const int OutBeforeMin = 10, InAfterMin = 15;
    private static readonly string[] Markers = ["HIV-1", "HIV-2", "HBsAg", "anti-HBc", "HCV", "Treponema pallidum", "HIV-1 NAT", "HCV NAT", "HBV NAT"];

    protected DemoLab Lab { get; } = lab;
    protected BatchOrder Order { get; } = order;
    protected CancellationToken Ct { get; } = ct;
    protected string Session => $"EM-{Order.BatchId}";

    // People write down whole minutes; sums of hours come with a trace of rounding.
    protected Task At(DateTimeOffset moment) =>
        time.At(new((moment.UtcTicks + TimeSpan.TicksPerMinute / 2) / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero));

    /// <summary>Goes on minute by minute, as live readings come in, so that alarms and bands have their true times.</summary>
    protected async Task Watch(DateTimeOffset from, int firstMinute, int lastMinute)
    {
        for (var minute = firstMinute; minute <= lastMinute; minute++) await At(from.AddMinutes(minute));
    }

    /// <summary>An entry of a technician; with <paramref name="verified"/> the other one is the second person.</summary>
    protected async Task<Recorded> Tech(EventData data, bool verified = false, string? comment = null) =>
        (await Lab.Append(Order.BatchId, [data], DemoPeople.Tech1, verified ? DemoPeople.Tech2 : null, comment: comment))[0];

    protected Task<IReadOnlyList<Recorded>> Analyst(params EventData[] data) => Lab.Append(Order.BatchId, data, DemoPeople.Analyst1);

    protected Task<IReadOnlyList<Recorded>> Quality(EventData data, string? meaning = null) => Lab.Append(Order.BatchId, [data], DemoPeople.Reviewer, meaning: meaning);

    protected async Task Consent(DateTimeOffset signedAt, string use) =>
        await Tech(new ConsentRecorded($"CONS-{Order.DonorRef[3..]}", signedAt, [use]));

    /// <summary>In the EU the donor of an autologous product is tested too.</summary>
    protected Task TestDonor(params string[] more) => Analyst([.. Markers.Concat(more)
        .Select(m => new DonorTestRecorded(m, "Northmed Multiplex 4", Order.TissueAt.AddHours(-26), DonorResult.NonReactive))]);

    protected async Task Receive(TissueKind tissue, decimal quantity, TissueUnit unit, decimal minC, decimal maxC, double hoursUnderWay, string? comment = null) =>
        await Tech(new TissueReceived(tissue, Order.Din, "00", Order.DinCheck, quantity, unit, Order.TissueAt.AddHours(-hoursUnderWay), Order.TissueAt, minC, maxC, true,
            Order.Identifiers, 2), verified: true, comment);

    /// <summary>Where the vessels of the batch stand now.</summary>
    protected (string IncubatorId, int Shelf) Place { get; set; } = (order.IncubatorId, order.Shelf);

    protected async Task MoveIn(IReadOnlyList<string> vessels)
    {
        await Tech(new MovedIntoIncubator(vessels, Place.IncubatorId, Place.Shelf));
        Lab.Telemetry.Open(Place.IncubatorId, Lab.Now);
    }

    protected async Task MoveOut(IReadOnlyList<string> vessels, string reason)
    {
        await Tech(new MovedOutOfIncubator(vessels, Place.IncubatorId, reason));
        Lab.Telemetry.Open(Place.IncubatorId, Lab.Now);
    }

    /// <summary>Takes vessels out, does something at <paramref name="moment"/>, puts them back.</summary>
    protected async Task Handle(DateTimeOffset moment, IReadOnlyList<string> vessels, string reason, Func<Task> work)
    {
        await At(moment.AddMinutes(-OutBeforeMin));
        await MoveOut(vessels, reason);
        await At(moment);
        await work();
        await At(moment.AddMinutes(InAfterMin));
        await MoveIn(vessels);
    }

    protected Task Feed(DateTimeOffset moment, IReadOnlyList<string> vessels, string medium, decimal ml, decimal pct, string morphology, Func<Task>? also = null) =>
        Handle(moment, vessels, "Medium change", async () =>
        {
            await Tech(new MediumChanged(vessels, medium, ml, ml, FeedKind.Full));
            await Look(vessels[0], pct, morphology);
            if (also is not null) await also();
        });

    protected async Task Look(string vessel, decimal pct, string morphology) =>
        await Tech(new ConfluenceObserved(vessel, pct, LookMethod.Visual, morphology, Contamination.None));

    protected async Task Sample(string id, SampleMatrix matrix, decimal? ml, IReadOnlyList<string> sources, params string[] criteria) =>
        await Tech(new SampleTaken($"{Order.Mark}-{id}", criteria, matrix, ml, sources, Lab.Now));

    /// <summary>A test with the same id as its result: <c>TST-…</c> and <c>RES-…</c>.</summary>
    protected QcTestStarted Start(string id, string sample, string criterion, bool incubates = false) =>
        new($"{Order.Mark}-T-{id}", $"{Order.Mark}-{sample}", criterion, 1, incubates ? Lab.Now : null);

    protected QcResultRecorded Result(string id, params ResultValue[] values) =>
        new($"{Order.Mark}-R-{id}", $"{Order.Mark}-T-{id}", ResultKind.Final, values, true, null);

    protected static ResultValue Value(decimal value, string? unit = null, string? part = null) => new(part, value, unit, "=");

    protected static ResultValue Found(Qualitative found, string? part = null) => new(part, Qualitative: found);

    protected static ResultValue NoMycoplasma => new(Qualitative: Qualitative.NotDetected, Lod: 10, LodUnit: "CFU/mL");

    protected Task Approve(params string[] ids) => Lab.Append(
        Order.BatchId, ids.Select(id => new QcResultApproved($"{Order.Mark}-R-{id}")), DemoPeople.Analyst2, meaning: Meanings.Approved);

    /// <summary>In-process sterility: negative at the interim reading.</summary>
    protected async Task ReadInProcessSterility(decimal hours)
    {
        await Analyst(new QcInterimReported($"{Order.Mark}-T-STER-IP", hours, InterimReading.NegativeToDate),
            Result("STER-IP", Found(Qualitative.Negative)) with { Kind = ResultKind.Interim });
    }

    /// <summary>QA reads every exception and signs the review.</summary>
    protected async Task Review()
    {
        var report = await Lab.Batch(Order.BatchId).Exceptions();
        await Quality(new RecordReviewed(report.ScopeVersion, [.. report.Items.Select(i => i.ExceptionId)], true), Meanings.Reviewed);
    }

    protected Task InformPhysician() => Quality(new PhysicianInformed("Dr A. Moreau", "Telephone", InformedAbout.PendingTests, Lab.Now));

    /// <summary>The Qualified Person signs what the verdict of this moment allows.</summary>
    protected async Task Dispose(DispositionKind kind, string meaning)
    {
        var verdict = await Lab.Batch(Order.BatchId).Release();
        await Lab.Append(Order.BatchId, [new DispositionSigned(kind, verdict.Version, verdict.Value, verdict.Pending, [.. verdict.Reasons.Select(r => r.Id)])],
            DemoPeople.Releaser, meaning: meaning);
    }
}
