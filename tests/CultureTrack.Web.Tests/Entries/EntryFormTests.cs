using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Web.Entries;
using Shouldly;
using Xunit;

namespace CultureTrack.Web.Tests.Entries;

public sealed class EntryFormTests
{
    private static EntryForm Form<T>() where T : EventData => new(EventCatalogue.ByName[typeof(T).Name].DataType, "Europe/Paris");

    [Fact]
    public void A_form_has_every_field_of_the_event_that_a_person_fills_in()
    {
        foreach (var kind in EventCatalogue.ByName.Values.Where(k => k.By.Count > 0))
            FieldShape.Of(kind.DataType).Select(f => f.Name).Except(["run", "zone", "deviationId", "holdId"])
                .ShouldBeSubsetOf(kind.DataType.GetProperties().Select(p => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(p.Name)), kind.Name);
    }

    [Fact]
    public void What_is_typed_becomes_the_same_data_as_a_request_of_the_api()
    {
        var form = Form<CellCounted>();
        form.Set("sampleId", "S-1");
        form.Set("cellLine", "Keratinocyte");
        form.Set("method", "Trypan blue");
        form.Set("dilution", "2");
        form.AddRow("replicates");
        form.AddRow("replicates");
        form.Set("replicates[0].live", "102");
        form.Set("replicates[0].dead", "8");
        form.Set("replicates[1].live", "98");
        form.Set("replicates[1].dead", "7");
        form.Set("viablePerMl", "1.2e6");
        form.Set("viabilityPct", "93.0");
        form.Set("volumeMl", "10");
        var findings = new List<Finding>();
        var data = form.Read(findings).ShouldBeOfType<CellCounted>();
        findings.ShouldBeEmpty();
        data.ViablePerMl.ShouldBe(1_200_000m);
        data.Replicates.ShouldBe([new(102, 8), new(98, 7)]);
        data.VesselId.ShouldBeNull();
    }

    [Fact]
    public void Every_field_left_out_is_named_at_its_place()
    {
        var findings = new List<Finding>();
        Form<ConfluenceObserved>().Read(findings).ShouldBeNull();
        findings.ShouldAllBe(f => f.Code == Codes.ValRequired);
        findings.Select(f => f.Field).ShouldContain("data.pct");
    }

    [Fact]
    public void A_number_that_is_no_number_is_refused_and_stays_as_typed()
    {
        var form = Form<ConfluenceObserved>();
        form.Set("vesselId", "T-1");
        form.Set("pct", "8o");
        form.Set("method", "Visual");
        form.Set("morphology", "Typical");
        form.Set("contamination", "None");
        var findings = new List<Finding>();
        form.Read(findings).ShouldBeNull();
        findings.ShouldHaveSingleItem().Code.ShouldBe(Codes.ValFormat);
        form.Get("pct").ShouldBe("8o");
    }

    [Fact]
    public void A_draft_from_the_browser_brings_back_its_rows()
    {
        var form = Form<CellCounted>();
        form.Restore(new Dictionary<string, string> { ["replicates[0].live"] = "1", ["replicates[2].live"] = "3", ["comment"] = "x" });
        form.Rows("replicates").ShouldBe(3);
        form.Get("replicates[2].live").ShouldBe("3");
    }

    [Fact]
    public void Removing_a_row_moves_the_later_ones_up()
    {
        var form = Form<CellCounted>();
        for (var i = 0; i < 3; i++) { form.AddRow("replicates"); form.Set($"replicates[{i}].live", $"{i}"); }
        form.RemoveRow(form.Fields.Single(f => f.Name == "replicates"), "replicates", 0);
        form.Rows("replicates").ShouldBe(2);
        form.Get("replicates[0].live").ShouldBe("1");
        form.Get("replicates[1].live").ShouldBe("2");
    }

    [Theory]
    [InlineData("1.2e6", 1_200_000)]
    [InlineData("1 200 000", 1_200_000)]
    [InlineData(" 37.5 ", 37.5)]
    public void Numbers_are_read_as_people_write_them(string text, double expected)
    {
        FormNumber.TryRead(text, out var n).ShouldBeTrue();
        n.ShouldBe((decimal)expected);
    }

    [Theory]
    [InlineData("2026-07-01T10:40", "2026-07-01T08:40:00Z")]
    [InlineData("2026-01-01T10:40", "2026-01-01T09:40:00Z")]
    [InlineData("2026-10-25T02:30", "2026-10-25T00:30:00Z")]    // twice that night: the earlier one
    public void A_time_typed_is_site_time(string typed, string instant) =>
        FormTime.ToInstant(typed, "Europe/Paris").ShouldBe(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void A_local_time_that_never_was_is_refused() => FormTime.ToInstant("2026-03-29T02:30", "Europe/Paris").ShouldBeNull();
}
