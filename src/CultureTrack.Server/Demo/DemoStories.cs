using CultureTrack.Server.Demo.Stories;

namespace CultureTrack.Server.Demo;

/// <summary>The batches of the demo lab: each product in every stage of its life, seen from the present moment.</summary>
internal sealed class DemoStories(DateTimeOffset now, TimeZoneInfo zone)
{
    public const int DaysBack = 31;
    public const string BankDonor = "DN-0901";
    private const string SheetPatient = "PT-0208", SheetPatientBorn = "1998-08-19";
    private readonly int _year = TimeZoneInfo.ConvertTime(now, zone).Year % 100;

    public IReadOnlyList<CeaOrder> Sheets =>
    [
        new(Cea(1), "PT-0101", "1984-06-02", Days(29.2, 9, 40), "INC-02", 1, Co2Fails: true),
        new(Cea(2), "PT-0102", "1991-11-23", Days(20, 9, 40), "INC-03", 1),
        new(Cea(3), "PT-0103", "1976-02-17", FilledHoursAgo(3.2, CeaStory.TissueToFillHours), "INC-03", 2, ReviewWaits: true),
        new(Cea(4), "PT-0104", "2003-08-30", Days(12, 9, 40), "INC-01", 1, SkipsFeed: true),
        new(Cea(5), "PT-0105", "1969-05-12", Days(3, 9, 40), "INC-01", 2),
        new(Cea(6), "PT-0106", "1988-01-09", now.AddDays(1.2), "INC-01", 4, PlannedOnly: true),
        new(Cea(7), "PT-0107", "1995-10-04", now.AddHours(-0.8), "INC-01", 4, TransitMaxC: 9.6m),
        new(Cea(8), "PT-0108", "1957-03-28", Days(6, 9, 40), "INC-01", 3, Contaminated: true),
        new(Cea(9), "PT-0109", "1982-12-15", FilledHoursAgo(-1.5, CeaStory.TissueToFillHours), "INC-02", 2),
    ];

    public IReadOnlyList<AdscOrder> Expansions =>
    [
        new(Adsc(1), "PT-0201", "1958-03-14", Days(29, 8, 30), "INC-04", 1, Overheats: true, Cd45Pct: 2.6m),
        new(Adsc(2), "PT-0202", "1979-07-21", Days(22, 8, 30), "INC-05", 1),
        new(Adsc(3), "PT-0203", "1964-09-05", FilledHoursAgo(2.7, AdscStory.TissueToFillHours), "INC-05", 2, ApprovalsWait: true),
        new(Adsc(4), "PT-0204", "1990-04-18", Days(13, 8, 30), "INC-05", 3),
        new(Adsc(5), "PT-0205", "1973-11-02", Days(4, 8, 30), "INC-06", 1),
        new(Adsc(6), "PT-0206", "1986-06-27", now.AddDays(1.3), "INC-06", 4, PlannedOnly: true),
        new(Adsc(7), "PT-0207", "1952-02-08", Days(15, 8, 30), "INC-06", 3, DiesOut: true),
        new(Adsc(8), SheetPatient, SheetPatientBorn, Days(29, 8, 30), "INC-06", 2, Freezes: true),
        new(Adsc(9), "PT-0209", "1981-05-31", FilledHoursAgo(0.5, AdscStory.TissueToFillHours), "INC-05", 4, SubmissionWaits: true),
    ];

    /// <summary>A stock of a donor's cells, which conditioned medium is made of.</summary>
    public BatchOrder Bank => new(Adsc(10), null, null, now.AddDays(-29.3), "INC-06", 6) { DonorRef = BankDonor };

    public IReadOnlyList<BmmscOrder> Marrow =>
    [
        new(Id("BMMSC", 1), "PT-0301", "2009-04-11", FilledHoursAgo(346, BmmscStory.TissueToFillHours), "INC-05", 5),
        new(Id("BMMSC", 2), "PT-0302", "2011-12-02", FilledHoursAgo(2.8, BmmscStory.TissueToFillHours), "INC-05", 6, ApprovalsWait: true),
        new(Id("BMMSC", 3), "PT-0303", "2006-07-19", Days(12, 8, 30), "INC-04", 2),
        new(Id("BMMSC", 4), "PT-0304", "2013-01-27", Days(5, 8, 30), "INC-04", 3),
        new(Id("BMMSC", 5), "PT-0305", "2008-10-08", FilledHoursAgo(150, BmmscStory.TissueToFillHours), "INC-06", 5, Frozen: true),
        new(Id("BMMSC", 6), "PT-0306", "2010-03-30", now.AddDays(1.1), "INC-04", 4),
    ];

    public IReadOnlyList<SprOrder> Sprays =>
    [
        new(Id("SPR", 1), "PT-0401", "1972-08-23", FilledHoursAgo(346, SprStory.TissueToFillHours), "INC-03", 3),
        new(Id("SPR", 2), "PT-0402", "1994-02-06", FilledHoursAgo(80, SprStory.TissueToFillHours), "INC-03", 4),
        new(Id("SPR", 3), "PT-0403", "2001-05-17", FilledHoursAgo(1.5, SprStory.TissueToFillHours), "INC-03", 5, SubmissionWaits: true),
        new(Id("SPR", 4), "PT-0404", "1985-11-29", Days(3, 8, 30), "INC-01", 5, Medium: Lots.Prepared),
        new(Id("SPR", 5), "PT-0405", "1966-01-14", FilledHoursAgo(354, SprStory.TissueToFillNotCulturedHours), "INC-01", 5, Cultured: false),
        new(Id("SPR", 6), "PT-0406", "1990-09-03", FilledHoursAgo(3.4, SprStory.TissueToFillNotCulturedHours), "INC-01", 5, Cultured: false),
        new(Id("SPR", 7), "PT-0407", "1979-06-20", now.AddHours(-1.9), "INC-01", 5, TransitMaxC: 9.2m),
        new(Id("SPR", 8), "PT-0408", "1998-12-09", now.AddDays(0.7), "INC-01", 5),
    ];

    public IReadOnlyList<BatchOrder> Skins =>
    [
        new(Id("BLS", 1), "PT-0501", "1987-03-05", Days(28.5, 8, 30), "INC-01", 6),
        new(Id("BLS", 2), "PT-0502", "1974-10-22", FilledHoursAgo(20, BlsStory.TissueToFillHours), "INC-01", 4),
        new(Id("BLS", 3), "PT-0503", "1993-07-13", Days(17.5, 8, 30), "INC-02", 3),
        new(Id("BLS", 4), "PT-0504", "1961-12-31", Days(9, 8, 30), "INC-02", 4),
        new(Id("BLS", 5), "PT-0505", "2000-02-25", Days(2.4, 8, 30), "INC-02", 5),
        new(Id("BLS", 6), "PT-0506", "1983-04-16", now.AddDays(1.2), "INC-02", 6),
    ];

    public IReadOnlyList<MssOrder> CellSheets =>
    [
        Sheet(1, now.AddDays(-14.4), 1), Sheet(2, FilledHoursAgo(7.5, MssStory.AllocationToFillHours), 4) with { ReviewWaits = true }, Sheet(3, now.AddDays(-6.2), 7), Sheet(4, now.AddDays(-1.3), 10),
        Sheet(5, now.AddDays(0.9), 13),
    ];

    public IReadOnlyList<CmOrder> Media(BankStory bank) =>
    [
        new(Id("CM", 1), now.AddDays(-20.6), "INC-06", 6, bank, FirstVial: 1) { DonorRef = BankDonor },
        new(Id("CM", 2), now.AddDays(-9.5), "INC-06", 6, bank, FirstVial: 3, Dried: true) { DonorRef = BankDonor },
        new(Id("CM", 3), now.AddDays(-4.1), "INC-06", 6, bank, FirstVial: 5) { DonorRef = BankDonor },
        new(Id("CM", 4), now.AddDays(1), "INC-06", 6, bank, FirstVial: 7) { DonorRef = BankDonor },
    ];

    private MssOrder Sheet(int serial, DateTimeOffset at, int firstVial) => new(Id("MSS", serial), SheetPatient, SheetPatientBorn, at, "INC-06", 2, Adsc(8), firstVial);

    private string Id(string product, int serial) => $"{product}-{_year:00}-{serial:0000}";
    private string Cea(int serial) => Id("CEA", serial);
    private string Adsc(int serial) => Id("ADSC", serial);

    /// <summary>A morning some days ago in the lab's own time; at least as long ago as the days say.</summary>
    private DateTimeOffset Days(double days, int hour, int minute)
    {
        var local = TimeZoneInfo.ConvertTime(now.AddDays(-days), zone).Date.AddHours(hour).AddMinutes(minute);
        var at = new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        return at > now.AddDays(-days) ? at.AddDays(-1) : at;
    }

    private DateTimeOffset FilledHoursAgo(double hours, double tissueToFillHours) => now.AddHours(-hours - tissueToFillHours);
}
