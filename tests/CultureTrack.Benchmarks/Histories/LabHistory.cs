using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;

namespace CultureTrack.Benchmarks.Histories;

/// <summary>
/// The past of a lab, made up: closed batches with the events of whole lives, the lots they used and the rooms they were filled in. The same options give
/// the same history, and each batch can be made alone. It is made to be folded and searched; the rules of entry were not asked.
/// </summary>
/// <param name="EventsEach">Events a batch, at least <see cref="BatchHistory.FewestEvents"/>.</param>
/// <param name="BatchesADay">How many begin on one day; what they share grows with it.</param>
/// <param name="DerivedEvery">Each n-th batch is made of thawed cells of the one before it; 0 = none.</param>
/// <param name="VesselsEach">Vessels of a passage.</param>
public sealed record LabHistoryOptions(
    int Batches, int EventsEach = 200, DateTimeOffset? Start = null, int BatchesADay = 8, int DerivedEvery = 5, int VesselsEach = 8, int Incubators = 40, int Technicians = 20, int Seed = 1);

/// <inheritdoc cref="LabHistoryOptions"/>
public sealed class LabHistory(LabHistoryOptions options)
{
    public const string Zone = "UTC", Site = "main";
    public LabHistoryOptions Options { get; } = options;
    public DateTimeOffset Start { get; } = options.Start ?? new DateTimeOffset(2020, 1, 6, 8, 0, 0, TimeSpan.Zero);

    /// <summary>When the last batch is closed.</summary>
    public DateTimeOffset End => StartOf(Options.Batches - 1) + BatchHistory.Length;

    public DateTimeOffset StartOf(int batch) => Start.AddDays(batch / Options.BatchesADay).AddMinutes(batch % Options.BatchesADay * 7);

    public string BatchId(int batch)
    {
        var year = StartOf(batch).Year;
        var first = Math.Max(0, (int)Math.Ceiling((new DateTimeOffset(year, 1, 1, 8, 0, 0, TimeSpan.Zero) - Start).TotalDays)) * Options.BatchesADay;
        return string.Create(CultureInfo.InvariantCulture, $"ADSC-{year % 100:00}-{batch - first + 1:0000}");
    }

    public bool IsDerived(int batch) => Options.DerivedEvery > 0 && batch > 0 && batch % Options.DerivedEvery == Options.DerivedEvery - 1;

    /// <summary>Every tenth donor gives twice.</summary>
    public string Donor(int batch)
    {
        while (batch > 0 && IsDerived(batch)) batch--;
        return string.Create(CultureInfo.InvariantCulture, $"DN-{(batch % 10 == 7 ? batch - 5 : batch):00000}");
    }

    /// <summary>The events of one batch, in order.</summary>
    public IReadOnlyList<Recorded> Batch(int batch) => new BatchHistory(this, batch).Make();

    public string Technician(int n) => string.Create(CultureInfo.InvariantCulture, $"tech{(n % Options.Technicians) + 1:00}");
    public string Incubator(int n) => string.Create(CultureInfo.InvariantCulture, $"INC-{(n % Options.Incubators) + 1:00}");

    /// <summary>Growth medium is mixed twice a week; what it is mixed from lasts a quarter.</summary>
    public static string Medium(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"GM-{Days(at) / 7:0000}-{(Days(at) % 7 < 4 ? 'A' : 'B')}");
    public static string Base(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"DMEM-{Days(at) / 91:000}");
    public static string Supplement(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"PL-{Days(at) / 45:000}");
    public static string Enzyme(string name, DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{name}-{Days(at) / 61:000}");

    private static readonly DateTimeOffset FirstDay = new(2019, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static int Days(DateTimeOffset at) => (int)(at - FirstDay).TotalDays;
    private static DateTimeOffset Day(int n) => FirstDay.AddDays(n);

    /// <summary>The streams of lots and clean rooms that the batches name.</summary>
    public IEnumerable<IReadOnlyList<Recorded>> Registers()
    {
        var (from, to) = (Days(Start) - 1, Days(End) + 1);
        foreach (var day in Enumerable.Range(from, to - from).Where(d => d == from || d % 45 == 0 || d % 61 == 0 || d % 91 == 0))
            foreach (var (lot, kind) in new[] { (Base(Day(day)), MaterialKind.Medium), (Supplement(Day(day)), MaterialKind.Reagent), (Enzyme("COL", Day(day)), MaterialKind.Enzyme), (Enzyme("TRY", Day(day)), MaterialKind.Enzyme) })
                if (_lots.Add(lot)) yield return Received(lot, kind, Day(day).AddHours(-12));
        foreach (var day in Enumerable.Range(from, to - from))
            if (_lots.Add(Medium(Day(day)))) yield return Mixed(Medium(Day(day)), Day(day));
        for (var batch = 0; batch < Options.Batches; batch++) yield return Session(batch);
    }

    private readonly HashSet<string> _lots = new(StringComparer.Ordinal);

    private static List<Recorded> Received(string lot, MaterialKind kind, DateTimeOffset at) =>
    [
        Stamped(Material.Stream(lot), 1, at, "tech01", new MaterialReceived(lot, kind, "Northmed", at.AddYears(2), 1e6m, "mL")),
        Stamped(Material.Stream(lot), 2, at.AddHours(1), "qa01", new MaterialReleased(lot)),
    ];

    private static List<Recorded> Mixed(string lot, DateTimeOffset at)
    {
        var mixed = Stamped(Material.Stream(lot), 1, at, "tech01", new MediumPrepared(lot, "GM-PL",
            [new(Base(at), 900, "mL"), new(Supplement(at), 100, "mL")], 1000, at, true, true, 7.3m));
        return
        [
            mixed with { Computed = new(new Dictionary<string, object?> { ["expiresAt"] = RecordJson.Text(at.AddDays(28)), ["bovine"] = false }, "medium-expiry@1", []) },
            Stamped(Material.Stream(lot), 2, at.AddHours(1), "qa01", new MaterialReleased(lot)),
        ];
    }

    private List<Recorded> Session(int batch)
    {
        var id = $"EM-{BatchId(batch)}";
        var (from, to) = (BatchHistory.FilledAt(StartOf(batch)).AddHours(-1), BatchHistory.FilledAt(StartOf(batch)).AddHours(1));
        var room = string.Create(CultureInfo.InvariantCulture, $"{batch % 4 + 1}");
        return
        [
            Stamped(EmSession.Stream(id), 1, from, Technician(batch), new EmSessionOpened(id, $"R-{room}", $"BSC-{room}", [BatchId(batch)], [Technician(batch), Technician(batch + 1)], from)),
            Stamped(EmSession.Stream(id), 2, to, Technician(batch), new EmSessionClosed(to, 400, 0, [])),
        ];
    }

    private static Recorded Stamped(string stream, int version, DateTimeOffset at, string user, EventData data) =>
        new Stamp(stream, at, at, new(user, user, [], []), user.StartsWith("qa", StringComparison.Ordinal) ? Roles.QualityAssurance : Roles.Technician, Zone).Record(data, version);
}
