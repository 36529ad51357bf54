using System.Security.Claims;
using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Incubators;
using CultureTrack.Grains.People;
using CultureTrack.Grains.Time;
using CultureTrack.Web.Entries;

namespace CultureTrack.Web.Alarms;

/// <summary>Where pages hand in what a person does about an alarm: permission first, then the incubator decides, and the trail keeps both.</summary>
public sealed class AlarmDesk(IGrainFactory grains, IEntryDesk people, AuditTrail audit, ClockGuard guard)
{
    /// <summary>Roles that act on alarms.</summary>
    public static IReadOnlyList<string> May { get; } = [Roles.Technician, Roles.Supervisor, Roles.QualityAssurance, Roles.Administrator];

    /// <param name="command">Made from the person's id, once it is known to be allowed.</param>
    public async Task<AlarmAnswer> Do(ClaimsPrincipal person, AlarmView alarm, Func<string, AlarmCommand> command, string? comment, CancellationToken ct)
    {
        if (await people.Who(person, ct) is not { } caller) return Refuse(Codes.AuthExpired, "The session is over. Sign in again.");
        var wanted = command(caller.User);
        var answer = caller.Actor.RoleFor(May) is null
            ? Refuse(Codes.SodRole, "Technicians, supervisors and quality assurance act on alarms; administrators on those about the roster.")
            : guard.Doubt() is { } doubt ? Refuse(Codes.Clock, doubt)
            : await grains.GetGrain<IIncubatorGrain>(alarm.IncubatorId).Act(alarm.AlarmId, wanted, caller.Actor, comment);
        await audit.Add(caller.User, $"Alarm {wanted.GetType().Name}", alarm.AlarmId, answer.Findings.Select(f => f.Code).FirstOrDefault(), caller.Actor.DeviceId, ct);
        return answer;
    }

    private static AlarmAnswer Refuse(string code, string message) => new(null, [new(code, "", message)], []);
}
