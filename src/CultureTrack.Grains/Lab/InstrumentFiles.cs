using Marten;

namespace CultureTrack.Grains.Lab;

/// <summary>An instrument's result file as it was sent.</summary>
public sealed record InstrumentFileRecord
{
    public required string Id { get; init; }
    public required string Sha256 { get; init; }
    public required string Kind { get; init; }
    public required string FileName { get; init; }
    public required byte[] Content { get; init; }
    public required string UploadedBy { get; init; }
    public required DateTimeOffset UploadedAt { get; init; }
}

/// <summary>Result files, each content once.</summary>
public sealed class InstrumentFiles(LabWriter writer)
{
    public async Task<InstrumentFileRecord?> Find(string sha256, CancellationToken ct)
    {
        await using var session = writer.Read();
        return await session.Query<InstrumentFileRecord>().FirstOrDefaultAsync(f => f.Sha256 == sha256, ct);
    }

    public async Task Keep(string id, string sha256, string kind, string fileName, byte[] content, string user, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        work.Session.Insert(new InstrumentFileRecord
        {
            Id = id,
            Sha256 = sha256,
            Kind = kind,
            FileName = Path.GetFileName(fileName),
            Content = content,
            UploadedBy = user,
            UploadedAt = writer.Now,
        });
        await work.Session.SaveChangesAsync(ct);
    }
}
