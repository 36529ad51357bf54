using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tracing;

namespace CultureTrack.Domain.Tests.Tracing;

/// <summary>A few batches that lived at the same time and had all kinds of things in common, by chance.</summary>
internal sealed class RandomLab
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);
    private static readonly string[] Users = ["tech01", "tech02", "tech03"], Supplied = ["L0", "L1", "L2", "L3"];
    private readonly Random _random;

    public RandomLab(int seed)
    {
        _random = new(seed);
        Media = [("M0", Some(Supplied)), ("M1", Some(Supplied)), ("M2", [.. Some(Supplied), "M0"])];
        Batches = [.. Enumerable.Range(0, 6).Select(Live)];
        Sessions = [.. Enumerable.Range(0, _random.Next(4)).Select(Session)];
    }

    public IReadOnlyList<(string LotId, IReadOnlyList<string> Components)> Media { get; }
    public IReadOnlyList<IReadOnlyList<Recorded>> Batches { get; }
    public IReadOnlyList<Recorded<EmSessionOpened>> Sessions { get; }
    public MediaComposition Composition => new(Media);

    public IReadOnlyList<Contact> Contacts() =>
        [.. Batches.SelectMany(b => Domain.Tracing.Contacts.Of(BatchFold.Fold(b))), .. Sessions.SelectMany(s => Domain.Tracing.Contacts.OfRoom(Closed(s), s))];

    public static string Id(int n) => $"ADSC-26-{n + 1:0000}";

    /// <summary>Every session lasts two hours.</summary>
    public static Recorded Closed(Recorded<EmSessionOpened> s) =>
        new Stamp(s.StreamId, s.Data.StartAt.AddHours(2), s.Data.StartAt.AddHours(2), Person(Users[0]), Roles.Technician, "UTC").Record(new EmSessionClosed(s.Data.StartAt.AddHours(2), 0, 0, []), 2);

    private string[] Some(string[] of) => [.. of.Where(_ => _random.Next(3) == 0).Append(of[_random.Next(of.Length)]).Distinct()];

    private static Actor Person(string user) => new(user, user, [Roles.Technician], []);

    private List<Recorded> Live(int n)
    {
        var events = new List<Recorded>();
        void Enter(double hour, EventData data) => events.Add(new Stamp(Id(n), Start.AddHours(hour), Start.AddHours(hour), Person(Users[_random.Next(Users.Length)]), Roles.Technician, "Europe/Paris").Record(data, events.Count + 1));
        Enter(0, new BatchRegistered(Id(n), "ADSC", "ADSC", 1, "main", true, "PT-1", $"DN-{_random.Next(4)}", 1e8m, OrderUnit.cell, Start.AddDays(20), IntendedUse.Trial, Storage.Fresh, true));
        if (n > 0 && _random.Next(3) == 0) Enter(1, new SourceCellsAllocated(Id(_random.Next(n)), ["V"], 1e6m, 1, 1, 2, ContainerIds: [$"C-{n}"]));
        else Enter(1, new TissueReceived(TissueKind.Lipoaspirate, $"A99992600000{_random.Next(3)}", "00", "8", 100, TissueUnit.mL, Start, Start, 18, 18, true, ["a", "b"], 2));
        string[] vessels = [$"V-{n}-1", $"V-{n}-2"];
        Enter(2, new VesselsSeeded(SeedingPurpose.Culture, CellLine.Msc, ["x"], [.. vessels.Select(v => new SeededVessel(v, "T175", 175))], 1e6m, 2857, 0, Lot(), 35));
        for (var hour = 3.0; hour < 80; hour += 1 + _random.Next(14)) Enter(hour, Anything(vessels));
        return events;
    }

    private EventData Anything(string[] vessels)
    {
        string[] which = _random.Next(2) == 0 ? vessels : [vessels[_random.Next(2)]];
        return _random.Next(5) switch
        {
            0 or 1 => new MovedIntoIncubator(which, $"INC-{_random.Next(3)}", 1 + _random.Next(2)),
            2 => new MovedOutOfIncubator(which, "INC-0", null),
            3 => new MediumChanged(vessels, Lot(), 10, 10, FeedKind.Half),
            _ => new ConfluenceObserved(vessels[0], 50, LookMethod.Image, "Spindle", Contamination.None),
        };
    }

    private string Lot() => _random.Next(2) == 0 ? Supplied[_random.Next(Supplied.Length)] : $"M{_random.Next(3)}";

    private Recorded<EmSessionOpened> Session(int n)
    {
        var at = Start.AddHours(_random.Next(70));
        var data = new EmSessionOpened($"EM-{n}", $"R-{_random.Next(2)}", $"BSC-{_random.Next(2)}", [.. Enumerable.Range(0, 6).Where(_ => _random.Next(3) == 0).Select(Id)], [Users[_random.Next(3)]], at);
        return (Recorded<EmSessionOpened>)new Stamp(EmSession.Stream(data.SessionId), at, at, Person(Users[0]), Roles.Technician, "Europe/Paris").Record(data, 1);
    }
}
