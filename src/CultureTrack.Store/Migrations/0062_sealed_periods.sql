-- A sealed row is an hour where readings are many, a day or a month where they are few: a row of its own for one reading takes more than a hundred readings do.
alter table telemetry.sealed add column hours smallint not null default 1;    -- from hour on: 1, 24, or those of a month
create index sealed_long on telemetry.sealed (incubator_id, hour) where hours > 1 and not displaced;

drop function telemetry.seal_hour(text, timestamptz, bytea);
drop function telemetry.sealed_difference(text, timestamptz, bytea);

-- The numbers of a channel as IEEE 754 bits: all of them, or the different ones and which it is each time.
create function telemetry.sealed_doubles(body bytea, inout pos integer, n integer, out bits bigint[])
language plpgsql immutable set search_path = pg_catalog, telemetry, pg_temp as $$
declare
  kind integer := get_byte(body, pos);
  different bigint;
  which bigint[];
  power double precision;
begin
  pos := pos + 1;
  if kind = 254 then
    select c.pos, c.value into pos, different from telemetry.sealed_number(body, pos) c;
    if get_byte(body, pos) = 254 then raise exception 'a sealed channel names its different values twice' using errcode = 'data_corrupted'; end if;
    select c.pos, c.bits into pos, bits from telemetry.sealed_doubles(body, pos, different::integer) c;
    select c.pos, c.vals into pos, which from telemetry.sealed_column(body, pos, n) c;
    bits := coalesce((select array_agg(bits[i + 1] order by o) from unnest(which) with ordinality u(i, o)), '{}');
    return;
  end if;
  select c.pos, c.vals into pos, bits from telemetry.sealed_column(body, pos, n) c;
  if kind = 255 then return; end if;
  power := ('1e' || kind)::double precision;
  bits := coalesce((select array_agg(telemetry.float_bits(v::double precision / power) order by o) from unnest(bits) with ordinality u(v, o)), '{}');
end $$;

create or replace function telemetry.sealed_values(body bytea, inout pos integer, n integer, out there bigint[], out bits bigint[])
language plpgsql immutable set search_path = pg_catalog, telemetry, pg_temp as $$
begin
  select c.pos, c.vals into pos, there from telemetry.sealed_column(body, pos, n) c;
  select c.pos, c.bits into pos, bits from telemetry.sealed_doubles(body, pos, (select sum(t)::integer from unnest(there) t)) c;
end $$;

-- Compares the rows of a period with packed bytes; null when they are equal to the last bit, else what differs.
create function telemetry.sealed_difference(incubator text, from_hour timestamptz, before timestamptz, body bytea) returns text
language plpgsql stable set search_path = pg_catalog, telemetry, pg_temp set timezone = 'UTC' as $$
declare
  channels constant text[] := array['temperature', 'co2', 'o2', 'humidity', 'gas_pressure', 'shake', 'door::integer', 'uv::integer', 'decon::integer',
    'power::integer', 'water_level::integer', 'device_alarm::integer'];
  period_rows constant text := 'select * from telemetry.readings where incubator_id = $1 and at >= $2 and at < $3 order by at, device_id, part';
  pos integer := 1;
  n integer;
  number bigint;
  mask bigint;
  name text;
  others bigint;
  other_values bigint := 0;
  devices text[] := '{}';
  ints bigint[];
  bits bigint[];
  stored record;
  present bigint[];
  stored_bits bigint[];
begin
  if get_byte(body, 0) <> 1 then return 'version'; end if;
  select c.pos, c.value into pos, number from telemetry.sealed_number(body, pos) c;
  n := number;
  execute 'select count(*) n, array_agg(device_id) device, array_agg((extract(epoch from at - timestamptz ''2000-01-01'') * 1000000)::bigint) at, array_agg(part::bigint) part,
      array_agg((extract(epoch from received_at - at) * 1000000)::bigint) received, array_agg((extract(epoch from coalesce(effective_at, at) - at) * 1000000)::bigint) effective,
      array_agg(quality::bigint) quality, array_agg(flags::bigint) flags, array_agg((seq is not null)::integer::bigint) has_seq,
      coalesce(array_agg(seq) filter (where seq is not null), ''{}'') seq
    from (' || period_rows || ') r' into stored using incubator, from_hour, before;
  if stored.n <> n or n = 0 then return 'rows'; end if;

  select c.pos, c.value into pos, number from telemetry.sealed_number(body, pos) c;
  for i in 1..number loop
    select c.pos, c.value into pos, name from telemetry.sealed_text(body, pos) c;
    devices := devices || name;
  end loop;
  select c.pos, c.vals into pos, ints from telemetry.sealed_column(body, pos, n) c;
  if (select array_agg(devices[d + 1] order by o) from unnest(ints) with ordinality u(d, o)) is distinct from stored.device then return 'device'; end if;
  select c.pos, c.vals into pos, ints from telemetry.sealed_column(body, pos, n) c;
  if ints is distinct from stored.at then return 'key time'; end if;
  select c.pos, c.vals into pos, ints from telemetry.sealed_column(body, pos, n) c;
  if ints is distinct from stored.part then return 'part'; end if;
  select c.pos, c.vals into pos, ints from telemetry.sealed_column(body, pos, n) c;
  if ints is distinct from stored.received then return 'receipt'; end if;
  select c.pos, c.vals into pos, ints from telemetry.sealed_column(body, pos, n) c;
  if ints is distinct from stored.effective then return 'effective time'; end if;
  select c.pos, c.vals into pos, ints from telemetry.sealed_column(body, pos, n) c;
  if ints is distinct from stored.quality then return 'quality'; end if;
  select c.pos, c.vals into pos, ints from telemetry.sealed_column(body, pos, n) c;
  if ints is distinct from stored.flags then return 'flags'; end if;
  select c.pos, c.vals into pos, ints from telemetry.sealed_column(body, pos, n) c;
  if ints is distinct from stored.has_seq then return 'seq'; end if;
  select c.pos, c.vals into pos, ints from telemetry.sealed_column(body, pos, (select sum(t)::integer from unnest(ints) t)) c;
  if ints is distinct from stored.seq then return 'seq'; end if;

  select c.pos, c.value into pos, mask from telemetry.sealed_number(body, pos) c;
  for i in 1..array_length(channels, 1) loop
    execute format('select array_agg((c is not null)::integer::bigint), coalesce(array_agg(telemetry.float_bits(c)) filter (where c is not null), ''{}'')
      from (select (%s)::double precision c from (%s) r) v', channels[i], period_rows) into present, stored_bits using incubator, from_hour, before;
    if mask & (1::bigint << (i - 1)) = 0 then
      if cardinality(stored_bits) > 0 then return channels[i]; end if;
    else
      select c.pos, c.there, c.bits into pos, ints, bits from telemetry.sealed_values(body, pos, n) c;
      if ints is distinct from present or bits is distinct from stored_bits then return channels[i]; end if;
    end if;
  end loop;

  select c.pos, c.value into pos, others from telemetry.sealed_number(body, pos) c;
  for i in 1..others loop
    select c.pos, c.value into pos, name from telemetry.sealed_text(body, pos) c;
    execute format('select array_agg((c is not null)::integer::bigint), coalesce(array_agg(telemetry.float_bits(c)) filter (where c is not null), ''{}'')
      from (select (other->>$4)::double precision c from (%s) r) v', period_rows) into present, stored_bits using incubator, from_hour, before, name;
    select c.pos, c.there, c.bits into pos, ints, bits from telemetry.sealed_values(body, pos, n) c;
    if ints is distinct from present or bits is distinct from stored_bits then return name; end if;
    other_values := other_values + cardinality(bits);
  end loop;
  execute format('select count(*) from (%s) r, jsonb_object_keys(other)', period_rows) into number using incubator, from_hour, before;
  if number <> other_values then return 'other channels'; end if;
  if pos <> length(body) then return 'end'; end if;
  return null;
end $$;

-- Swaps the rows of a period for their packed bytes.
create function telemetry.seal_period(incubator text, from_hour timestamptz, hours integer, packed bytea) returns text
language plpgsql security definer set search_path = pg_catalog, telemetry, pg_temp set timezone = 'UTC' as $$
declare
  before constant timestamptz := from_hour + hours * interval '1 hour';
  partition regclass;
  difference text;
  times record;
  gone bigint;
begin
  if not (hours = 1 and from_hour = date_trunc('hour', from_hour) or hours = 24 and from_hour = date_trunc('day', from_hour)
      or from_hour = date_trunc('month', from_hour) and before = from_hour + interval '1 month') then
    return 'not an hour, a day or a month';
  end if;
  perform pg_advisory_xact_lock(4021196302);    -- whoever adds to sealed readings waits
  for partition in select distinct tableoid from telemetry.readings where incubator_id = incubator and at >= from_hour and at < before loop
    if not exists (select from pg_trigger where tgrelid = partition and tgname = 'guard_sealed') then
      execute format('create trigger guard_sealed before insert on %s for each row execute function telemetry.guard_sealed()', partition);    -- waits for those who add now
    end if;
  end loop;
  difference := telemetry.sealed_difference(incubator, from_hour, before, packed);
  if difference is not null then return difference; end if;

  select count(*) n, min(coalesce(effective_at, at)) first, max(coalesce(effective_at, at)) last, max(received_at) received into times
    from telemetry.readings where incubator_id = incubator and at >= from_hour and at < before;
  insert into telemetry.sealed (incubator_id, hour, hours, serial, row_count, displaced, first_effective, last_effective, last_received, body)
    select incubator, from_hour, seal_period.hours, coalesce(max(s.serial) + 1, 0), times.n, times.first < from_hour or times.last >= before,
      times.first, times.last, times.received, packed
    from telemetry.sealed s where s.incubator_id = incubator and s.hour = from_hour;
  delete from telemetry.readings where incubator_id = incubator and at >= from_hour and at < before;
  get diagnostics gone = row_count;
  if gone <> times.n then raise exception 'rows came in between' using errcode = 'serialization_failure'; end if;
  return null;
end $$;
revoke all on function telemetry.seal_period(text, timestamptz, integer, bytea) from public;
grant execute on function telemetry.seal_period(text, timestamptz, integer, bytea), telemetry.sealed_difference(text, timestamptz, timestamptz, bytea) to {runtime};

-- Readings of a month are so few that they are read as fast as their sums would be.
create or replace function telemetry.rollups_outdated() returns trigger
language plpgsql security definer set search_path = pg_catalog, telemetry, pg_temp set timezone = 'UTC' as $$
begin
  with gone as (
    delete from telemetry.rollups where incubator_id = new.incubator_id
      and day between date_trunc('day', new.first_effective) and date_trunc('day', new.last_effective) returning day)
  insert into telemetry.rollups_due
    select new.incubator_id, day from (select day from gone union select date_trunc('day', new.hour) where new.hours <= 24) d on conflict do nothing;
  return null;
end $$;
