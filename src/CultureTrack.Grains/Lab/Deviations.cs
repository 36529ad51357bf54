using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using Marten;

namespace CultureTrack.Grains.Lab;

/// <summary>A deviation of a batch or of the lab, in one shape.</summary>
/// <param name="DueAt">When it should be closed: ten working days after it was opened (D-22).</param>
public sealed record DeviationLine(
    string DeviationId, string? BatchId, string? EquipmentId, string? RoomId, DeviationClass? Class, string Text, string OpenedBy, DateTimeOffset OpenedAt, string Status,
    DateTimeOffset DueAt, string? RootCause, string? Impact, IReadOnlyList<string> CapaRefs, string? ClosedBy, DateTimeOffset? ClosedAt, bool BySystem, long Version)
{
    public bool IsOpen => Status == "Open";
}

/// <summary>Deviations over all batches, equipment and rooms.</summary>
public sealed class Deviations(LabWriter writer, IGrainFactory grains)
{
    private const int DaysToClose = 10;

    public async Task<IReadOnlyList<DeviationLine>> All(CancellationToken ct)
    {
        await using var session = writer.Read();
        var ofBatches = (await session.Query<DeviationRecord>().ToListAsync(ct)).Select(Line);
        var ofLab = (await session.Query<LabDeviation>().ToListAsync(ct)).Select(Line);
        return [.. ofBatches.Concat(ofLab).OrderByDescending(d => d.OpenedAt)];
    }

    /// <summary>Those of that id; a batch's own id need not be the only one in the lab.</summary>
    public async Task<IReadOnlyList<DeviationLine>> Find(string deviationId, string? batchId, CancellationToken ct)
    {
        await using var session = writer.Read();
        var found = (await session.Query<DeviationRecord>().Where(d => d.DeviationId == deviationId).ToListAsync(ct)).Where(d => batchId is null || d.BatchId == batchId).Select(Line).ToList();
        if (batchId is null && await session.LoadAsync<LabDeviation>(deviationId, ct) is { } own) found.Add(Line(own));
        return found;
    }

    public async Task<Outcome<LabDeviation>> Open(LabEntry entry, CancellationToken ct)
    {
        var data = (LabDeviationOpened)entry.Data;
        data = data with { DeviationId = data.DeviationId ?? writer.NewId("DEV") };
        await using var work = await writer.Begin(ct);
        var known = await work.Session.LoadAsync<LabDeviation>(data.DeviationId, ct);
        var equipment = data.EquipmentId is { } id ? await work.Session.LoadAsync<Equipment>(id, ct) : null;
        var e = work.Append(entry with { Data = data }, LabDeviation.Stream(data.DeviationId), known?.Version ?? 0, j => LabDeviationRules.Check(data, known, equipment is not null, j));
        if (e is null) return work.Refused<LabDeviation>();
        var opened = LabDeviation.Apply(null, e);
        work.Session.Insert(opened);
        return await work.Save(opened, ct);
    }

    public Task<Outcome<LabDeviation>> Classify(LabEntry entry, string id, long? ifMatch, CancellationToken ct) =>
        Change(entry, id, ifMatch, (d, j) => LabDeviationRules.Check((LabDeviationClassified)entry.Data, d, j), ct);

    public Task<Outcome<LabDeviation>> Close(LabEntry entry, string id, long? ifMatch, CancellationToken ct) =>
        Change(entry, id, ifMatch, (d, j) => LabDeviationRules.Check((LabDeviationClosed)entry.Data, d, j), ct);

    /// <summary>An entry of the batch itself: opened, classified or closed there.</summary>
    public async Task<Outcome<AppendAnswer>> OfBatch(string batchId, Entry entry, long? ifMatch, CancellationToken ct)
    {
        var grain = grains.GetGrain<IBatchGrain>(batchId);
        if (await grain.State() is null) return Outcome.NotFound<AppendAnswer>($"The batch {batchId}");
        var answer = await grain.Append([entry], ifMatch, dryRun: false);
        return new(answer.Accepted ? answer : null, answer.Findings, answer.Flags, answer.Findings.Any(f => f.Code == Codes.Concurrency) ? answer.Version : null);
    }

    private Task<Outcome<LabDeviation>> Change(LabEntry entry, string id, long? ifMatch, Action<LabDeviation, LabJudgement> rule, CancellationToken ct) =>
        writer.Change(entry, LabDeviation.Stream(id), id, $"The deviation {id}", ifMatch, d => d.Version, rule, LabDeviation.Apply, ct);

    public static DeviationLine Line(LabDeviation d) => new(d.DeviationId, null, d.EquipmentId, d.RoomId, d.Class, d.Text, d.OpenedBy, d.OpenedAt, d.IsOpen ? "Open" : "Closed",
        Schedule.WorkingDaysAfter(d.OpenedAt, DaysToClose), d.RootCause, d.Impact, d.CapaRefs, d.ClosedBy, d.ClosedAt, false, d.Version);

    private static DeviationLine Line(DeviationRecord d) => new(d.DeviationId, d.BatchId, d.EquipmentId, null, d.Class, d.Text, d.OpenedBy, d.OpenedAt, d.ClosedAt is null ? "Open" : "Closed",
        Schedule.WorkingDaysAfter(d.OpenedAt, DaysToClose), d.RootCause, d.Impact, d.CapaRefs, d.ClosedBy, d.ClosedAt, d.BySystem, d.Version);
}
