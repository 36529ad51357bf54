using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Notices;
using JasperFx;
using JasperFx.Events;
using Marten;
using Marten.Exceptions;
using Npgsql;
using StreamExists = JasperFx.Events.ExistingStreamIdCollisionException;

namespace CultureTrack.Grains.Lab;

/// <summary>
/// One command on the registers: decided entry by entry, written together with the documents that show it, all or nothing. The event store refuses a
/// second writer of a stream; that answers CONCURRENCY.
/// </summary>
public sealed class LabWork(IDocumentSession session, string zone, NoticeBoard notices) : IAsyncDisposable
{
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private bool _wrote;

    public IDocumentSession Session { get; } = session;
    public IReadOnlyList<Finding> Findings { get; private set; } = [];
    public IReadOnlyList<Flag> Flags { get; private set; } = [];

    /// <summary>Decides one entry and puts its event into the work; null when it is refused, and then nothing of the work is written.</summary>
    /// <param name="version">Events in the stream as far as the caller has seen them.</param>
    /// <param name="where">Put before the fields of findings, for entries of a list: <c>[2].</c></param>
    public Recorded? Append(LabEntry entry, string stream, long version, Action<LabJudgement> rule, string? ownZone = null, string where = "")
    {
        version = _versions.GetValueOrDefault(stream, version);
        switch (LabDecider.Decide(entry, new(stream, version, ownZone ?? zone), rule))
        {
            case LabRefused no:
                Findings = [.. no.Findings.Select(f => f with { Field = where + f.Field })];
                Flags = no.Flags;
                return null;
            case LabAccepted yes:
                Session.Events.Append(stream, version + 1, yes.Event);
                _versions[stream] = version + 1;
                _wrote = true;
                Tell(yes.Event);
                return yes.Event;
            default: throw new InvalidOperationException("A decision is accepted or refused.");
        }
    }

    public Outcome<T> Refused<T>() => new(default, Findings, Flags);

    public async Task<Outcome<T>> Save<T>(T value, CancellationToken ct)
    {
        if (Findings.Count > 0) return Refused<T>();
        try
        {
            await Session.SaveChangesAsync(ct);
            if (_wrote) notices.Sent();
            return Outcome.Of(value);
        }
        catch (Exception e) when (_wrote && IsConflict(e))
        {
            return Outcome.Refuse<T>(Codes.Concurrency, "", "Somebody else changed this at the same moment. Read it again and repeat if it is still needed.");
        }
    }

    // Programs elsewhere learn that something happened, not what it says.
    private void Tell(Recorded e)
    {
        var part = e.StreamId.Split('/')[0] is var stream and ("capa" or "deviation" or "task") ? stream : "register";
        var kind = $"{part}.{e.Type}";
        if (notices.Wants(kind))
            notices.Put(Session, new($"{e.StreamId}/{e.Version}", kind, e.RecordedAt, $"{e.Type} {e.StreamId}", new { stream = e.StreamId, e.Version, e.EventId, e.Type, e.OccurredAt, e.ActorId }));
    }

    private static bool IsConflict(Exception e) => e is ConcurrencyException or StreamExists or EventStreamUnexpectedMaxEventIdException or DocumentAlreadyExistsException
        || (e is MartenCommandException or PostgresException && (e as PostgresException ?? e.InnerException as PostgresException)?.SqlState == PostgresErrorCodes.UniqueViolation)
        || (e is AggregateException many && many.InnerExceptions.Any(IsConflict));

    public ValueTask DisposeAsync() => Session.DisposeAsync();
}

/// <summary>Opens works on the registers.</summary>
public sealed class LabWriter(IDocumentStore store, TimeProvider clock, NoticeBoard notices)
{
    private const long TurnKey = 4021196302;    // any number, the same in every version

    public DateTimeOffset Now => clock.GetUtcNow();

    public async Task<LabWork> Begin(CancellationToken ct)
    {
        var session = store.LightweightSession();
        return new(session, await Zone(session, ct), notices);
    }

    /// <summary>
    /// The same, one after the other through the whole lab: what it reads stays so until it has written. For work that changes documents of other streams than the
    /// one it appends to, such as the stock of the lots a medium is mixed from.
    /// </summary>
    public async Task<LabWork> BeginInTurn(CancellationToken ct)
    {
        var session = store.LightweightSession();
        await session.BeginTransactionAsync(ct);
        await using var turn = new NpgsqlCommand("select pg_advisory_xact_lock($1)", session.Connection) { Parameters = { new() { Value = TurnKey } } };
        await turn.ExecuteNonQueryAsync(ct);
        return new(session, await Zone(session, ct), notices);
    }

    public IQuerySession Read() => store.QuerySession();

    /// <summary>The zone of entries that belong to no site: that of the first site, UTC before there is one.</summary>
    private static async Task<string> Zone(IDocumentSession session, CancellationToken ct) =>
        (await session.Query<Site>().OrderBy(s => s.RegisteredAt).FirstOrDefaultAsync(ct))?.Zone ?? "UTC";
}
