-- Readings that are long past, packed losslessly: one row an incubator and hour (and one more for what came later still). The server packs; this role unpacks
-- by itself, compares every value of every row to the last bit, and only then swaps. The format is described at SealedHour in the server.
create table telemetry.sealed (
  incubator_id text collate "C" not null,
  hour timestamptz not null,            -- of the key times
  serial smallint not null,             -- 0, then 1.. for rows that came after the hour was sealed
  row_count integer not null,
  displaced boolean not null,           -- a row's effective time is outside the hour
  first_effective timestamptz not null,
  last_effective timestamptz not null,
  last_received timestamptz not null,
  body bytea not null,
  constraint sealed_key primary key (incubator_id, hour, serial)
);
alter table telemetry.sealed alter column body set storage external;    -- packed already: trying again only costs time
create index sealed_displaced on telemetry.sealed (incubator_id, last_effective) where displaced;
create index sealed_received on telemetry.sealed (incubator_id, last_received);
grant select on telemetry.sealed to {runtime};

-- A varint of a sealed hour that is less than 2^63.
create function telemetry.sealed_number(body bytea, inout pos integer, out value bigint)
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  b integer;
  shift integer := 0;
begin
  value := 0;
  loop
    b := get_byte(body, pos);
    pos := pos + 1;
    value := value | ((b & 127)::bigint << shift);
    exit when b < 128;
    shift := shift + 7;
  end loop;
end $$;

create function telemetry.sealed_text(body bytea, inout pos integer, out value text)
language plpgsql immutable set search_path = pg_catalog, telemetry, pg_temp as $$
declare
  length bigint;
begin
  select n.pos, n.value into pos, length from telemetry.sealed_number(body, pos) n;
  value := convert_from(substring(body from pos + 1 for length::integer), 'UTF8');
  pos := pos + length::integer;
end $$;

-- A column of n whole numbers; the ways are those of ColumnCodec in the server. Reads its varints itself: a call for each would cost more than the reading.
create function telemetry.sealed_column(body bytea, inout pos integer, n integer, out vals bigint[])
language plpgsql immutable set search_path = pg_catalog, telemetry, pg_temp as $$
declare
  length bigint;
  after integer;
  way integer;
  second boolean;
  runs boolean;
  b integer;
  shift integer;
  u bigint;
  w bigint;
  zeros bigint := 0;
  previous bigint := 0;
  difference bigint := 0;
begin
  vals := '{}';
  if n = 0 then return; end if;
  select c.pos, c.value into pos, length from telemetry.sealed_number(body, pos) c;
  after := pos + length::integer;
  way := get_byte(body, pos);
  pos := pos + 1;
  if way = 5 then
    for i in 1..n loop
      vals[i] := ('x' || encode(substring(body from pos + 1 for 8), 'hex'))::bit(64)::bigint;
      pos := pos + 8;
    end loop;
  end if;
  if way not between 0 and 5 then raise exception 'a sealed column is written in the unknown way %', way using errcode = 'data_corrupted'; end if;
  second := way in (2, 4);
  runs := way in (3, 4);
  for i in 1..case way when 5 then 0 else n end loop
    if zeros > 0 then
      zeros := zeros - 1;
      w := 0;
    elsif way = 0 and i > 1 then
      w := 0;
    else
      u := 0;
      shift := 0;
      loop
        b := get_byte(body, pos);
        pos := pos + 1;
        u := u | ((b & 127)::bigint << shift);
        exit when b < 128;
        shift := shift + 7;
      end loop;
      w := (u >> 1) # -(u & 1);
      if runs and w = 0 then
        u := 0;
        shift := 0;
        loop
          b := get_byte(body, pos);
          pos := pos + 1;
          u := u | ((b & 127)::bigint << shift);
          exit when b < 128;
          shift := shift + 7;
        end loop;
        zeros := u - 1;
      end if;
    end if;
    difference := case when second then difference + w else w end;
    previous := previous + difference;
    vals[i] := previous;
  end loop;
  if zeros <> 0 then raise exception 'a run of a sealed column is longer than the column' using errcode = 'data_corrupted'; end if;
  if pos <> after then raise exception 'a sealed column is not as long as it says' using errcode = 'data_corrupted'; end if;
end $$;

create function telemetry.float_bits(value double precision) returns bigint
language sql immutable set search_path = pg_catalog, pg_temp as $$ select ('x' || encode(float8send(value), 'hex'))::bit(64)::bigint $$;

-- The values of a channel as IEEE 754 bits, and which of n rows have one.
create function telemetry.sealed_values(body bytea, inout pos integer, n integer, out there bigint[], out bits bigint[])
language plpgsql immutable set search_path = pg_catalog, telemetry, pg_temp as $$
declare
  kind integer;
  power double precision;
begin
  select c.pos, c.vals into pos, there from telemetry.sealed_column(body, pos, n) c;
  kind := get_byte(body, pos);
  pos := pos + 1;
  select c.pos, c.vals into pos, bits from telemetry.sealed_column(body, pos, (select sum(t)::integer from unnest(there) t)) c;
  if kind = 255 then return; end if;
  power := ('1e' || kind)::double precision;
  bits := coalesce((select array_agg(telemetry.float_bits(v::double precision / power) order by o) from unnest(bits) with ordinality u(v, o)), '{}');
end $$;

-- Compares the rows of an hour with packed bytes; null when they are equal to the last bit, else what differs.
create function telemetry.sealed_difference(incubator text, from_hour timestamptz, body bytea) returns text
language plpgsql stable set search_path = pg_catalog, telemetry, pg_temp set timezone = 'UTC' as $$
declare
  channels constant text[] := array['temperature', 'co2', 'o2', 'humidity', 'gas_pressure', 'shake', 'door::integer', 'uv::integer', 'decon::integer',
    'power::integer', 'water_level::integer', 'device_alarm::integer'];
  hour_rows constant text := 'select * from telemetry.readings where incubator_id = $1 and at >= $2 and at < $2 + interval ''1 hour'' order by at, device_id, part';
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
    from (' || hour_rows || ') r' into stored using incubator, from_hour;
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
      from (select (%s)::double precision c from (%s) r) v', channels[i], hour_rows) into present, stored_bits using incubator, from_hour;
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
      from (select (other->>$3)::double precision c from (%s) r) v', hour_rows) into present, stored_bits using incubator, from_hour, name;
    select c.pos, c.there, c.bits into pos, ints, bits from telemetry.sealed_values(body, pos, n) c;
    if ints is distinct from present or bits is distinct from stored_bits then return name; end if;
    other_values := other_values + cardinality(bits);
  end loop;
  execute format('select count(*) from (%s) r, jsonb_object_keys(other)', hour_rows) into number using incubator, from_hour;
  if number <> other_values then return 'other channels'; end if;
  if pos <> length(body) then return 'end'; end if;
  return null;
end $$;

-- In a day of which a part is sealed, identity is not the table's key alone: only who looks into the sealed hours too may add to it.
create function telemetry.guard_sealed() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('culturetrack.looked_into_sealed', true) is distinct from 'yes' then
    raise exception 'readings of this day are sealed' using errcode = 'unique_violation';
  end if;
  return new;
end $$;

-- Swaps the rows of an hour for their packed bytes.
create function telemetry.seal_hour(incubator text, from_hour timestamptz, packed bytea) returns text
language plpgsql security definer set search_path = pg_catalog, telemetry, pg_temp set timezone = 'UTC' as $$
declare
  day regclass;
  difference text;
  times record;
  gone bigint;
begin
  if from_hour <> date_trunc('hour', from_hour) then return 'not an hour'; end if;
  perform pg_advisory_xact_lock(4021196302);    -- whoever adds to a sealed day waits
  select tableoid into day from telemetry.readings where incubator_id = incubator and at >= from_hour and at < from_hour + interval '1 hour' limit 1;
  if day is null then return 'rows'; end if;
  if not exists (select from pg_trigger where tgrelid = day and tgname = 'guard_sealed') then
    execute format('create trigger guard_sealed before insert on %s for each row execute function telemetry.guard_sealed()', day);    -- waits for those who add now
  end if;
  difference := telemetry.sealed_difference(incubator, from_hour, packed);
  if difference is not null then return difference; end if;

  select count(*) n, min(coalesce(effective_at, at)) first, max(coalesce(effective_at, at)) last, max(received_at) received into times
    from telemetry.readings where incubator_id = incubator and at >= from_hour and at < from_hour + interval '1 hour';
  insert into telemetry.sealed (incubator_id, hour, serial, row_count, displaced, first_effective, last_effective, last_received, body)
    select incubator, from_hour, coalesce(max(serial) + 1, 0), times.n, times.first < from_hour or times.last >= from_hour + interval '1 hour',
      times.first, times.last, times.received, packed
    from telemetry.sealed where incubator_id = incubator and hour = from_hour;
  delete from telemetry.readings where incubator_id = incubator and at >= from_hour and at < from_hour + interval '1 hour';
  get diagnostics gone = row_count;
  if gone <> times.n then raise exception 'rows came in between' using errcode = 'serialization_failure'; end if;
  return null;
end $$;

-- Gives back the room of a day of which every hour is sealed.
create function telemetry.tidy_sealed_day(of_day date) returns boolean
language plpgsql security definer set search_path = pg_catalog, telemetry, pg_temp set timezone = 'UTC' as $$
declare
  day regclass := to_regclass('telemetry.readings_' || to_char(of_day, 'YYYYMMDD'));
  left_over boolean;
begin
  perform pg_advisory_xact_lock(4021196302);
  if day is null or not exists (select from pg_trigger where tgrelid = day and tgname = 'guard_sealed') then return false; end if;
  execute format('select exists (select from %s)', day) into left_over;
  if left_over then return false; end if;
  execute format('truncate %s', day);
  return true;
end $$;

revoke all on function telemetry.seal_hour(text, timestamptz, bytea), telemetry.tidy_sealed_day(date) from public;
grant execute on function telemetry.seal_hour(text, timestamptz, bytea), telemetry.tidy_sealed_day(date), telemetry.sealed_difference(text, timestamptz, bytea) to {runtime};
