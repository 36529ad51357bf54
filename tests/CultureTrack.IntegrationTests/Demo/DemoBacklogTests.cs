using CultureTrack.Server.Demo;
using CultureTrack.Server.Hosting;
using CultureTrack.Store.Readings;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CultureTrack.IntegrationTests.Demo;

public sealed class DemoBacklogTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3, 180)]
    [InlineData(60, 24 * 60 + 1)]
    public async Task Devices_send_what_they_kept_while_the_demo_was_off_but_no_more_than_a_day(int hoursOff, int readings)
    {
        var database = await (await postgres.CreateDatabase()).Migrated();
        await using var source = NpgsqlDataSource.Create(database.RuntimeConnectionString);
        await using (var writer = new ReadingWriter(source, new(), TimeProvider.System, NullLogger<ReadingWriter>.Instance))
            await writer.Append([Last(Now.AddHours(-hoursOff))], Ct);
        var demo = new Database(database.RuntimeConnectionString, null, null);
        (await DemoBacklog.Write(demo, Now, NullLoggerFactory.Instance, Ct)).ShouldBe(readings);
        var stored = new List<ReadingRow>();
        await foreach (var row in new ReadingStore(source).Rows("INC-01", Now.AddHours(-hoursOff), Now, Ct)) stored.Add(row);
        stored.Where(r => r.ReceivedAt == Now).ShouldAllBe(r => r.Buffered && r.EffectiveAt == r.At);
        (await DemoBacklog.Write(demo, Now, NullLoggerFactory.Instance, Ct)).ShouldBe(0, "everything has been sent");
    }

    private static TelemetryMessage Last(DateTimeOffset at)
    {
        var values = new ChannelValues { ["temperature"] = 37, ["door"] = 0 };
        return new() { IncubatorId = "INC-01", DeviceId = DemoEquipment.Gateway, DeviceTime = at, ReceivedAt = at, Values = values };
    }
}
