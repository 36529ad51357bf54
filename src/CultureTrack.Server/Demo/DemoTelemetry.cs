using CultureTrack.Store.Readings;

namespace CultureTrack.Server.Demo;

/// <summary>The past readings of the whole lab, written in chunks just before the clock comes to them.</summary>
internal sealed class DemoTelemetry(ReadingWriter writer, DateTimeOffset start, TimeZoneInfo zone)
{
    private const int FirstHour = 7, LastHour = 18, FewestOpenings = 2, MostOpenings = 5;
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(40);
    private readonly Dictionary<string, DemoAir> _air = DemoEquipment.All.Select((e, i) => new DemoAir(e, start, 4100 + i, DemoEquipment.Gateway))
        .ToDictionary(a => a.Id, StringComparer.Ordinal);

    public long Written { get; private set; }

    public void Open(string equipmentId, DateTimeOffset at) => _air[equipmentId].Open(at);

    public void Add(string equipmentId, AirFault fault) => _air[equipmentId].Add(fault);

    /// <summary>People look after other things than the stories tell: a few openings on every working day.</summary>
    public void PlanWorkingDays(DateTimeOffset end)
    {
        var random = new Random(4000);
        foreach (var air in _air.Values)
            for (var day = start.Date; day <= end.Date; day = day.AddDays(1))
                for (var n = !air.IsIncubator ? 1 : random.Next(FewestOpenings, MostOpenings + 1); n > 0; n--)
                {
                    var local = day.AddHours(random.Next(FirstHour, LastHour)).AddMinutes(random.Next(60));
                    if (!zone.IsInvalidTime(local)) air.Open(new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime());
                }
    }

    /// <summary>
    /// Stores what the devices measured up to <paramref name="until"/>; the incubators get it as if it came in. Quiet equipment runs some minutes ahead,
    /// never beyond <paramref name="end"/>, because a hundred small chunks cost as much as a hundred large ones.
    /// </summary>
    public async Task Write(DateTimeOffset until, DateTimeOffset end, CancellationToken ct)
    {
        var messages = new List<TelemetryMessage>();
        foreach (var air in _air.Values.Where(a => a.Next <= until))
        {
            var ahead = until + Ahead < end ? until + Ahead : end;
            messages.AddRange(air.Until(air.IsTroubled(until - Ahead, until + Ahead) || ahead < until ? until : ahead));
        }
        if (messages.Count == 0) return;
        await writer.Append(messages, ct);
        Written += messages.Count;
    }
}
