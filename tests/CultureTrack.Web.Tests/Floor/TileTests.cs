using Bunit;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Incubators;
using CultureTrack.Web.Floor;
using CultureTrack.Web.Lab;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CultureTrack.Web.Tests.Floor;

public sealed class TileTests : BunitContext
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 40, 0, TimeSpan.Zero);
    private static readonly EquipmentLine Unit = new("INC-02", "Incubator", "InService", EquipmentProfiles.Get("P37-5"), 4, []);

    public TileTests() => Services.AddLocalization();

    private static Tile With(string temperatureState, params AlarmView[] alarms) => Tile.Of(Unit, new("INC-02", Now, new Dictionary<string, LiveValue>
    {
        ["temperature"] = new(39.20m, null, Now, 4, temperatureState),
        ["co2"] = new(5.01m, null, Now, 4, "ok"),
        ["humidity"] = new(94.7m, null, Now, 4, "ok"),
        ["door"] = new(1, "open", Now, 4, "ok"),
    }, alarms, 2, ["CEA-26-0001"]));

    private static AlarmView Alarm(string severity, string state) => new("A-1", "INC-02", "temperature", "Limit", severity, state, Now, null, null, 1, null, null);

    [Fact]
    public void An_incubator_in_trouble_says_so_in_a_word_and_a_shape()
    {
        var tile = Render<IncubatorTile>(p => p.Add(t => t.Tile, With("critical", Alarm("critical", "UnackActive"))));
        tile.Find(".tile-head .state").TextContent.ShouldContain("Critical");
        tile.Find(".tile-head .state svg").ShouldNotBeNull();
        tile.Find(".tile-why").TextContent.ShouldContain("Temperature beyond");
    }

    [Fact]
    public void A_channel_without_data_never_looks_like_a_good_last_value()
    {
        var tile = Render<IncubatorTile>(p => p.Add(t => t.Tile, With("stale")));
        tile.Find(".reading").ClassList.ShouldContain("stale");
        tile.Find(".reading").TextContent.ShouldContain("last seen");
        tile.Find(".tile-head .state").TextContent.ShouldContain("No data");
    }

    [Fact]
    public void A_shelved_alarm_does_not_colour_the_tile() => With("ok", Alarm("action", "Shelved")).Condition.ShouldBe("ok");

    [Fact]
    public void The_door_and_who_is_inside_are_on_the_tile()
    {
        var tile = Render<IncubatorTile>(p => p.Add(t => t.Tile, With("ok")));
        tile.Find(".door.open").TextContent.ShouldContain("door open");
        tile.Find(".inside a").GetAttribute("href").ShouldBe("/batches/CEA-26-0001");
    }

    [Fact]
    public void A_tile_is_drawn_again_for_a_new_reading_and_for_nothing_else()
    {
        var tile = Render<IncubatorTile>(p => p.Add(t => t.Tile, With("ok")));
        tile.Render(p => p.Add(t => t.Tile, With("ok")));
        tile.RenderCount.ShouldBe(1);
        tile.Render(p => p.Add(t => t.Tile, With("ok") with { State = With("ok").State with { Vessels = 3 } }));
        tile.RenderCount.ShouldBe(2);
        tile.Render(p => p.Add(t => t.Tile, With("action", Alarm("action", "UnackActive"))));
        tile.Find(".tile-head .state").TextContent.ShouldContain("Action");
        tile.Render(p => p.Add(t => t.Tile, With("action", Alarm("action", "AckActive"))));
        tile.RenderCount.ShouldBe(4);
    }

    [Fact]
    public void A_trend_is_drawn_again_when_it_has_new_points()
    {
        IReadOnlyList<double?> flat = [37.0, 37.0], rising = [37.0, 37.9];
        var tile = Render<IncubatorTile>(p => p.Add(t => t.Tile, With("ok")).Add(t => t.Trend, flat));
        var before = tile.Find(".trend").GetAttribute("d");
        tile.Render(p => p.Add(t => t.Tile, With("ok")).Add(t => t.Trend, rising));
        tile.Find(".trend").GetAttribute("d").ShouldNotBe(before);
    }
}
