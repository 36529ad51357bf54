using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Store.Readings;

namespace CultureTrack.Grains.Incubators;

public sealed partial class IncubatorGrain
{
    public Task Due() => Task.CompletedTask;

    public Task<AlarmAnswer> Acknowledge(string alarmId, string user, string cause, string action) => Unknown(alarmId);

    public Task<AlarmAnswer> Shelve(string alarmId, string user, DateTimeOffset until, string reason) => Unknown(alarmId);

    public Task<AlarmAnswer> Unshelve(string alarmId, string user, string reason) => Unknown(alarmId);

    public Task<AlarmAnswer> Reset(string alarmId, string user, string reason) => Unknown(alarmId);

    private static Task<AlarmAnswer> Unknown(string alarmId) => Task.FromResult(new AlarmAnswer(null, Codes.NotFound, $"There is no alarm {alarmId}."));

    private static Task RestoreAlarms(CancellationToken ct) => Task.CompletedTask;

    private static Task UpdateAlarms(IReadOnlyList<ReadingRow> committed, IReadOnlyList<TelemetryFact> facts) => Task.CompletedTask;

    private static IReadOnlyList<AlarmView> OpenAlarms() => [];

    private static DateTimeOffset? NextDeadline() => null;

    private void ScheduleNext() => scheduler.Schedule($"incubator/{Id}", NextDeadline(), () => GrainFactory.GetGrain<IIncubatorGrain>(Id).Due());
}
