-- Sensor readings: rows, not events. One wide row per incubator, device, time and part; see docs/decisions (readings that never change).
create schema telemetry;
grant usage on schema telemetry to {runtime};

create table telemetry.readings (
  incubator_id text collate "C" not null,
  at timestamptz not null,            -- device time; receipt time when the message had none
  device_id text collate "C" not null,
  part smallint not null,             -- 0 for the first message of a time, 1.. for later ones that add other channels
  received_at timestamptz not null,
  effective_at timestamptz,           -- null = the same as at
  seq bigint,
  temperature double precision,       -- degrees Celsius
  co2 double precision,               -- % v/v
  o2 double precision,                -- % v/v
  humidity double precision,          -- % relative
  gas_pressure double precision,      -- bar
  shake double precision,             -- rpm
  door boolean,                       -- true = open
  uv boolean,                         -- true = on
  decon boolean,                      -- true = on
  power boolean,                      -- true = lost
  water_level boolean,                -- true = low
  device_alarm boolean,               -- true = active
  quality smallint not null,          -- 0 good, 1 uncertain, 2 bad
  flags smallint not null,            -- 1 no device time, 2 buffered, 4 clock skew, 8 clock uncertain
  other jsonb,                        -- channels of other names, number each
  constraint readings_key primary key (incubator_id, at, device_id, part)
) partition by range (at);

-- Only the few readings whose effective time is not their key time are found through this one.
create index readings_effective on telemetry.readings (incubator_id, effective_at) where effective_at is not null;
create index readings_received on telemetry.readings using brin (received_at);

create table telemetry.reading_conflicts (
  incubator_id text collate "C" not null,
  at timestamptz not null,
  device_id text collate "C" not null,
  channel text collate "C" not null,
  value double precision not null,    -- state channels: 1 = open, on, lost, low, active; 0 = the opposite
  received_at timestamptz not null,
  effective_at timestamptz,
  seq bigint,
  quality smallint not null,
  flags smallint not null,
  constraint reading_conflicts_key primary key (incubator_id, at, device_id, channel, value)
);
create index reading_conflicts_effective on telemetry.reading_conflicts (incubator_id, (coalesce(effective_at, at)));

-- The running server owns nothing, so it cannot make partitions itself. Days before 2020 come from imports only and share a
-- partition a year, which bounds the number of partitions that odd device clocks can cause.
create function telemetry.ensure_reading_partition(day date) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  first date := case when day < date '2020-01-01' then date_trunc('year', day::timestamp)::date else day end;
  after date := case when day < date '2020-01-01' then (date_trunc('year', day::timestamp) + interval '1 year')::date else day + 1 end;
  name name := 'readings_' || to_char(first, case when day < date '2020-01-01' then 'YYYY' else 'YYYYMMDD' end);
begin
  if day < date '2000-01-01' or day >= date '2200-01-01' then
    raise exception 'no partition for %: out of range', day using errcode = 'datetime_field_overflow';
  end if;
  -- A query, not to_regclass: that one may still remember "no such table" from before another server made it.
  if exists (select from pg_class where relname = name and relnamespace = 'telemetry'::regnamespace) then return; end if;
  perform pg_advisory_xact_lock(4021196301);
  if exists (select from pg_class where relname = name and relnamespace = 'telemetry'::regnamespace) then return; end if;
  execute format('create table telemetry.%I (like telemetry.readings including defaults including constraints)', name);
  execute format('alter table telemetry.readings attach partition telemetry.%I for values from (%L) to (%L)', name, first::timestamptz, after::timestamptz);
end $$;
revoke all on function telemetry.ensure_reading_partition(date) from public;
grant execute on function telemetry.ensure_reading_partition(date) to {runtime};

-- No update and no delete: what was received stays as it was received.
grant select, insert on telemetry.readings, telemetry.reading_conflicts to {runtime};
