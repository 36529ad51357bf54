using System.Text;
using CultureTrack.Instruments.Recordings;
using Shouldly;
using Xunit;

namespace CultureTrack.Instruments.Tests;

public sealed class TransportLogTests
{
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    private static TransportLogOutcome Read(string text, TimeZoneInfo? zone = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return TransportLog.Read(stream, zone, 1024 * 1024);
    }

    [Fact]
    public void Readings_are_found_below_the_line_that_names_time_and_temperature()
    {
        var log = Read("Logger,TX-100\nSerial,4711\n\nNo,Timestamp,Temperature (°C)\n1,2026-03-19T12:00:00Z,5.0\n2,2026-03-19T12:10:00Z,25.0\n3,broken,\n");
        log.Reason.ShouldBeNull();
        log.Readings.ShouldBe([new(new(2026, 3, 19, 12, 0, 0, TimeSpan.Zero), 5.0m), new(new(2026, 3, 19, 12, 10, 0, TimeSpan.Zero), 25.0m)]);
        log.Skipped.ShouldBe(1);
    }

    [Fact]
    public void Local_times_in_two_columns_and_decimal_commas_are_read_in_the_zone_of_the_logger()
    {
        const string File = "Datum;Zeit;Temp\n19.03.2026;13:00:00;5,25\n19.03.2026;13:10:00;-0,50\n";
        var log = Read(File, Paris);
        log.Readings.ShouldBe([new(new(2026, 3, 19, 12, 0, 0, TimeSpan.Zero), 5.25m), new(new(2026, 3, 19, 12, 10, 0, TimeSpan.Zero), -0.50m)]);
        Read(File).Reason.ShouldNotBeNull().ShouldContain("zone");
    }

    [Fact]
    public void What_lies_between_two_readings_beyond_two_and_a_half_steps_is_missing() =>
        Read("time,temp\n" + string.Join('\n', new[] { 0, 10, 20, 30, 90 }.Select(m => $"2026-03-19T{12 + m / 60:00}:{m % 60:00}:00Z,20.0")) + "\n").MissingMin.ShouldBe(35);

    [Theory]
    [InlineData("a,b\n1,2\n")]
    [InlineData("time,temp\nnever,nothing\n")]
    [InlineData("\"never closed")]
    [InlineData("")]
    public void What_holds_no_reading_is_refused_with_a_reason(string file) => Read(file, Paris).Reason.ShouldNotBeNullOrEmpty();
}
