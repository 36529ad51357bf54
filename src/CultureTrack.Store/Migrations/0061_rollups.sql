-- Sealed readings summed up by the hour and day, so that years open at once. A copy that can be made again at any time; no decision rests on it. The server
-- makes it; a reader uses a day only where the store shows that nothing came in since: no row of the day outside the sealed ones, and as many conflicts.
create table telemetry.rollups (
  incubator_id text collate "C" not null,
  day timestamptz not null,             -- of the effective times
  conflicts integer not null,           -- how many of that day are in it
  channels text[] not null,
  bodies bytea[] not null,              -- one a channel; the format is described at ChannelDay in the server
  constraint rollups_key primary key (incubator_id, day)
);
create table telemetry.rollups_due (
  incubator_id text collate "C" not null,
  day timestamptz not null,
  constraint rollups_due_key primary key (incubator_id, day)
);
grant select, insert, delete on telemetry.rollups, telemetry.rollups_due to {runtime};

-- Whatever is sealed takes away the sums of the days it belongs to, in its own transaction. They are made again.
create function telemetry.rollups_outdated() returns trigger
language plpgsql security definer set search_path = pg_catalog, telemetry, pg_temp set timezone = 'UTC' as $$
begin
  with gone as (
    delete from telemetry.rollups where incubator_id = new.incubator_id
      and day between date_trunc('day', new.first_effective) and date_trunc('day', new.last_effective) returning day)
  insert into telemetry.rollups_due select new.incubator_id, day from (select day from gone union select date_trunc('day', new.hour)) d on conflict do nothing;
  return null;
end $$;
create trigger rollups_outdated after insert on telemetry.sealed for each row execute function telemetry.rollups_outdated();

insert into telemetry.rollups_due select distinct incubator_id, date_trunc('day', hour, 'UTC') from telemetry.sealed;

-- Late conflicts are looked for by their receipt.
create index reading_conflicts_received on telemetry.reading_conflicts using brin (received_at);
