using System.Text.Json;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>An excursion that late data moved is still the one that was told, whatever becomes of it (domain.md 4.3.2, R-35).</summary>
public sealed class LateExcursionTests
{
    // Values beyond the action limit of a side, or the critical one, that no rate forbids, and a calm one near them.
    public static TheoryData<double, string> Sides => new() { { 38.4, "high-action" }, { 39.4, "high-critical" }, { 35.6, "low-action" }, { 33.6, "low-critical" } };

    private static double Calm(double beyond, double m) => beyond > 37 ? 37.6 + (m % 2 == 0 ? 0.1 : 0) : 36.4 - (m % 2 == 0 ? 0.1 : 0);

    private static double Beyond(double value, double m) => value + (m % 2 == 0 ? 0.1 : 0);

    private static bool Is(Excursion e, string kind) => e.ExcursionId.Contains(kind, StringComparison.Ordinal);

    /// <summary>Beyond from 5 to 20, told without its first two minutes, which come late; what was told, and the track.</summary>
    private static (IncubatorTrack Track, List<Reading> Stored, string Id) Moved(double value, string kind)
    {
        var track = new IncubatorTrack(Judge());
        Reading[] first = [.. Minutes(0, 4, m => Calm(value, m)), .. Minutes(7, 20, m => Beyond(value, m))], late = [.. Minutes(5, 6, m => Beyond(value, m))];
        var told = track.Take(first, out _).OfType<ExcursionBegan>().Single(b => Is(b.Excursion, kind)).Excursion;
        told.StartAt.ShouldBe(Min(7));
        track.Take(late, out var from);
        List<Reading> stored = [.. first, .. late];
        var (memory, after) = track.ReplayPoint(from!.Value);
        var revised = track.Replay(memory, stored.Where(r => !(r.At <= after)), Min(20)).OfType<ExcursionRevised>().Single(r => Is(r.Excursion, kind));
        (revised.Excursion.ExcursionId, revised.Excursion.StartAt).ShouldBe((told.ExcursionId, Min(5)));
        return (track, stored, told.ExcursionId);
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public void It_closes_under_the_id_it_was_told_by(double value, string kind)
    {
        var (track, _, id) = Moved(value, kind);
        var ended = track.Take(Minutes(21, 30, m => Calm(value, m)), out _).OfType<ExcursionEnded>().Single(e => Is(e.Excursion, kind)).Excursion;
        (ended.ExcursionId, ended.StartAt, ended.EndAt).ShouldBe((id, Min(5), Min(21)));
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public void It_goes_on_under_that_id_after_a_restart(double value, string kind)
    {
        var (track, _, id) = Moved(value, kind);
        var restored = JsonSerializer.Deserialize<IncubatorMemory>(JsonSerializer.Serialize(track.Memory, RecordJson.Options), RecordJson.Options)!;
        var again = new IncubatorTrack(Judge(), restored);
        again.Ledger.Excursions.Single(e => Is(e, kind)).ExcursionId.ShouldBe(id);
        again.Take(Minutes(21, 30, m => Calm(value, m)), out _).OfType<ExcursionEnded>().Single(e => Is(e.Excursion, kind)).Excursion.ExcursionId.ShouldBe(id);
    }

    [Fact]
    public void It_keeps_that_id_when_its_sensor_stands_still_later()
    {
        var (track, _, id) = Moved(38.4, "high-action");
        // It stands still from 21 on, stuck since then: what came before stays as it was told.
        track.Take(Minutes(21, 52, _ => 38.45), out _).OfType<SensorFaultRaised>().Single().Since.ShouldBe(Min(21));
        track.Ledger.Excursions.ShouldHaveSingleItem().ExcursionId.ShouldBe(id);
    }

    [Fact]
    public void It_keeps_that_id_when_the_sensor_does_not_answer_the_door()
    {
        var (track, _, id) = Moved(38.4, "high-action");
        track.Take([R(20.5, 1, Channels.Door), R(21, 0, Channels.Door), .. Minutes(21, 30, m => 38.45 + (m % 2 == 0 ? 0.01 : 0))], out _).OfType<SensorFaultRaised>().ShouldHaveSingleItem();
        track.Ledger.Excursions.ShouldHaveSingleItem().ExcursionId.ShouldBe(id);
    }

    [Fact]
    public void A_second_late_reading_moves_it_again_under_the_same_id()
    {
        var (track, stored, id) = Moved(38.4, "high-action");
        track.Take(Minutes(21, 30, m => Calm(38.4, m)), out _);
        stored.AddRange(Minutes(21, 30, m => Calm(38.4, m)));
        Reading still = R(21.5, 38.5);
        track.Take([still], out var from);
        var revised = track.Replay(track.ReplayPoint(from!.Value).From, [.. stored, still], Min(31)).ShouldHaveSingleItem().ShouldBeOfType<ExcursionRevised>();
        (revised.Excursion.ExcursionId, revised.Before.ExcursionId, revised.Excursion.EndAt, revised.At).ShouldBe((id, id, Min(22), Min(31)));
    }

    [Fact]
    public void A_closed_one_that_late_data_move_keeps_its_id_in_what_is_settled()
    {
        var track = new IncubatorTrack(Judge());
        Reading[] late = [.. Minutes(5, 6, m => Beyond(38.4, m))], rest = [.. Minutes(0, 4, m => Calm(38.4, m)), .. Minutes(7, 20, m => Beyond(38.4, m)), .. Minutes(21, 60, m => Calm(38.4, m))];
        var id = track.Take(rest, out _).OfType<ExcursionEnded>().Single().Excursion.ExcursionId;
        track.Take(late, out _);
        track.Replay(IncubatorMemory.Empty, [.. rest, .. late], Min(61)).ShouldHaveSingleItem().ShouldBeOfType<ExcursionRevised>();
        track.Memory.Channels[Channels.Temperature].Settled.Excursions.ShouldHaveSingleItem().ExcursionId.ShouldBe(id);
        track.Take(Minutes(61, 70, m => Calm(38.4, m)), out _).ShouldBeEmpty();
    }
}
