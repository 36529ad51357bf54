using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tracing;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Tracing.Told;

namespace CultureTrack.Domain.Tests.Tracing;

/// <summary>What a batch and a clean room say they had to do with: who, what, from when until when, and which entries show it.</summary>
public sealed class ContactTests
{
    private const string Batch = "ADSC-26-0007";

    [Fact]
    public void A_batch_that_is_not_registered_has_met_nothing() => Contacts.Of(BatchState.Initial).ShouldBeEmpty();

    [Fact]
    public void The_donor_is_met_from_the_first_entry_on()
    {
        var told = new Told().Registered("DN-9");
        told.Add(0, new ConsentRecorded("CONS-1", Hour(-24), ["Trial"]));
        ShouldSay(told, ContactKind.Donor, new Contact(Batch, ContactKind.Donor, "DN-9", "", "", Hour(-1), null, [told.Events[0].EventId]));
        told.State.Version.ShouldBe(2);
    }

    [Fact]
    public void Each_donation_is_met_from_its_first_receipt_on()
    {
        var told = new Told().Registered();
        var (first, other, second) = (told.Add(0, Tissue("A999926000001")), told.Add(1, Tissue("A999926000002")), told.Add(2, Tissue("A999926000001")));
        ShouldSay(told, ContactKind.Tissue,
            new Contact(Batch, ContactKind.Tissue, "A999926000001", "", "", Hour(0), null, [first, second]),
            new Contact(Batch, ContactKind.Tissue, "A999926000002", "", "", Hour(1), null, [other]));
    }

    [Fact]
    public void Each_batch_whose_cells_were_taken_is_met_from_the_first_of_them_on()
    {
        var told = new Told().Registered();
        var (first, other, second) = (told.Add(0, Allocated("ADSC-26-0001")), told.Add(1, Allocated("ADSC-26-0002")), told.Add(2, Allocated("ADSC-26-0001")));
        ShouldSay(told, ContactKind.Source,
            new Contact(Batch, ContactKind.Source, "ADSC-26-0001", "", "", Hour(0), null, [first, second]),
            new Contact(Batch, ContactKind.Source, "ADSC-26-0002", "", "", Hour(1), null, [other]));
    }

    [Fact]
    public void A_lot_is_met_from_its_earliest_to_its_latest_use_whatever_the_order_of_the_entries()
    {
        var told = new Told().Registered();
        var (noon, late, early) = (Fed(2, "MED-1"), Fed(5, "MED-1"), Fed(1, "MED-1"));
        var fill = told.Add(3, new FillPerformed([new("C-1", 2)], ["EXC-1", "EXC-1"], 5, 2));
        ShouldSay(told, ContactKind.Lot,
            new Contact(Batch, ContactKind.Lot, "MED-1", "", "", Hour(1), Hour(5), [noon, late, early]),
            new Contact(Batch, ContactKind.Lot, "EXC-1", "", "", Hour(3), Hour(3), [fill]));

        Guid Fed(double hour, string lot) => told.Add(hour, new MediumChanged(["V-1"], lot, 10, 10, FeedKind.Half));
    }

    [Fact]
    public void A_person_is_met_on_each_day_of_the_zone_from_the_earliest_to_the_latest_work_at_the_bench()
    {
        var told = new Told().Registered();
        var (late, early, next) = (Looked(10), Looked(2), Looked(11));
        ShouldSay(told, ContactKind.Operator,
            new Contact(Batch, ContactKind.Operator, "tech01", "2026-03-02", "", Hour(2), Hour(10), [late, early]),
            // 23:00 UTC is midnight in Paris.
            new Contact(Batch, ContactKind.Operator, "tech01", "2026-03-03", "", Hour(11), Hour(11), [next]));

        Guid Looked(double hour) => told.Add(hour, new ConfluenceObserved("V-1", 50, LookMethod.Image, "Spindle", Contamination.None));
    }

    [Fact]
    public void The_second_person_is_met_too_and_nobody_twice_through_one_entry()
    {
        var told = new Told().Registered();
        var (both, alone) = (told.Add(0, Tissue("A999926000001"), second: "tech02"), told.Add(1, Tissue("A999926000001"), second: "tech01"));
        ShouldSay(told, ContactKind.Operator,
            new Contact(Batch, ContactKind.Operator, "tech01", "2026-03-02", "", Hour(0), Hour(1), [both, alone]),
            new Contact(Batch, ContactKind.Operator, "tech02", "2026-03-02", "", Hour(0), Hour(0), [both]));
    }

    [Theory]
    [InlineData(Roles.System, false)]
    [InlineData(Roles.Device, false)]
    [InlineData(Roles.Technician, true)]
    [InlineData(Roles.QualityControl, true)]
    public void The_software_and_devices_carry_nothing_from_one_culture_to_the_next(string role, bool met)
    {
        var told = new Told().Registered();
        told.Add(0, new ConfluenceObserved("V-1", 50, LookMethod.Image, "Spindle", Contamination.None), "who", role);
        Of(told, ContactKind.Operator).Select(c => c.Key).ShouldBe(met ? ["who"] : []);
    }

    public static TheoryData<string> HandlingEntries => [.. Handling.Keys];

    [Theory]
    [MemberData(nameof(HandlingEntries))]
    public void Hands_on_tissue_cells_or_containers_are_met_and_desks_are_not(string entry)
    {
        var told = new Told().Registered();
        var (data, met) = Handling[entry];
        told.Add(0, data);
        Of(told, ContactKind.Operator).Any().ShouldBe(met);
    }

    private static readonly Dictionary<string, (EventData Data, bool Met)> Handling = new()
    {
        ["receipt"] = (Tissue("A999926000001"), true),
        ["allocation"] = (Allocated("ADSC-26-0001"), true),
        ["sample"] = (new SampleTaken("S-1", ["C-04"], SampleMatrix.Cells, 1, ["V-1"], Hour(0)), true),
        ["discard"] = (new VesselDiscarded(["V-1"], 1, "Autoclave", DiscardReason.Surplus), true),
        ["passage"] = (new PassagePerformed(CellLine.Msc, ["V-1"], "TRY-1", 5, 1e6m, 95), true),
        ["fill"] = (new FillPerformed([new("C-1", 2)], [], 5, 2), true),
        ["consent"] = (new ConsentRecorded("CONS-1", Hour(-24), ["Trial"]), false),
        ["acceptance"] = (new TissueAccepted(), false),
        ["hold"] = (new HoldPlaced("H-1", "Suspicion"), false),
        ["dispatch"] = (new SampleDispatched("S-1", "LAB", 5, "Courier"), false),
    };

    [Fact]
    public void A_recall_is_met_through_the_deviation_it_opened_and_no_other_deviation_is_one()
    {
        var told = new Told().Registered();
        var recall = told.Add(2, new DeviationOpened("DEV-1", "Lot MED-1 was recalled", DeviationClass.Major, Contacts.RunOf("MED-1")));
        told.Add(3, new DeviationOpened("DEV-2", "Spilt", DeviationClass.Minor));
        told.Add(4, new DeviationOpened("DEV-3", "Warm", DeviationClass.Major, "INC-02/temperature/1"));
        ShouldSay(told, ContactKind.Recall, new Contact(Batch, ContactKind.Recall, "MED-1", "DEV-1", "", Hour(2), Hour(2), [recall]));
    }

    [Fact]
    public void The_run_of_a_recall_is_known_from_every_other_run()
    {
        Contacts.IsRecall(Contacts.RunOf("MED-1")).ShouldBeTrue();
        Contacts.IsRecall("INC-02/temperature/1").ShouldBeFalse();
        Contacts.IsRecall("x" + Contacts.RunOf("MED-1")).ShouldBeFalse();
        Contacts.IsRecall(null).ShouldBeFalse();
    }

    [Fact]
    public void Only_a_correction_rewrites_the_past()
    {
        var nothing = System.Text.Json.JsonSerializer.SerializeToElement(1);
        Contacts.RewritesPast(new RecordCorrected(Guid.Empty, "pct", nothing, nothing, "Read from the wrong line")).ShouldBeTrue();
        Contacts.RewritesPast(new TissueAccepted()).ShouldBeFalse();
    }

    [Fact]
    public void An_open_session_is_met_by_each_of_its_batches_without_an_end_and_its_people_at_its_beginning()
    {
        var opened = Opened();
        IReadOnlyList<Guid> shown = [opened.EventId];
        Contacts.OfRoom(opened, null).ShouldBe([.. new[] { "B-1", "B-2" }.SelectMany(b => Session(b, null, Hour(11), shown))], Alike);
    }

    [Fact]
    public void A_closed_session_is_met_until_its_end_and_shown_by_both_its_entries()
    {
        var opened = Opened();
        var closed = Room(new EmSessionClosed(Hour(13), 0, 0, []), 13);
        IReadOnlyList<Guid> shown = [opened.EventId, closed.EventId];
        Contacts.OfRoom(closed, opened).ShouldBe([.. new[] { "B-1", "B-2" }.SelectMany(b => Session(b, Hour(13), Hour(13), shown))], Alike);
        Contacts.OfRoom(closed, null).ShouldBeEmpty();
    }

    [Fact]
    public void A_cabinet_is_met_while_it_was_used_once_by_each_batch()
    {
        var used = Room(new CabinetUsed("BSC-1", ["B-1", "B-2", "B-1"], Hour(1), Hour(2), true, true), 3);
        Contacts.OfRoom(used, null).ShouldBe(
        [
            new Contact("B-1", ContactKind.Cabinet, "BSC-1", "", used.EventId.ToString(), Hour(1), Hour(2), [used.EventId]),
            new Contact("B-2", ContactKind.Cabinet, "BSC-1", "", used.EventId.ToString(), Hour(1), Hour(2), [used.EventId]),
        ], Alike);
        Contacts.OfRoom(Room(new ConsentRecorded("CONS-1", Hour(0), []), 3), null).ShouldBeEmpty();
    }

    private static IEnumerable<Contact> Session(string batch, DateTimeOffset? to, DateTimeOffset handsUntil, IReadOnlyList<Guid> shown) =>
    [
        new(batch, ContactKind.Cabinet, "BSC-1", "", "EM-1", Hour(11), to, shown),
        new(batch, ContactKind.Room, "R-1", "", "EM-1", Hour(11), to, shown),
        new(batch, ContactKind.Operator, "tech01", "2026-03-03", "EM-1", Hour(11), handsUntil, shown),
        new(batch, ContactKind.Operator, "tech02", "2026-03-03", "EM-1", Hour(11), handsUntil, shown),
    ];

    private static Recorded<EmSessionOpened> Opened() =>
        (Recorded<EmSessionOpened>)Room(new EmSessionOpened("EM-1", "R-1", "BSC-1", ["B-1", "B-2", "B-1"], ["tech01", "tech02", "tech01"], Hour(11)), 11);

    private static Recorded Room(EventData data, double hour) =>
        new Stamp("room/R-1", Hour(hour), Hour(hour), new("tech03", "tech03", [Roles.Technician], []), Roles.Technician, "Europe/Paris").Record(data, 1);

    private static TissueReceived Tissue(string din) => new(TissueKind.Lipoaspirate, din, "00", "8", 100, TissueUnit.mL, Noon, Noon, 18, 18, true, ["a", "b"], 2);
    private static SourceCellsAllocated Allocated(string from) => new(from, ["C-9"], 1e6m, 1, 1, 2, ContainerIds: ["C-9"]);

    internal static IEnumerable<Contact> Of(Told told, ContactKind kind) => Contacts.Of(told.State).Where(c => c.Kind == kind);
    internal static void ShouldSay(Told told, ContactKind kind, params Contact[] expected) => Of(told, kind).ShouldBe(expected, Alike);

    private static readonly IReadOnlyList<Guid> NoEvents = [];

    /// <summary>Records compare their lists by reference; these are alike when the lists hold the same in the same order.</summary>
    internal static readonly IEqualityComparer<Contact> Alike = EqualityComparer<Contact>.Create((a, b) => a! with { Events = NoEvents } == b! with { Events = NoEvents } && a.Events.SequenceEqual(b.Events));
}
