using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Release.Story;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>
/// A verdict names the facts it rests on. A fact is one event of the batch's stream. It is removed by folding the history without it, everything else as
/// it was, and asking for the verdict at the same instant; the environment is read from the stream too (the recorded bands). Then, for every fact:
/// <list type="bullet">
/// <item>a criterion that cites it reads otherwise (status, observed, limit, validity or why), and a reason that cites it is gone or reads otherwise;</item>
/// <item>a criterion that does not cite it keeps its status;</item>
/// <item>cited by no criterion, no reason and not by the verdict, it leaves verdict, reasons and pending tests as they are.</item>
/// </list>
/// Without the registration, or without what later entries are made of, there is no record to judge: that counts as another verdict, so such a fact must be
/// cited somewhere. A correction is part of the entry it corrects. What several facts say alike rests on none of them alone and cites none of them.
/// </summary>
public sealed class ExplainedDecisionTests
{
    private static readonly Lazy<(string Name, Story Story, string At)[]> Worked = new(() =>
    [
        ("sheets ready", WorkedBatches.CeaReady(), "03-19 11:16"),
        ("sheets released conditionally, a day later", WorkedBatches.CeaConditional(), "03-20 11:16"),
        ("sheets submitted, not reviewed", WorkedBatches.CeaSubmitted(), "03-19 10:55"),
        ("cells ready", WorkedBatches.AdscReady(), "04-28 22:00"),
        ("cells out of specification", WorkedBatches.AdscReady(2.6m), "04-28 22:00"),
        ("cells rejected", Concluded(OosConclusion.Confirmed), "04-29 09:00"),
        ("cells after a laboratory error", Concluded(OosConclusion.AssignableLabError), "04-28 23:00"),
        ("cells with a set aside result", SetAside(), "04-28 23:00"),
        ("cells with a verified fill", LaterVerified(), "04-28 22:00"),
        ("cells with holds and deviations", Troubled(), "04-28 22:00"),
        ("cells growing", WorkedBatches.AdscGrowing(), "04-25 09:00"),
        ("sheets with a withdrawn unit", Withdrawn(), "03-19 11:16"),
        ("cells after heat", Heated(), "04-28 22:00"),
        ("bilayered skin lifted", ProductLives.BilayeredSkin(), "03-28 09:00"),
        ("medium filled", ProductLives.ConditionedMedium(out _), "03-07 09:00"),
    ]);

    public static TheoryData<string> Names() => [.. Worked.Value.Select(w => w.Name)];

    private static Story Concluded(OosConclusion how) => WorkedBatches.AdscReady(2.6m)
        .Do("04-28 22:10", "qa01", new OosConcluded("OOS-ADSC-05-1", 1, how, "A rationale of more than twenty characters."));

    private static Story SetAside() => WorkedBatches.AdscReady(2.6m).Do("04-28 22:10", "qa01", new QcResultInvalidated("R-ADSC-05", "Wrong gate", "DOC-1"), comment: "Known");

    private static Story LaterVerified()
    {
        var s = WorkedBatches.AdscReady();
        var fill = s.State.Last<FillPerformed>()!;
        s.State = BatchFold.Fold(s.State.History.Select(e => e.EventId == fill.EventId ? e with { VerifiedBy = null } : e));
        return s.Do("04-28 21:50", "tech02", new EntryVerified(fill.EventId));
    }

    private static Story Troubled()
    {
        var s = WorkedBatches.AdscReady();
        return s.Do("04-28 21:42", "tech01", new DeviationOpened("DEV-8", "Label printer jammed", DeviationClass.Minor))
            .Do("04-28 21:43", "qa01", new DeviationClassified("DEV-8", DeviationClass.Minor))
            .Do("04-28 21:45", "tech01", new DeviationOpened("DEV-9", "Door left open", DeviationClass.Major))
            .Do("04-28 21:46", "qa01", new DeviationClosed("DEV-9", "Hinge", "None on the product", []))
            .Do("04-28 21:47", "qa01", new HoldPlaced("H-1", "Waiting for the laboratory")).Do("04-28 21:48", "qa02", new HoldReleased("H-1", "Answered"))
            .Do("04-28 21:49", "qa01", new HoldPlaced("H-2", "Waiting for the courier"));
    }

    private static Story Withdrawn()
    {
        var s = WorkedBatches.CeaSubmitted();
        return s.Do("03-19 10:55", "tech01", new VesselDiscarded([s.State.Product.Filled.First().Id], 1, "Autoclave", DiscardReason.Surplus), verify: "tech02")
            .Reviewed("03-19 11:00").Informed("03-19 11:15");
    }

    private static Story Heated()
    {
        var s = WorkedBatches.AdscReady();
        void Band(string at, ExposureBand from, ExposureBand to) => s.State = BatchDecider.Record(s.State,
            [(new ExposureBandChanged("E-01", "V-31", from, to, 40m, "min"), s.Time(at))], s.Facts, s.Time(at)).State;
        Band("04-28 21:50", ExposureBand.PASS, ExposureBand.ASSESS);
        Band("04-28 21:55", ExposureBand.ASSESS, ExposureBand.FAIL);
        return s;
    }

    private static Verdict? Judge(Story s, IEnumerable<Recorded> history, DateTimeOffset at)
    {
        BatchState state;
        try { state = BatchFold.Fold(history); }
        catch (Exception e) when (e is KeyNotFoundException or NullReferenceException) { return null; }
        if (!state.HasStarted || state.Registration is null) return null;
        return ReleaseEvaluator.Evaluate(state, s.Facts.Spec!, s.Facts with { Environment = RecordedEnvironment.Of(state, at) }, at);
    }

    private static string Reading(CriterionStatus c) => $"{c.Status}|{c.Observed}|{c.Limit}|{c.Alert}|{c.ValidUntil}|{c.Why}";
    private static string Reading(VerdictReason r) => $"{r.Id}|{r.Code}|{r.Text}";
    private static string Decision(Verdict v) => $"{v.Value}|{string.Join(",", v.Reasons.Select(r => $"{r.Id}:{r.Code}"))}|{string.Join(",", v.Pending)}";

    /// <summary>What is wrong with the explanation of a verdict as far as one fact is concerned.</summary>
    private static IEnumerable<string> Faults(Story s, IReadOnlyList<Recorded> history, Verdict verdict, Recorded fact)
    {
        var without = Judge(s, history.Where(e => e.EventId != fact.EventId), verdict.At);
        var what = $"v{fact.Version} {fact.Type}";
        bool Cites(IEnumerable<Guid> evidence) => evidence.Contains(fact.EventId) || (fact.Body is RecordCorrected c && evidence.Contains(c.CorrectsEventId));
        var cited = Cites(verdict.Evidence.Concat(verdict.Reasons.SelectMany(r => r.Evidence)).Concat(verdict.Criteria.SelectMany(c => c.Evidence)));
        if (without is null)
        {
            if (!cited) yield return $"{what}: no record without it, but nothing cites it";
            yield break;
        }
        if (!cited && Decision(without) != Decision(verdict)) yield return $"{what}: cited nowhere, but {Decision(verdict)} becomes {Decision(without)}";
        foreach (var (before, after) in verdict.Criteria.Zip(without.Criteria))
        {
            if (before.Evidence.Contains(fact.EventId) && Reading(before) == Reading(after)) yield return $"{what}: {before.Id} cites it and reads the same without: {Reading(before)}";
            if (!Cites(before.Evidence) && before.Status != after.Status) yield return $"{what}: {before.Id} does not cite it, but {before.Status} becomes {after.Status} ({after.Why})";
        }
        foreach (var reason in verdict.Reasons.Where(r => r.Evidence.Contains(fact.EventId)))
            if (without.Reasons.Any(r => Reading(r) == Reading(reason))) yield return $"{what}: reason {reason.Id} cites it and reads the same without";
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Of_every_fact_of_a_worked_batch_the_verdict_says_truly_whether_it_rests_on_it(string name)
    {
        var (_, story, at) = Worked.Value.Single(w => w.Name == name);
        var history = story.State.History;
        var verdict = Judge(story, history, story.Time(at))!;
        var faults = history.SelectMany(fact => Faults(story, history, verdict, fact)).ToList();
        faults.ShouldBeEmpty(string.Join("\n", faults));
    }

    [Law(Runs = 100)]
    public void It_does_so_too_for_histories_with_gaps_at_any_time(byte which, byte first, byte second, uint minutes, byte[] asked)
    {
        var (_, story, at) = Worked.Value[which % Worked.Value.Length];
        var all = story.State.History;
        Recorded[] left = [all[1 + first % (all.Count - 1)], all[1 + second % (all.Count - 1)]];
        var history = all.Where(e => !left.Contains(e)).ToList();
        if (Judge(story, history, story.Time(at).AddMinutes(minutes % 3000)) is not { } verdict) return;
        var facts = asked.Take(12).Select(a => history[a % history.Count]).Distinct();
        var faults = facts.SelectMany(fact => Faults(story, history, verdict, fact)).ToList();
        faults.ShouldBeEmpty($"without {string.Join(", ", left.Select(l => $"v{l.Version} {l.Type}"))}:\n{string.Join("\n", faults)}");
    }

    [Fact]
    public void A_correction_is_part_of_the_entry_it_corrects()
    {
        var s = WorkedBatches.AdscTested(2.6m);
        var result = s.State.Of<QcResultRecorded>().Single(r => r.Data.ResultId == "R-ADSC-05");
        var index = result.Data.Values.ToList().FindIndex(v => v.Part == "CD45");
        var (old, correct) = (System.Text.Json.JsonSerializer.SerializeToElement(2.6m), System.Text.Json.JsonSerializer.SerializeToElement(1.6m));
        var data = new RecordCorrected(result.EventId, $"values[{index}].value", old, correct, "Misread the printout of the cytometer");
        var signing = new Signing(s.Person("qc01"), Meanings.Performed, true);
        s.State = ((Accepted)BatchDecider.Decide(s.State, new Entry(data, s.Person("qc01"), s.Time("04-28 21:20"), Signature: signing), s.Facts)).State;
        var verdict = Judge(s, s.State.History, s.Time("04-28 21:30"))!;
        var corrected = s.State.History.Single(e => e.Body is RecordCorrected);
        Faults(s, s.State.History, verdict, corrected).ShouldBeEmpty();
    }
}
