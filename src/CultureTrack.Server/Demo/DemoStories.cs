using CultureTrack.Server.Demo.Stories;

namespace CultureTrack.Server.Demo;

/// <summary>The batches of the demo lab: each product in every stage of its life, seen from the present moment.</summary>
internal sealed class DemoStories(DateTimeOffset now, TimeZoneInfo zone)
{
    public const int DaysBack = 31;
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
        new(Adsc(8), "PT-0208", "1998-08-19", Days(18, 8, 30), "INC-06", 2, Freezes: true),
        new(Adsc(9), "PT-0209", "1981-05-31", FilledHoursAgo(0.5, AdscStory.TissueToFillHours), "INC-05", 4, SubmissionWaits: true),
    ];

    private string Cea(int serial) => $"CEA-{_year:00}-{serial:0000}";
    private string Adsc(int serial) => $"ADSC-{_year:00}-{serial:0000}";

    /// <summary>A morning some days ago in the lab's own time; at least as long ago as the days say.</summary>
    private DateTimeOffset Days(double days, int hour, int minute)
    {
        var local = TimeZoneInfo.ConvertTime(now.AddDays(-days), zone).Date.AddHours(hour).AddMinutes(minute);
        var at = new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        return at > now.AddDays(-days) ? at.AddDays(-1) : at;
    }

    private DateTimeOffset FilledHoursAgo(double hours, double tissueToFillHours) => now.AddHours(-hours - tissueToFillHours);
}
