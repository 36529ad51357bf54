using CultureTrack.Grains.Incubators;

namespace CultureTrack.Web.Lab;

/// <summary>Live state of equipment, asked of its grains once for all pages that ask together.</summary>
public sealed class LabLive
{
    private const int AtOnce = 32;
    private static readonly TimeSpan RoundsApart = TimeSpan.FromMilliseconds(200);
    private readonly IGrainFactory _grains;
    private readonly ILabIndex _lab;
    private readonly SharedRound<IReadOnlyList<(EquipmentLine Unit, LiveState State)>> _all;

    public LabLive(IGrainFactory grains, ILabIndex lab)
    {
        (_grains, _lab) = (grains, lab);
        // By the machine's clock: how often the grains are asked has nothing to do with the lab's.
        _all = new(Ask, RoundsApart, TimeProvider.System);
    }

    /// <summary>Units that are retired show nothing and are left out.</summary>
    public Task<IReadOnlyList<(EquipmentLine Unit, LiveState State)>> All(CancellationToken ct) => _all.Ask(ct);

    private async Task<IReadOnlyList<(EquipmentLine Unit, LiveState State)>> Ask()
    {
        var units = (await _lab.Equipment(CancellationToken.None)).Where(u => u.Status != "Retired" && u.Kind != "Cabinet").OrderBy(u => u.Id, StringComparer.Ordinal).ToArray();
        var states = new (EquipmentLine, LiveState)[units.Length];
        await Parallel.ForAsync(0, units.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (i, _) => states[i] = (units[i], await Of(units[i].Id)));
        return states;
    }

    public Task<LiveState> Of(string incubatorId) => _grains.GetGrain<IIncubatorGrain>(incubatorId).Live();

    /// <summary>All alarms that are not at rest, worst and newest first.</summary>
    public async Task<IReadOnlyList<AlarmView>> Alarms(CancellationToken ct) =>
        [.. (await All(ct)).SelectMany(s => s.State.Alarms).Concat((await Of(AlarmCalls.RosterSubject)).Alarms).Where(a => a.State != "Normal")
            .OrderByDescending(a => a.Severity == "critical").ThenBy(a => a.State is "AckActive" or "Shelved").ThenByDescending(a => a.RaisedAt)];
}
