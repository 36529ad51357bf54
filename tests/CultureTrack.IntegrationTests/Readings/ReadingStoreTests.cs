using System.Globalization;
using CultureTrack.Store.Readings;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CultureTrack.IntegrationTests.Readings;

public sealed class ReadingStoreTests(PostgresFixture postgres) : IAsyncLifetime
{
    static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    NpgsqlDataSource _source = null!;
    ReadingWriter _writer = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    ReadingStore Store => new(_source);

    public async ValueTask InitializeAsync()
    {
        var database = await (await postgres.CreateDatabase()).Migrated();
        _source = NpgsqlDataSource.Create(database.RuntimeConnectionString);
        _writer = NewWriter();
    }

    ReadingWriter NewWriter() => new(_source, new ReadingWriterOptions(), TimeProvider.System, NullLogger<ReadingWriter>.Instance);

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _source.DisposeAsync();
    }

    static TelemetryMessage Message(DateTimeOffset? deviceTime, DateTimeOffset? receivedAt = null, bool buffered = false, long? seq = null, ReadingQuality quality = ReadingQuality.Good, params (string, double)[] values)
    {
        var read = new ChannelValues();
        foreach (var (channel, value) in values) read[channel] = value;
        return new TelemetryMessage { IncubatorId = "INC-01", DeviceId = "dev-1", DeviceTime = deviceTime, ReceivedAt = receivedAt ?? deviceTime ?? Noon, Values = read, Buffered = buffered, Seq = seq, Quality = quality };
    }

    async Task<List<ReadingPoint>> Points(string channel) => await Store.Query("INC-01", channel, Noon.AddDays(-40), Noon.AddDays(40), Ct).ToListAsync(Ct);

    [Fact]
    [Trait("Rule", "R-31")]
    public async Task The_same_value_again_is_stored_once_and_another_value_is_kept_as_a_conflict()
    {
        await _writer.Append([Message(Noon, values: ("temperature", 37.02))], Ct);
        await _writer.Append([Message(Noon, values: ("temperature", 37.02)), Message(Noon, values: ("temperature", 38.5))], Ct);
        await _writer.Append([Message(Noon, values: ("temperature", 38.5))], Ct);

        var points = await Points("temperature");
        points.Select(p => p.Value).ShouldBe([37.02, 38.5], ignoreOrder: true);
        points.ShouldAllBe(p => p.Conflict);
        (await Store.Latest("INC-01", Ct))["temperature"].Value.ShouldBe(37.02);
    }

    [Fact]
    public async Task Messages_of_one_time_with_different_channels_are_merged_whether_they_arrive_together_or_apart()
    {
        await _writer.Append([Message(Noon, seq: 1, values: ("temperature", 37.0)), Message(Noon, seq: 2, values: ("co2", 5.0))], Ct);
        await _writer.Append([Message(Noon, seq: 3, values: [("co2", 5.0), ("rh", 95), ("glucose", 4.4)])], Ct);

        (await Points("temperature")).ShouldHaveSingleItem().Seq.ShouldBe(1);
        (await Points("co2")).ShouldHaveSingleItem().Seq.ShouldBe(2);
        (await Points("rh")).ShouldHaveSingleItem().Seq.ShouldBe(3);
        (await Points("glucose")).ShouldHaveSingleItem().Value.ShouldBe(4.4);
        (await Points("co2")).ShouldAllBe(p => !p.Conflict);
    }

    [Fact]
    public async Task Two_writers_with_the_same_backlog_store_every_value_once()
    {
        var backlog = Enumerable.Range(0, 500).Select(i => Message(Noon.AddMinutes(i), Noon.AddDays(1), buffered: true, values: [("temperature", 37 + i * 0.001), ("co2", 5)])).ToList();
        await using var other = NewWriter();
        var writes = backlog.Chunk(25).SelectMany(chunk => new[] { _writer.Append(chunk, Ct), other.Append([.. chunk.Reverse()], Ct) });
        await Task.WhenAll(writes);

        var points = await Points("temperature");
        points.Count.ShouldBe(500);
        points.Select(p => p.Value).ShouldBe(backlog.Select(m => m.Values["temperature"]!.Value));
    }

    [Fact]
    public async Task Skewed_live_readings_count_from_their_receipt_and_move_later_buffered_ones()
    {
        var ahead = TimeSpan.FromSeconds(30);
        await _writer.Append([Message(Noon + ahead, Noon, values: ("temperature", 37.0))], Ct);
        await _writer.Append([Message(Noon.AddMinutes(-10) + ahead, Noon.AddSeconds(1), buffered: true, values: ("temperature", 36.0))], Ct);

        var points = await Points("temperature");
        points.Select(p => p.Time).ShouldBe([Noon.AddMinutes(-10), Noon]);
        points.ShouldAllBe(p => p.Flags.HasFlag(ReadingFlags.ClockSkew));
        points[1].DeviceTime.ShouldBe(Noon + ahead);
    }

    [Theory]
    [InlineData(5.0, true)]
    [InlineData(5.001, false)]
    [InlineData(-5.0, true)]
    [InlineData(-5.001, false)]
    public void A_live_device_time_is_trusted_up_to_five_seconds(double aheadSeconds, bool trusted)
    {
        var (effectiveAt, flags) = new DeviceClocks().Place(Message(Noon.AddSeconds(aheadSeconds), Noon, values: ("temperature", 37)));
        effectiveAt.ShouldBe(trusted ? Noon.AddSeconds(aheadSeconds) : Noon);
        flags.HasFlag(ReadingFlags.ClockSkew).ShouldBe(!trusted);
    }

    [Fact]
    public async Task The_last_clock_difference_is_known_after_a_restart()
    {
        await _writer.Append([Message(Noon.AddSeconds(90), Noon, values: ("temperature", 37.0))], Ct);
        await using var restarted = NewWriter();
        await restarted.Append([Message(Noon.AddMinutes(-10), Noon.AddSeconds(1), buffered: true, values: ("temperature", 36.0))], Ct);
        var late = (await Points("temperature"))[0];
        late.Time.ShouldBe(Noon.AddMinutes(-10).AddSeconds(-90));
        late.CountsAsMissing.ShouldBeTrue();
    }

    [Fact]
    [Trait("Rule", "R-01")]
    [Trait("Rule", "R-31")]
    public async Task The_runtime_role_can_neither_change_nor_delete_a_reading()
    {
        await _writer.Append([Message(Noon, values: ("temperature", 37.0))], Ct);
        foreach (var sql in (string[])["update telemetry.readings set temperature = 36", "delete from telemetry.readings", "truncate telemetry.readings", "delete from telemetry.readings_20260302"])
        {
            await using var command = _source.CreateCommand(sql);
            (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Ct))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        }
    }

    [Fact]
    public async Task Late_readings_never_move_the_latest_value_back()
    {
        await _writer.Append([Message(Noon, values: ("temperature", 37.0))], Ct);
        await _writer.Append([Message(Noon.AddHours(-3), Noon.AddMinutes(1), buffered: true, values: [("temperature", 30.0), ("co2", 4.9)])], Ct);
        var latest = await Store.Latest("INC-01", Ct);
        latest["temperature"].Value.ShouldBe(37.0);
        latest["co2"].Time.ShouldBe(Noon.AddHours(-3));
    }

    [Fact]
    public async Task Buckets_give_extremes_and_the_time_no_value_covers()
    {
        await _writer.Append([.. Enumerable.Range(0, 10).Select(i => Message(Noon.AddMinutes(i), values: ("temperature", 36.5 + i * 0.1)))], Ct);
        var buckets = (await Store.Buckets("INC-01", ["temperature"], Noon, Noon.AddMinutes(20), 2, TimeSpan.FromSeconds(150), Ct))[0];
        buckets[0].Count.ShouldBe(10);
        buckets[0].Min.ShouldBe(36.5);
        buckets[0].Max!.Value.ShouldBe(37.4, 1e-9);
        buckets[0].Mean!.Value.ShouldBe(36.95, 1e-9);
        buckets[0].MissingSeconds.ShouldBe(0);
        buckets[1].Count.ShouldBe(0);
        buckets[1].Mean.ShouldBeNull();
        buckets[1].MissingSeconds.ShouldBe(600 - 90);    // the last value, at minute 9, covers 150 s: 60 s of the first bucket, 90 s of this one
    }

    [Fact]
    public async Task Several_channels_are_summed_up_in_one_pass_with_what_contradicts_them_and_without_what_counts_as_missing()
    {
        await _writer.Append([
            Message(Noon, values: [("temperature", 37.0), ("door", 1), ("ph", 7.2)]),
            Message(Noon.AddMinutes(1), values: [("temperature", 37.2), ("door", 0)]),
        ], Ct);
        await _writer.Append([Message(Noon.AddMinutes(1), values: ("temperature", 39.0))], Ct);
        await _writer.Append([Message(Noon.AddMinutes(2), quality: ReadingQuality.Bad, values: ("temperature", 99.0))], Ct);
        var buckets = await Store.Buckets("INC-01", ["temperature", "door", "ph"], Noon, Noon.AddMinutes(3), 1, TimeSpan.FromSeconds(150), Ct);
        buckets.Select(b => (b[0].Count, b[0].Min, b[0].Max)).ShouldBe([(3, 37.0, 39.0), (2, 0.0, 1.0), (1, 7.2, 7.2)]);
    }

    [Fact]
    public async Task Readings_of_any_day_since_2000_find_a_partition()
    {
        var days = (string[])["2000-01-01T00:00:00Z", "2013-07-04T00:00:00Z", "2019-12-31T23:59:59Z", "2020-01-01T00:00:00Z", "2026-10-26T02:00:00Z"];
        await _writer.Append([.. days.Select(d => Message(DateTimeOffset.Parse(d, CultureInfo.InvariantCulture), Noon, buffered: true, values: ("temperature", 20)))], Ct);
        var all = await Store.Query("INC-01", "temperature", new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), Noon.AddYears(1), Ct).ToListAsync(Ct);
        all.Count.ShouldBe(days.Length);
    }

    [Fact]
    public async Task The_reject_log_keeps_what_was_refused_with_its_reason()
    {
        await _writer.Reject(new RejectedMessage(Noon, "cli\0ent", "some/topic", "not JSON", 0x99, new byte[] { 0, 1, 255 }, 3), Ct);
        var (items, total) = await new RejectLog(_source).List(1, 10, Ct);
        total.ShouldBe(1);
        items[0].Reason.ShouldBe("not JSON");
        items[0].Code.ShouldBe((byte)0x99);
        items[0].Payload.ToArray().ShouldBe([0, 1, 255]);
    }
}
