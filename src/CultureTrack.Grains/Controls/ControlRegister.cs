using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Controls;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using Marten;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Grains.Controls;

/// <summary>A control that was measured in a run.</summary>
public sealed record ControlInRun
{
    /// <summary>Run and control: <c>RUN-26-031/CTRL-CD45-L</c>.</summary>
    public required string Id { get; init; }
    public required string RunId { get; init; }
    public required string ControlId { get; init; }
}

/// <summary>A result of a batch that was measured in a run with controls.</summary>
public sealed record ResultInRun
{
    /// <summary>Batch and result: <c>ADSC-26-0007/R-12</c>.</summary>
    public required string Id { get; init; }
    public required string RunId { get; init; }
    public required string BatchId { get; init; }
    public required string ResultId { get; init; }
}

/// <summary>Control samples: their values, limits and the runs they accept or reject.</summary>
public sealed class ControlRegister(LabWriter writer, IGrainFactory grains, ILogger<ControlRegister> log)
{
    public async Task<Outcome<ControlSample>> Register(LabEntry entry, CancellationToken ct)
    {
        var data = (ControlRegistered)entry.Data;
        await using var work = await writer.Begin(ct);
        var known = await work.Session.LoadAsync<ControlSample>(data.ControlId, ct);
        if (work.Append(entry, ControlSample.Stream(data.ControlId), known?.Version ?? 0, j => ControlRules.Check(data, known, j)) is not { } e) return work.Refused<ControlSample>();
        var control = ControlSample.Apply(null, e);
        work.Session.Insert(control);
        return await work.Save(control, ct);
    }

    /// <summary>Judges a value. Batches with results in a run that is rejected by it get a deviation; until it is settled their verdict does not count them.</summary>
    public async Task<Outcome<ControlSample>> Measure(LabEntry entry, CancellationToken ct)
    {
        var data = (ControlMeasured)entry.Data;
        await using var work = await writer.Begin(ct);
        if (await work.Session.LoadAsync<ControlSample>(data.ControlId, ct) is not { } control) return Outcome.NotFound<ControlSample>($"The control {data.ControlId}");
        var inRun = (await Of(work.Session, [data.RunId], ct)).GetValueOrDefault(data.RunId) ?? [];
        List<ControlSample> others = [.. inRun.Where(c => c.ControlId != control.ControlId && c.MethodId is not null && c.MethodId == control.MethodId)];
        var used = await work.Session.Query<ResultInRun>().AnyAsync(r => r.RunId == data.RunId, ct);
        if (work.Append(entry, ControlSample.Stream(control.ControlId), control.Version, j => ControlRules.Check(data, control, others, used, j)) is not { } e) return work.Refused<ControlSample>();
        var measured = ControlSample.Apply(control, e);
        work.Session.Store(measured);
        work.Session.Store(new ControlInRun { Id = $"{data.RunId}/{control.ControlId}", RunId = data.RunId, ControlId = control.ControlId });
        var outcome = await work.Save(measured, ct);
        if (outcome.Accepted && measured.Results[^1].Outcome == ControlOutcome.Rejected) await TellBatches(data.RunId, measured, ct);
        return outcome;
    }

    public Task<Outcome<ControlSample>> Void(LabEntry entry, CancellationToken ct) =>
        Change(entry, ((ControlResultVoided)entry.Data).ControlId, (c, j) => ControlRules.Check((ControlResultVoided)entry.Data, c, j), ct);

    public Task<Outcome<ControlSample>> Establish(LabEntry entry, CancellationToken ct) =>
        Change(entry, ((ControlBaselineEstablished)entry.Data).ControlId, (c, j) => ControlRules.Check((ControlBaselineEstablished)entry.Data, c, j), ct);

    /// <summary>What QA signs to fix the limits of a control: mean and standard deviation of its values; null for an unknown control.</summary>
    public async Task<ControlBaselineEstablished?> ToEstablish(string controlId, CancellationToken ct)
    {
        if (await Find(controlId, ct) is not { } control) return null;
        var limits = ControlRules.Baseline(control);
        return new(controlId, (decimal)(limits?.Mean ?? 0), (decimal)(limits?.Sd ?? 0), limits?.N ?? 0);
    }

    public async Task<ControlSample?> Find(string controlId, CancellationToken ct)
    {
        await using var session = writer.Read();
        return await session.LoadAsync<ControlSample>(controlId, ct);
    }

    public async Task<IReadOnlyList<ControlSample>> All(CancellationToken ct)
    {
        await using var session = writer.Read();
        return await session.Query<ControlSample>().OrderBy(c => c.ControlId).ToListAsync(ct);
    }

    /// <summary>What all controls say of the runs in which this one was measured.</summary>
    public async Task<IReadOnlyDictionary<string, RunFact>> Runs(ControlSample control, CancellationToken ct)
    {
        await using var session = writer.Read();
        return await Runs(session, [.. control.Results.Select(r => r.RunId).Distinct()], ct);
    }

    /// <summary>What the controls of the runs say; runs without a control are absent.</summary>
    public static async Task<IReadOnlyDictionary<string, RunFact>> Runs(IQuerySession session, IReadOnlyCollection<string> runIds, CancellationToken ct)
    {
        if (runIds.Count == 0) return new Dictionary<string, RunFact>();
        var controls = await Of(session, runIds, ct);
        return controls.Select(r => ControlRules.Run(r.Key, r.Value)).OfType<RunFact>().ToDictionary(r => r.RunId, StringComparer.Ordinal);
    }

    private static async Task<Dictionary<string, List<ControlSample>>> Of(IQuerySession session, IReadOnlyCollection<string> runIds, CancellationToken ct)
    {
        string[] ids = [.. runIds];
        var links = await session.Query<ControlInRun>().Where(r => r.RunId.IsOneOf(ids)).ToListAsync(ct);
        var controls = (await session.LoadManyAsync<ControlSample>(ct, [.. links.Select(l => l.ControlId).Distinct()])).ToDictionary(c => c.ControlId, StringComparer.Ordinal);
        return links.GroupBy(l => l.RunId).ToDictionary(g => g.Key, g => g.Select(l => controls[l.ControlId]).ToList(), StringComparer.Ordinal);
    }

    private async Task<Outcome<ControlSample>> Change(LabEntry entry, string controlId, Action<ControlSample, LabJudgement> rule, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        if (await work.Session.LoadAsync<ControlSample>(controlId, ct) is not { } control) return Outcome.NotFound<ControlSample>($"The control {controlId}");
        if (work.Append(entry, ControlSample.Stream(controlId), control.Version, j => rule(control, j)) is not { } e) return work.Refused<ControlSample>();
        var changed = ControlSample.Apply(control, e);
        work.Session.Store(changed);
        return await work.Save(changed, ct);
    }

    private async Task TellBatches(string runId, ControlSample control, CancellationToken ct)
    {
        await using var session = writer.Read();
        var results = await session.Query<ResultInRun>().Where(r => r.RunId == runId).ToListAsync(ct);
        foreach (var batch in results.GroupBy(r => r.BatchId))
        {
            var text = $"Control {control.ControlId} rejected run {runId} ({string.Join(" ", control.Results[^1].Rules)}) after results were recorded: {string.Join(", ", batch.Select(r => r.ResultId).Order(StringComparer.Ordinal))}";
            var entry = new Entry(new DeviationOpened(null, text, DeviationClass.Major, $"control/{runId}"), Actor.Software, writer.Now, Origin: Origin.System);
            var answer = await grains.GetGrain<IBatchGrain>(batch.Key).Append([entry], ifMatch: null, dryRun: false);
            if (!answer.Accepted) log.LogInformation("Batch {BatchId} takes no deviation for rejected run {RunId}: {Code}", batch.Key, runId, answer.Findings[0].Code);
        }
    }
}
