using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>What holds for every history, whoever made whatever entries in whatever order.</summary>
public sealed class HistoryPropertyTests
{
    [Law(Runs = 25)]
    public void Any_legal_sequence_replays_to_the_same_state_at_every_version(byte[] dice)
    {
        var s = Start();
        var seen = new List<string>();
        foreach (var d in Steps(dice)) Step(s, Moves.Next(s, d), seen);
        seen.Count.ShouldBe(s.Events.Count);
        CheckReplay(s.Events, seen);
    }

    [Law(Runs = 25)]
    [Trait("Rule", "R-07")]
    public void Entries_in_any_order_are_appended_whole_or_refused_with_a_code_and_leave_no_trace(ushort[] dice)
    {
        var s = Start();
        var seen = new List<string>();
        // A legal beginning, so that the disorder meets batches of every age.
        for (var i = 0; i < (dice.Length > 0 ? dice[0] % 25 : 0); i++) Step(s, Moves.Next(s, i), seen);
        foreach (var d in dice) Step(s, Moves.Anything(s, d), seen);
        CheckReplay(s.Events, seen);
    }

    [Law(Runs = 25)]
    public void A_step_that_is_not_of_the_present_state_is_always_refused(byte age, ushort[] dice)
    {
        var s = Start();
        for (var i = 0; i < age % 30; i++) Step(s, Moves.Next(s, i), []);
        foreach (var d in dice)
        {
            var data = Moves.Anything(s, d);
            if (Lifecycle.From(data, Products.ProductRegister.BuiltIn["ADSC"]) is { } from && !from.Contains(s.State.State)) s.When(data, comment: "As seen").Decision.ShouldBeOfType<Refused>();
        }
    }

    [Law(Runs = 15)]
    [Trait("Rule", "R-29")]
    public void What_the_store_gives_back_folds_to_the_same_state(byte[] dice)
    {
        var s = Start();
        foreach (var d in Steps(dice)) Step(s, Moves.Next(s, d), []);
        var read = s.Events.Select(e => (Recorded)JsonSerializer.Deserialize(JsonSerializer.Serialize(e, e.GetType(), RecordJson.Options), e.GetType(), RecordJson.Options)!);
        Picture(BatchFold.Fold(read)).ShouldBe(Picture(s.State));
    }

    [Fact]
    public void The_legal_moves_lead_through_the_whole_life_of_a_batch()
    {
        var reached = new HashSet<LifeState>();
        for (var seed = 0; seed < 40 && reached.Count < 7; seed++)
        {
            var (s, random) = (Start(), new Random(seed));
            for (var i = 0; i < 45; i++)
            {
                Step(s, Moves.Next(s, random.Next(256)), []);
                reached.Add(s.State.State);
            }
        }
        reached.ShouldBe([LifeState.Planned, LifeState.Quarantined, LifeState.InProcess, LifeState.Harvested, LifeState.Formulated, LifeState.Terminated, LifeState.Discarded], ignoreOrder: true);
    }

    private static Scenario Start() => Adsc.New().On("2026-04-13T08:30Z");

    private static IEnumerable<int> Steps(byte[] dice) => Enumerable.Range(0, 7).Concat(dice.Select(d => (int)d)).Take(45);

    private static void Step(Scenario s, EventData data, List<string> seen)
    {
        // Growth needs time; nobody doubles four times in a minute.
        s.Later(data is PassagePerformed or HarvestPerformed ? 72 : 0.25);
        var before = (Picture(s.State), s.Events.Count);
        switch (s.When(data, comment: "As seen", reason: "Entered as it happened").Decision)
        {
            case Refused no:
                no.Findings.ShouldNotBeEmpty();
                foreach (var finding in no.Findings) Codes.Rank(finding.Code).ShouldBeGreaterThanOrEqualTo(0);
                (Picture(s.State), s.Events.Count).ShouldBe(before);
                break;
            case Accepted yes:
                yes.State.Version.ShouldBe(s.State.Version + yes.Events.Count);
                var state = s.State;
                foreach (var e in yes.Events)
                {
                    state = BatchFold.Apply(state, e);
                    seen.Add(Picture(state));
                }
                Picture(state).ShouldBe(Picture(yes.State));
                s.Take(yes);
                break;
        }
    }

    private static void CheckReplay(List<Recorded> events, List<string> seen)
    {
        foreach (var version in new[] { events.Count, events.Count / 2, events.Count / 3 }.Where(v => v > 0).Distinct())
            Picture(BatchFold.Fold(events.Take(version))).ShouldBe(seen[version - 1]);
    }

    // Records compare their collections by reference; as sorted text they compare by content.
    private static string Picture(BatchState state) => string.Join("\n",
        Text((state.BatchId, state.Version, state.State, state.Phase, state.Distribution, state.Zone, state.Jurisdiction, state.StateChangedAt).ToString()),
        Text(state.Culture.Vessels.Values.OrderBy(v => v.Id, StringComparer.Ordinal)), Text(state.Culture.Sources.Values.OrderBy(v => v.Id, StringComparer.Ordinal)),
        Text(state.Culture.Growth), Text(state.Culture.Frozen.Values.OrderBy(v => v.Id, StringComparer.Ordinal)), Text((state.Culture.Cpdl, state.Culture.P0Unknown).ToString()),
        Text(state.Product.Containers.Values.OrderBy(c => c.Id, StringComparer.Ordinal)), Text(state.Product.Sheets.Values.OrderBy(c => c.SheetId, StringComparer.Ordinal)),
        Text(state.Product.ExpiresAt), Text(state.Holds.Values.OrderBy(h => h.HoldId, StringComparer.Ordinal)), Text(state.Deviations.Values.OrderBy(h => h.DeviationId, StringComparer.Ordinal)),
        Text(state.History.Select(e => (e.EventId, e.Version, JsonSerializer.Serialize(e.Body, e.Body.GetType(), RecordJson.Options)).ToString())));

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, RecordJson.Options);
}
