using CultureTrack.Store.Readings;

namespace CultureTrack.Server.Demo;

/// <summary>The past readings of the whole lab, written in chunks just before the clock comes to them.</summary>
internal sealed class DemoTelemetry(ReadingWriter writer, DateTimeOffset start, TimeZoneInfo zone)
{
    private const int FirstHour = 7, LastHour = 18, FewestOpenings = 2, MostOpenings = 5;
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
                for (var n = air.Id.StartsWith("FRZ", StringComparison.Ordinal) ? 1 : random.Next(FewestOpenings, MostOpenings + 1); n > 0; n--)
                {
                    var local = day.AddHours(random.Next(FirstHour, LastHour)).AddMinutes(random.Next(60));
                    if (!zone.IsInvalidTime(local)) air.Open(new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime());
                }
    }

    /// <summary>Stores what the devices measured up to <paramref name="until"/>; they are given to the incubators as if they came in.</summary>
    public async Task Write(DateTimeOffset until, CancellationToken ct)
    {
        var messages = _air.Values.SelectMany(a => a.Until(until)).ToList();
        if (messages.Count == 0) return;
        await writer.Append(messages, ct);
        Written += messages.Count;
    }
}
