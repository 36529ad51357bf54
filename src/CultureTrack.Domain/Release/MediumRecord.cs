using CultureTrack.Domain.Batches;

namespace CultureTrack.Domain.Release;

/// <summary>What the record says of conditioned medium (CM-02, CM-13).</summary>
internal static class MediumRecord
{
    public static ProcessValue EndViability(BatchState state)
    {
        var collected = state.Of<ConditionedMediumCollected>().ToList();
        if (collected.Count == 0) return ProcessValue.Missing("No medium collected yet.");
        return collected.FirstOrDefault(c => !state.IsVerified(c)) is { } open
            ? ProcessValue.Missing("The collection is not verified by a second person.", null, open.EventId)
            : ProcessValue.Measured(collected.Select(c => c.Data.EndViabilityPct), collected.SelectMany(c => Grounds.Counted(state, c)));
    }

    /// <summary>Every sterile filter must have held, before and after.</summary>
    public static IReadOnlyList<ProcessValue> FilterIntegrity(BatchState state)
    {
        var filtered = state.Of<SterileFiltered>().ToList();
        if (filtered.Count == 0) return [ProcessValue.Missing("Not sterile filtered yet.")];
        var evidence = filtered.Select(f => f.EventId).ToList();
        return
        [
            Held(filtered.All(f => f.Data.IntegrityPre), "before", "pre", evidence),
            Held(filtered.All(f => f.Data.IntegrityPost), "after", "post", evidence),
        ];
    }

    private static ProcessValue Held(bool held, string when, string part, List<Guid> evidence) =>
        ProcessValue.Met(held, $"{(held ? "pass" : "fail")}{(evidence.Count == 1 ? "" : $" ({evidence.Count} filtrations)")}", $"The filter {(held ? "held" : "did not hold")} {when} filtration.", evidence, part);
}
