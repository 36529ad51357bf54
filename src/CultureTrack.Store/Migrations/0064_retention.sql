-- Readings are kept as long as the records they belong to: thirty years at least, and until the last batch of their time may go (R-32). Nothing deletes them by
-- itself, and the running server cannot. The owner of the schema can, on the signature of QA, and it is written down for good.
create table telemetry.purges (
  id integer generated always as identity primary key,
  before timestamptz not null,
  approval uuid not null unique,        -- the signed entry that orders it
  approved_by text not null,
  reason text not null,
  purged_at timestamptz not null default now(),
  purged_by text not null default session_user,
  rows_gone bigint not null,            -- of readings, sealed or not
  conflicts_gone bigint not null
);
grant select on telemetry.purges to {runtime};

create function telemetry.never_changed() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'what was purged stays written down' using errcode = 'insufficient_privilege';
end $$;
create trigger never_changed before update or delete on telemetry.purges for each row execute function telemetry.never_changed();
create trigger never_emptied before truncate on telemetry.purges for each statement execute function telemetry.never_changed();

-- Deletes the readings of the days before a day (UTC). The entry is signed by QA as Approved, and its reason says so: "Purge readings before 2030-01-01".
create function telemetry.purge_readings(before date, approval uuid) returns telemetry.purges
language plpgsql set search_path = pg_catalog, telemetry, pg_temp set timezone = 'UTC' as $$
declare
  term constant interval := interval '30 years';
  until constant timestamptz := before::timestamptz;
  ordered constant text := 'Purge readings before ' || to_char(before, 'YYYY-MM-DD');
  signed jsonb;
  kept text;
  part bigint;
  rows_gone bigint := 0;
  conflicts_gone bigint;
  done telemetry.purges;
begin
  if until > now() - term then raise exception 'readings are kept for thirty years: those before % may not go yet', before using errcode = 'check_violation'; end if;
  select stream_id into kept from culturetrack.mt_events r
    where type = 'batch_registered' and (data->>'occurredAt')::timestamptz < until
      and not exists (select from culturetrack.mt_events c where c.stream_id = r.stream_id and c.type = 'batch_closed'
        and (c.data->'data'->>'retentionUntil')::timestamptz <= now())
    order by stream_id limit 1;
  if kept is not null then raise exception 'the record of batch % is still kept, and so are readings of its time', kept using errcode = 'check_violation'; end if;
  select data into signed from culturetrack.mt_events where data->>'eventId' = approval::text and data->>'actorRole' = 'QA' and data->'signature'->>'meaning' = 'Approved'
    and data->'signature'->>'user' = data->>'actorId' and data->>'reason' = ordered;
  if signed is null then raise exception 'no entry % that QA signed as Approved with the reason "%"', approval, ordered using errcode = 'check_violation'; end if;

  perform pg_advisory_xact_lock(4021196302);
  with gone as (delete from telemetry.readings where at < until and received_at < until and coalesce(effective_at, at) < until returning 1)
  select count(*) into rows_gone from gone;
  with gone as (
    delete from telemetry.sealed where hour + hours * interval '1 hour' <= until and last_effective < until and last_received < until returning row_count)
  select coalesce(sum(row_count), 0) into part from gone;
  with gone as (delete from telemetry.reading_conflicts where at < until and received_at < until and coalesce(effective_at, at) < until returning 1)
  select count(*) into conflicts_gone from gone;
  delete from telemetry.rollups where day < until;    -- made anew from what was kept of those days
  insert into telemetry.rollups_due select distinct incubator_id, date_trunc('day', hour) from telemetry.sealed where hour < until and hours <= 24 on conflict do nothing;
  insert into telemetry.purges (before, approval, approved_by, reason, rows_gone, conflicts_gone)
    values (until, approval, signed->'signature'->>'fullName', ordered, rows_gone + part, conflicts_gone) returning * into done;
  return done;
end $$;
revoke all on function telemetry.purge_readings(date, uuid), telemetry.never_changed() from public;
