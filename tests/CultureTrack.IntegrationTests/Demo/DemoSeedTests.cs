using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Proof;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Incubators;
using CultureTrack.Instruments.Recordings;
using CultureTrack.Server.Demo;
using CultureTrack.Server.Hosting;
using CultureTrack.Server.Imports;
using CultureTrack.Store;
using CultureTrack.Store.Events;
using CultureTrack.Store.Proof;
using CultureTrack.Web.Passports;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans;

namespace CultureTrack.IntegrationTests.Demo;

/// <summary>The demo lab filled once, as the first start does it, then run with the real clock.</summary>
public sealed class DemoLabFixture(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"culturetrack-demo-{Guid.CreateVersion7():n}");
    private WebApplication? _app;

    public Database Database { get; private set; } = null!;
    public IServiceProvider Services => _app!.Services;
    public IDocumentStore Store => Services.GetRequiredService<IDocumentStore>();
    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public async ValueTask InitializeAsync()
    {
        var empty = await (await postgres.CreateDatabase()).Migrated(new EventStoreMigration(Features.All), new ChainStart());
        Database = new(empty.RuntimeConnectionString, empty.OwnerConnectionString, null);
        var settings = new LabSettings(LabSettings.Read(), "").With(new Dictionary<string, string?>
        {
            ["DataDirectory"] = _folder,
            ["Urls"] = "http://127.0.0.1:0",
            ["Mqtt:Listen"] = "127.0.0.1:0",
            ["Logging:Level"] = "Warning",
        });
        Logs.Configure(settings, past: true);
        await new DemoSeed(settings, Database).Run(null, CancellationToken.None);
        Logs.Configure(settings);
        _app = LabHost.Build(settings, Database, new CultureTrack.Grains.Time.SystemLabClock());
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is null) return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}

public sealed class DemoSeedTests(DemoLabFixture lab) : IClassFixture<DemoLabFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<IReadOnlyList<BatchSummary>> Batches()
    {
        await using var session = lab.Store.QuerySession();
        return await session.Query<BatchSummary>().ToListAsync(Ct);
    }

    [Fact]
    public async Task R33_Passports_of_the_demo_are_proven_with_their_telemetry_and_so_is_the_store()
    {
        var trusted = lab.Services.GetRequiredService<TrustedKeys>().Keys;
        foreach (var batch in (await Batches()).Where(b => b.State is LifeState.Released or LifeState.InProcess).Take(2))
        {
            var file = (await lab.Services.GetRequiredService<PassportMaker>().Make(batch.Id, Ct))!;
            var report = new PassportVerifier(trusted).Verify(file);
            report.Findings.ShouldBeEmpty(batch.Id);
            report.IsProven.ShouldBeTrue();
            PassportArchive.Read(file).Count(e => e.Path.StartsWith("telemetry/", StringComparison.Ordinal) && e.Bytes > 1000).ShouldBeGreaterThan(2, batch.Id);
        }
        (await lab.Services.GetRequiredService<CultureTrack.Grains.Proof.VerificationSchedule>().Verify("sys", Ct)).Report.Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_stage_of_a_life_can_be_looked_at()
    {
        var batches = await Batches();
        batches.Select(b => b.State).Distinct().ShouldBe(
            [
                LifeState.Planned, LifeState.Quarantined, LifeState.InProcess, LifeState.Cryostored, LifeState.Harvested, LifeState.Formulated, LifeState.PendingDisposition,
                LifeState.ConditionallyReleased, LifeState.Released, LifeState.Rejected, LifeState.Discarded, LifeState.Closed,
            ], ignoreOrder: true);
        batches.Where(b => b.Holds > 0).Select(b => b.State).ShouldBe([LifeState.InProcess, LifeState.Rejected], ignoreOrder: true);
        batches.Select(b => b.Phase).ShouldContain(Phases.SheetMaturation);
        batches.Select(b => b.Phase).ShouldContain(Phases.Expansion);
    }

    [Fact]
    public async Task Every_product_is_there_from_the_order_to_the_decision()
    {
        foreach (var product in (await Batches()).GroupBy(b => b.ProductType))
        {
            var states = product.Select(b => b.State).ToList();
            states.ShouldContain(LifeState.Planned, product.Key);
            states.ShouldContain(LifeState.InProcess, product.Key);
            states.ShouldContain(s => s == LifeState.Formulated || s == LifeState.PendingDisposition, product.Key);
            states.ShouldContain(s => s == LifeState.ConditionallyReleased || s == LifeState.Released, product.Key);
        }
        (await Batches()).Select(b => b.ProductType).Distinct().ShouldBe(["ADSC", "BLS", "BMMSC", "CEA", "CM", "MSS", "SPR"], ignoreOrder: true);
    }

    [Fact]
    public async Task Conditioned_medium_and_sheets_come_from_batches_of_the_same_laboratory()
    {
        foreach (var batch in (await Batches()).Where(b => b.ProductType is "CM" or "MSS" && b.State is LifeState.Released or LifeState.ConditionallyReleased))
        {
            var history = await lab.Grains.GetGrain<IBatchGrain>(batch.Id).Events();
            var allocated = history.Select(e => e.Body).OfType<SourceCellsAllocated>().Single();
            var source = await lab.Grains.GetGrain<IBatchGrain>(allocated.SourceBatchId).AsSource();
            source!.Cells.Keys.ShouldContain(allocated.SourceIds[0], batch.Id);
        }
    }

    [Fact]
    public async Task A_sheet_batch_waits_for_nothing_but_its_reviewer()
    {
        var waiting = (await Batches()).Single(b => b is { ProductType: "CEA", State: LifeState.PendingDisposition });
        var verdict = await lab.Grains.GetGrain<IBatchGrain>(waiting.Id).Release();
        verdict.Value.ShouldBe(Verdicts.Blocked);
        verdict.Reasons.Select(r => r.Id).ShouldBe(["C-12"]);
        waiting.ExpiresAt!.Value.ShouldBeGreaterThan(TimeProvider.System.GetUtcNow().AddHours(12));
    }

    [Fact]
    [Trait("Rule", "R-29")]
    public async Task What_was_computed_when_it_was_recorded_is_the_same_when_it_is_read_again()
    {
        foreach (var batch in await Batches())
        {
            var history = await lab.Grains.GetGrain<IBatchGrain>(batch.Id).Events();
            foreach (var value in history.Where(e => e.Computed is not null).SelectMany(e => e.Computed!.Values.Values))
                (value is null or decimal or string or bool).ShouldBeTrue($"{batch.Id}: {value} is read as {value?.GetType()}");
            string Json(BatchSummary b) => JsonSerializer.Serialize(b, RecordJson.Options);
            Json(BatchReadModels.Summary(BatchFold.Fold(history))).ShouldBe(Json(batch), "read again, the history of a batch gives the state it had when it was written");
        }
    }

    [Fact]
    public async Task Other_batches_see_which_storage_positions_are_taken_and_which_values_earlier_lots_had()
    {
        var frozen = (await Batches()).Single(b => b.State == LifeState.Cryostored);
        var facts = lab.Services.GetRequiredService<ILabFactsSource>();
        FactsNeeded Of(string batchId) => new(batchId, null, null, null, new HashSet<string>(), new HashSet<string> { "FRZ-01" });
        var seen = (await facts.Collect(Of("ADSC-26-9999"))).Equipment["FRZ-01"].OccupiedPositions;
        seen["FRZ-01/R1/B01/B03"].ShouldBe($"{frozen.Id}-B15");
        seen.ContainsKey("FRZ-01/R1/B01/A01").ShouldBeFalse("thawed for a sheet");
        (await facts.Collect(Of(frozen.Id))).Equipment["FRZ-01"].OccupiedPositions.Values.ShouldNotContain($"{frozen.Id}-B15", "its own containers are in its state");

        await using var session = lab.Store.QuerySession();
        var values = await session.Query<LotValue>().Where(v => v.Criterion == "ADSC-05(CD45)").ToListAsync(Ct);
        values.Select(v => v.Value).ShouldContain(1.4m);
        values.Select(v => v.BatchId).ShouldBeUnique();
    }

    [Fact]
    public async Task The_rejected_expansion_failed_by_its_cells_and_by_the_heat_of_one_night()
    {
        var rejected = (await Batches()).Single(b => b.State == LifeState.Rejected);
        var history = await lab.Grains.GetGrain<IBatchGrain>(rejected.Id).Events();
        history.Select(e => e.Body).OfType<DispositionSigned>().Single().Reasons.ShouldBe(["ADSC-05(CD45)", "E-01", "E-03"], ignoreOrder: true);
        var opened = history.Single(e => e.Body is ExcursionOpened { Severity: ExcursionSeverity.critical });
        (opened.RecordedAt - opened.OccurredAt).ShouldBeLessThan(TimeSpan.FromMinutes(2), "judged when it happened");
    }

    [Fact]
    public async Task The_past_has_no_silence_and_one_alarm_that_nobody_has_answered()
    {
        await using var session = lab.Store.QuerySession();
        var alarms = await session.Query<AlarmRecord>().ToListAsync(Ct);
        alarms.Where(a => a.Alarm.Point.Kind == CultureTrack.Domain.Alarms.AlarmKind.CommsLost && a.RaisedAt < TimeProvider.System.GetUtcNow().AddMinutes(-10)).ShouldBeEmpty();
        alarms.Where(a => a.State == "RtnUnack").Select(a => (a.IncubatorId, a.Alarm.Point.Channel)).ShouldBe([("INC-06", "humidity")]);
    }

    [Fact]
    public async Task The_demo_is_no_rehearsal_and_has_work_to_do()
    {
        await using var source = NpgsqlDataSource.Create(lab.Database.RuntimeConnectionString);
        (await Installation.Open(source, null, Ct)).Rehearsal.ShouldBeFalse();
        await using var session = lab.Store.QuerySession();
        var work = await session.Query<DueWork>().ToListAsync(Ct);
        work.ShouldContain(w => w.OverdueAt < TimeProvider.System.GetUtcNow());
        work.ShouldContain(w => w.DueAt > TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task An_imported_recording_is_stored_once_as_a_backlog()
    {
        const string csv = "timestamp,value\n2025-06-01 10:00:00,98.6\n2025-06-01 10:01:00,99.5\n2025-06-01 10:02:00,99.5\n";
        var settings = new RecordingSettings("nab", TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"));
        var recording = (RecordingOutcome.Parsed)Recording.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(csv)), "room.csv", settings);
        var import = new TelemetryImport(recording, "INC-01", "logger-7", null);
        import.Messages(TimeProvider.System.GetUtcNow()).ShouldAllBe(m => m.Buffered && m.DeviceId == "logger-7");
        (await import.Store(lab.Database, null, NullLoggerFactory.Instance, Ct)).ShouldBe(new StoredCounts(3, 0, 0));
        (await import.Store(lab.Database, null, NullLoggerFactory.Instance, Ct)).ShouldBe(new StoredCounts(0, 3, 0));
        var elsewhere = () => new TelemetryImport(recording, "INC-99", "logger-7", null).Store(lab.Database, null, NullLoggerFactory.Instance, Ct);
        await elsewhere.ShouldThrowAsync<ImportRefusedException>();
    }
}
