using CultureTrack.Store.Readings;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CultureTrack.IntegrationTests.Readings;

/// <summary>What is sealed as one, and where readings of the past are kept.</summary>
public sealed class SealedPeriodTests(PostgresFixture postgres) : ReadingTests(postgres)
{
    [Fact]
    [Trait("Rule", "R-31")]
    public async Task A_slow_sensor_is_sealed_by_the_month_and_a_busy_day_beside_it_by_itself()
    {
        var slow = Enumerable.Range(0, 60 * 24).Select(i => Message(Noon.AddHours(i), values: ("temperature", 20 + i * 0.01))).ToList();
        await Writer.Append(slow, Ct);
        await Writer.Append([.. Enumerable.Range(0, 400).Select(i => Message(Noon.AddDays(9).AddHours(-12).AddSeconds(200 * i), device: "probe", values: ("co2", 5 + i * 0.01)))], Ct);
        async Task<List<string>> Points() => await Store.Query("INC-01", "temperature", Noon.AddDays(-1), Noon.AddDays(100), Ct).Select(p => p.ToString()).ToListAsync(Ct);
        var before = await Points();

        (await Seal(20, 0, 240)).ShouldBe(1);
        (await Seal(33, 0, 240)).ShouldBe(1);
        (await Seal(62, 0, 240)).ShouldBe(1);
        (await Seal(62, 0, 240)).ShouldBe(0);
        (await Number("select count(*) from telemetry.sealed where hours = 24 and row_count = 424")).ShouldBe(1);
        (await Number("select count(*) from telemetry.sealed where hours in (744, 720)")).ShouldBe(2);
        (await Points()).ShouldBe(before);
        (await Store.Newest("INC-01", Ct)).ShouldBe(Noon.AddHours(60 * 24 - 1));
        (await Store.Count("INC-01", ["temperature", "co2"], Noon, Noon.AddDays(100), Ct)).ShouldBe([60 * 24, 400]);

        await Writer.Append([.. slow.Where((_, i) => i % 100 == 0), Message(Noon.AddHours(500).AddMinutes(1), Noon.AddDays(62), buffered: true, values: ("temperature", 20))], Ct);
        (await Points()).Count.ShouldBe(before.Count + 1);
    }

    [Fact]
    public async Task A_month_that_is_past_does_not_swallow_its_busy_hours_and_days()
    {
        await Writer.Append([.. Enumerable.Range(0, 250).Select(i => Message(Noon.AddSeconds(10 * i), values: ("temperature", 37)))], Ct);              // a full hour
        await Writer.Append([.. Enumerable.Range(0, 250).Select(i => Message(Noon.AddDays(1).AddSeconds(100 * i), values: ("temperature", 37)))], Ct);  // full days
        await Writer.Append([Message(Noon.AddHours(3), values: ("temperature", 37)), Message(Noon.AddDays(9), values: ("temperature", 37))], Ct);
        while (await Seal(40, 0, 240) > 0) { }
        (await Text("select string_agg(hours || ' h ' || row_count, ', ' order by hours, hour) from telemetry.sealed")).ShouldBe("1 h 250, 24 h 1, 24 h 250, 744 h 1");
    }

    [Fact]
    public async Task Partitions_of_past_months_and_years_are_joined_and_late_readings_still_land()
    {
        var start = new DateTimeOffset(2024, 11, 20, 0, 0, 0, TimeSpan.Zero);
        for (var day = 0; day < 120; day += 5)
            await Writer.Append([Message(start.AddDays(day), values: ("temperature", day)), Message(start.AddDays(day).AddMinutes(1), values: ("temperature", day))], Ct);
        const string partitions = "select count(*) from pg_inherits where inhparent = 'telemetry.readings'::regclass";
        async Task<string?> Names() => await Text("select string_agg(relname, ' ' order by relname) from pg_inherits join pg_class on oid = inhrelid where inhparent = 'telemetry.readings'::regclass");
        async Task<int> Points() => await Store.Query("INC-01", "temperature", start, start.AddYears(1), Ct).CountAsync(Ct);
        (await Number(partitions)).ShouldBe(24);

        await Seal((int)(start.AddDays(20) - Noon).TotalDays);    // 10 December: November is past
        (await Names()).ShouldStartWith("readings_202411 readings_20241205");
        await Seal((int)(start.AddDays(60) - Noon).TotalDays);    // 18 January: so is the year
        (await Names()).ShouldStartWith("readings_2024 readings_20250104");
        (await Points()).ShouldBe(48);

        // A server that knew the days writes to them, another asks for them first; what is sealed there is recognised.
        var late = Enumerable.Range(0, 10).Select(i => Message(start.AddDays(i).AddMinutes(1), start.AddDays(61), buffered: true, values: ("temperature", 5 * (i / 5)))).ToList();
        await Writer.Append(late, Ct);
        await using (var other = new ReadingWriter(Source, new ReadingWriterOptions(), TimeProvider.System, NullLogger<ReadingWriter>.Instance)) await other.Append(late, Ct);
        (await Points()).ShouldBe(48 + 8);
        (await Names()).ShouldStartWith("readings_2024 readings_20250104");

        await Seal();
        (await Names()).ShouldBe("readings_2024 readings_2025");
        (await Points()).ShouldBe(48 + 8);
        (await Number("select count(*) from telemetry.readings")).ShouldBe(0);
    }
}
