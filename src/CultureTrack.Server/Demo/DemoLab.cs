using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;

namespace CultureTrack.Server.Demo;

/// <summary>An entry of the demo's past was refused: the story and the rules do not agree.</summary>
public sealed class DemoStoryException(string message) : Exception(message);

/// <summary>The lab while its past is played: the same services and grains that the API uses, with persons who have typed the right password.</summary>
internal sealed class DemoLab(IGrainFactory grains, CleanRooms rooms, TimeProvider clock, DemoTelemetry telemetry, IReadOnlyDictionary<string, Actor> people)
{
    public DateTimeOffset Now => clock.GetUtcNow();
    public DemoTelemetry Telemetry { get; } = telemetry;

    public Actor Person(DemoPerson person) => people[person.User];

    public IBatchGrain Batch(string batchId) => grains.GetGrain<IBatchGrain>(batchId);

    public Grains.Incubators.IIncubatorGrain Incubator(string incubatorId) => grains.GetGrain<Grains.Incubators.IIncubatorGrain>(incubatorId);

    /// <summary>Appends entries of one person to a batch, all or nothing.</summary>
    /// <returns>The events, those of the software included.</returns>
    /// <exception cref="DemoStoryException">They were refused.</exception>
    public async Task<IReadOnlyList<Recorded>> Append(
        string batchId, IEnumerable<EventData> data, DemoPerson by, DemoPerson? verifiedBy = null, string? meaning = null, string? comment = null)
    {
        var signature = meaning is null ? null : Sign(by, meaning);
        var verification = verifiedBy is null ? null : Sign(verifiedBy, Meanings.Verified);
        Entry[] entries = [.. data.Select(d => new Entry(d, Person(by), Now, Comment: comment, Signature: signature, Verification: verification))];
        var answer = await Batch(batchId).Append(entries, null, false);
        if (answer.Accepted) return answer.Events;
        throw Refused($"{batchId}: {string.Join(", ", entries.Select(e => e.Data.GetType().Name).Distinct())} by {by.User}", answer.Findings);
    }

    public LabEntry Entry(EventData data, DemoPerson by, string? meaning = null, DemoPerson? verifiedBy = null, string? comment = null) => new(
        data, Person(by), Now, Comment: comment, Signature: meaning is null ? null : Sign(by, meaning),
        Verification: verifiedBy is null ? null : Sign(verifiedBy, Meanings.Verified));

    public Signing Sign(DemoPerson person, string meaning) => new(Person(person), meaning, PasswordValid: true);

    public async Task OpenRoom(string sessionId, string batchId, CancellationToken ct)
    {
        var data = new EmSessionOpened(sessionId, "R-1", "BSC-1", [batchId], [DemoPeople.Tech1.User, DemoPeople.Tech2.User], Now);
        Need(await rooms.Open(Entry(data, DemoPeople.Tech2), data, ct), sessionId);
    }

    public async Task CloseRoom(string sessionId, int particles, CancellationToken ct)
    {
        EmPlate[] plates = [new($"{sessionId}-1", PlateKind.Settle, "A"), new($"{sessionId}-2", PlateKind.Glove, "A"), new($"{sessionId}-3", PlateKind.Settle, "B")];
        Need(await rooms.Close(Entry(new EmSessionClosed(Now, particles, 0, plates), DemoPeople.Tech2), sessionId, null, ct), sessionId);
    }

    /// <exception cref="DemoStoryException">The command was refused.</exception>
    public T Need<T>(Outcome<T> outcome, string what) => outcome.Accepted ? outcome.Value! : throw Refused(what, outcome.Findings);

    private DemoStoryException Refused(string what, IEnumerable<Finding> findings) =>
        new($"{RecordJson.Text(Now)} {what} was refused: {string.Join("; ", findings.Select(f => $"{f.Code} {f.Field}: {f.Message}"))}");
}
