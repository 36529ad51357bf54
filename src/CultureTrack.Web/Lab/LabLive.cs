using CultureTrack.Grains.Incubators;

namespace CultureTrack.Web.Lab;

/// <summary>Live state of equipment, asked of its grains.</summary>
public sealed class LabLive(IGrainFactory grains, ILabIndex lab)
{
    private const int AtOnce = 32;

    /// <summary>Units that are retired show nothing and are left out.</summary>
    public async Task<IReadOnlyList<(EquipmentLine Unit, LiveState State)>> All(CancellationToken ct)
    {
        var units = (await lab.Equipment(ct)).Where(u => u.Status != "Retired" && u.Kind != "Cabinet").OrderBy(u => u.Id, StringComparer.Ordinal).ToArray();
        var states = new (EquipmentLine, LiveState)[units.Length];
        await Parallel.ForAsync(0, units.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (i, _) => states[i] = (units[i], await Of(units[i].Id)));
        return states;
    }

    public Task<LiveState> Of(string incubatorId) => grains.GetGrain<IIncubatorGrain>(incubatorId).Live();

    /// <summary>All alarms that are not at rest, worst and newest first.</summary>
    public async Task<IReadOnlyList<AlarmView>> Alarms(CancellationToken ct) =>
        [.. (await All(ct)).SelectMany(s => s.State.Alarms).Concat((await Of(AlarmCalls.RosterSubject)).Alarms).Where(a => a.State != "Normal")
            .OrderByDescending(a => a.Severity == "critical").ThenBy(a => a.State is "AckActive" or "Shelved").ThenByDescending(a => a.RaisedAt)];
}
