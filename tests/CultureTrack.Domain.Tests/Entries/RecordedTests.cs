using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Entries;

/// <summary>The envelope around an entry, how it is written as JSON, and who may act as whom.</summary>
public sealed class RecordedTests
{
    private static readonly DateTimeOffset At = new(2026, 7, 2, 22, 30, 0, 125, TimeSpan.Zero);
    private static readonly Actor Tech = new("tech01", "Léa Martin", [Roles.Technician], []);
    private static readonly Stamp Stamp = new("CEA-26-0001", At, At.AddMinutes(1), Tech, Roles.Technician, "Europe/Paris", Origin.Imported, "Late", "As seen", "10.0.0.7");

    [Fact]
    public void An_envelope_carries_who_when_where_and_why()
    {
        var id = Guid.CreateVersion7(At);
        var e = (Recorded<TissueRefused>)Stamp.Record(new TissueRefused("Clotted"), 4, id);
        (e.EventId, e.StreamId, e.Version, e.OccurredAt, e.RecordedAt, e.ActorId, e.ActorRole).ShouldBe((id, "CEA-26-0001", 4L, At, At.AddMinutes(1), "tech01", "T"));
        (e.DeviceId, e.SiteZone, e.UtcOffsetMin, e.Origin, e.Reason, e.Comment).ShouldBe(("10.0.0.7", "Europe/Paris", 120, Origin.Imported, "Late", "As seen"));
        (e.Type, e.Body, e.Data.Reason).ShouldBe(("TissueRefused", e.Data, "Clotted"));
    }

    [Fact]
    public void Without_an_id_of_its_own_an_event_is_given_one_in_the_order_of_recording()
    {
        var own = Stamp.Record(new TissueAccepted(), 4).EventId;
        own.ShouldNotBe(Stamp.Record(new TissueAccepted(), 4).EventId);
        own.ToString()[..13].ShouldBe(Guid.CreateVersion7(At.AddMinutes(1)).ToString()[..13], "the first 48 bits are its milliseconds");
    }

    [Fact]
    public void The_hands_of_an_entry_are_whoever_made_verified_and_cosigned_it()
    {
        var e = Stamp.Record(new TissueAccepted(), 1);
        e.Hands.ShouldBe(["tech01"]);
        (e with { VerifiedBy = By("tech02"), CoSignature = By("qa01"), Signature = By("tech01") }).Hands.ShouldBe(["tech01", "tech02", "qa01"]);

        static Signature By(string user) => new(user, user, Meanings.Verified, At, "", "UTC", "", 1);
    }

    [Fact]
    public void A_flag_is_known_by_its_code_and_a_body_is_changed_in_its_own_envelope()
    {
        var e = Stamp.Record(new TissueRefused("Clotted"), 1) with { Flags = [new(Flags.LateEntry, "occurredAt"), new(Flags.Transport, "data")] };
        (e.HasFlag(Flags.Transport), e.HasFlag(Flags.LateEntry), e.HasFlag(Flags.HighCv)).ShouldBe((true, true, false));
        var changed = e.WithBody(new TissueRefused("Warm"));
        (((TissueRefused)changed.Body).Reason, changed.EventId, changed.Flags.Count).ShouldBe(("Warm", e.EventId, 2));
    }

    [Fact]
    public void A_computed_value_is_a_number_or_an_instant_or_neither()
    {
        var c = new Computed(new Dictionary<string, object?> { ["d"] = 1.5m, ["f"] = 2.5, ["t"] = "x", ["n"] = null, ["at"] = "2026-03-02T09:40:00Z" }, "5.4@1", []);
        (c.Number("d"), c.Number("f"), c.Number("t"), c.Number("n"), c.Number("absent")).ShouldBe((1.5m, 2.5m, null, null, null));
        (c.Instant("at"), c.Instant("t"), c.Instant("n"), c.Instant("absent")).ShouldBe((new DateTimeOffset(2026, 3, 2, 9, 40, 0, TimeSpan.Zero), null, null, null));
    }

    [Theory]
    [InlineData(Roles.Technician, Roles.Technician, true)]
    [InlineData(Roles.Releaser, Roles.QualityAssurance, true)]
    [InlineData(Roles.QualityAssurance, Roles.Releaser, false)]
    [InlineData(Roles.Supervisor, Roles.Technician, true)]
    [InlineData(Roles.Technician, Roles.Supervisor, false)]
    [InlineData(Roles.Releaser, Roles.Technician, false)]
    [InlineData(Roles.Supervisor, Roles.QualityAssurance, false)]
    [InlineData(Roles.QualityControl, Roles.Technician, false)]
    [InlineData(Roles.Administrator, Roles.Technician, false)]
    public void A_releaser_is_quality_assurance_and_a_supervisor_may_do_what_a_technician_may(string held, string needed, bool may) => Roles.Includes(held, needed).ShouldBe(may);

    [Fact]
    public void The_role_of_an_entry_is_the_first_needed_one_that_is_held()
    {
        var both = new Actor("x", "X", [Roles.QualityControl, Roles.Supervisor], []);
        both.RoleFor([Roles.Technician, Roles.QualityControl]).ShouldBe(Roles.Technician);
        both.RoleFor([Roles.QualityAssurance, Roles.QualityControl]).ShouldBe(Roles.QualityControl);
        both.RoleFor([Roles.QualityAssurance]).ShouldBeNull();
        both.RoleFor([]).ShouldBeNull();
        (both.IsSystem, Actor.Software.IsSystem).ShouldBe((false, true));
        Roles.OfPeople.Order(StringComparer.Ordinal).ShouldBe(["ADMIN", "QA", "QA-R", "QC", "SUPERVISOR", "T"]);
    }

    [Fact]
    public void A_qualification_holds_from_its_first_instant_until_before_its_last_for_what_it_covers()
    {
        var one = new Actor("x", "X", [], [new("Passage", At, At.AddDays(1)), new("Fill", At, At.AddDays(1))]);
        one.IsQualifiedFor("Fill", At).ShouldBeTrue();
        one.IsQualifiedFor("Passage", At.AddDays(1).AddTicks(-1)).ShouldBeTrue();
        one.IsQualifiedFor("Passage", At.AddDays(1)).ShouldBeFalse();
        one.IsQualifiedFor("Passage", At.AddTicks(-1)).ShouldBeFalse();
        one.IsQualifiedFor("Harvest", At).ShouldBeFalse();
        new Actor("x", "X", [], [new("*", At, At.AddDays(1))]).IsQualifiedFor("Harvest", At).ShouldBeTrue();
        new Actor("x", "X", [], []).IsQualifiedFor("Harvest", At).ShouldBeFalse();
    }

    private sealed record Written(DateTimeOffset At, object? Any, Origin Origin, string? Nothing);

    [Fact]
    public void Instants_are_written_in_UTC_with_milliseconds_names_in_small_and_nothing_not_at_all()
    {
        var text = JsonSerializer.Serialize(new Written(new(2026, 3, 2, 10, 40, 0, TimeSpan.FromHours(1)), 1.50m, Origin.System, null), RecordJson.Options);
        text.ShouldBe("""{"at":"2026-03-02T09:40:00.000Z","any":1.50,"origin":"System"}""");
        RecordJson.Text(new(2026, 3, 2, 10, 40, 0, 7, TimeSpan.FromHours(1))).ShouldBe("2026-03-02T09:40:00.007Z");
        JsonSerializer.Serialize(new Written(At, At, Origin.Entered, null), RecordJson.Options).ShouldBe("""{"at":"2026-07-02T22:30:00.125Z","any":"2026-07-02T22:30:00.125Z","origin":"Entered"}""");
    }

    [Theory]
    [InlineData("1.50", 1.50)]
    [InlineData("\"x\"", "x")]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", null)]
    public void A_member_of_any_kind_is_read_as_number_text_truth_or_nothing(string json, object? expected)
    {
        var read = JsonSerializer.Deserialize<Written>($$"""{"at":"2026-03-02T09:40:00Z","any":{{json}}}""", RecordJson.Options)!.Any;
        if (expected is double number) read.ShouldBeOfType<decimal>().ShouldBe((decimal)number);
        else read.ShouldBe(expected);
    }

    [Theory]
    [InlineData("\"2026-03-02T09:40:00.125Z\"", 125)]
    [InlineData("\"2026-03-02T10:40:00.125+01:00\"", 125)]
    [InlineData("\"2026-03-02T09:40:00Z\"", 0)]
    public void An_instant_is_read_however_it_was_written(string json, int milliseconds) =>
        JsonSerializer.Deserialize<DateTimeOffset>(json, RecordJson.Options).ShouldBe(new DateTimeOffset(2026, 3, 2, 9, 40, 0, milliseconds, TimeSpan.Zero));

    [Theory]
    [InlineData("\"2026-03-02T09:40:00\"")]
    [InlineData("\"2026-03-02T09:40:00.12345\"")]
    [InlineData("\"2026-13-02T09:40:00.125Z\"")]
    [InlineData("\"\"")]
    public void What_has_no_offset_or_is_no_time_is_not_read(string json) => Should.Throw<JsonException>(() => JsonSerializer.Deserialize<DateTimeOffset>(json, RecordJson.Options));

    [Theory]
    [InlineData("[1]")]
    [InlineData("{}")]
    public void A_list_or_an_object_is_no_scalar(string json) => Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Written>($$"""{"at":"2026-03-02T09:40:00Z","any":{{json}}}""", RecordJson.Options));
}
