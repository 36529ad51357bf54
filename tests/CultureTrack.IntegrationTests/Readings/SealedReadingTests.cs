using CultureTrack.Store.Readings;
using CultureTrack.Store.Readings.Sealed;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CultureTrack.IntegrationTests.Readings;

/// <summary>Sealed readings are what was received, to the last bit, and nobody who asks for readings sees a difference.</summary>
public sealed class SealedReadingTests(PostgresFixture postgres) : ReadingTests(postgres)
{
    /// <summary>Three hours as devices send them: trembling values, a door, a lost hour sent later, a clock that is wrong, other channels, a bad sensor.</summary>
    static List<TelemetryMessage> Hours(int seed)
    {
        var chance = new Random(seed);
        double temperature = 37, co2 = 5;
        var messages = new List<TelemetryMessage>();
        for (var i = 0; i < 1080; i++)
        {
            var at = Noon.AddSeconds(10 * i);
            temperature = Math.Round(temperature + (chance.NextDouble() - 0.5) * 0.04, 2);
            co2 = Math.Round(co2 + (chance.NextDouble() - 0.5) * 0.02, 2);
            var values = new List<(string, double)> { ("temperature", temperature), ("co2", co2), ("door", chance.Next(200) == 0 ? 1 : 0) };
            if (i % 6 == 0) values.Add(("humidity", 94.5 + chance.NextDouble()));
            if (i % 30 == 0) values.Add(("Glucose g/L", chance.NextDouble() * 1e-7));
            if (i % 211 == 0) values.Add(("offset", chance.Next(2) == 0 ? -0.0 : double.MaxValue));
            var buffered = i is > 400 and < 500;
            messages.Add(Message(i % 97 == 96 ? null : at, at.AddMicroseconds(chance.Next(80_000)) + (buffered ? TimeSpan.FromHours(2) : TimeSpan.Zero), buffered: buffered,
                seq: i % 50 == 49 ? null : i % 333 == 0 ? long.MaxValue - i : i, quality: chance.Next(40) == 0 ? ReadingQuality.Bad : ReadingQuality.Good, values: [.. values]));
            if (i % 100 == 0) messages.Add(Message(at, at.AddSeconds(90), "probe-2", values: ("temperature", 36.9)));
        }
        messages.Add(Message(Noon.AddMinutes(20), Noon.AddMinutes(20), values: ("o2", 18.6)));       // a further part of a key
        messages.Add(Message(Noon.AddMinutes(20), Noon.AddMinutes(21), values: ("co2", 9.9)));       // contradicts
        return messages;
    }

    /// <summary>Everything the store answers about the period, as text.</summary>
    async Task<List<string>> Everything()
    {
        var (from, to) = (Noon.AddHours(-2), Noon.AddHours(6));
        string[] channels = ["temperature", "co2", "o2", "humidity", "door", "Glucose g/L", "offset"];
        var said = new List<string>();
        await foreach (var row in Store.Rows("INC-01", from, to, Ct)) said.Add("row " + Text(row));
        await foreach (var row in Store.Rows("INC-01", Noon.AddMinutes(7), Noon.AddMinutes(93), Ct)) said.Add("part of rows " + Text(row));
        await foreach (var row in Store.ReceivedSince("INC-01", Noon.AddMinutes(50), Ct)) said.Add("received " + Text(row));
        foreach (var channel in channels)
            await foreach (var point in Store.Query("INC-01", channel, from, to, Ct)) said.Add($"{channel} {point}");
        foreach (var buckets in await Store.Buckets("INC-01", channels, from, to, 100, TimeSpan.FromSeconds(25), Ct)) said.AddRange(buckets.Select(b => $"bucket {b}"));
        said.AddRange((await Store.Count("INC-01", channels, from, to, Ct)).Select(n => $"count {n}"));
        said.AddRange((await Store.Count("INC-01", channels, Noon.AddMinutes(7), Noon.AddMinutes(93), Ct)).Select(n => $"count of a part {n}"));
        said.AddRange((await Store.Latest("INC-01", Ct)).Select(l => $"latest {l.Key} {l.Value}"));
        said.Add($"newest {await Store.Newest("INC-01", Ct):o}");
        return said;
    }

    static string Text(ReadingRow r) =>
        $"{r.IncubatorId} {r.DeviceId} {r.At:o} {r.Part} {r.ReceivedAt:o} {r.EffectiveAt:o} {r.Seq} {r.Quality} {r.Flags} {r.IsConflict} "
        + string.Join(' ', r.Values.All().Select(v => $"{v.Key}={BitConverter.DoubleToInt64Bits(v.Value):x}"));

    [Theory]
    [InlineData(1, 1, 4)]
    [InlineData(2, 1000, 1)]
    [InlineData(3, 100_000, 1)]
    [Trait("Rule", "R-31")]
    public async Task Nobody_who_asks_sees_whether_readings_are_sealed_by_the_hour_the_day_or_the_month(int seed, int rowsWorthSealing, int sealedAtLeast)
    {
        await Writer.Append(Hours(seed), Ct);
        var before = await Everything();
        before.Count.ShouldBeGreaterThan(5000);

        (await Seal(32, 0, rowsWorthSealing)).ShouldBeGreaterThanOrEqualTo(sealedAtLeast);

        (await Number("select count(*) from telemetry.readings")).ShouldBe(0);
        (await Everything()).ShouldBe(before);
        (await Seal(32, 0, rowsWorthSealing)).ShouldBe(0);
    }

    [Fact]
    public async Task Only_hours_whose_last_row_was_received_long_ago_are_sealed()
    {
        await Writer.Append([Message(Noon, values: ("temperature", 37)), Message(Noon.AddHours(1), values: ("temperature", 37)), Message(Noon.AddHours(1).AddMinutes(1), Noon.AddDays(3), buffered: true, values: ("temperature", 37))], Ct);
        (await Seal(2)).ShouldBe(0);
        (await Seal(2, 1)).ShouldBe(1);
        (await Seal(4, 23)).ShouldBe(0);
        (await Seal(5, 1)).ShouldBe(1);
    }

    [Fact]
    [Trait("Rule", "R-31")]
    public async Task What_comes_for_a_sealed_hour_is_merged_with_it_and_sealed_in_turn()
    {
        await Writer.Append([Message(Noon, values: [("temperature", 37.02), ("co2", 5)])], Ct);
        (await Seal()).ShouldBe(1);
        var late = Noon.AddDays(4);
        await Writer.Append([
            Message(Noon, late, buffered: true, values: ("temperature", 37.02)),                             // the same again
            Message(Noon, late, buffered: true, values: ("co2", 7)),                                         // contradicts a sealed value
            Message(Noon, late, buffered: true, values: ("o2", 18.5)),                                       // another channel of a sealed key
            Message(Noon.AddMinutes(1), late, buffered: true, values: ("temperature", 36.5)), // another time
        ], Ct);
        await Writer.Append([Message(Noon, late, buffered: true, values: ("co2", 7)), Message(Noon.AddMinutes(1), late, buffered: true, values: ("temperature", 36.5))], Ct);

        async Task Look()
        {
            var rows = await Store.Rows("INC-01", Noon.AddHours(-1), Noon.AddHours(1), Ct).ToListAsync(Ct);
            rows.Where(r => !r.IsConflict).Select(r => (r.At, r.Part)).ShouldBe([(Noon, (short)0), (Noon, (short)1), (Noon.AddMinutes(1), (short)0)]);
            rows.Where(r => r.IsConflict).ShouldHaveSingleItem().Values["co2"].ShouldBe(7);
            (await Store.Count("INC-01", ["temperature", "o2"], Noon, Noon.AddHours(1), Ct)).ShouldBe([2, 1]);
        }

        await Look();
        (await Seal(7)).ShouldBe(1);
        (await Number("select count(*) from telemetry.sealed")).ShouldBe(2);
        await Look();
        await Writer.Append([Message(Noon, late, buffered: true, values: ("o2", 18.5)), Message(Noon.AddMinutes(1), late, buffered: true, values: ("temperature", 36.5))], Ct);
        await Look();
    }

    [Fact]
    [Trait("Rule", "R-01")]
    [Trait("Rule", "R-31")]
    public async Task The_database_takes_no_packed_hour_that_says_anything_else()
    {
        var messages = Hours(3).Where(m => m.DeviceTime is { } at && at < Noon.AddHours(1)).ToList();
        await Writer.Append(messages, Ct);
        var rows = (await Store.Rows("INC-01", Noon, Noon.AddHours(3), Ct).ToListAsync(Ct)).Where(r => !r.IsConflict && r.At < Noon.AddHours(1))
            .OrderBy(r => r.At).ThenBy(r => r.DeviceId, StringComparer.Ordinal).ThenBy(r => r.Part).ToList();
        var before = await Everything();

        var changes = new Dictionary<string, Func<ReadingRow, ReadingRow>>
        {
            ["device"] = r => With(r, device: r.DeviceId + "x"),
            ["key time"] = r => With(r, at: r.At.AddMicroseconds(1)),
            ["part"] = r => With(r, part: (short)(r.Part + 1)),
            ["receipt"] = r => With(r, received: r.ReceivedAt.AddMicroseconds(-1)),
            ["effective time"] = r => With(r, effective: r.EffectiveAt.AddMicroseconds(1)),
            ["quality"] = r => With(r, quality: ReadingQuality.Uncertain),
            ["flags"] = r => With(r, flags: r.Flags ^ ReadingFlags.ClockUncertain),
            ["seq"] = r => With(r, seq: (r.Seq ?? 0) - 1),
            ["temperature"] = r => With(r, change: v => v["temperature"] = Math.BitIncrement(v["temperature"] ?? 1)),
            ["door::integer"] = r => With(r, change: v => v["door"] = 1 - (v["door"] ?? 0)),
            ["shake"] = r => With(r, change: v => v["shake"] = 0),
            ["new channel"] = r => With(r, change: v => v["new channel"] = 0),
            ["offset"] = r => With(r, change: v => v["offset"] = v["offset"] is { } o ? -o : 0.0),
            ["other channels"] = r => With(r, change: v => v["Glucose g/L"] = null),
        };
        foreach (var (what, change) in changes)
            foreach (var index in what == "other channels" ? [0] : (int[])[0, rows.Count / 2, rows.Count - 1])
            {
                var changed = rows.ToList();
                changed[index] = change(rows[index]);
                if (what == "other channels") changed = [.. rows.Select(change)];
                (await Swap(SealedPeriod.Pack(changed))).ShouldBe(what, $"row {index}");
            }
        (await Swap(SealedPeriod.Pack(rows[1..]))).ShouldBe("rows");
        (await Swap([.. SealedPeriod.Pack(rows), 0])).ShouldBe("end");
        (await Everything()).ShouldBe(before);
        (await Number("select count(*) from telemetry.sealed")).ShouldBe(0);

        (await Swap(SealedPeriod.Pack(rows))).ShouldBeNull();
        (await Everything()).ShouldBe(before);
        foreach (var (period, hours) in ((string, int)[])[("2026-03-02 12:00Z", 24), ("2026-03-02 12:30Z", 1), ("2026-03-02 00:00Z", 744), ("2026-03-01 00:00Z", 743), ("2026-03-02 12:00Z", 0)])
            (await Text($"select telemetry.seal_period('INC-01', '{period}', {hours}, '')")).ShouldBe("not an hour, a day or a month");
        foreach (var sql in (string[])["update telemetry.sealed set body = body", "delete from telemetry.sealed", "truncate telemetry.sealed", "insert into telemetry.sealed select * from telemetry.sealed", "drop trigger guard_sealed on telemetry.readings_20260302"])
            (await Should.ThrowAsync<PostgresException>(() => Number(sql))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    async Task<string?> Swap(byte[] packed)
    {
        await using var swap = Source.CreateCommand("select telemetry.seal_period('INC-01', $1, 1, $2)");
        swap.Parameters.AddWithValue(Noon.UtcDateTime);
        swap.Parameters.AddWithValue(packed);
        return await swap.ExecuteScalarAsync(Ct) as string;
    }

    static ReadingRow With(ReadingRow r, string? device = null, DateTimeOffset? at = null, short? part = null, DateTimeOffset? received = null, DateTimeOffset? effective = null,
        ReadingQuality? quality = null, ReadingFlags? flags = null, long? seq = null, Action<ChannelValues>? change = null)
    {
        var values = new ChannelValues();
        foreach (var (channel, value) in r.Values.All()) values[channel] = value;
        change?.Invoke(values);
        return new ReadingRow
        {
            IncubatorId = r.IncubatorId,
            DeviceId = device ?? r.DeviceId,
            At = at ?? r.At,
            Part = part ?? r.Part,
            ReceivedAt = received ?? r.ReceivedAt,
            EffectiveAt = effective ?? r.EffectiveAt,
            Quality = quality ?? r.Quality,
            Flags = flags ?? r.Flags,
            Seq = seq ?? r.Seq,
            Values = values,
        };
    }

    [Fact]
    public async Task Readings_of_a_sealed_day_and_of_now_come_in_one_group_and_each_is_handed_on_once()
    {
        await Writer.Append([Message(Noon, values: ("temperature", 37)), Message(Noon.AddHours(1), values: ("temperature", 37))], Ct);
        (await Seal()).ShouldBe(2);
        var handedOn = new List<ReadingRow>();
        Writer.Committed = group => handedOn.AddRange(group.Readings);
        var now = Noon.AddDays(4);
        // The first group finds out that the day is sealed; the others know.
        for (var i = 1; i <= 3; i++)
            await Writer.Append([
                Message(Noon.AddMinutes(i), now, buffered: true, values: ("temperature", 36 + i)), Message(now.AddMinutes(i), values: ("temperature", 37)),
                Message(Noon, now, buffered: true, values: ("temperature", 37)), Message(Noon, now, buffered: true, values: ("temperature", 20 + i))], Ct);

        handedOn.Count(r => !r.IsConflict && r.At < now).ShouldBe(3);
        handedOn.Count(r => !r.IsConflict && r.At > now).ShouldBe(3);
        handedOn.Count(r => r.IsConflict).ShouldBe(3);
        (await Store.Query("INC-01", "temperature", Noon, now.AddDays(1), Ct).CountAsync(Ct)).ShouldBe(2 + 3 + 3 + 3);
    }

    [Fact]
    public async Task Sealing_while_late_readings_arrive_loses_and_doubles_nothing()
    {
        var messages = Hours(4);
        await Writer.Append(messages, Ct);
        var late = Enumerable.Range(0, 300).Select(i => Message(Noon.AddSeconds(10 * i + 5), Noon.AddHours(4), buffered: true, values: ("temperature", 36 + i * 0.001))).ToList();
        var again = late.Chunk(10).Select(chunk => Writer.Append([.. chunk, .. messages.Take(20)], Ct));
        await Task.WhenAll([.. again, Seal(), Seal()]);
        while (await Seal() > 0) { }

        (await Number("select count(*) from telemetry.readings")).ShouldBe(0);
        var found = await Store.Query("INC-01", "temperature", Noon.AddHours(-3), Noon.AddHours(9), Ct).Where(p => p.DeviceId == "dev-1").ToListAsync(Ct);
        found.Count.ShouldBe(1080 + 300);
        found.Select(p => p.Time).Distinct().Count().ShouldBe(found.Count);
    }

    [Fact]
    public void Every_row_is_unpacked_as_it_was_packed()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var rows = Rows(new Random(seed));
            SealedPeriod.Unpack("INC-01", SealedPeriod.Pack(rows)).Select(Text).ShouldBe(rows.Select(Text), $"seed {seed}");
        }
    }

    /// <summary>Rows of every shape that can be stored.</summary>
    static List<ReadingRow> Rows(Random chance)
    {
        double Value() => chance.Next(8) switch
        {
            0 => BitConverter.Int64BitsToDouble(chance.NextInt64(long.MinValue, long.MaxValue)) is var any && double.IsFinite(any) ? any : -0.0,
            1 => Math.Round(chance.NextDouble() * 100, 13),
            3 => chance.Next(3) / 7.0,
            4 => chance.Next(2) == 0 ? -0.0 : 1e-17,
            2 => 0,
            _ => Math.Round(37 + chance.NextDouble(), 2),
        };
        TimeSpan Span(int microseconds) => TimeSpan.FromMicroseconds(chance.Next(-microseconds, microseconds));

        return [.. Enumerable.Range(0, chance.Next(1, 60)).Select(i =>
        {
            var values = new ChannelValues();
            foreach (var channel in Enum.GetValues<CanonicalChannel>())
                if (chance.Next(3) > 0) values[channel] = channel.IsState() ? chance.Next(2) : Value();
            foreach (var other in (string[])["glucose", "ä\u0301 \U0001F9EB", "z"])
                if (chance.Next(4) == 0) values[other] = Value();
            var at = Noon.AddSeconds(i) + (chance.Next(3) == 0 ? Span(900_000) : TimeSpan.Zero);
            return new ReadingRow
            {
                IncubatorId = "INC-01", DeviceId = $"dev-{chance.Next(3)}", At = at, Part = (short)chance.Next(chance.Next(2) == 0 ? 1 : 30_000), ReceivedAt = at + Span(int.MaxValue),
                EffectiveAt = chance.Next(5) == 0 ? at + Span(60_000_000) : at, Quality = (ReadingQuality)chance.Next(3), Flags = (ReadingFlags)chance.Next(16),
                Seq = chance.Next(4) switch { 0 => null, 1 => chance.NextInt64(long.MinValue, long.MaxValue), _ => i }, Values = values,
            };
        })];
    }
}
