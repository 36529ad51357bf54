using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Time;
using CultureTrack.Store.Readings;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CultureTrack.IntegrationTests.Api;

/// <summary>A server whose clock is wrong or whose database is away says so, loses nothing and goes on by itself.</summary>
public sealed class DisturbanceTests(DisturbedLab lab) : IClassFixture<DisturbedLab>
{
    private ClockGuard Guard => lab.Services.GetRequiredService<ClockGuard>();

    private Task<Reply> Command() => lab.Post("tech01", "/patients", new { patientRef = RunningLab.Id("PT"), secondIdentifier = "1958-03-01" });

    private async Task<IReadOnlyList<Recorded<ClockChanged>>> Changes()
    {
        await using var session = lab.Services.GetRequiredService<IDocumentStore>().QuerySession();
        return [.. (await session.Events.FetchStreamAsync(ServerClockRules.Stream)).Select(e => (Recorded<ClockChanged>)e.Data)];
    }

    [Fact]
    public async Task R28_A_clock_that_was_set_is_recorded_and_stops_commands_until_it_agrees_again()
    {
        (await Command()).ShouldBe(201);
        lab.Wall.Set(TimeSpan.FromMilliseconds(700));
        await Guard.Check(TestContext.Current.CancellationToken);
        (await Command()).ShouldBe(201);
        (await Changes()).ShouldBeEmpty();

        lab.Wall.Set(TimeSpan.FromSeconds(5));
        (await Command()).ShouldBeRefused(503, "CLOCK");
        (await lab.Get("tech01", "/batches")).ShouldBe(200);
        (await lab.Post(null, "/session", new { user = "tech02", password = RunningLab.Password })).ShouldBe(200);
        (await lab.Get("tech01", "/clock"))["doubt"].GetValue<string>().ShouldContain("Nothing was stored");
        await Guard.Check(TestContext.Current.CancellationToken);
        var changes = await Changes();
        changes.Select(c => c.Data.Source.Split('/')[1]).ShouldBe(["monotonic", "database"], ignoreOrder: true);
        foreach (var change in changes)
        {
            (change.ActorRole, change.Origin).ShouldBe((Roles.System, Origin.System));
            (change.Data.NewOffsetMs - change.Data.OldOffsetMs).ShouldBeInRange(3500, 5500);
            change.HasFlag(Flags.OutOfWindow).ShouldBeTrue();
        }

        lab.Wall.Set(TimeSpan.Zero);
        await Guard.Check(TestContext.Current.CancellationToken);
        (await Command()).ShouldBe(201);
        (await Changes()).Count.ShouldBe(4);
        (await lab.Get("tech01", "/clock")).Json!["doubt"].ShouldBeNull();
        (await lab.Get("qa01", "/audit?outcome=Refused&user=tech01"))["items"][0]!["code"]!.GetValue<string>().ShouldBe("CLOCK");
        await lab.Post("qa01", "/checkpoints", null);
        (await lab.Post("qa01", "/verification", null)).ShouldBe(200)["findings"].AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_as_such_and_everything_goes_on_when_it_is_back()
    {
        var batch = await lab.NewBatch(lab.Now().AddDays(60));
        lab.Way.Cut();
        var read = await lab.Get("tech01", "/batches");
        read.ShouldBeRefused(503, "UNAVAILABLE");
        read.Headers.RetryAfter.ShouldNotBeNull();
        (await lab.Enter("tech01", batch, "DeviationOpened", new { text = "Lid was open", @class = "Minor" })).ShouldBeRefused(503, "UNAVAILABLE");

        lab.Way.Mend();
        await Waiting.Until(async () => (await lab.Get("tech01", $"/batches/{batch}")).Status == 200, "reading goes on");
        await Waiting.Until(async () => (await lab.Enter("tech01", batch, "DeviationOpened", new { text = "Lid was open", @class = "Minor" })).Status == 201, "entries go on");
        (await lab.Get("qa01", "/audit?outcome=Refused"))["items"].AsArray().ShouldContain(a => (string?)a!["code"] == "UNAVAILABLE" && ((string)a["command"]!).Contains("/events", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_that_answers_but_stores_no_readings_is_told_with_its_reason_until_it_stores_again()
    {
        var writer = lab.Services.GetRequiredService<ReadingWriter>();
        await using var owner = NpgsqlDataSource.Create(lab.OwnerConnectionString);
        Task Owner(string sql) => owner.CreateCommand(sql).ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        async Task<(int, string)> Ready()
        {
            using var answer = await lab.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        Task Store() => writer.Append([new() { IncubatorId = "INC-77", DeviceId = "dev-77", ReceivedAt = lab.Now(), Values = new() { [CanonicalChannel.Temperature] = 37 } }], TestContext.Current.CancellationToken);
        (await Ready()).ShouldBe((200, "Healthy"));

        await Owner("create function telemetry.no_room() returns trigger language plpgsql as $$ begin raise exception 'no room left' using errcode = 'disk_full'; end $$");
        await Owner("create trigger no_room before insert on telemetry.readings for each row execute function telemetry.no_room()");
        await Should.ThrowAsync<PostgresException>(Store);
        var (status, told) = await Ready();
        status.ShouldBe(503);
        told.ShouldStartWith("Unhealthy");
        told.ShouldContain("readings: Readings have not been stored since");
        told.ShouldContain("no room left");

        await Owner("drop trigger no_room on telemetry.readings");
        await Store();
        (await Ready()).ShouldBe((200, "Healthy"));
    }
}
