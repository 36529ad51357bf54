using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Release;
using Marten;

namespace CultureTrack.Grains.Lab;

/// <summary>A specification written here, with who approved it.</summary>
public sealed record SpecificationRecord
{
    /// <summary>Such as <c>ADSC@2</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The specification as JSON, exactly as it was hashed.</summary>
    public required string Json { get; init; }
    public required string Author { get; init; }
    public required DateTimeOffset DraftedAt { get; init; }
    public string? ApprovedBy { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }
    public required long StreamVersion { get; init; }

    public Specification Specification => Specifications.Read(JsonNode.Parse(Json)!.AsObject()) with { ApprovedBy = ApprovedBy, Author = Author };
}

/// <summary>All specifications: built in, and written here. A version never changes.</summary>
public sealed class Specifications(LabWriter writer, ProductTypes products)
{
    /// <summary>A specification as its author writes it: who approved it is not the author's to say.</summary>
    /// <exception cref="JsonException">It has not the shape.</exception>
    public static Specification Read(JsonObject json)
    {
        json["approvedBy"] = null;    // the record asks for the member
        json.Remove("author");
        return json.Deserialize<Specification>(SpecificationRegister.Json)!;
    }

    /// <summary>The approved specification, with the common criteria; null when there is none.</summary>
    public async Task<Specification?> Find(string specId, int version, CancellationToken ct)
    {
        await using var session = writer.Read();
        return await Find(session, specId, version, ct);
    }

    public static async Task<Specification?> Find(IQuerySession session, string specId, int version, CancellationToken ct) =>
        await Known(session, specId, version, ct) is { ApprovedBy: not null } approved ? approved.WithCommon() : null;

    /// <summary>Also a draft, for what-if questions.</summary>
    public async Task<Specification?> Known(string specId, int version, CancellationToken ct)
    {
        await using var session = writer.Read();
        return await Known(session, specId, version, ct);
    }

    private static async Task<Specification?> Known(IQuerySession session, string specId, int version, CancellationToken ct)
    {
        if (SpecificationRegister.BuiltIn.TryGetValue((specId, version), out var builtIn)) return builtIn;
        return (await session.LoadAsync<SpecificationRecord>($"{specId}@{version}", ct))?.Specification;
    }

    public async Task<IReadOnlyList<Specification>> All(CancellationToken ct)
    {
        await using var session = writer.Read();
        var own = await session.Query<SpecificationRecord>().ToListAsync(ct);
        return [.. SpecificationRegister.BuiltIn.Values.Concat(own.Select(r => r.Specification)).OrderBy(s => s.SpecId, StringComparer.Ordinal).ThenBy(s => s.Version)];
    }

    public async Task<Outcome<SpecificationRecord>> Draft(Func<Domain.Records.EventData, LabEntry> entry, Specification draft, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var latest = (await All(ct)).Where(s => s.SpecId == draft.SpecId).Select(s => s.Version).DefaultIfEmpty().Max();
        var productKnown = (await products.Versions(draft.ProductType, ct)).Count > 0;
        var json = JsonSerializer.Serialize(draft with { ApprovedBy = null, Author = null }, SpecificationRegister.Json);
        var data = new SpecificationDrafted(draft.SpecId, draft.Version, draft.ProductType, draft.EffectiveFrom, Hash(json));
        var e = work.Append(entry(data), SpecificationApproval.Stream(draft.SpecId, draft.Version), 0,
            j => SpecificationApproval.Check(data, draft, latest, productKnown, j));
        if (e is null) return work.Refused<SpecificationRecord>();
        var record = new SpecificationRecord { Id = $"{draft.SpecId}@{draft.Version}", Json = json, Author = e.ActorId, DraftedAt = e.RecordedAt, StreamVersion = e.Version };
        work.Session.Insert(record);
        return await work.Save(record, ct);
    }

    /// <summary>What the signer of an approval signs: the hash of the content; null when there is no such version.</summary>
    public async Task<SpecificationApproved?> ToApprove(string specId, int version, CancellationToken ct)
    {
        await using var session = writer.Read();
        return await session.LoadAsync<SpecificationRecord>($"{specId}@{version}", ct) is { } r ? new(specId, version, Hash(r.Json)) : null;
    }

    public async Task<Outcome<SpecificationRecord>> Approve(LabEntry entry, CancellationToken ct)
    {
        var data = (SpecificationApproved)entry.Data;
        await using var work = await writer.Begin(ct);
        if (await work.Session.LoadAsync<SpecificationRecord>($"{data.SpecId}@{data.Version}", ct) is not { } record) return Outcome.NotFound<SpecificationRecord>($"{data.SpecId}@{data.Version}");
        var e = work.Append(entry, SpecificationApproval.Stream(data.SpecId, data.Version), record.StreamVersion, j => SpecificationApproval.Check(record.ApprovedBy is not null, record.Author, j));
        if (e is null) return work.Refused<SpecificationRecord>();
        var approved = record with { ApprovedBy = e.ActorId, ApprovedAt = e.RecordedAt, StreamVersion = e.Version };
        work.Session.Store(approved);
        return await work.Save(approved, ct);
    }

    private static string Hash(string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
}
