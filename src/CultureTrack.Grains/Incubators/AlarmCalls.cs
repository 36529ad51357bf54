using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Notices;
using CultureTrack.Grains.People;
using Marten;

namespace CultureTrack.Grains.Incubators;

/// <summary>Whom an alarm that nobody acknowledges calls (4.6): OnShift, Supervisor, QaOnCall as the roster says, by e-mail, webhook and MQTT.</summary>
public sealed class AlarmCalls(DutyRoster roster, NoticeBoard notices)
{
    /// <summary>Subject of alarms about the roster itself; no equipment has this id.</summary>
    public const string RosterSubject = "ROSTER";

    private static readonly Duty[] ByLevel = [Duty.OnShift, Duty.Supervisor, Duty.QaOnCall];

    public static string Code(Duty duty) => $"nobody-{duty}";

    /// <summary>Puts the calls into the caller's transaction.</summary>
    /// <returns>Duties nobody has: every active person of the role was called instead.</returns>
    public async Task<IReadOnlyList<Duty>> Put(IDocumentSession session, IEnumerable<(Alarm Alarm, EscalationStep Step)> calls, string site, CancellationToken ct)
    {
        var missing = new List<Duty>();
        foreach (var (alarm, step) in calls)
        {
            var duty = await roster.OnDuty(ByLevel[step.Level - 1], step.At, ct);
            if (!duty.Rostered) missing.Add(duty.Duty);
            var definition = AlarmDefinitions.Of(alarm.Point);
            var subject = $"{(alarm.Severity == Domain.Telemetry.Severity.Critical ? "CRITICAL" : "Alarm")} {alarm.IncubatorId}: {alarm.Point}";
            var text = $"""
                {subject}
                Since {alarm.RaisedAt:u}, not acknowledged. You are called as {duty.Duty}{(duty.Rostered ? "" : ", because nobody has this duty")}.

                {definition.Consequence}
                {definition.OperatorAction}
                """;
            notices.Put(session, new($"alarm/{alarm.AlarmId}/{step.At:O}/{step.Level}", "alarm.escalated", step.At, subject, text,
                new { alarm.AlarmId, alarm.IncubatorId, channel = alarm.Point.Channel, kind = alarm.Point.Kind, severity = alarm.Severity, alarm.RaisedAt, level = step.Level, duty = duty.Duty, called = duty.People.Select(p => p.User), duty.Rostered },
                duty.People)
            { Place = PlaceOf(site, alarm.IncubatorId) });
        }
        return [.. missing.Distinct()];
    }

    /// <summary>Calls the administrators, who alone can mend a roster that names nobody.</summary>
    public async Task PutForAdministrators(IDocumentSession session, Alarm alarm, DateTimeOffset at, CancellationToken ct)
    {
        var people = await roster.InRole(Roles.Administrator, ct);
        var subject = $"Nobody has the duty {alarm.Point.Detail["nobody-".Length..]}";
        notices.Put(session, new($"alarm/{alarm.AlarmId}/{at:O}/roster", "alarm.escalated", at, subject,
            $"{subject}. An alarm that nobody acknowledged called every active person of the role instead. See to it that a supervisor rosters somebody.",
            new { alarm.AlarmId, incubatorId = RosterSubject, kind = alarm.Point.Kind, severity = alarm.Severity, alarm.RaisedAt, level = 1, duty = alarm.Point.Detail, called = people.Select(p => p.User), rostered = false }, people));
    }

    /// <summary>What changed of an alarm, for programs: webhooks and subscribers of the broker.</summary>
    public void Put(IDocumentSession session, AlarmLine line)
    {
        var kind = line.Step switch
        {
            AlarmStep.Raised => "alarm.raised",
            AlarmStep.Cleared => "alarm.cleared",
            AlarmStep.Acknowledged => "alarm.acknowledged",
            AlarmStep.Shelved => "alarm.shelved",
            AlarmStep.Unshelved => "alarm.unshelved",
            AlarmStep.Reset => "alarm.reset",
            _ => "alarm.changed",
        };
        var alarm = line.Alarm;
        notices.Put(session, new($"alarm/{alarm.AlarmId}/{line.At:O}/{kind}", kind, line.At, $"{kind} {alarm.IncubatorId} {alarm.Point}",
            new { alarm.AlarmId, alarm.IncubatorId, channel = alarm.Point.Channel, kind = alarm.Point.Kind, severity = alarm.Severity, state = alarm.State, alarm.RaisedAt, alarm.ClearedAt, alarm.AcknowledgedBy, alarm.ExcursionId, alarm.NuisanceSince })
        { Place = PlaceOf(line.Site, alarm.IncubatorId) });
    }

    private static NoticePlace? PlaceOf(string site, string incubatorId) => site.Length == 0 ? null : new(site, incubatorId);

    public void Sent() => notices.Sent();
}
