using System.Security.Claims;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Incubators;
using CultureTrack.Grains.People;
using CultureTrack.Web.Entries;

namespace CultureTrack.Web.Alarms;

/// <summary>Where pages hand in what a person does about an alarm: permission first, then the incubator decides, and the trail keeps both.</summary>
public sealed class AlarmDesk(IGrainFactory grains, IEntryDesk people, AuditTrail audit)
{
    private static readonly string[] May = [Roles.Technician, Roles.Supervisor];

    public Task<AlarmAnswer> Acknowledge(ClaimsPrincipal person, AlarmView alarm, string cause, string action, CancellationToken ct) =>
        Do(person, alarm, "AlarmAcknowledged", (i, user) => i.Acknowledge(alarm.AlarmId, user, cause, action), ct);

    public Task<AlarmAnswer> Shelve(ClaimsPrincipal person, AlarmView alarm, DateTimeOffset until, string reason, CancellationToken ct) =>
        Do(person, alarm, "AlarmShelved", (i, user) => i.Shelve(alarm.AlarmId, user, until, reason), ct);

    public Task<AlarmAnswer> Unshelve(ClaimsPrincipal person, AlarmView alarm, string reason, CancellationToken ct) =>
        Do(person, alarm, "AlarmUnshelved", (i, user) => i.Unshelve(alarm.AlarmId, user, reason), ct);

    public Task<AlarmAnswer> Reset(ClaimsPrincipal person, AlarmView alarm, string reason, CancellationToken ct) =>
        Do(person, alarm, "AlarmReset", (i, user) => i.Reset(alarm.AlarmId, user, reason), ct);

    private async Task<AlarmAnswer> Do(ClaimsPrincipal person, AlarmView alarm, string command, Func<IIncubatorGrain, string, Task<AlarmAnswer>> act, CancellationToken ct)
    {
        if (await people.Who(person, ct) is not { } caller) return new(null, Codes.AuthExpired, "The session is over. Sign in again.");
        var answer = caller.Actor.RoleFor(May) is null
            ? new AlarmAnswer(null, Codes.SodRole, "Technicians and supervisors act on alarms.")
            : await act(grains.GetGrain<IIncubatorGrain>(alarm.IncubatorId), caller.User);
        await audit.Add(caller.User, command, alarm.AlarmId, answer.Code, null, ct);
        return answer;
    }
}
