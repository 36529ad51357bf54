using CultureTrack.Store.Readings;
using CultureTrack.Store.Readings.Sealed;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace CultureTrack.IntegrationTests.Readings;

/// <summary>Days that were summed up say what their readings say, whatever comes late.</summary>
public sealed class RollupTests(PostgresFixture postgres) : ReadingTests(postgres)
{
    static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    static readonly string[] Channels = ["temperature", "co2", "door", "Glucose g/L"];

    async Task SealAll(int day)
    {
        var sealer = new ReadingSealer(Source, new SealingOptions { RowsWorthSealing = 40 }, new FakeTimeProvider(Start.AddDays(day)), NullLogger<ReadingSealer>.Instance);
        while (await sealer.Seal(Ct) > 0) { }
    }

    /// <summary>Days of one device: even or trembling, with losses, bad values, a clock that is wrong for some hours, and channels that come seldom.</summary>
    static List<TelemetryMessage> Days(Random chance, int days)
    {
        var messages = new List<TelemetryMessage>();
        var period = chance.Next(3) switch { 0 => 60, 1 => 75, _ => 160 };
        var skewed = chance.Next(days * 24);
        for (var at = Start.AddSeconds(chance.Next(period)); at < Start.AddDays(days); at = at.AddSeconds(period))
        {
            if (chance.Next(200) == 0) at = at.AddSeconds(chance.Next(12 * 3600));
            var told = chance.Next(2) == 0 ? at : at.AddMilliseconds(chance.Next(4000));
            var hour = (int)(at - Start).TotalHours;
            var values = new List<(string, double)> { ("temperature", Math.Round(37 + chance.NextDouble() - 0.5, 2)), ("co2", 5 + chance.NextDouble() / 3), ("door", chance.Next(2)) };
            if (chance.Next(200) == 0) values.Add(("Glucose g/L", chance.NextDouble()));
            messages.Add(Message(told, hour >= skewed && hour < skewed + 5 ? told.AddHours(-30) : told, quality: chance.Next(30) == 0 ? ReadingQuality.Bad : ReadingQuality.Good, values: [.. values]));
        }
        return messages;
    }

    async Task<IReadOnlyList<IReadOnlyList<ReadingBucket>>> OneByOne(DateTimeOffset from, DateTimeOffset to, int buckets, TimeSpan covers)
    {
        var summaries = Channels.Select(_ => new BucketSummary(from, to, buckets, covers)).ToList();
        await foreach (var row in Store.Rows("INC-01", from - covers, to, Ct))
            foreach (var (channel, value) in row.Values.All())
                if (!row.CountsAsMissing) summaries[Array.IndexOf(Channels, channel)].Add(row.EffectiveAt, value);
        return [.. summaries.Select(s => s.Finish())];
    }

    async Task Compare(Random chance, int days, string when)
    {
        for (var i = 0; i < 6; i++)
        {
            var from = Start.AddHours(chance.Next(-30, 30)).AddSeconds(chance.Next(2) * chance.Next(3600));
            var to = Start.AddDays(days).AddHours(chance.Next(-20, 40)).AddSeconds(chance.Next(2) * chance.Next(3600));
            var buckets = chance.Next(1, (int)((to - from) / BucketSummary.WholeHours));
            // Sums are used where the buckets are whole hours by themselves, which most of these then are.
            if (i % 3 != 0)
            {
                from = from.AddTicks(-(from.UtcTicks % TimeSpan.TicksPerHour));
                to = from.AddHours(buckets * chance.Next(4, 1 + Math.Max(4, (int)((to - from).TotalHours / buckets))));
            }
            var covers = TimeSpan.FromSeconds(chance.Next(3) switch { 0 => 150, 1 => 60, _ => 7200 });
            var fast = await Store.Buckets("INC-01", Channels, from, to, buckets, covers, Ct);
            var slow = await OneByOne(from, to, buckets, covers);
            for (var c = 0; c < Channels.Length; c++)
                for (var b = 0; b < buckets; b++)
                {
                    var (f, s) = (fast[c][b], slow[c][b]);
                    var same = f with { Mean = null } == s with { Mean = null } && f.Mean.HasValue == s.Mean.HasValue && Math.Abs((f.Mean ?? 0) - (s.Mean ?? 0)) <= 1e-14 * Math.Abs(s.Mean ?? 0);
                    same.ShouldBeTrue($"{when}: {Channels[c]}, bucket {b} of {buckets}, {from:o} to {to:o}, {covers}: {f} and one by one {s}");
                }
        }
    }

    async Task AsOwner(string sql)
    {
        await using var owner = NpgsqlDataSource.Create(Database.OwnerConnectionString);
        await using var command = owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }

    [Theory]
    [InlineData(30, 30, false)]
    [InlineData(61, 1000, false)]
    [InlineData(62, 300, true)]
    [InlineData(366, 1000, true)]
    public void Periods_are_divided_equally_and_only_long_ones_by_whole_hours(int days, int buckets, bool byWholeHours)
    {
        var (from, to) = (Start.AddMinutes(580), Start.AddMinutes(580).AddDays(days));
        var made = new BucketSummary(from, to, buckets, TimeSpan.FromSeconds(150)).Finish();
        (made[0].From, made[^1].To).ShouldBe((from, to));
        for (var i = 1; i < buckets; i++)
        {
            var equal = from.AddTicks((to - from).Ticks * i / buckets);
            made[i].From.ShouldBe(made[i - 1].To);
            if (byWholeHours) (made[i].From.Minute, made[i].From.Second, (made[i].From - equal).Duration() <= TimeSpan.FromMinutes(30)).ShouldBe((0, 0, true));
            else made[i].From.ShouldBe(equal);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [Trait("Rule", "R-31")]
    public async Task Buckets_of_days_summed_up_equal_those_of_the_readings_whatever_comes_late(int seed)
    {
        var (chance, days) = (new Random(seed), 5);
        var (all, later) = (Days(chance, days), new List<TelemetryMessage>());
        foreach (var message in all.Where(_ => chance.Next(40) == 0).ToList())
        {
            all.Remove(message);
            later.Add(message);
        }
        foreach (var chunk in all.Chunk(500)) await Writer.Append(chunk, Ct);
        await Compare(chance, days, "nothing sealed");
        await SealAll(4);
        await Compare(chance, days, "half sealed");
        await SealAll(20);
        (await Number("select count(*) from telemetry.rollups")).ShouldBeGreaterThanOrEqualTo(4);
        await Compare(chance, days, "all sealed");

        var received = Start.AddDays(20);
        await Writer.Append([.. later.Take(later.Count / 2).Select(m => Message(m.DeviceTime!.Value, received, buffered: true, values: [.. m.Values.All().Select(v => (v.Key, v.Value))]))], Ct);
        await Compare(chance, days, "late readings");
        await Writer.Append([.. all.Where(_ => chance.Next(300) == 0).Select(m => Message(m.DeviceTime!.Value, received, buffered: true, values: ("temperature", 40 + chance.NextDouble())))], Ct);
        await Compare(chance, days, "conflicts");
        await SealAll(20);
        await Compare(chance, days, "conflicts summed up");
        await Writer.Append([.. later.Skip(later.Count / 2).Select(m => Message(m.DeviceTime!.Value, received, buffered: true, values: [.. m.Values.All().Select(v => (v.Key, v.Value))]))], Ct);
        await SealAll(40);
        (await Number("select count(*) from telemetry.readings")).ShouldBe(0);
        (await Number("select count(*) from telemetry.rollups_due where day < '2026-03-07'")).ShouldBe(0);
        await Compare(chance, days, "late readings sealed");
    }

    [Fact]
    public async Task Long_buckets_read_no_reading_of_a_day_that_is_summed_up()
    {
        await Writer.Append(Days(new Random(9), 3), Ct);
        await SealAll(20);
        Task<IReadOnlyList<IReadOnlyList<ReadingBucket>>> Ask() => Store.Buckets("INC-01", Channels, Start, Start.AddDays(300), 900, TimeSpan.FromSeconds(7200), Ct);
        var before = await Ask();
        before[0].Sum(b => b.Count).ShouldBeGreaterThan(500);
        await AsOwner(@"update telemetry.sealed set body = '\x00' where not displaced and hour >= '2026-03-02' and hour < '2026-03-05'");
        (await Ask()).SelectMany(c => c).ShouldBe(before.SelectMany(c => c));
    }

    [Fact]
    public async Task A_day_summed_up_while_readings_are_sealed_and_arrive_is_never_shown_stale()
    {
        var chance = new Random(5);
        await Writer.Append(Days(chance, 3), Ct);
        await SealAll(20);
        var late = Enumerable.Range(0, 60).Select(i => Message(Start.AddMinutes(70 * i).AddSeconds(0.5), Start.AddDays(20), buffered: true, device: "probe", values: ("temperature", 41 + i))).ToList();
        await Task.WhenAll([.. late.Chunk(5).Select(c => Writer.Append(c, Ct)), SealAll(25), SealAll(26)]);
        await Compare(chance, 3, "in between");
        await SealAll(27);
        await Compare(chance, 3, "after");
    }
}
