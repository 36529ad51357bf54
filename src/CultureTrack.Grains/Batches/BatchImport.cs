using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using Marten;

namespace CultureTrack.Grains.Batches;

/// <summary>One entry of a batch that lived before the system, as a line of a file gives it.</summary>
public sealed record ImportedLine(int Line, string BatchId, Entry Entry);

public sealed record ImportFinding(int Line, string Code, string Field, string Message);

/// <param name="Outcome">Imported, Unchanged or Refused.</param>
/// <param name="Events">Events stored for it, or that would be.</param>
public sealed record ImportedBatch(string BatchId, string Outcome, int Events, IReadOnlyList<ImportFinding> Findings)
{
    public const string Imported = nameof(Imported), Unchanged = nameof(Unchanged), Refused = nameof(Refused);
}

/// <summary>
/// Brings in batches that lived before the system: each all or nothing, judged by the same rules except for lateness, signatures and what the registers of
/// that time knew (G-6). They are marked as imported for ever and can never be released.
/// </summary>
public sealed partial class BatchImport(IDocumentStore store, ILabFactsSource lab, AuditTrail audit, TimeProvider clock)
{
    private readonly Dictionary<string, BatchState> _decided = new(StringComparer.Ordinal);

    /// <param name="who">Named in the audit trail.</param>
    /// <param name="dryRun">Decides and stores nothing.</param>
    /// <param name="done">Told the number of batches done.</param>
    public async Task<IReadOnlyList<ImportedBatch>> Run(IReadOnlyList<ImportedLine> lines, string who, bool dryRun, Action<int>? done, CancellationToken ct)
    {
        var batches = new List<ImportedBatch>();
        foreach (var batch in lines.GroupBy(l => l.BatchId))
        {
            var outcome = await One(batch.Key, [.. batch], dryRun, ct);
            if (!dryRun) await audit.Add(who, "import batches", batch.Key, outcome.Findings.Select(f => f.Code).FirstOrDefault(), null, ct);
            batches.Add(outcome);
            done?.Invoke(batches.Count);
        }
        return batches;
    }

    private async Task<ImportedBatch> One(string id, List<ImportedLine> lines, bool dryRun, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var stored = (await session.Events.FetchStreamAsync(id, token: ct)).Select(e => (Recorded)e.Data).ToList();
        if (stored.Count > 0)
            return IsSame(stored, lines) ? new(id, ImportedBatch.Unchanged, 0, [])
                : Refuse(id, lines[0].Line, Codes.ValDuplicate, "batchId", $"{id} is here already with another content. A batch is imported whole, once.");
        if (lines.FirstOrDefault(l => l.Entry.At > clock.GetUtcNow()) is { } future) return Refuse(id, future.Line, Codes.ValFuture, "occurredAt", "occurredAt lies in the future.");
        var entries = lines.Select(l => l.Entry.Data is BatchRegistered r ? l.Entry with { Data = r with { BatchId = id } } : l.Entry).ToList();
        var facts = await Facts(id, entries, ct);
        switch (BatchDecider.Decide(BatchState.Initial, entries, (_, entry) => Then(facts, entry)))
        {
            case Refused no:
                return new(id, ImportedBatch.Refused, 0, [.. no.Findings.Select(f => Located(f, lines))]);
            case Accepted yes:
                if (!dryRun) await Save(session, id, yes, ct);
                _decided[id] = yes.State;
                return new(id, ImportedBatch.Imported, yes.Events.Count, []);
            default: throw new InvalidOperationException("A decision is accepted or refused.");
        }
    }

    private static async Task Save(IDocumentSession session, string id, Accepted accepted, CancellationToken ct)
    {
        var key = (id, accepted.State.Version);
        BatchReadModels.Folded[key] = accepted.State;
        try
        {
            session.Events.Append(id, accepted.State.Version, accepted.Events);
            await session.SaveChangesAsync(ct);
        }
        finally { BatchReadModels.Folded.TryRemove(key, out _); }
    }

    /// <summary>Whether the stored batch is what the file says: every entry, in order, with everything it tells.</summary>
    private static bool IsSame(List<Recorded> stored, List<ImportedLine> lines)
    {
        var entered = stored.Where(e => e.Origin == Origin.Imported).ToList();
        return entered.Count == lines.Count && entered.Zip(lines).All(p => p.First.OccurredAt == p.Second.Entry.At && p.First.ActorId == p.Second.Entry.Actor.UserId
            && p.First.Reason == p.Second.Entry.Reason && p.First.Comment == p.Second.Entry.Comment && Says(p.First.Body, p.Second.Entry.Data));
    }

    // Ids that the file left open were given when it was imported.
    private static bool Says(EventData stored, EventData told)
    {
        if (stored.GetType() != told.GetType()) return false;
        var (a, b) = (Json(stored), Json(told));
        return b.All(m => a.TryGetPropertyValue(m.Key, out var value) && JsonNode.DeepEquals(value, m.Value));
    }

    private static JsonObject Json(EventData data) => JsonSerializer.SerializeToNode(data, data.GetType(), RecordJson.Options)!.AsObject();

    private async Task<LabFacts> Facts(string id, List<Entry> entries, CancellationToken ct)
    {
        var registration = entries.Select(e => e.Data).OfType<BatchRegistered>().FirstOrDefault();
        var known = await lab.Collect(new(id, registration?.Site, registration?.PatientRef, registration?.DonorRef, new HashSet<string>(), new HashSet<string>()));
        var source = entries.Select(e => e.Data).OfType<SourceCellsAllocated>().FirstOrDefault()?.SourceBatchId;
        return new LabFacts
        {
            Product = BatchFacts.ProductOf(registration),
            Spec = registration is null ? null : await Spec(registration, ct),
            Site = known.Site,
            Patient = known.Patient,
            Donor = known.Donor,
            IdsInUse = await BatchFacts.IdsInUse(store, id, [.. entries.SelectMany(e => LabWideUse.Introduced(e.Data))]),
            Source = source is null ? null : await Source(source, ct),
        };
    }

    private async Task<SourceFact?> Source(string id, CancellationToken ct)
    {
        if (!_decided.TryGetValue(id, out var state))
        {
            await using var session = store.QuerySession();
            state = BatchFold.Fold((await session.Events.FetchStreamAsync(id, token: ct)).Select(e => (Recorded)e.Data));
        }
        if (!state.HasStarted || await Spec(state.Registration!, ct) is not { } spec) return null;
        return SourceRecord.FactOf(state, spec, new LabFacts { Product = BatchFacts.ProductOf(state.Registration), Spec = spec }, clock.GetUtcNow());
    }

    private async Task<Specification?> Spec(BatchRegistered registration, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await Specifications.Find(session, registration.SpecId, registration.SpecVersion, ct);
    }

    /// <summary>What the registers knew at that time nobody can ask any more: lots, equipment and clean rooms are taken as the entry says.</summary>
    private static LabFacts Then(LabFacts facts, Entry entry) => facts with
    {
        Lots = LotsUsed.Named(entry.Data).Select(n => n.LotId).Distinct().ToDictionary(l => l, l => new LotFact(l, "", DateTimeOffset.MaxValue, DateTimeOffset.MinValue, null, false, true, true), StringComparer.Ordinal),
        Equipment = BatchFacts.EquipmentOf(entry.Data).Distinct().ToDictionary(e => e,
            e => new EquipmentFact(e, entry.Data is StoredAt ? "Freezer" : "Incubator", "InService", int.MaxValue, [], new Dictionary<int, IReadOnlyList<string>>()), StringComparer.Ordinal),
        EmSessions = [new("", DateTimeOffset.MinValue, null, null, null, null)],
    };

    private static ImportedBatch Refuse(string id, int line, string code, string field, string message) => new(id, ImportedBatch.Refused, 0, [new(line, code, field, message)]);

    // The decider counts the entries of a list; the reader of the file counts its lines.
    private static ImportFinding Located(Finding finding, List<ImportedLine> lines)
    {
        var counted = Counted().Match(finding.Field);
        return counted.Success
            ? new(lines[int.Parse(counted.Groups[1].ValueSpan, CultureInfo.InvariantCulture)].Line, finding.Code, finding.Field[counted.Length..], finding.Message)
            : new(lines[0].Line, finding.Code, finding.Field, finding.Message);
    }

    [GeneratedRegex(@"^\[(\d+)\]\.")]
    private static partial Regex Counted();
}
