using System.Globalization;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Tests.Registers;

/// <summary>Asks the rule of one register about one entry, and folds the events of one stream.</summary>
internal static class Judging
{
    public const string Zone = "Europe/Paris";
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>When the first event of a fold happened; each later one a day after the one before, recorded a minute after it happened.</summary>
    public static readonly DateTimeOffset FirstDay = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Day(int number) => FirstDay.AddDays(number - 1);
    public static DateTimeOffset Recorded(int number) => Day(number).AddMinutes(1);

    public static Actor Person(string user, params string[] roles) => new(user, $"Person {user}", roles, [new("*", Now.AddYears(-1), Now.AddYears(1))]);

    public static LabJudgement Ask(EventData entry, Action<LabJudgement> rule, Actor? by = null, DateTimeOffset? occurredAt = null)
    {
        var judgement = new LabJudgement(new(entry, by ?? Person("tech01", Roles.Technician), Now, occurredAt));
        rule(judgement);
        return judgement;
    }

    /// <summary>What the rule finds, as words: <c>VAL-RANGE ph</c> for a refusal, <c>OutOfWindow ph: 7.7</c> for a flag with what was seen.</summary>
    public static string[] Found(EventData entry, Action<LabJudgement> rule, Actor? by = null, DateTimeOffset? occurredAt = null)
    {
        var j = Ask(entry, rule, by, occurredAt);
        return [.. j.Findings.Select(f => $"{f.Code} {f.Field}"), .. j.FlagsRaised.Select(f => $"{f.Code} {f.Field}: {Seen(f.Observed)}")];
    }

    /// <summary>The sentence of the only finding.</summary>
    public static string Said(EventData entry, Action<LabJudgement> rule, Actor? by = null) => Ask(entry, rule, by).Findings.Single().Message;

    public static Recorded Event(EventData data, int number = 1, string by = "tech01") =>
        new Stamp("stream/1", Day(number), Recorded(number), Person(by), Roles.Technician, Zone).Record(data, number);

    public static T Fold<T>(Func<T?, Recorded, T> apply, params (string By, EventData Data)[] events) where T : class =>
        events.Select((e, i) => Event(e.Data, i + 1, e.By)).Aggregate((T?)null, apply)!;

    private static string Seen(object? observed) => observed switch
    {
        DateTimeOffset at => RecordJson.Text(at),
        _ => Convert.ToString(observed, CultureInfo.InvariantCulture) ?? "",
    };
}
