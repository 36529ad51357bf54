using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tracing;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Tracing.Told;

namespace CultureTrack.Domain.Tests.Tracing;

/// <summary>Times of vessels and containers in incubators and stores, with the entries that began and ended them.</summary>
public sealed class StayContactTests
{
    private const string Batch = "ADSC-26-0007";

    [Fact]
    public void Vessels_that_came_in_together_are_one_stay_until_the_last_of_them_left_and_a_vessel_moved_on_begins_another()
    {
        var told = Cultured("V-1", "V-2");
        var (into, on, leave) = (told.Into(1, "INC-1", 1, "V-1", "V-2"), told.Into(2, "INC-1", 2, "V-1"), told.Out(3, "V-1", "V-2"));
        ContactTests.ShouldSay(told, ContactKind.Incubator, Stay(ContactKind.Incubator, "INC-1", "1", 1, 3, into, on, leave), Stay(ContactKind.Incubator, "INC-1", "2", 2, 3, on, leave));
    }

    [Fact]
    public void A_stay_goes_on_while_one_vessel_is_inside()
    {
        var told = Cultured("V-1", "V-2");
        var (into, leave) = (told.Into(1, "INC-1", 1, "V-1", "V-2"), told.Out(2, "V-1"));
        ContactTests.ShouldSay(told, ContactKind.Incubator, Stay(ContactKind.Incubator, "INC-1", "1", 1, null, into, leave));
    }

    [Fact]
    public void Incubators_come_before_stores_and_what_is_the_same_hour_elsewhere_is_no_part_of_a_stay()
    {
        var told = Cultured("V-1", "V-2");
        var (one, other) = (told.Into(1, "INC-1", 1, "V-1"), told.Into(1, "INC-2", 1, "V-2"));
        told.Fill(0.5, "C-1", "C-2");
        var (cold, colder) = (told.Store(1, "FRZ-1", "C-1"), told.Store(1, "FRZ-2", "C-2"));
        Contacts.Of(told.State).Where(c => c.Kind is ContactKind.Incubator or ContactKind.Storage).ShouldBe(
        [
            Stay(ContactKind.Incubator, "INC-1", "1", 1, null, one), Stay(ContactKind.Incubator, "INC-2", "1", 1, null, other),
            Stay(ContactKind.Storage, "FRZ-1", "", 1, null, cold), Stay(ContactKind.Storage, "FRZ-2", "", 1, null, colder),
        ], ContactTests.Alike);
    }

    private static readonly Dictionary<string, Func<string[], EventData>> VesselsLeave = new()
    {
        [nameof(MovedIntoIncubator)] = ids => new MovedIntoIncubator(ids, "INC-9", 1),
        [nameof(MovedOutOfIncubator)] = ids => new MovedOutOfIncubator(ids, "INC-1", null),
        [nameof(PassagePerformed)] = ids => new PassagePerformed(CellLine.Msc, ids, "TRY-1", 5, 1e6m, 95),
        [nameof(HarvestPerformed)] = ids => new HarvestPerformed(CellLine.Msc, ids, 1e6m, 95, 10),
        [nameof(SheetDetached)] = ids => new SheetDetached([.. ids[..^1].Select(id => new DetachedSheet($"S-{id}", id, 100, 60, 0, 0))], 2, 40, ids[^1], null, null),
        [nameof(VesselDiscarded)] = ids => new VesselDiscarded(ids, ids.Length, "Autoclave", DiscardReason.Surplus),
    };

    private static readonly Dictionary<string, Func<string[], EventData>> ContainersLeave = new()
    {
        [nameof(StoredAt)] = ids => new StoredAt(ids, "FRZ-9", [.. ids.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"FRZ-9/A{i}"))]),
        [nameof(RemovedFromStorage)] = ids => new RemovedFromStorage(ids, RemovalPurpose.Move),
        [nameof(CellsThawed)] = ids => new CellsThawed(ids, 3, 85, 80),
        [nameof(Shipped)] = ids => new Shipped(ids, 2, Hour(2)),
        [nameof(VesselDiscarded)] = ids => new VesselDiscarded(ids, ids.Length, "Autoclave", DiscardReason.Surplus),
    };

    public static TheoryData<string> WaysOfVessels => [.. VesselsLeave.Keys];
    public static TheoryData<string> WaysOfContainers => [.. ContainersLeave.Keys];

    [Theory]
    [MemberData(nameof(WaysOfVessels))]
    public void The_entry_that_ends_a_stay_of_vessels_is_the_one_that_names_one_of_them(string way)
    {
        var told = Cultured("V-1", "V-2", "V-3", "V-4");
        var into = Enumerable.Range(1, 4).Select(i => told.Into(1, $"INC-{i}", 1, $"V-{i}")).ToList();
        var (three, fourth) = (told.Add(2, VesselsLeave[way](["V-1", "V-2", "V-3"])), told.Add(2, VesselsLeave[way](["V-4"])));
        Of(told, ContactKind.Incubator, "INC-9").ShouldBe(
            [.. Enumerable.Range(1, 4).Select(i => Stay(ContactKind.Incubator, $"INC-{i}", "1", 1, 2, into[i - 1], i == 4 ? fourth : three))], ContactTests.Alike);
    }

    [Theory]
    [MemberData(nameof(WaysOfContainers))]
    public void The_entry_that_ends_a_stay_of_containers_is_the_one_that_names_one_of_them(string way)
    {
        var told = Cultured("V-1");
        told.Fill(0.5, "C-1", "C-2", "C-3", "C-4");
        var into = Enumerable.Range(1, 4).Select(i => told.Store(1, $"FRZ-{i}", $"C-{i}")).ToList();
        var (three, fourth) = (told.Add(2, ContainersLeave[way](["C-1", "C-2", "C-3"])), told.Add(2, ContainersLeave[way](["C-4"])));
        Of(told, ContactKind.Storage, "FRZ-9").ShouldBe(
            [.. Enumerable.Range(1, 4).Select(i => Stay(ContactKind.Storage, $"FRZ-{i}", "", 1, 2, into[i - 1], i == 4 ? fourth : three))], ContactTests.Alike);
    }

    [Fact]
    public void An_entry_that_names_no_vessel_ends_the_stay_of_all_of_them()
    {
        var told = Cultured("V-1", "V-2");
        var (one, other) = (told.Into(1, "INC-1", 1, "V-1"), told.Into(1, "INC-2", 1, "V-2"));
        var collected = told.Add(2, new ConditionedMediumCollected(48, 3900, 93, 6.1e8m));
        ContactTests.ShouldSay(told, ContactKind.Incubator, Stay(ContactKind.Incubator, "INC-1", "1", 1, 2, one, collected), Stay(ContactKind.Incubator, "INC-2", "1", 1, 2, other, collected));
    }

    [Fact]
    public void A_batch_that_is_discarded_leaves_its_incubators()
    {
        var told = Cultured("V-1");
        var (into, gone) = (told.Into(1, "INC-1", 1, "V-1"), told.Add(2, new BatchDiscarded([], 0, "Incineration", DiscardReason.Surplus)));
        ContactTests.ShouldSay(told, ContactKind.Incubator, Stay(ContactKind.Incubator, "INC-1", "1", 1, 2, into, gone));
    }

    [Fact]
    public void A_construct_leaves_its_incubator_when_it_is_packed()
    {
        var told = new Told().Registered();
        told.Add(0, new ScaffoldSeeded("SCF-1", ScaffoldKind.Collagen, 100, 5e4m, Constructs: [new("M-1", "scaffold", 100)]));
        var (into, packed) = (told.Into(1, "INC-1", 1, "M-1"), told.Add(2, new FillPerformed([new("C-1", 2, AreaCm2: 100, SourceId: "M-1")], [], 5, 2)));
        ContactTests.ShouldSay(told, ContactKind.Incubator, Stay(ContactKind.Incubator, "INC-1", "1", 1, 2, into, packed));
    }

    [Fact]
    public void Feeding_or_looking_at_the_same_instant_is_no_part_of_a_stay()
    {
        var told = Cultured("V-1");
        told.Add(1, new MediumChanged(["V-1"], "MED-1", 10, 10, FeedKind.Half));
        var into = told.Into(1, "INC-1", 1, "V-1");
        told.Add(1, new ConfluenceObserved("V-1", 40, LookMethod.Image, "Spindle", Contamination.None));
        ContactTests.ShouldSay(told, ContactKind.Incubator, Stay(ContactKind.Incubator, "INC-1", "1", 1, null, into));
    }

    private static Told Cultured(params string[] vessels)
    {
        var told = new Told().Registered();
        told.Seed(0, vessels);
        return told;
    }

    private static IEnumerable<Contact> Of(Told told, ContactKind kind, string butNot) => ContactTests.Of(told, kind).Where(c => c.Key != butNot);

    private static Contact Stay(ContactKind kind, string equipment, string shelf, double from, double? to, params Guid[] events) =>
        new(Batch, kind, equipment, shelf, RecordJson.Text(Hour(from)), Hour(from), to is { } end ? Hour(end) : null, events);
}
