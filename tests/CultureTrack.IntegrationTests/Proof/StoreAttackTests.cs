using System.Globalization;
using CultureTrack.Domain.Proof;
using CultureTrack.Store.Proof;
using Npgsql;

namespace CultureTrack.IntegrationTests.Proof;

/// <summary>Attacks on the database itself, by somebody with every right in it but without the signing key .</summary>
public sealed class StoreAttackTests(ProvenStore store) : IClassFixture<ProvenStore>
{
    private const string Lot1 = "culturetrack.mt_events where stream_id = 'material/LOT-1' and version";

    [Fact]
    public async Task R06_An_untouched_store_is_proven_and_its_counts_are_told()
    {
        var report = await ProvenStore.Verify(store.Pattern.RuntimeConnectionString, store.Newest);
        report.Findings.ShouldBeEmpty();
        (report.IsProven, report.Streams, report.Events, report.Signatures, report.Checkpoints, report.EventsSinceCheckpoint).ShouldBe((true, 4, 10, 3, 2, 0));
        await using var source = NpgsqlDataSource.Create(store.Pattern.RuntimeConnectionString);
        (await new StoreVerifier(source, []).Verify(null, TestContext.Current.CancellationToken)).IsProven.ShouldBeFalse("without a trusted key the signer is unknown");
        NpgsqlConnection.ClearAllPools();
    }

    [Theory]
    [InlineData("CHANGED", "material/LOT-1 version 1", "update culturetrack.mt_events set data = jsonb_set(data, '{data,quantity}', '12.51') where stream_id = 'material/LOT-1' and version = 1")]
    [InlineData("CHANGED", "material/LOT-1 version 1", "update culturetrack.mt_events set data = jsonb_set(data, '{occurredAt}', '\"2026-03-02T08:00:00.001Z\"') where stream_id = 'material/LOT-1' and version = 1")]
    [InlineData("CHANGED", "material/LOT-1 version 1", "update culturetrack.mt_events set data = data - 'comment' where stream_id = 'material/LOT-1' and version = 1")]
    [InlineData("CHANGED", "material/LOT-1 version 3", "update culturetrack.mt_events set data = data || '{\"reason\":\"written later\"}' where stream_id = 'material/LOT-1' and version = 3")]
    [InlineData("CHANGED", "material/LOT-1 version 2", "update culturetrack.mt_events set data = jsonb_set(data, '{signature,user}', '\"qa02\"') where stream_id = 'material/LOT-1' and version = 2")]
    [InlineData("CHANGED", "material/LOT-1 version 3", "update culturetrack.mt_events set type = 'material_released' where stream_id = 'material/LOT-1' and version = 3")]
    [InlineData("CHANGED", "material/LOT-1 version 1", "update culturetrack.mt_events set data = data || '{\"actorId\":\"tech0\",\"actorRole\":\"1T\"}' where stream_id = 'material/LOT-1' and version = 1")]
    [InlineData("CHANGED", "material/LOT-1 version 3", "update culturetrack.mt_events a set data = jsonb_set(a.data, '{signature}', (select b.data->'signature' from culturetrack.mt_events b where b.stream_id = 'material/LOT-2' and b.version = 2)) where a.stream_id = 'material/LOT-1' and a.version = 3")]
    [InlineData("HIDDEN", "material/LOT-1 version 3", "update culturetrack.mt_events set is_archived = true where stream_id = 'material/LOT-1' and version = 3")]
    [InlineData("DROPPED", "material/LOT-1 version 2", "delete from culturetrack.mt_events where stream_id = 'material/LOT-1' and version = 2")]
    [InlineData("DROPPED", "material/LOT-1 version 3", "delete from culturetrack.mt_events where stream_id = 'material/LOT-1' and version = 3")]
    [InlineData("DROPPED", "material/LOT-1 version 2", "delete from culturetrack.mt_events where stream_id = 'material/LOT-1' and version = 2; delete from proof.event_chain where stream_id = 'material/LOT-1' and version = 2")]
    [InlineData("DROPPED", "material/LOT-1 version 3", "delete from culturetrack.mt_events where stream_id = 'material/LOT-1' and version = 3; delete from proof.event_chain where stream_id = 'material/LOT-1' and version = 3")]
    [InlineData("STREAM-DROPPED", "material/LOT-1 version 1", "delete from culturetrack.mt_events where stream_id = 'material/LOT-1'; delete from proof.event_chain where stream_id = 'material/LOT-1'; delete from culturetrack.mt_streams where id = 'material/LOT-1'")]
    [InlineData("INSERTED", "material/LOT-1 version 4", "insert into culturetrack.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type) select 1000, gen_random_uuid(), stream_id, 4, data, type, timestamp, tenant_id, mt_dotnet_type from culturetrack.mt_events where stream_id = 'material/LOT-1' and version = 3")]
    [InlineData("CHANGED", "material/LOT-1 version 2", "update culturetrack.mt_events set version = version + 10 where stream_id = 'material/LOT-1' and version > 1; update culturetrack.mt_events set version = 15 - version where stream_id = 'material/LOT-1' and version > 10")]
    [InlineData("CHANGED", "material/LOT-1 version 3", "update culturetrack.mt_events a set data = b.data from culturetrack.mt_events b where a.stream_id = 'material/LOT-1' and a.version = 3 and b.stream_id = 'material/LOT-2' and b.version = 3")]
    [InlineData("CHANGED", "material/LOT-1 version 2", "update culturetrack.mt_events a set data = b.data from culturetrack.mt_events b where a.stream_id = 'material/LOT-1' and b.stream_id = 'material/LOT-2' and a.version = b.version and a.version > 1")]
    [InlineData("LINK", "material/LOT-1 version 2", "update proof.event_chain set previous = sha256('x') where stream_id = 'material/LOT-1' and version = 2")]
    [InlineData("CHECKPOINT", "checkpoint 1", "delete from proof.checkpoint_heads where number = 1 and stream_id = 'material/LOT-1'")]
    [InlineData("CHECKPOINT", "checkpoint 2", "delete from proof.checkpoint_heads where number = 1; delete from proof.checkpoints where number = 1")]
    [InlineData("CHECKPOINT", "checkpoint 2", "update proof.checkpoints set body = replace(body, '\"events\":10', '\"events\":9') where number = 2")]
    [InlineData("CHECKPOINT", "checkpoints", "delete from proof.checkpoint_heads; delete from proof.checkpoints")]
    public async Task R06_An_attack_on_the_tables_is_found_and_told_where(string code, string where, string sql)
    {
        var copy = await store.Copy();
        await ProvenStore.Execute(copy.OwnerConnectionString, sql);
        var report = await ProvenStore.Verify(copy.RuntimeConnectionString);
        report.IsProven.ShouldBeFalse();
        report.Findings.ShouldContain(f => f.Code == code && f.Where == where, string.Join('\n', report.Findings));
    }

    [Fact]
    public async Task R06_Every_field_of_every_event_is_covered()
    {
        var copy = await store.Copy();
        var paths = await Paths(copy);
        paths.Count.ShouldBeGreaterThan(50);
        foreach (var (version, path) in paths)
        {
            await ProvenStore.Execute(copy.OwnerConnectionString, $$"""
                create table kept as select data from {{Lot1}} = {{version}};
                update culturetrack.mt_events set data = jsonb_set(data, '{{{path}}}', '"changed"') where stream_id = 'material/LOT-1' and version = {{version}}
                """);
            (await ProvenStore.Verify(copy.RuntimeConnectionString)).Findings.ShouldHaveSingleItem().Where.ShouldBe($"material/LOT-1 version {version}", path);
            await ProvenStore.Execute(copy.OwnerConnectionString, $"update culturetrack.mt_events set data = kept.data from kept where stream_id = 'material/LOT-1' and version = {version}; drop table kept");
        }
        (await ProvenStore.Verify(copy.RuntimeConnectionString)).Findings.ShouldBeEmpty("everything was put back");
    }

    private static async Task<List<(long Version, string Path)>> Paths(TestDatabase database)
    {
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await using var command = source.CreateCommand($$"""
            with recursive walk(version, path, value) as (
              select version, '{}'::text[], data from culturetrack.mt_events where stream_id = 'material/LOT-1'
              union all
              select w.version, w.path || c.key, c.value from walk w, lateral (
                select key, value from jsonb_each(case when jsonb_typeof(w.value) = 'object' then w.value else '{}' end)
                union all select (ordinality - 1)::text, value from jsonb_array_elements(case when jsonb_typeof(w.value) = 'array' then w.value else '[]' end) with ordinality) c)
            select version, array_to_string(path, ',') from walk where jsonb_typeof(value) not in ('object', 'array')
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var paths = new List<(long, string)>();
        while (await reader.ReadAsync()) paths.Add((reader.GetInt64(0), reader.GetString(1)));
        return paths;
    }

    [Fact]
    public async Task R06_A_chain_made_again_after_a_change_is_found_by_the_checkpoint()
    {
        var copy = await store.Copy();
        await ProvenStore.Execute(copy.OwnerConnectionString, "update culturetrack.mt_events set data = jsonb_set(data, '{data,supplier}', '\"Another\"') where stream_id = 'material/LOT-1' and version = 1");
        await ProvenStore.Relink(copy, "material/LOT-1");
        (await ProvenStore.Verify(copy.RuntimeConnectionString)).Findings.ShouldHaveSingleItem().Code.ShouldBe("CHANGED");
    }

    [Fact]
    public async Task R06_A_checkpoint_signed_with_another_key_is_not_trusted()
    {
        var copy = await store.Copy();
        await ProvenStore.Execute(copy.OwnerConnectionString, "delete from proof.checkpoint_heads; delete from proof.checkpoints");
        await using var source = NpgsqlDataSource.Create(copy.OwnerConnectionString);
        await new CheckpointWriter(source, SigningKey.Create().Key, TimeProvider.System).Make(TestContext.Current.CancellationToken);
        var report = await ProvenStore.Verify(copy.RuntimeConnectionString);
        report.IsProven.ShouldBeFalse();
        report.Findings.ShouldContain(f => f.Code == "SIGNER");
    }

    [Fact]
    public async Task R06_A_store_set_back_to_an_earlier_checkpoint_is_found_by_the_one_noted_elsewhere()
    {
        var copy = await store.Copy();
        await ProvenStore.Execute(copy.OwnerConnectionString, """
            delete from proof.checkpoint_heads where number = 2; delete from proof.checkpoints where number = 2;
            delete from culturetrack.mt_events where stream_id in ('material/LOT-3', 'site/main'); delete from proof.event_chain where stream_id in ('material/LOT-3', 'site/main')
            """);
        (await ProvenStore.Verify(copy.RuntimeConnectionString)).IsProven.ShouldBeTrue("inside the database nothing tells of what came later");
        (await ProvenStore.Verify(copy.RuntimeConnectionString, store.Newest)).Findings.ShouldHaveSingleItem().Where.ShouldBe("checkpoint 2");
    }

    [Fact]
    public async Task R34_A_dumped_and_restored_store_is_proven_with_the_same_heads()
    {
        var restored = await store.DumpedAndRestored();
        var report = await ProvenStore.Verify(restored.RuntimeConnectionString, store.Newest);
        report.Findings.ShouldBeEmpty();
        report.ShouldBeEquivalentTo(await ProvenStore.Verify(store.Pattern.RuntimeConnectionString, store.Newest));
        await ProvenStore.Append(restored, ProvenStore.Lot("LOT-9"));
        await using var source = NpgsqlDataSource.Create(restored.RuntimeConnectionString);
        (await new CheckpointWriter(source, ProvenStore.Key, TimeProvider.System).Make(TestContext.Current.CancellationToken))!.Body.Number.ShouldBe(3);
        (await ProvenStore.Verify(restored.RuntimeConnectionString)).IsProven.ShouldBeTrue("work goes on after a restore");
        NpgsqlConnection.ClearAllPools();
    }

    [Theory]
    [InlineData("tr-TR", "Pacific/Auckland")]
    [InlineData("ar-SA", "America/St_Johns")]
    public async Task R06_Another_locale_and_time_zone_raise_no_false_alarm(string culture, string zone)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            var moved = new NpgsqlConnectionStringBuilder(store.Pattern.RuntimeConnectionString) { Timezone = zone, Pooling = false }.ConnectionString;
            (await ProvenStore.Verify(moved)).Findings.ShouldBeEmpty();
        }
        finally { CultureInfo.CurrentCulture = before; }
    }

    [Fact]
    public async Task R06_Events_stored_before_there_was_a_chain_are_linked_once_and_never_again()
    {
        var copy = await store.Copy();
        await ProvenStore.Execute(copy.OwnerConnectionString, "delete from proof.checkpoint_heads; delete from proof.checkpoints; delete from proof.event_chain; delete from proof.chain_start");
        await new ChainStart().Apply(new(copy.OwnerConnectionString, "test_runtime"), TestContext.Current.CancellationToken);
        (await ProvenStore.Verify(copy.RuntimeConnectionString)).Findings.ShouldHaveSingleItem().Where.ShouldBe("checkpoints");
        await ProvenStore.Execute(copy.OwnerConnectionString, "delete from proof.event_chain where stream_id = 'material/LOT-1' and version = 3");
        await new ChainStart().Apply(new(copy.OwnerConnectionString, "test_runtime"), TestContext.Current.CancellationToken);
        (await ProvenStore.Verify(copy.RuntimeConnectionString)).Findings.ShouldContain(f => f.Code == "INSERTED");
    }
}
