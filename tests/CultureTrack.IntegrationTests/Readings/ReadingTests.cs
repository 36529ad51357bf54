using CultureTrack.Store.Readings;
using CultureTrack.Store.Readings.Sealed;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace CultureTrack.IntegrationTests.Readings;

/// <summary>A store of readings with a writer, and a server's sealing by any clock.</summary>
public abstract class ReadingTests(PostgresFixture postgres) : IAsyncLifetime
{
    protected static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    protected NpgsqlDataSource Source { get; private set; } = null!;
    protected ReadingWriter Writer { get; private set; } = null!;
    protected TestDatabase Database { get; private set; } = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected ReadingStore Store => new(Source);

    /// <summary>Seals as a server would whose clock shows so many days and hours after noon; hours of one row already.</summary>
    protected Task<int> Seal(int days = 4, int hours = 0, int rowsWorthSealing = 1) =>
        new ReadingSealer(Source, new SealingOptions { RowsWorthSealing = rowsWorthSealing }, new FakeTimeProvider(Noon.AddDays(days).AddHours(hours)), NullLogger<ReadingSealer>.Instance).Seal(Ct);

    public async ValueTask InitializeAsync()
    {
        Database = await (await postgres.CreateDatabase()).Migrated();
        Source = NpgsqlDataSource.Create(Database.RuntimeConnectionString);
        Writer = new ReadingWriter(Source, new ReadingWriterOptions(), TimeProvider.System, NullLogger<ReadingWriter>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Writer.DisposeAsync();
        await Source.DisposeAsync();
    }

    protected static TelemetryMessage Message(DateTimeOffset? at, DateTimeOffset? receivedAt = null, string device = "dev-1", bool buffered = false, long? seq = null,
        ReadingQuality quality = ReadingQuality.Good, params (string, double)[] values)
    {
        var read = new ChannelValues();
        foreach (var (channel, value) in values) read[channel] = value;
        return new TelemetryMessage { IncubatorId = "INC-01", DeviceId = device, DeviceTime = at, ReceivedAt = receivedAt ?? at ?? Noon, Values = read, Buffered = buffered, Seq = seq, Quality = quality };
    }

    protected async Task<string?> Text(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Ct) as string;
    }

    protected async Task<long> Number(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }
}
