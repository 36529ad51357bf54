using CultureTrack.Domain.Lab;
using CultureTrack.Grains.People;

namespace CultureTrack.Grains.Lab;

/// <summary>Monitored sessions in clean rooms.</summary>
public sealed class CleanRooms(LabWriter writer)
{
    public async Task<Outcome<EmSession>> Open(LabEntry entry, EmSessionOpened data, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var known = await work.Session.LoadAsync<EmSession>(data.SessionId, ct);
        var operators = await ActorLookup.Among(work.Session, data.OperatorIds, ct);
        var e = work.Append(entry, EmSession.Stream(data.SessionId), known?.Version ?? 0, j => RoomRules.Check(data, known, operators, j));
        if (e is null) return work.Refused<EmSession>();
        var session = EmSession.Apply(null, e);
        work.Session.Insert(session);
        return await work.Save(session, ct);
    }

    public async Task<Outcome<EmSession>> Close(LabEntry entry, string sessionId, long? ifMatch, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        if (await work.Session.LoadAsync<EmSession>(sessionId, ct) is not { } session) return Outcome.NotFound<EmSession>($"The session {sessionId}");
        if (ifMatch is { } seen && seen != session.Version) return Stale.Answer<EmSession>(session.Version);
        var e = work.Append(entry, EmSession.Stream(sessionId), session.Version, j => RoomRules.Check((EmSessionClosed)entry.Data, session, j));
        if (e is null) return work.Refused<EmSession>();
        var closed = EmSession.Apply(session, e);
        work.Session.Store(closed);
        return await work.Save(closed, ct);
    }
}
