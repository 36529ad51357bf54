using CultureTrack.Grains.Lab;
using CultureTrack.Grains.Time;
using CultureTrack.Server.Demo.Stories;
using CultureTrack.Server.Hosting;
using CultureTrack.Store;
using CultureTrack.Store.Readings;
using Npgsql;

namespace CultureTrack.Server.Demo;

/// <summary>
/// Fills an empty demo lab: a server whose clock stands a month back, on which the stories are played through the same services and grains as the API
/// uses. It ends at the present moment; the ordinary server goes on from there with the real clock.
/// </summary>
internal sealed class DemoSeed(LabSettings settings, Database database)
{
    private const int HumidityHoursAgo = 9, HumidityMinutes = 95, RosteredDaysAhead = 60;
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById(DemoRegisters.Zone);
    private readonly TimeProvider _real = new SystemLabClock();

    /// <param name="progress">Told the share done, 0 to 1.</param>
    public async Task<DemoMemory> Run(Action<double>? progress, CancellationToken ct)
    {
        var now = Minute(_real.GetUtcNow());
        var clock = new ManualLabClock(Minute(now.AddDays(-DemoStories.DaysBack)));
        await MarkAsReal(ct);
        // Nobody can lose what is not finished yet, so commits need not wait for the disk; the last one does, and takes all before it along.
        var fast = new Database(Connection("-c synchronous_commit=off"), database.OwnerConnectionString, null);
        IssuedCredential gateway;
        await using (var app = LabHost.Build(Quiet(settings), fast, clock))
        {
            await app.StartAsync(ct);
            gateway = await Fill(app.Services, clock, now, progress, ct);
            await app.StopAsync(ct);
        }
        await Flush(ct);
        return new(_real.GetUtcNow(), gateway.ClientId, gateway.Username, gateway.Password);
    }

    private async Task<IssuedCredential> Fill(IServiceProvider services, ManualLabClock clock, DateTimeOffset now, Action<double>? progress, CancellationToken ct)
    {
        var start = clock.GetUtcNow();
        var registers = new DemoRegisters(services, clock);
        var people = await registers.People(ct);
        var gateway = await registers.Equipment(people[DemoPeople.Admin.User], ct);
        var telemetry = new DemoTelemetry(services.GetRequiredService<ReadingWriter>(), start, Zone);
        telemetry.PlanWorkingDays(now);
        var lab = new DemoLab(services.GetRequiredService<IGrainFactory>(), services.GetRequiredService<CleanRooms>(), clock, telemetry, people);
        await registers.Shifts(lab, now.AddDays(RosteredDaysAhead), ct);
        await registers.Materials(lab, ct);
        await registers.Training(lab, ct);
        var control = services.GetRequiredService<ClockControl>();
        var line = new StoryLine(start, async (at, token) =>
        {
            await telemetry.Write(at, _real.GetUtcNow(), token);
            await control.Advance(at, token);
        });
        var stories = await Stories(lab, line, registers, now, ct);
        await line.Play(stories, _real.GetUtcNow, at => progress?.Invoke((at - start) / (now - start)), ct);
        await registers.WalkRound(lab, ct);
        return gateway;
    }

    private static async Task<List<Func<Task>>> Stories(DemoLab lab, StoryLine line, DemoRegisters registers, DateTimeOffset now, CancellationToken ct)
    {
        var all = new DemoStories(now, Zone);
        var orders = all.Sheets.Concat<BatchOrder>(all.Expansions).Concat(all.Marrow).Concat(all.Sprays).Concat(all.Skins).Concat(all.CellSheets).DistinctBy(o => o.PatientRef);
        foreach (var order in orders) await registers.Patient(lab, order.PatientRef!, order.SecondIdentifier!, order.DonorRef, ct);
        await registers.Donor(lab, DemoStories.BankDonor, ct);
        var bank = new BankStory(lab, line, all.Bank, ct);
        return
        [
            .. all.Sheets.Select(o => (Func<Task>)new CeaStory(lab, line, o, ct).Run), .. all.Expansions.Select(o => (Func<Task>)new AdscStory(lab, line, o, ct).Run),
            bank.Run, .. all.Marrow.Select(o => (Func<Task>)new BmmscStory(lab, line, o, ct).Run), .. all.Sprays.Select(o => (Func<Task>)new SprStory(lab, line, o, ct).Run),
            .. all.Skins.Select(o => (Func<Task>)new BlsStory(lab, line, o, ct).Run), .. all.CellSheets.Select(o => (Func<Task>)new MssStory(lab, line, o, ct).Run),
            .. all.Media(bank).Select(o => (Func<Task>)new CmStory(lab, line, o, ct).Run),
            () => DryPan(lab, line, now), () => MixMedium(lab, line, registers, now, ct),
        ];
    }

    // One lot in use, the next one in quarantine until QA has seen its filter test.
    private static async Task MixMedium(DemoLab lab, StoryLine line, DemoRegisters registers, DateTimeOffset now, CancellationToken ct)
    {
        await line.At(Minute(now.AddDays(-4)));
        await registers.Medium(lab, Lots.Prepared, isReleased: true, ct);
        await line.At(Minute(now.AddHours(-5)));
        await registers.Medium(lab, Lots.PreparedNext, isReleased: false, ct);
    }

    // Nobody has answered this alarm yet: the water pan of one incubator was filled late.
    private static async Task DryPan(DemoLab lab, StoryLine line, DateTimeOffset now)
    {
        var from = Minute(now.AddHours(-HumidityHoursAgo));
        lab.Telemetry.Add("INC-06", new(from, HumidityMinutes, "humidity", m => 78 - 0.02 * m));
        for (var minute = 55; minute <= HumidityMinutes + 10; minute += 5) await line.At(from.AddMinutes(minute));
    }

    private async Task MarkAsReal(CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(database.RuntimeConnectionString);
        await Installation.Open(source, manualStart: null, ct);
    }

    private async Task Flush(CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(database.RuntimeConnectionString);
        await using var command = source.CreateCommand("update installation set manual_now = null");
        await command.ExecuteNonQueryAsync(ct);
    }

    private string Connection(string options) => new NpgsqlConnectionStringBuilder(database.RuntimeConnectionString) { Options = options }.ConnectionString;

    // Nobody is to reach the lab before it is filled.
    private static LabSettings Quiet(LabSettings settings) => settings.With(new Dictionary<string, string?>
    {
        ["Urls"] = "http://127.0.0.1:0",
        ["Mqtt:Mode"] = "embedded",
        ["Mqtt:Listen"] = "127.0.0.1:0",
        ["Mqtt:ListenTls"] = null,
        ["Orleans:Clustering"] = "localhost",
        ["Orleans:SiloPort"] = "0",
        ["Orleans:GatewayPort"] = "0",
    });

    private static DateTimeOffset Minute(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero);
}
