using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Records;

namespace CultureTrack.Benchmarks.Histories;

/// <summary>One fat-derived batch from registration to its end: three passages in incubators, harvest, fill, tests, review, release, use.</summary>
internal sealed class BatchHistory(LabHistory lab, int batch)
{
    public const int FewestEvents = 110;
    private const double FillDay = 14.0;

    /// <summary>From registration to closing.</summary>
    public static TimeSpan Length { get; } = TimeSpan.FromDays(30);

    public static DateTimeOffset FilledAt(DateTimeOffset start) => start.AddDays(FillDay);

    private readonly Random _random = new(unchecked(lab.Options.Seed * 1_000_003 + batch));
    private readonly List<(DateTimeOffset At, int Order, string User, string Role, EventData Data, string? Verifier)> _entries = [];
    private readonly List<Recorded> _events = [];
    private readonly string _id = lab.BatchId(batch);
    private readonly DateTimeOffset _start = lab.StartOf(batch);

    private string Patient => string.Create(CultureInfo.InvariantCulture, $"PT-{batch:00000}");
    private string Vessel(int passage, int n) => string.Create(CultureInfo.InvariantCulture, $"{_id}-P{passage}-{n + 1:00}");
    private string[] Vessels(int passage) => [.. Enumerable.Range(0, lab.Options.VesselsEach).Select(n => Vessel(passage, n))];

    public IReadOnlyList<Recorded> Make()
    {
        var isolated = lab.IsDerived(batch) ? Thaw() : Isolate();
        Grow(isolated);
        Finish();
        Test();
        Deliver();
        Pad(lab.Options.EventsEach - _entries.Count);
        foreach (var e in _entries.OrderBy(e => e.At).ThenBy(e => e.Order)) Record(e.At, e.User, e.Role, e.Data, e.Verifier);
        return _events;
    }

    // Given before the entries are put in order, so that they can name one another.
    private Guid EventId(int order) => new([.. Guid.CreateVersion7(_start.AddSeconds(order)).ToByteArray()[..8], .. BitConverter.GetBytes(batch), .. BitConverter.GetBytes(order)]);

    private readonly Dictionary<EventData, Guid> _ids = new(ReferenceEqualityComparer.Instance);

    private Guid Enter(double day, string user, EventData data, string role = Roles.Technician, string? verifier = null)
    {
        _entries.Add((_start.AddDays(day), _entries.Count, user, role, data, verifier));
        return _ids[data] = EventId(_entries.Count);
    }

    private void Record(DateTimeOffset at, string user, string role, EventData data, string? verifier)
    {
        var e = new Stamp(_id, at, at, new(user, user, [], []), role, LabHistory.Zone).Record(data, _events.Count + 1, _ids[data]) with { Computed = Computed(data, at) };
        Signature Sign(string who, string meaning) => SignatureRules.Make(e, new(who, who, [], []), meaning, at);
        _events.Add(e with
        {
            Signature = SignatureRules.MeaningNeeded(data) is { } meaning ? Sign(user, meaning) : null,
            VerifiedBy = verifier is null ? null : Sign(verifier, Meanings.Verified),
        });
    }

    private static Computed? Computed(EventData data, DateTimeOffset at) => data switch
    {
        BatchRegistered => new(new Dictionary<string, object?> { ["jurisdiction"] = "US" }, "G-9@1", []),
        FillPerformed => new(new Dictionary<string, object?> { ["expiresAt"] = RecordJson.Text(at.AddHours(24)) }, "3.10@1", []),
        _ => null,
    };

    private string Tech(int n = 0) => lab.Technician(batch + n);
    private string Qc(int n = 0) => string.Create(CultureInfo.InvariantCulture, $"qc{(batch + n) % 4 + 1:00}");
    private string Qa(int n = 0) => string.Create(CultureInfo.InvariantCulture, $"qa{(batch + n) % 4 + 1:00}");

    private void Register()
    {
        Enter(0, Tech(), new BatchRegistered(_id, "ADSC", "ADSC", 1, LabHistory.Site, true, Patient, lab.Donor(batch), 4e8m, OrderUnit.cell, FilledAt(_start).AddHours(16),
            IntendedUse.Trial, Storage.Fresh, true, 68, 20, 1, Route.Subcutaneous));
        Enter(0.01, Tech(), new ConsentRecorded($"C-{batch}", _start.AddDays(-2), ["Trial"]));
        Enter(0.02, Qa(), new DonorEligibilityDetermined(EligibilityStatus.AutologousExempt), Roles.QualityAssurance);
    }

    private string Isolate()
    {
        Register();
        var din = string.Create(CultureInfo.InvariantCulture, $"A9999{_start.Year % 100:00}{batch % 1_000_000:000000}");
        Enter(0.1, Tech(), new TissueReceived(TissueKind.Lipoaspirate, din, "00", DonationNumber.CheckCharacter(din)!.Value.ToString(CultureInfo.InvariantCulture), 120, TissueUnit.mL, _start.AddHours(-3), _start.AddHours(2), 18, 18, true,
            [Patient, "1958-03-14"], 2), verifier: Tech(1));
        Enter(0.12, Tech(), new TissueAccepted());
        return Enter(0.2, Tech(), new IsolationPerformed(CellLine.Msc, IsolationMethod.Collagenase, LabHistory.Enzyme("COL", _start), 45, 37, 2.22e7m, 82)).ToString();
    }

    private string Thaw()
    {
        Register();
        var source = lab.BatchId(batch - 1);
        var vial = $"{_id}-VIAL";
        Enter(0.1, Qa(), new SourceCellsAllocated(source, [$"{source}-P2-01"], 1.8e7m, 2, 6, 2, ContainerIds: [vial]), Roles.QualityAssurance);
        return Enter(0.2, Tech(), new CellsThawed([vial], 3, 92, 95)).ToString();
    }

    private void Grow(string source)
    {
        double[] seeded = [0.25, 4.3, 8.3];
        for (var passage = 0; passage < 3; passage++)
        {
            var day = seeded[passage];
            var vessels = Vessels(passage);
            var area = passage == 0 ? 175m : passage == 1 ? 636m : 3180m;
            var density = passage == 0 ? 10000m : 4000m;
            Enter(day, Tech(passage), new VesselsSeeded(passage == 0 ? SeedingPurpose.Culture : SeedingPurpose.Expansion, CellLine.Msc, [source],
                [.. vessels.Select(v => new SeededVessel(v, "flask", area))], density * area * vessels.Length, density, passage, LabHistory.Medium(_start.AddDays(day)), area / 5 * vessels.Length));
            Enter(day + 0.01, Tech(passage), new MovedIntoIncubator(vessels, lab.Incubator(_random.Next(lab.Options.Incubators)), 1 + _random.Next(4)));
            if (passage == 2) break;
            var incubator = ((MovedIntoIncubator)_entries[^1].Data).IncubatorId;
            Enter(seeded[passage + 1] - 0.03, Tech(passage + 1), new MovedOutOfIncubator(vessels, incubator, "Passage"));
            source = Enter(seeded[passage + 1] - 0.02, Tech(passage + 1), new PassagePerformed(CellLine.Msc, vessels, LabHistory.Enzyme("TRY", _start.AddDays(seeded[passage + 1])), 6,
                density * area * vessels.Length * (4 + _random.Next(4)), 94 + _random.Next(5)), verifier: Tech(passage + 2)).ToString();
        }
    }

    private void Finish()
    {
        var vessels = Vessels(2);
        if (batch % 13 == 0) Enter(FillDay - 2, Tech(), new VesselDiscarded([vessels[^1]], 1, "Autoclave", DiscardReason.GrowthFailure), verifier: Tech(1));
        if (batch % 97 == 0) Enter(FillDay - 3, Tech(), new ConfluenceObserved(vessels[0], 60, LookMethod.Visual, "Turbid", Contamination.Suspected));
        var kept = batch % 13 == 0 ? vessels[..^1] : vessels;
        Enter(FillDay - 0.03, Tech(), new HarvestPerformed(CellLine.Msc, kept, 5e8m + _random.Next(100) * 1e6m, 93, 50), verifier: Tech(1));
        Enter(FillDay - 0.02, Tech(), new LabelsPrinted(Containers, 1, ["FOR AUTOLOGOUS USE ONLY", "NOT EVALUATED FOR INFECTIOUS SUBSTANCES", "STERILITY TEST PENDING", _id], false));
        Enter(FillDay, Tech(), new FillPerformed([.. Containers.Select(c => new FilledContainer(c, 2, 4e7m))], [], 5, 2), verifier: Tech(1));
        Enter(FillDay + 0.003, Tech(), new LabelsReconciled(10, 10, 0, 0), verifier: Tech(1));
        Enter(FillDay + 0.004, Tech(), new UnitsInspected([.. Containers.Select(c => new InspectedUnit(c, UnitResult.Pass, []))]), verifier: Tech(1));
        Enter(FillDay + 0.01, Tech(), new ReviewSubmitted([]), verifier: Tech(1));
    }

    private string[] Containers => [.. Enumerable.Range(1, 10).Select(n => string.Create(CultureInfo.InvariantCulture, $"{_id}-{n:00}"))];

    private void Test()
    {
        foreach (var (criterion, matrix, sampled, read, values) in QcPlan.For(_random))
        {
            var sample = $"S-{criterion}-{sampled.ToString("0.##", CultureInfo.InvariantCulture)}";
            Enter(FillDay + sampled, Tech(), new SampleTaken(sample, [criterion], matrix, 2, Containers[..1], _start.AddDays(FillDay + sampled)));
            Enter(FillDay + sampled + 0.005, Qc(), new QcTestStarted($"T-{criterion}", sample, criterion, 1, _start.AddDays(FillDay + sampled + 0.004)), Roles.QualityControl);
            Enter(FillDay + read, Qc(), new QcResultRecorded($"R-{criterion}", $"T-{criterion}", criterion == "C-04" ? ResultKind.Interim : ResultKind.Final, values, true, null, RunId: $"RUN-{batch / 8}-{criterion}"), Roles.QualityControl);
            Enter(FillDay + read + 0.005, Qc(1), new QcResultApproved($"R-{criterion}"), Roles.QualityControl);
        }
    }

    private void Deliver()
    {
        Enter(FillDay + 0.55, Qa(), new RecordReviewed(60, [], true), Roles.QualityAssurance);
        Enter(FillDay + 0.56, Qa(), new PhysicianInformed("Dr. Roth", "phone", InformedAbout.PendingTests, _start.AddDays(FillDay + 0.56)), Roles.QualityAssurance);
        Enter(FillDay + 0.57, Qa(1), new DispositionSigned(DispositionKind.Conditional, 62, "CONDITIONAL", ["ADSC-08", "C-06", "C-11"], []), Roles.Releaser);
        Enter(FillDay + 0.6, Tech(), new Shipped(Containers, 2, _start.AddDays(FillDay + 0.6), "Courier", "SH-1"));
        Enter(FillDay + 0.75, Tech(), new Administered(Containers, 2, _start.AddDays(FillDay + 0.75)));
        Enter(29, Qa(1), new DispositionSigned(DispositionKind.FinalRelease, 70, "RELEASE", [], []), Roles.Releaser);
        Enter(29.9, Qa(), new BatchClosed(true, 0, 0, _start.AddYears(31)), Roles.QualityAssurance);
    }

    /// <summary>Looks and feeds fill the life up to the number of events that was asked for.</summary>
    private void Pad(int missing)
    {
        (int Passage, double From, double To)[] cultures = [(0, 0.4, 4.2), (1, 4.4, 8.2), (2, 8.4, 10.9)];
        for (var i = 0; i < missing; i++)
        {
            var (passage, from, to) = cultures[i % cultures.Length];
            var day = from + (to - from) * (i / cultures.Length + 0.5) / (missing / cultures.Length + 1);
            if (i % 9 < 3) Enter(day, Tech(i % 3), new MediumChanged(Vessels(passage), LabHistory.Medium(_start.AddDays(day)), 200, 200, FeedKind.Half));
            else Enter(day, Tech(i % 3), new ConfluenceObserved(Vessel(passage, i % lab.Options.VesselsEach), Math.Min(95, (decimal)(10 + 20 * (day - from))), LookMethod.Image, "Spindle", Contamination.None));
        }
    }
}
