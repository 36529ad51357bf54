using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

public enum PlateKind { Settle, Contact, Air, Glove }

/// <summary>Environmental monitoring of a clean-room session begins; the batches named are open in the room during it.</summary>
public sealed record EmSessionOpened(
    string SessionId, string RoomId, string CabinetId, IReadOnlyList<string> BatchIds, IReadOnlyList<string> OperatorIds, DateTimeOffset StartAt) : EventData;

public sealed record EmPlate(string PlateId, PlateKind Kind, string Grade);

/// <summary>Particles are the worst counts of grade A, per m³.</summary>
public sealed record EmSessionClosed(
    DateTimeOffset EndAt, decimal Particles05PerM3, decimal Particles50PerM3, IReadOnlyList<EmPlate> Plates) : EventData;

public sealed record EmSession(
    string SessionId, string RoomId, string CabinetId, IReadOnlyList<string> BatchIds, IReadOnlyList<string> OperatorIds, DateTimeOffset StartAt, long Version)
{
    public DateTimeOffset? EndAt { get; init; }
    public decimal? Particles05PerM3 { get; init; }
    public decimal? Particles50PerM3 { get; init; }
    public IReadOnlyList<EmPlate> Plates { get; init; } = [];
    public Guid? ClosedEventId { get; init; }

    public static string Stream(string sessionId) => $"room/{sessionId}";

    public EmSessionFact Fact() => new(SessionId, StartAt, EndAt, Particles05PerM3, Particles50PerM3, ClosedEventId);

    public static EmSession Apply(EmSession? session, Recorded e) => (session, e.Body) switch
    {
        (null, EmSessionOpened o) => new(o.SessionId, o.RoomId, o.CabinetId, o.BatchIds, o.OperatorIds, o.StartAt, e.Version),
        ({ } s, EmSessionClosed c) => s with
        {
            EndAt = c.EndAt,
            Particles05PerM3 = c.Particles05PerM3,
            Particles50PerM3 = c.Particles50PerM3,
            Plates = c.Plates,
            ClosedEventId = e.EventId,
            Version = e.Version,
        },
        _ => throw new InvalidOperationException($"{e.Type} cannot follow in the stream {e.StreamId}."),
    };
}

public static class RoomRules
{
    private const decimal MostParticles05 = 3520, MostParticles50 = 29;
    private static readonly TimeSpan LongestSession = TimeSpan.FromHours(4);
    private static readonly string[] Grades = ["A", "B", "C", "D"];

    /// <param name="operators">The persons named, as they are known; unknown ones are absent.</param>
    public static void Check(EmSessionOpened e, EmSession? known, IReadOnlyDictionary<string, Actor> operators, LabJudgement j)
    {
        j.Id("sessionId", e.SessionId);
        j.Id("roomId", e.RoomId);
        j.Id("cabinetId", e.CabinetId);
        j.Require(known is null, Codes.ValDuplicate, "sessionId", $"The session {e.SessionId} exists already.");
        j.Require(e.OperatorIds.Count > 0, Codes.ValRequired, "operatorIds", "A session names who works in it.");
        j.Require(e.StartAt <= j.Now.AddSeconds(5), Codes.ValFuture, "startAt", "startAt lies in the future.");
        foreach (var (id, i) in e.OperatorIds.Select((id, i) => (id, i)))
        {
            var person = operators.GetValueOrDefault(id);
            j.Require(person is not null, Codes.ValFormat, $"operatorIds[{i}]", $"{id} is not a known person.");
            j.FlagIf(person is not null && !person.IsQualifiedFor("Gowning", j.Now), Flags.NotReleased, $"operatorIds[{i}]", "qualified for Gowning", id);
        }
    }

    public static void Check(EmSessionClosed e, EmSession session, LabJudgement j)
    {
        j.Require(session.EndAt is null, Codes.StateTransition, "endAt", $"The session {session.SessionId} was closed at {session.EndAt:u}.");
        j.Require(e.EndAt >= session.StartAt, Codes.ValOrder, "endAt", $"The session began at {session.StartAt:u}.");
        j.Require(e.EndAt <= j.Now.AddSeconds(5), Codes.ValFuture, "endAt", "endAt lies in the future.");
        j.Require(e.Particles05PerM3 >= 0, Codes.ValRange, "particles05PerM3", "A count is not negative.");
        j.Require(e.Particles50PerM3 >= 0, Codes.ValRange, "particles50PerM3", "A count is not negative.");
        foreach (var (plate, i) in e.Plates.Select((p, i) => (p, i)))
            j.Require(Grades.Contains(plate.Grade), Codes.ValFormat, $"plates[{i}].grade", "The grade is A, B, C or D.");
        j.Require(e.Plates.Select(p => p.PlateId).Distinct().Count() == e.Plates.Count, Codes.ValDuplicate, "plates", "A plate is listed twice.");
        j.FlagIf(e.Particles05PerM3 > MostParticles05, Flags.OutOfWindow, "particles05PerM3", "≤3520", e.Particles05PerM3);
        j.FlagIf(e.Particles50PerM3 > MostParticles50, Flags.OutOfWindow, "particles50PerM3", "≤29", e.Particles50PerM3);
        var lasted = e.EndAt - session.StartAt;
        j.FlagIf(lasted > LongestSession, Flags.Interval, "endAt", "4 h", Math.Round((decimal)lasted.TotalHours, 2));
    }
}
