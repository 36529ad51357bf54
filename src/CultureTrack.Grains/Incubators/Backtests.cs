using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Lab;
using CultureTrack.Store.Readings;
using Marten;

namespace CultureTrack.Grains.Incubators;

/// <summary>
/// Tries another limit or delay on the stored past of an incubator. Runs beside the live judgement, reads only, and holds a day of readings at a time; one at
/// a time, so that it never takes more than one core from what is live.
/// </summary>
public sealed class Backtests(IDocumentStore store, ReadingStore readings, IEquipmentRegister register, AlarmHistory history) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task<Outcome<BacktestResult>> Run(string incubatorId, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<RuleChange> changes, CancellationToken ct)
    {
        if (await register.Find(incubatorId) is not { } equipment || EquipmentProfiles.Find(equipment.Profile) is not { } profile) return Outcome.NotFound<BacktestResult>($"The equipment {incubatorId}");
        var findings = CandidateRule.Check(profile, changes).ToList();
        if (from >= to || to - from > Backtest.LongestPeriod) findings.Add(new(Codes.ValRange, "from", $"From lies before to, at most {Backtest.LongestPeriod.TotalDays} days."));
        if (findings.Count > 0) return Outcome.Refuse<BacktestResult>(findings);
        await _turn.WaitAsync(ct);
        try
        {
            return Outcome.Of(await Task.Run(() => Compare(equipment, from, to, changes, ct), ct));
        }
        finally { _turn.Release(); }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<BacktestResult> Compare(EquipmentInfo equipment, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<RuleChange> changes, CancellationToken ct)
    {
        var id = equipment.IncubatorId;
        var lines = await history.Lines(id, from, to, ct);
        var (start, later) = await Start(equipment, from, to, ct);
        var rule = new ReplayRule(changes, Backtest.AnswerAfter(lines));
        var (live, candidate) = (new RuleReplay(start, ReplayRule.Live), new RuleReplay(start, rule));
        var inputs = new Queue<Input>(lines.Where(RuleReplay.IsInput).Select(l => new Input(l.Place, l.At, r => r.Happen(l)))
            .Concat(later.Select(c => new Input(c.Place, c.At, r => r.Change(c.Circumstances, c.At)))).OrderBy(i => i.Place.ReceivedUpTo).ThenBy(i => i.Place.Rows).ThenBy(i => i.At));
        var (count, row, receipt) = (0L, 0, new List<ReadingRow>());
        await foreach (var next in readings.Received(id, from - Backtest.WarmUp, to, ct))
        {
            var isOther = receipt.Count > 0 && receipt[0].ReceivedAt != next.ReceivedAt;
            if (isOther) await Flush();
            row = isOther || row == 0 ? 1 : row + 1;
            if (inputs.TryPeek(out var due) && due.Place.IsBefore(next.ReceivedAt, row)) await Flush();
            while (inputs.TryPeek(out due) && due.Place.IsBefore(next.ReceivedAt, row)) Tell(inputs.Dequeue());
            receipt.Add(next);
        }
        await Flush();
        foreach (var rest in inputs) Tell(rest);
        live.Finish(to);
        candidate.Finish(to);
        return Backtest.Compare(start, to, rule, live, candidate, count, lines);

        async Task Flush()
        {
            if (receipt.Count == 0) return;
            var taken = new Receipt(receipt[0].ReceivedAt, [.. receipt.Select(IncubatorGrain.ToHeard)], [.. receipt.SelectMany(IncubatorGrain.ToReadings)]);
            foreach (var replay in new[] { live, candidate }) await Take(id, replay, taken, ct);
            count += taken.Readings.Count;
            receipt.Clear();
        }

        void Tell(Input input)
        {
            input.To(live);
            input.To(candidate);
        }
    }

    /// <summary>Something that is neither a reading nor a deadline.</summary>
    private sealed record Input(ReadingPlace Place, DateTimeOffset At, Action<RuleReplay> To);

    /// <summary>What stood and held at the start, and what changed after it. Where nothing was recorded yet, the register as it is now is taken.</summary>
    private async Task<(ReplayStart Start, IReadOnlyList<RecordedCircumstances> Later)> Start(EquipmentInfo equipment, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var id = equipment.IncubatorId;
        await using var session = store.QuerySession();
        var recorded = (await session.Query<RecordedCircumstances>().Where(c => c.IncubatorId == id).ToListAsync(ct)).OrderBy(c => c.Id, StringComparer.Ordinal).Where(c => c.At < to).ToList();
        var first = recorded.FindLastIndex(c => c.At <= from) is var at and >= 0 ? at : 0;
        var then = recorded.Count > 0 ? recorded[first].Circumstances
            : new(equipment.Profile, equipment.Period, Circumstances.Text(equipment.Channels.Select(c => (c.Channel, c.Resolution))), equipment.Zone, equipment.InServiceSince, false);
        var standing = (await history.Lines(id, from - AlarmHistory.LongestPeriod, from, ct)).GroupBy(l => l.AlarmId).Select(g => g.MaxBy(l => l.Number)!.Alarm).Where(a => a.State != AlarmState.Normal);
        return (new(id, from, [.. standing], then), [.. recorded.Skip(first + 1)]);
    }

    private async Task Take(string id, RuleReplay replay, Receipt receipt, CancellationToken ct)
    {
        if (replay.Take(receipt) is not { } lateFrom) return;
        var (memory, after) = replay.ReplayPoint(lateFrom);
        var stored = new List<Reading>();
        await foreach (var row in readings.Rows(id, after ?? DateTimeOffset.UnixEpoch, receipt.ReceivedAt.AddDays(2), ct))
            if (row.ReceivedAt <= receipt.ReceivedAt) stored.AddRange(IncubatorGrain.ToReadings(row));
        replay.Replay(memory, stored, receipt.ReceivedAt);
    }
}
