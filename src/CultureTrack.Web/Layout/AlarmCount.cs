using CultureTrack.Grains.Incubators;
using CultureTrack.Grains.Live;
using CultureTrack.Web.Lab;

namespace CultureTrack.Web.Layout;

/// <summary>Alarms nobody has acknowledged, for the number beside the menu entry; one per open page.</summary>
public sealed class AlarmCount(LabLive live, ILiveFeed feed, TimeProvider time)
{
    public event Action? Changed;

    public int Unacknowledged { get; private set; }

    public async Task Refresh(CancellationToken ct)
    {
        var before = Unacknowledged;
        Unacknowledged = (await live.Alarms(ct)).Count(a => a.State is "UnackActive" or "RtnUnack" or "Latched");
        if (Unacknowledged != before) Changed?.Invoke();
    }

    public Task Follow(Func<Exception, Task> failed, CancellationToken ct) => LiveRenders.Follow(feed, ["alarms"], TimeSpan.FromSeconds(30), time, () => Refresh(ct), failed, ct);
}
