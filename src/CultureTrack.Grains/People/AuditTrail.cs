using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CultureTrack.Domain.Records;
using CultureTrack.Store;
using Marten;
using Marten.Linq;
using Microsoft.Extensions.Logging;

namespace CultureTrack.Grains.People;

/// <summary>One command or refusal: who tried what on which thing, and what came of it.</summary>
public sealed record AuditEntry
{
    public required Guid Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public string? User { get; init; }
    public required string Command { get; init; }
    public string? Target { get; init; }

    /// <summary>Accepted or Refused.</summary>
    public required string Outcome { get; init; }
    public string? Code { get; init; }
    public string? SourceAddress { get; init; }
}

public sealed record AuditQuery(
    string? User = null, string? Target = null, string? Command = null, string? Outcome = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>The trail of commands. It is only ever added to.</summary>
public sealed class AuditTrail(IDocumentStore store, TimeProvider clock, ILogger<AuditTrail> log)
{
    private const int MostWaiting = 10_000;
    private static int _turn;
    private readonly ConcurrentQueue<AuditEntry> _waiting = new();

    /// <summary>Adds one. While the database is away it waits here, and stands in the log, until the next one can be written.</summary>
    public async Task Add(string? user, string command, string? target, string? code, string? sourceAddress, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var entry = new AuditEntry
        {
            Id = NextId(now),
            At = now,
            User = user,
            Command = command,
            Target = target,
            Outcome = code is null ? "Accepted" : "Refused",
            Code = code,
            SourceAddress = sourceAddress,
        };
        try { await Write(entry, ct); }
        catch (Exception e) when (DatabaseAbsence.IsToldBy(e))
        {
            log.LogError("The database is away; this stands in the audit trail as soon as it is back: {@Entry}", entry);
            if (_waiting.Count < MostWaiting) _waiting.Enqueue(entry);
        }
    }

    private async Task Write(AuditEntry entry, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var waited = new List<AuditEntry>();
        while (_waiting.TryDequeue(out var earlier)) waited.Add(earlier);
        try
        {
            session.Insert([.. waited, entry]);
            await session.SaveChangesAsync(ct);
        }
        catch
        {
            foreach (var earlier in waited) _waiting.Enqueue(earlier);
            throw;
        }
    }

    /// <summary>Ids that sort in the order of the entries, also within one millisecond of this server.</summary>
    private static Guid NextId(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now).TryWriteBytes(bytes, bigEndian: true, out _);
        var turn = Interlocked.Increment(ref _turn);
        // Bytes 6 and 7 hold the version and twelve free bits, bytes 8 and 9 the variant and fourteen.
        (bytes[6], bytes[7]) = ((byte)(0x70 | (turn >> 22 & 0x0F)), (byte)(turn >> 14 & 0xFF));
        (bytes[8], bytes[9]) = ((byte)(0x80 | (turn >> 8 & 0x3F)), (byte)(turn & 0xFF));
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Newest first.</summary>
    public async Task<(IReadOnlyList<AuditEntry> Items, long Total)> List(AuditQuery query, int page, int pageSize, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var entries = Filtered(session.Query<AuditEntry>(), query).Stats(out var statistics);
        var items = await entries.OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Skip((page - 1) * pageSize).Take(pageSize).ToListAsync(ct);
        return (items, statistics.TotalResults);
    }

    /// <summary>All that fit, oldest first, as they are read from the store.</summary>
    public async IAsyncEnumerable<AuditEntry> All(AuditQuery query, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var session = store.QuerySession();
        await foreach (var entry in ((IMartenQueryable<AuditEntry>)Filtered(session.Query<AuditEntry>(), query).OrderBy(a => a.At).ThenBy(a => a.Id)).ToAsyncEnumerable(ct)) yield return entry;
    }

    private static IMartenQueryable<AuditEntry> Filtered(IMartenQueryable<AuditEntry> all, AuditQuery q)
    {
        IQueryable<AuditEntry> found = all;
        if (q.User is { } user) found = found.Where(a => a.User == user);
        if (q.Target is { } target) found = found.Where(a => a.Target == target);
        if (q.Command is { } command) found = found.Where(a => a.Command.Contains(command));
        if (q.Outcome is { } outcome) found = found.Where(a => a.Outcome == outcome);
        if (q.From is { } from) found = found.Where(a => a.At >= from);
        if (q.To is { } to) found = found.Where(a => a.At < to);
        return (IMartenQueryable<AuditEntry>)found;
    }
}
