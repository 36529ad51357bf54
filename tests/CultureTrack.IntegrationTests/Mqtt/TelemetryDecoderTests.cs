using System.Buffers;
using System.Text;
using CultureTrack.Grains.Devices;
using CultureTrack.Ingest.Telemetry;
using CultureTrack.Store.Readings;

namespace CultureTrack.IntegrationTests.Mqtt;

public sealed class TelemetryDecoderTests
{
    static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    static readonly PayloadSource Source = new("INC-01", "dev-1", Now);

    static DecodedTelemetry Decode(string json, PayloadMapping? mapping = null) =>
        TelemetryDecoder.Decode(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)), Source with { Mapping = mapping });

    [Fact]
    public void The_full_form_is_read_with_time_sequence_and_quality()
    {
        var message = Decode("""{"ts":1764000000000,"seq":12,"buffered":true,"quality":"uncertain","values":{"temperature":37.02,"co2":5.01,"o2":18.7,"humidity":94.7,"door":"closed"}}""").Messages.ShouldHaveSingleItem();
        message.DeviceTime.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1764000000000));
        (message.Seq, message.Buffered, message.Quality).ShouldBe((12L, true, ReadingQuality.Uncertain));
        message.Values.All().Select(p => (p.Key, p.Value)).ShouldBe([("temperature", 37.02), ("co2", 5.01), ("o2", 18.7), ("humidity", 94.7), ("door", 0)]);
    }

    [Theory]
    [InlineData("\"open\"", 1.0)]
    [InlineData("\"closed\"", 0.0)]
    [InlineData("true", 1.0)]
    [InlineData("false", 0.0)]
    [InlineData("\"ajar\"", null)]
    [InlineData("null", null)]
    [InlineData("2", null)]
    public void A_state_is_a_word_or_a_boolean(string json, double? expected) =>
        Decode($$"""{"temperature":37,"door":{{json}}}""").Messages[0].Values[CanonicalChannel.Door].ShouldBe(expected);

    [Theory]
    [InlineData("E07", true)]
    [InlineData("", false)]
    [InlineData("E\\u00007", false)]
    [InlineData("E\\ud8007", false)]
    public void The_code_of_a_device_alarm_is_a_short_plain_word(string code, bool taken)
    {
        DeviceAlarm? Read(string json) => DeviceAlarm.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)), Now);
        (Read($$"""{"code":"{{code}}","text":"fan","active":true}""") is not null).ShouldBe(taken);
        Read($$"""{"code":"{{new string('E', 65)}}","active":true}""").ShouldBeNull();
        Read("""{"code":"E07","text":"a\u0000b","active":true}""")!.Text.ShouldBe("a\uFFFDb");
    }

    [Theory]
    [InlineData("1e15", 1e15)]
    [InlineData("-1e15", -1e15)]
    [InlineData("1.1e15", null)]
    [InlineData("-1e308", null)]
    [InlineData("1e400", null)]
    [InlineData("79228162514264337593543950336", null)]
    public void A_number_that_no_sensor_measures_is_no_value(string json, double? expected) =>
        Decode($$"""{"co2":5,"temperature":{{json}}}""").Messages[0].Values[CanonicalChannel.Temperature].ShouldBe(expected);

    [Theory]
    [InlineData("1772452800000", "2026-03-02T12:00:00Z")]
    [InlineData("\"2026-03-02T13:00:00.5+01:00\"", "2026-03-02T12:00:00.5Z")]
    [InlineData("\"2026-03-02T12:00:00Z\"", "2026-03-02T12:00:00Z")]
    [InlineData("\"2026-03-02T12:00:00\"", null)]
    [InlineData("\"1772452800000\"", null)]
    [InlineData("1772452800", null)]
    [InlineData("946684800000", "2000-01-01T00:00:00Z")]
    [InlineData("946684799999", null)]
    [InlineData("1772539200000", "2026-03-03T12:00:00Z")]
    [InlineData("1772539200001", null)]
    [InlineData("null", null)]
    [InlineData("1e999", null)]
    public void A_time_is_milliseconds_or_ISO_8601_with_offset_within_bounds(string json, string? expected)
    {
        var decoded = Decode($$$"""{"ts":{{{json}}},"values":{"temperature":37}}""");
        if (expected is null) decoded.Code.ShouldBe(ReasonCodes.PayloadFormatInvalid);
        else decoded.Messages[0].DeviceTime.ShouldBe(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("37")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"temperature\":\"37\"}")]
    [InlineData("{\"temperature\":1e999}")]
    [InlineData("{\"values\":[1]}")]
    [InlineData("{\"\\ud800\":1}")]
    public void What_holds_no_usable_value_is_refused(string json) => Decode(json).Code.ShouldBe(ReasonCodes.PayloadFormatInvalid);

    [Fact]
    public void The_canonical_name_wins_over_its_alias_in_either_order()
    {
        Decode("""{"rh":90,"humidity":95}""").Messages[0].Values[CanonicalChannel.Humidity].ShouldBe(95);
        Decode("""{"humidity":95,"rh":90}""").Messages[0].Values[CanonicalChannel.Humidity].ShouldBe(95);
        Decode("""{"rh":90}""").Messages[0].Values["rh"].ShouldBe(90);
    }

    [Fact]
    public void A_mapping_reads_other_shapes_with_unit_conversion()
    {
        var mapping = new PayloadMapping([new("sensors.0.temp", "temperature", 5.0 / 9, -160.0 / 9), new("gas.CO2_ppm", "co2", 0.0001)], TimePath: "at", TimeZone: "Europe/Paris");
        var message = Decode("""{"at":"2026-03-02T12:30:00","sensors":[{"temp":98.6}],"gas":{"CO2_ppm":50000}}""", mapping).Messages.ShouldHaveSingleItem();
        message.DeviceTime.ShouldBe(new DateTimeOffset(2026, 3, 2, 11, 30, 0, TimeSpan.Zero));
        message.Values[CanonicalChannel.Temperature]!.Value.ShouldBe(37, 1e-9);
        message.Values[CanonicalChannel.Co2]!.Value.ShouldBe(5, 1e-9);
    }

    [Fact]
    public void A_hundred_thousand_mutated_payloads_are_answered_without_a_crash()
    {
        string[] seeds =
        [
            """{"ts":1764000000000,"seq":1,"values":{"temperature":37.02,"co2":5.01,"o2":18.7,"humidity":94.7,"door":"closed"},"quality":"good"}""",
            """[{"ts":"2026-03-02T12:00:00.000Z","values":{"temperature":37.02,"glucose":4.4}},{"values":{"rh":95}}]""",
            """{"temperature":37.02,"power":"ok","waterLevel":"low","deviceAlarm":false,"\u0041":1e3}""",
        ];
        var random = new Random(20260302);
        var mapping = new PayloadMapping([new("values.temperature", "temperature"), new("1.values.rh", "humidity")], TimePath: "ts", TimeZone: "Europe/Paris");
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(seeds[i % seeds.Length]).ToList();
            for (var edits = random.Next(1, 6); edits > 0; edits--) Mutate(bytes, random);
            var payload = new ReadOnlySequence<byte>([.. bytes]);
            var decoded = (i % 3) switch
            {
                0 => TelemetryDecoder.Decode(payload, Source),
                1 => TelemetryDecoder.DecodeGateway(payload, Source, _ => null),
                _ => TelemetryDecoder.Decode(payload, Source with { Mapping = mapping }),
            };
            (decoded.Messages.Count + decoded.Refusals.Count).ShouldBePositive();
            decoded.Messages.All(m => m.Values.Count > 0 && m.Values.All().All(v => double.IsFinite(v.Value))).ShouldBeTrue();
        }
    }

    static void Mutate(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        switch (random.Next(5))
        {
            case 0 when at < bytes.Count: bytes[at] = (byte)random.Next(256); break;
            case 1 when at < bytes.Count: bytes.RemoveAt(at); break;
            case 2: bytes.InsertRange(at, Encoding.UTF8.GetBytes(((string[])["\\ud800", "1e999", "[[[[", "}", "\"", "null", "-", "\0"])[random.Next(8)])); break;
            case 3 when bytes.Count > 4: bytes.RemoveRange(bytes.Count / 2, random.Next(bytes.Count / 2)); break;
            default: bytes.InsertRange(at, bytes.Skip(random.Next(bytes.Count + 1)).Take(random.Next(20)).ToList()); break;
        }
    }
}
