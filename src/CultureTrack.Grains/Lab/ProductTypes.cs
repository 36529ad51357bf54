using System.Security.Cryptography;
using System.Text;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Products;
using Marten;

namespace CultureTrack.Grains.Lab;

/// <summary>A product type written here, with who approved it.</summary>
public sealed record ProductTypeRecord
{
    /// <summary>Such as <c>LES@1</c>.</summary>
    public required string Id { get; init; }
    public required string Code { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset EffectiveFrom { get; init; }

    /// <summary>The definition as JSON, exactly as it was hashed.</summary>
    public required string Json { get; init; }
    public required string Author { get; init; }
    public required DateTimeOffset DraftedAt { get; init; }
    public string? ApprovedBy { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }
    public required long StreamVersion { get; init; }

    public RegisteredProductType Registered => new(ProductRegister.Parse(Json), Version, EffectiveFrom, Author, ApprovedBy);
}

/// <summary>The product register: built-in types, and those written here. A version never changes; a batch keeps the one it was registered with.</summary>
public sealed class ProductTypes(LabWriter writer)
{
    private static readonly DateTimeOffset BuiltInFrom = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<RegisteredProductType> BuiltIn { get; } =
        [.. ProductRegister.BuiltIn.Values.OrderBy(p => p.Code, StringComparer.Ordinal).Select(p => new RegisteredProductType(p, 1, BuiltInFrom, null, "built in"))];

    public async Task<IReadOnlyList<RegisteredProductType>> All(CancellationToken ct)
    {
        await using var session = writer.Read();
        var own = await session.Query<ProductTypeRecord>().ToListAsync(ct);
        return [.. BuiltIn.Concat(own.Select(r => r.Registered)).OrderBy(p => p.Code, StringComparer.Ordinal).ThenBy(p => p.Version)];
    }

    /// <summary>Every version of one type, drafts too; empty when there is none.</summary>
    public async Task<IReadOnlyList<RegisteredProductType>> Versions(string code, CancellationToken ct)
    {
        if (BuiltIn.FirstOrDefault(p => p.Code == code) is { } builtIn) return [builtIn];
        await using var session = writer.Read();
        var own = await session.Query<ProductTypeRecord>().Where(r => r.Code == code).ToListAsync(ct);
        return [.. own.Select(r => r.Registered).OrderBy(p => p.Version)];
    }

    /// <summary>What a batch registered now is made by; null when no version of the type is approved and effective.</summary>
    public async Task<RegisteredProductType?> InForce(string code, CancellationToken ct) => RegisteredProductType.InForce(await Versions(code, ct), writer.Now);

    public async Task<Outcome<RegisteredProductType>> Draft(Func<Domain.Records.EventData, LabEntry> entry, ProductType definition, int version, DateTimeOffset effectiveFrom, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var latest = (await Versions(definition.Code, ct)).Select(v => v.Version).DefaultIfEmpty().Max();
        var json = ProductRegister.Write(definition);
        var data = new ProductTypeDrafted(definition.Code, version, effectiveFrom, Hash(json));
        var e = work.Append(entry(data), ProductTypeApproval.Stream(definition.Code, version), 0, j => ProductTypeApproval.Check(data, definition, latest, j));
        if (e is null) return work.Refused<RegisteredProductType>();
        var record = new ProductTypeRecord
        {
            Id = $"{definition.Code}@{version}",
            Code = definition.Code,
            Version = version,
            EffectiveFrom = effectiveFrom,
            Json = json,
            Author = e.ActorId,
            DraftedAt = e.RecordedAt,
            StreamVersion = e.Version,
        };
        work.Session.Insert(record);
        return await work.Save(record.Registered, ct);
    }

    /// <summary>What the signer of an approval signs: the hash of the definition; null when there is no such version of an own type.</summary>
    public async Task<ProductTypeApproved?> ToApprove(string code, int version, CancellationToken ct)
    {
        await using var session = writer.Read();
        return await session.LoadAsync<ProductTypeRecord>($"{code}@{version}", ct) is { } r ? new(code, version, Hash(r.Json)) : null;
    }

    public async Task<Outcome<RegisteredProductType>> Approve(LabEntry entry, CancellationToken ct)
    {
        var data = (ProductTypeApproved)entry.Data;
        await using var work = await writer.Begin(ct);
        if (await work.Session.LoadAsync<ProductTypeRecord>($"{data.Code}@{data.Version}", ct) is not { } record) return Outcome.NotFound<RegisteredProductType>($"{data.Code}@{data.Version}");
        var specifications = await work.Session.Query<SpecificationRecord>().Where(s => s.ApprovedBy != null).ToListAsync(ct);
        var hasSpecification = specifications.Any(s => s.Specification.ProductType == data.Code);
        var e = work.Append(entry, ProductTypeApproval.Stream(data.Code, data.Version), record.StreamVersion,
            j => ProductTypeApproval.Check(data.Code, record.ApprovedBy is not null, record.Author, hasSpecification, j));
        if (e is null) return work.Refused<RegisteredProductType>();
        var approved = record with { ApprovedBy = e.ActorId, ApprovedAt = e.RecordedAt, StreamVersion = e.Version };
        work.Session.Store(approved);
        return await work.Save(approved.Registered, ct);
    }

    private static string Hash(string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
}
