using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using CultureTrack.Store.Events;
using CultureTrack.Store.Proof;
using CultureTrack.Store.Readings;
using CultureTrack.Store.Readings.Sealed;
using Marten;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace CultureTrack.IntegrationTests.Readings;

/// <summary>
/// R-32 below the application: who may delete readings, when, and on whose word. No reading can be thirty years old yet, as none before 2000 is taken, so what
/// happens when the term is over is tried with a copy of the function that differs in the term alone.
/// </summary>
public sealed class RetentionTests(PostgresFixture postgres) : IAsyncLifetime
{
    static readonly DateTimeOffset Start = new(2003, 5, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly Actor Qa = new("qa01", "Ann Example", [Roles.QualityAssurance], []), Tech = new("tech01", "Léa Martin", [Roles.Technician], []);

    static readonly IReadOnlyList<IStoreFeature> Features = [new LabStorage(), new PeopleStorage()];

    TestDatabase _database = null!;
    NpgsqlDataSource _owner = null!, _runtime = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await (await postgres.CreateDatabase()).Migrated(new EventStoreMigration(Features), new ChainStart());
        _owner = NpgsqlDataSource.Create(_database.OwnerConnectionString);
        _runtime = NpgsqlDataSource.Create(_database.RuntimeConnectionString);
        await using var writer = new ReadingWriter(_runtime, new ReadingWriterOptions(), TimeProvider.System, NullLogger<ReadingWriter>.Instance);
        await writer.Append([.. Enumerable.Range(0, 600).Select(i => Message(Start.AddMinutes(10 * i), 37 + i * 0.001))], Ct);
        await writer.Append([Message(Start, 39)], Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _runtime.DisposeAsync();
        await _owner.DisposeAsync();
    }

    static TelemetryMessage Message(DateTimeOffset at, double temperature) => new()
    {
        IncubatorId = "INC-01",
        DeviceId = "dev-1",
        DeviceTime = at,
        ReceivedAt = at,
        Values = new ChannelValues { ["temperature"] = temperature },
    };

    async Task Store(Recorded entry)
    {
        await using var store = DocumentStore.For(o =>
        {
            o.Connection(_database.RuntimeConnectionString);
            EventStore.Configure(o, Features, ownsSchema: false);
        });
        await using var session = store.LightweightSession();
        session.Events.Append(entry.StreamId, entry.Version, entry);
        await session.SaveChangesAsync(Ct);
    }

    /// <summary>An entry with a reason, signed by somebody.</summary>
    async Task<Guid> Signed(string reason, Actor? actor = null, string role = "QA", string meaning = Meanings.Approved)
    {
        var entry = new Stamp($"deviation/{Guid.CreateVersion7()}", Start, Start, actor ?? Qa, role, "UTC", Reason: reason).Record(new DeviationClosed("LD-1", "Their time is over", null, []), 1);
        await Store(entry with { Signature = SignatureRules.Make(entry, actor ?? Qa, meaning, Start) });
        return entry.EventId;
    }

    Task Register(string batch) => Store(new Stamp(batch, Start.AddDays(1), Start.AddDays(1), Tech, "T", "UTC").Record(
        new BatchRegistered(batch, "ADSC", "ADSC", 1, "main", true, "PT-1", "DN-1", 1, OrderUnit.cell, Start.AddDays(30), IntendedUse.Trial, Domain.Batches.Storage.Fresh, true), 1));

    Task Close(string batch, DateTimeOffset keptUntil) =>
        Store(new Stamp(batch, Start.AddDays(40), Start.AddDays(40), Qa, "QA", "UTC").Record(new BatchClosed(true, 0, 0, keptUntil), 2));

    static async Task<string> Purge(NpgsqlDataSource source, string before, Guid approval)
    {
        await using var command = source.CreateCommand($"select row_to_json(telemetry.purge_readings('{before}', '{approval}'))::text");
        return (string)(await command.ExecuteScalarAsync(Ct))!;
    }

    async Task<string> Refused(string before, Guid approval) => (await Should.ThrowAsync<PostgresException>(() => Purge(_owner, before, approval))).MessageText;

    async Task AsOwner(string sql)
    {
        await using var command = _owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }

    async Task<int> Readings() => await new ReadingStore(_runtime).Query("INC-01", "temperature", Start.AddDays(-1), Start.AddDays(50), Ct).CountAsync(Ct);

    /// <summary>As if the term were ten years.</summary>
    async Task TermIsOver()
    {
        await using var read = _owner.CreateCommand("select pg_get_functiondef('telemetry.purge_readings(date, uuid)'::regprocedure)");
        var function = (string)(await read.ExecuteScalarAsync(Ct))!;
        function.ShouldContain("interval '30 years'");
        await AsOwner(function.Replace("interval '30 years'", "interval '10 years'", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Rule", "R-32")]
    public async Task No_reading_goes_before_thirty_years_whoever_signs()
    {
        (await Refused("2003-05-03", await Signed("Purge readings before 2003-05-03"))).ShouldContain("thirty years");
        (await Readings()).ShouldBe(601);
    }

    [Fact]
    [Trait("Rule", "R-32")]
    public async Task The_running_server_can_purge_nothing_and_hide_no_purge()
    {
        await TermIsOver();
        var approval = await Signed("Purge readings before 2003-05-03");
        (await Should.ThrowAsync<PostgresException>(() => Purge(_runtime, "2003-05-03", approval))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        await Purge(_owner, "2003-05-03", approval);
        foreach (var source in (NpgsqlDataSource[])[_runtime, _owner])
            foreach (var sql in (string[])["delete from telemetry.purges", "update telemetry.purges set reason = ''", "truncate telemetry.purges"])
            {
                await using var command = source.CreateCommand(sql);
                (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Ct))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
            }
    }

    [Fact]
    [Trait("Rule", "R-32")]
    public async Task A_purge_needs_the_signature_of_QA_for_that_very_day()
    {
        await TermIsOver();
        foreach (var approval in (Guid[])[
            Guid.CreateVersion7(), await Signed("Purge readings before 2003-05-02"), await Signed("Purge readings before 2003-05-03", Tech, "T"),
            await Signed("Purge readings before 2003-05-03", meaning: Meanings.Reviewed), await Signed("Do not purge readings before 2003-05-03")])
            (await Refused("2003-05-03", approval)).ShouldContain("no entry");
        (await Readings()).ShouldBe(601);
    }

    [Fact]
    [Trait("Rule", "R-32")]
    public async Task Readings_of_the_time_of_a_batch_stay_until_its_record_may_go()
    {
        await TermIsOver();
        await Register("ADSC-03-0001");
        await Register("ADSC-03-0002");
        var approval = await Signed("Purge readings before 2003-05-03");
        await Close("ADSC-03-0001", Start.AddYears(15));
        (await Refused("2003-05-03", approval)).ShouldContain("ADSC-03-0002");
        await Close("ADSC-03-0002", TimeProvider.System.GetUtcNow().AddDays(1));
        (await Refused("2003-05-03", approval)).ShouldContain("ADSC-03-0002");
        (await Readings()).ShouldBe(601);
        await Purge(_owner, "2003-05-02", await Signed("Purge readings before 2003-05-02"));    // before both began
        (await Readings()).ShouldBe(600 - 144);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Rule", "R-32")]
    public async Task A_purge_takes_whole_days_is_written_down_and_happens_once(bool isSealed)
    {
        await TermIsOver();
        if (isSealed)
            while (await new ReadingSealer(_runtime, new SealingOptions { RowsWorthSealing = 100 }, new FakeTimeProvider(Start.AddDays(60)), NullLogger<ReadingSealer>.Instance).Seal(Ct) > 0) { }
        var approval = await Signed("Purge readings before 2003-05-03");
        var record = await Purge(_owner, "2003-05-03", approval);
        record.ShouldContain($"\"approval\":\"{approval}\"");
        record.ShouldContain("\"approved_by\":\"Ann Example\"");
        record.ShouldContain("\"rows_gone\":288,\"conflicts_gone\":1");
        (await Readings()).ShouldBe(600 - 288);
        (await Should.ThrowAsync<PostgresException>(() => Purge(_owner, "2003-05-03", approval))).SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
    }
}
