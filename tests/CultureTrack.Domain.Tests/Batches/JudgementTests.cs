using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>How rules find: bounds are allowed values, windows round what is computed, and nothing is told twice (G-2 to G-5).</summary>
public sealed class JudgementTests
{
    private static readonly DateTimeOffset Now = Scenario.At("2026-04-13T12:00Z");

    private static Judgement Of(Scenario s, EventData? data = null)
    {
        var entry = s.Entry(data ?? Adsc.Consent);
        return new(s.State, entry, s.Lab.Facts(s.State, entry.Data));
    }

    private static Judgement Blank() => Of(Adsc.AtP0());

    [Theory]
    [InlineData(1.0, 1.0, 2.0, true)]
    [InlineData(2.0, 1.0, 2.0, true)]
    [InlineData(0.9, 1.0, 2.0, false)]
    [InlineData(2.1, 1.0, 2.0, false)]
    [InlineData(-9.0, null, 2.0, true)]
    [InlineData(2.1, null, 2.0, false)]
    [InlineData(9.0, 1.0, null, true)]
    [InlineData(0.9, 1.0, null, false)]
    [InlineData(null, 1.0, 2.0, true)]
    public void A_range_includes_both_its_ends(double? value, double? low, double? high, bool inside)
    {
        var j = Blank();
        j.Range("x", (decimal?)value, (decimal?)low, (decimal?)high).ShouldBe(inside);
        j.Findings.Select(f => (f.Code, f.Field)).ShouldBe(inside ? [] : [(Codes.ValRange, "data.x")]);
        j.Window("x", (decimal?)value, (decimal?)low, (decimal?)high);
        j.FlagsRaised.Select(f => (f.Code, f.Field, f.Observed)).ShouldBe(inside ? [] : [(Flags.OutOfWindow, "x", (object?)(decimal?)value)]);
    }

    [Theory]
    [InlineData(0.0, 5.0, false)]
    [InlineData(0.1, 5.0, true)]
    [InlineData(5.0, 5.0, true)]
    [InlineData(5.1, 5.0, false)]
    [InlineData(99.0, null, true)]
    [InlineData(null, 5.0, true)]
    public void Above_leaves_its_lower_end_out(double? value, double? high, bool may) => Blank().Above("x", (decimal?)value, 0, (decimal?)high).ShouldBe(may);

    [Theory]
    [InlineData(2.49, 0, false)]
    [InlineData(2.5, 0, true)]
    [InlineData(1.5, 0, false)]
    [InlineData(1.49, 0, true)]
    [InlineData(2.04, 1, false)]
    [InlineData(2.05, 1, true)]
    [InlineData(double.NaN, 0, false)]
    [InlineData(1e21, 0, false)]
    [InlineData(1e20, 0, true)]
    [InlineData(null, 0, false)]
    public void What_is_computed_is_rounded_to_the_limit_before_it_is_compared(double? value, int decimals, bool flagged)
    {
        var j = Blank();
        j.ComputedWindow("x", value, decimals == 0 ? 2 : null, 2, decimals);
        j.FlagsRaised.Count.ShouldBe(flagged ? 1 : 0);
        if (flagged) j.FlagsRaised[0].Observed.ShouldBe((decimal)value!.Value);
    }

    [Fact]
    public void A_window_is_written_with_the_ends_it_has()
    {
        var j = Blank();
        j.Window("both", 9, 1, 2);
        j.Window("high", 9, null, 2);
        j.Window("low", 0, 1, null, Flags.Interval);
        j.FlagsRaised.Select(f => (f.Code, f.Field, f.Window)).ShouldBe([(Flags.OutOfWindow, "both", "1–2"), (Flags.OutOfWindow, "high", "≤2"), (Flags.Interval, "low", "1 or more")]);
    }

    [Fact]
    public void Nothing_is_refused_or_flagged_twice_for_the_same_reason()
    {
        var j = Blank();
        j.Reject("A", "x", "first");
        j.Reject("A", "x", "second");
        j.Reject("A", "y", "other field");
        j.Reject("B", "x", "other code");
        j.Findings.Select(f => f.Message).ShouldBe(["first", "other field", "other code"]);
        j.Flag("F", "x", observed: 1);
        j.Flag("F", "x", observed: 2);
        j.Flag("F", "y", observed: 3);
        j.Flag("G", "x", observed: 4);
        j.FlagIf(false, "H", "x");
        j.FlagsRaised.Select(f => f.Observed).ShouldBe([1, 3, 4]);
    }

    [Fact]
    public void A_step_is_legal_until_the_state_or_the_phase_forbids_it()
    {
        foreach (var (code, legal) in new[] { (Codes.StateTransition, false), (Codes.StatePhase, false), (Codes.StateGuard, true), (Codes.ValRange, true) })
        {
            var j = Blank();
            j.Reject(Codes.ValRequired, "x", "");
            j.Reject(code, "type", "");
            j.StepIsLegal.ShouldBe(legal);
        }
        Blank().StepIsLegal.ShouldBeTrue();
    }

    [Fact]
    public void Ids_are_new_in_this_batch_and_in_every_other()
    {
        var s = Adsc.Filled();
        s.Lab.IdsInUse["X-1"] = "ADSC-26-0001";
        s.Lab.IdsInUse["X-2"] = "ADSC-26-0007";
        string[] Told(Func<string, bool>? reuse, string? from, params string[] ids)
        {
            var j = Of(s);
            j.NewIds("ids", ids, reuse, from);
            return [.. j.Findings.Select(f => f.Message)];
        }
        var passage = s.Last<PassagePerformed>().ToString();
        Told(null, null, "NEW-1", "NEW-2", "X-2").ShouldBeEmpty();
        Told(null, null, "NEW-1", "NEW-1").ShouldBe(["NEW-1 is named more than once."]);
        Told(null, null, "X-1").ShouldBe(["X-1 is in use in ADSC-26-0001."]);
        Told(null, "ADSC-26-0001", "X-1").ShouldBeEmpty();
        foreach (var id in new[] { "V-01", Adsc.Bags[0], passage }) Told(null, null, id).ShouldBe([$"{id} is in use in this batch."]);
        Told(null, null, Cea.Sheets[0]).ShouldBeEmpty();
        Told(id => id == "V-01", null, "V-01").ShouldBeEmpty();
        Told(id => id == "V-02", null, "V-01").ShouldBe(["V-01 is in use in this batch."]);
        var sheets = Of(Cea.Loose());
        sheets.NewIds("ids", [Cea.Sheets[0]]);
        sheets.Findings.ShouldHaveSingleItem();
    }

    [Fact]
    public void What_belongs_to_another_batch_is_told_by_its_place()
    {
        var s = Adsc.AtP0();
        s.Lab.IdsInUse["X-1"] = "ADSC-26-0001";
        s.Lab.IdsInUse["X-2"] = "ADSC-26-0007";
        var j = Of(s);
        j.Ours("ids", ["V-01", "X-2", "X-1"]);
        j.Findings.Select(f => (f.Code, f.Field)).ShouldBe([(Codes.StateGuard, "data.ids[2]")]);
    }

    [Fact]
    public void Computed_values_gather_with_their_formulas_and_inputs_once()
    {
        var (a, b) = (Guid.NewGuid(), Guid.NewGuid());
        var j = Blank();
        j.Computed.ShouldBeNull();
        j.Compute("5.1@1", [a], ("x", 1), ("y", 2));
        j.Compute("5.2@1", [a, b], ("y", 3));
        j.Computed!.Formula.ShouldBe("5.1@1;5.2@1");
        j.Computed.Inputs.ShouldBe([a, b]);
        j.Computed.Values.OrderBy(v => v.Key).Select(v => (v.Key, v.Value)).ShouldBe([("x", 1), ("y", 3)]);
    }

    [Fact]
    public void A_lot_that_is_named_is_one_that_can_be_used()
    {
        var s = Adsc.AtP0();
        var j = Of(s);
        j.Lot("lot", null).ShouldBeNull();
        j.Lot("lot", "MED-26-01")!.LotId.ShouldBe("MED-26-01");
        j.Findings.ShouldBeEmpty();
        j.Lot("lot", "NONE").ShouldBeNull();
        j.Findings.Select(f => (f.Code, f.Field)).ShouldBe([(Codes.ValLot, "data.lot")]);
    }

    [Theory]
    [InlineData(0, 60, null, true)]
    [InlineData(1, 60, null, false)]
    [InlineData(null, 60, null, false)]
    [InlineData(0, 0, null, false)]
    [InlineData(0, 1, null, true)]
    [InlineData(0, 60, 0, false)]
    [InlineData(0, 60, 1, true)]
    public void A_lot_is_used_from_its_release_until_before_it_expires_or_is_recalled(int? released, int expires, int? recalled, bool usable) =>
        (new LotFact("L-1", "Medium", Now.AddMinutes(expires), released is { } r ? Now.AddMinutes(r) : null, recalled is { } c ? Now.AddMinutes(c) : null).WhyNotUsable(Now) is null).ShouldBe(usable);

    [Fact]
    public void Of_the_versions_of_a_method_in_force_the_newest_counts()
    {
        static MethodFact Version(int version, int from, int? until, params string[] criteria) => new("M", version, criteria, Now.AddMinutes(from), until is { } u ? Now.AddMinutes(u) : null, false, false);
        MethodFact[] all = [Version(2, -10, null, "A", "B"), Version(1, -20, null, "A"), Version(4, 1, null, "A"), Version(3, -5, 0, "A")];
        MethodFact.InForce(all, "A", Now)!.Version.ShouldBe(2);
        MethodFact.InForce(all, "A", Now.AddMinutes(-1))!.Version.ShouldBe(3);
        MethodFact.InForce(all, "A", Now.AddMinutes(1))!.Version.ShouldBe(4);
        MethodFact.InForce(all, "A", Now.AddMinutes(-20))!.Version.ShouldBe(1);
        MethodFact.InForce(all, "A", Now.AddMinutes(-21)).ShouldBeNull();
        MethodFact.InForce(all, "C", Now).ShouldBeNull();
    }

    [Fact]
    public void The_world_as_it_was_knows_nothing_of_what_came_later()
    {
        LotFact Lot(string id, int released, int? recalled) => new(id, "Medium", Now.AddDays(9), Now.AddMinutes(released), recalled is { } r ? Now.AddMinutes(r) : null);
        EmSessionFact Session(string id, int from, int? until) => new(id, Now.AddMinutes(from), until is { } u ? Now.AddMinutes(u) : null, 1m, 2m, Guid.NewGuid());
        ShelvedFact Shelved(string id, int from) => new(Guid.NewGuid(), id, "INC-04", "co2", "qa01", Now.AddMinutes(from), Now.AddDays(1), "Service");
        var then = new LabFacts
        {
            Product = ProductRegister.BuiltIn["ADSC"],
            Lots = new[] { Lot("A", 0, 0), Lot("B", 1, 1), Lot("C", 0, null) }.ToDictionary(l => l.LotId),
            EmSessions = [Session("E-0", 0, 0), Session("E-1", 0, 1), Session("E-2", 0, null), Session("E-3", 1, 2)],
            Shelvings = [Shelved("S-0", 0), Shelved("S-1", 1)],
        }.AsKnownAt(Now);
        then.Lots.Values.Select(l => (l.LotId, l.ReleasedAt, l.RecalledAt)).ShouldBe([("A", Now, Now), ("B", null, null), ("C", Now, null)]);
        then.EmSessions.Select(e => (e.SessionId, e.EndAt, e.Particles05PerM3, e.Particles50PerM3, e.ClosedEventId is null))
            .ShouldBe([("E-0", Now, 1m, 2m, false), ("E-1", null, null, null, true), ("E-2", null, 1m, 2m, false)]);
        then.Shelvings.Select(x => x.AlarmId).ShouldBe(["S-0"]);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("RUN-1", true)]
    [InlineData("RUN-2", false)]
    [InlineData("RUN-9", false)]
    public void A_run_is_rejected_when_its_control_was(string? run, bool rejected) => new LabFacts
    {
        Product = ProductRegister.BuiltIn["ADSC"],
        Runs = new Dictionary<string, RunFact> { ["RUN-1"] = new("RUN-1", "1-3s", false), ["RUN-2"] = new("RUN-2", null, true) },
    }.IsRejected(run).ShouldBe(rejected);
}
