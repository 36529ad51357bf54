using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.IntegrationTests.Api;
using CultureTrack.Store.Events;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CultureTrack.IntegrationTests.StoredEvents;

/// <summary>Reading many streams at once, and all events of one kind, gives what the streams hold.</summary>
[Collection(LabCollection.Name)]
public sealed class BulkReadingTests(RunningLab lab)
{
    [Fact]
    public async Task Whole_streams_of_batches_are_as_the_store_reads_them_one_by_one()
    {
        string[] ids = [await lab.NewBatch(), await lab.NewBatch()];
        var store = lab.Services.GetRequiredService<IDocumentStore>();
        await using var session = store.QuerySession();
        var streams = await BatchStreams.Read(lab.Services.GetRequiredService<NpgsqlDataSource>(), [.. ids, "ADSC-99-9999"], CancellationToken.None);
        streams.Keys.ShouldBe(ids, ignoreOrder: true);
        foreach (var id in ids)
            streams[id].Select(Text).ShouldBe((await session.Events.FetchStreamAsync(id, token: TestContext.Current.CancellationToken)).Select(e => Text((Recorded)e.Data)));
    }

    [Fact]
    public async Task Every_event_of_a_kind_is_found_under_its_stored_name()
    {
        var store = lab.Services.GetRequiredService<IDocumentStore>();
        await lab.NewBatch();
        await using var session = store.QuerySession();
        var all = await session.Events.QueryAllRawEvents().OrderBy(e => e.Sequence).ToListAsync(TestContext.Current.CancellationToken);
        var sites = all.Select(e => e.Data).OfType<Recorded<SiteRegistered>>().Select(e => e.EventId).ToList();
        sites.ShouldNotBeEmpty();
        (await store.EventsOf<SiteRegistered>(CancellationToken.None)).Select(e => e.EventId).ShouldBe(sites);
        (await store.EventsOf<BatchRegistered>(CancellationToken.None)).Select(e => e.EventId).ShouldBe(all.Select(e => e.Data).OfType<Recorded<BatchRegistered>>().Select(e => e.EventId));
    }

    private static string Text(Recorded e) => System.Text.Json.JsonSerializer.Serialize(e, e.GetType(), RecordJson.Options);
}
