using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

/// <summary>A version of a test method is written; no test uses it before somebody else approves it.</summary>
/// <param name="Criteria">What it tests, such as <c>ADSC-05</c>; a criterion belongs to one method at a time.</param>
/// <param name="QualificationRequired">An analyst needs a qualification by the id of the method.</param>
/// <param name="ControlRequired">A result counts only with an accepted control sample in its run.</param>
public sealed record MethodDrafted(
    string MethodId, int Version, string Title, IReadOnlyList<string> Criteria, DateTimeOffset EffectiveFrom, string DocumentRef, bool QualificationRequired = true,
    bool ControlRequired = false) : EventData;

public sealed record MethodApproved(string MethodId, int Version) : EventData;

/// <summary>A method ends; a version is followed by the next one without being retired.</summary>
public sealed record MethodRetired(string MethodId, DateTimeOffset RetiredFrom, string Reason) : EventData;

public sealed record MethodVersion(
    int Version, string Title, IReadOnlyList<string> Criteria, DateTimeOffset EffectiveFrom, string DocumentRef, bool QualificationRequired, bool ControlRequired, string Author,
    string? ApprovedBy = null, DateTimeOffset? ApprovedAt = null);

/// <summary>A test method with all its versions.</summary>
public sealed record Method(string MethodId, IReadOnlyList<MethodVersion> Versions, DateTimeOffset? RetiredFrom, long StreamVersion)
{
    public static string Stream(string methodId) => $"method/{methodId}";

    public static Method Apply(Method? known, Recorded e) => (known, e.Body) switch
    {
        (_, MethodDrafted d) => new(d.MethodId, [.. known?.Versions ?? [], Drafted(d, e)], known?.RetiredFrom, e.Version),
        ({ } m, MethodApproved a) => m with
        {
            Versions = [.. m.Versions.Select(v => v.Version == a.Version ? v with { ApprovedBy = e.ActorId, ApprovedAt = e.RecordedAt } : v)],
            StreamVersion = e.Version,
        },
        ({ } m, MethodRetired r) => m with { RetiredFrom = r.RetiredFrom, StreamVersion = e.Version },
        _ => throw new InvalidOperationException($"{e.Type} cannot follow in the stream {e.StreamId}."),
    };

    private static MethodVersion Drafted(MethodDrafted d, Recorded e) =>
        new(d.Version, d.Title, d.Criteria, d.EffectiveFrom, d.DocumentRef, d.QualificationRequired, d.ControlRequired, e.ActorId);

    public IEnumerable<MethodFact> Facts() => Versions.Where(v => v.ApprovedBy is not null)
        .Select(v => new MethodFact(MethodId, v.Version, v.Criteria, v.EffectiveFrom, RetiredFrom, v.QualificationRequired, v.ControlRequired));
}

public static class MethodRules
{
    /// <param name="others">The other methods that are not retired.</param>
    public static void Check(MethodDrafted e, Method? known, IReadOnlyList<Method> others, LabJudgement j)
    {
        j.Id("methodId", e.MethodId);
        var next = (known?.Versions.Count ?? 0) + 1;
        j.Require(e.Version == next, Codes.ValDuplicate, "version", $"The next version of {e.MethodId} is {next}.");
        j.Require(!string.IsNullOrWhiteSpace(e.Title), Codes.ValRequired, "title", "A method has a title.");
        j.Require(!string.IsNullOrWhiteSpace(e.DocumentRef), Codes.ValRequired, "documentRef", "Name the document that describes the method.");
        j.Require(e.Criteria.Count > 0, Codes.ValRequired, "criteria", "Name the criteria it tests.");
        j.Require(known?.RetiredFrom is null, Codes.StateTransition, "methodId", $"{e.MethodId} is retired.");
        foreach (var (id, i) in e.Criteria.Select((id, i) => (id, i)))
            if (others.FirstOrDefault(m => m.MethodId != e.MethodId && m.RetiredFrom is null && m.Versions[^1].Criteria.Contains(id)) is { } other)
                j.Require(false, Codes.ValDuplicate, $"criteria[{i}]", $"{id} is tested by {other.MethodId}.");
    }

    public static void Check(MethodApproved e, Method method, LabJudgement j)
    {
        var version = method.Versions.FirstOrDefault(v => v.Version == e.Version);
        if (!j.Require(version is not null, Codes.StateGuard, "version", $"{e.MethodId} has no version {e.Version}.")) return;
        j.Require(version!.ApprovedBy is null, Codes.StateTransition, "version", "This version is approved already.");
        j.Require(version.Author != j.Entry.Actor.UserId, Codes.SodAuthor, "signature.user", "Who wrote a method does not approve it.");
    }

    public static void Check(MethodRetired e, Method method, LabJudgement j)
    {
        j.Require(method.RetiredFrom is null, Codes.StateTransition, "methodId", $"{e.MethodId} is retired already.");
        LabDecider.RequireReason(j, e.Reason);
    }
}
