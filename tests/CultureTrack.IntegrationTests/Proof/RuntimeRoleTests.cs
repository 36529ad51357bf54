using Npgsql;

namespace CultureTrack.IntegrationTests.Proof;

/// <summary>R-01 below the application: what the role of the running server cannot do, whatever program uses it.</summary>
public sealed class RuntimeRoleTests(ProvenStore store) : IClassFixture<ProvenStore>
{
    [Theory]
    [InlineData("update culturetrack.mt_events set data = data")]
    [InlineData("delete from culturetrack.mt_events")]
    [InlineData("truncate culturetrack.mt_events")]
    [InlineData("delete from culturetrack.mt_streams")]
    [InlineData("truncate culturetrack.mt_streams")]
    [InlineData("update culturetrack.mt_doc_auditentry set data = data")]
    [InlineData("delete from culturetrack.mt_doc_auditentry")]
    [InlineData("select culturetrack.mt_archive_stream('material/LOT-1')")]
    [InlineData("alter table culturetrack.mt_events disable trigger all")]
    [InlineData("drop table culturetrack.mt_events")]
    [InlineData("update telemetry.readings set temperature = 37")]
    [InlineData("delete from telemetry.readings")]
    [InlineData("truncate telemetry.readings")]
    [InlineData("update telemetry.readings_20260302 set temperature = 37")]
    [InlineData("delete from telemetry.readings_20260302")]
    [InlineData("truncate telemetry.readings_20260302")]
    [InlineData("drop table telemetry.readings_20260302")]
    [InlineData("alter table telemetry.readings detach partition telemetry.readings_20260302")]
    [InlineData("update telemetry.reading_conflicts set value = 1")]
    [InlineData("delete from telemetry.reading_conflicts")]
    [InlineData("update telemetry.sealed set body = body")]
    [InlineData("delete from telemetry.sealed")]
    [InlineData("drop trigger rollups_outdated on telemetry.sealed")]
    [InlineData("select telemetry.purge_readings(date '2001-01-01', '019cadc6-9a80-7f1d-ba75-c42259c45a93')")]
    [InlineData("delete from telemetry.purges")]
    [InlineData("insert into proof.event_chain (stream_id, version, content, previous, hash) values ('x', 1, sha256(''), sha256(''), sha256(''))")]
    [InlineData("update proof.event_chain set hash = hash")]
    [InlineData("delete from proof.event_chain")]
    [InlineData("truncate proof.event_chain")]
    [InlineData("update proof.checkpoints set body = body")]
    [InlineData("delete from proof.checkpoints")]
    [InlineData("truncate proof.checkpoints cascade")]
    [InlineData("update proof.checkpoint_heads set hash = hash")]
    [InlineData("delete from proof.checkpoint_heads")]
    [InlineData("update proof.signing_keys set public_key = ''")]
    [InlineData("delete from proof.signing_keys")]
    [InlineData("delete from proof.chain_start")]
    [InlineData("update documents.attachments set content = content")]
    [InlineData("delete from documents.attachments")]
    [InlineData("truncate documents.attachments")]
    [InlineData("update documents.issued set content = content")]
    [InlineData("delete from documents.issued")]
    [InlineData("update documents.label_prints set copies = 1")]
    [InlineData("delete from documents.label_prints")]
    [InlineData("update installation set rehearsal = false")]
    [InlineData("delete from schema_migrations")]
    [InlineData("set role test_owner")]
    public async Task R01_The_runtime_role_can_only_add(string sql)
    {
        await ProvenStore.Execute(store.Pattern.RuntimeConnectionString, "select telemetry.ensure_reading_partition('2026-03-02')");
        var refused = await Should.ThrowAsync<PostgresException>(() => ProvenStore.Execute(store.Pattern.RuntimeConnectionString, sql));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, refused.MessageText);
    }

    [Theory]
    [InlineData("select proof.link('material/LOT-1', 3, sha256('again'))", PostgresErrorCodes.UniqueViolation)]
    [InlineData("select proof.link('material/LOT-1', 9, sha256('gap'))", PostgresErrorCodes.NotNullViolation)]
    [InlineData("select proof.link('material/NEW', 0, sha256('before'))", PostgresErrorCodes.NotNullViolation)]
    public async Task R01_A_link_is_only_added_at_the_end_of_a_stream(string sql, string state) =>
        (await Should.ThrowAsync<PostgresException>(() => ProvenStore.Execute(store.Pattern.RuntimeConnectionString, sql))).SqlState.ShouldBe(state);
}
