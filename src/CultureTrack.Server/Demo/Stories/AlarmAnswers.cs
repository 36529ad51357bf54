using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Server.Demo.Stories;

/// <summary>What a technician writes about an alarm.</summary>
internal sealed record AlarmAnswerText(string Cause, string Action);

internal static class AlarmAnswers
{
    /// <summary>A technician acknowledges every alarm of limits that stands, and resets those that latched.</summary>
    public static async Task Answer(this DemoLab lab, string incubatorId, AlarmAnswerText text)
    {
        var incubator = lab.Incubator(incubatorId);
        var by = lab.Person(DemoPeople.Tech2);
        foreach (var alarm in (await incubator.Live()).Alarms.Where(a => a.Kind == nameof(AlarmKind.Limit)))
        {
            if (alarm.State is nameof(AlarmState.UnackActive) or nameof(AlarmState.RtnUnack) or nameof(AlarmState.Latched) && alarm.AcknowledgedBy is null)
                await Do(incubator, alarm.AlarmId, new AlarmCommand.Acknowledge(lab.Now, by.UserId, text.Cause, text.Action), by);
        }
        foreach (var alarm in (await incubator.Live()).Alarms.Where(a => a.State == nameof(AlarmState.Latched)))
            await Do(incubator, alarm.AlarmId, new AlarmCommand.Reset(lab.Now, by.UserId, text.Action), by);
    }

    private static async Task Do(Grains.Incubators.IIncubatorGrain incubator, string alarmId, AlarmCommand command, Domain.Records.Actor by)
    {
        var answer = await incubator.Act(alarmId, command, by);
        if (answer.Findings.Count > 0)
            throw new DemoStoryException($"Alarm {alarmId}: {string.Join("; ", answer.Findings.Select(f => $"{f.Code} {f.Field}: {f.Message}"))}");
    }
}
