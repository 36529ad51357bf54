-- Days that are past share a partition: first those of a month, then those of a year, so that decades of readings are some dozens of partitions. Late readings
-- of such a day land there; as every one of them may be sealed, they take the careful way.
drop function telemetry.tidy_sealed_day(date);

create or replace function telemetry.ensure_reading_partition(day date) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  first date := case when day < date '2020-01-01' then date_trunc('year', day::timestamp)::date else day end;
  after date := case when day < date '2020-01-01' then (date_trunc('year', day::timestamp) + interval '1 year')::date else day + 1 end;
  name name := 'readings_' || to_char(first, case when day < date '2020-01-01' then 'YYYY' else 'YYYYMMDD' end);
  names name[] := array[name, ('readings_' || to_char(day, 'YYYYMM'))::name, ('readings_' || to_char(day, 'YYYY'))::name];
begin
  if day < date '2000-01-01' or day >= date '2200-01-01' then
    raise exception 'no partition for %: out of range', day using errcode = 'datetime_field_overflow';
  end if;
  -- A query, not to_regclass: that one may still remember "no such table" from before another server made it.
  if exists (select from pg_class where relname = any(names) and relnamespace = 'telemetry'::regnamespace) then return; end if;
  perform pg_advisory_xact_lock(4021196301);
  if exists (select from pg_class where relname = any(names) and relnamespace = 'telemetry'::regnamespace) then return; end if;
  execute format('create table telemetry.%I (like telemetry.readings including defaults including constraints)', name);
  execute format('alter table telemetry.readings attach partition telemetry.%I for values from (%L) to (%L)', name, first::timestamptz, after::timestamptz);
end $$;

-- Gives back the room of partitions of which every reading is sealed. The number of those it emptied.
create function telemetry.tidy_sealed(before timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, telemetry, pg_temp set timezone = 'UTC' set lock_timeout = '2s' as $$
declare
  partition record;
  something boolean;
  emptied integer := 0;
begin
  perform pg_advisory_xact_lock(4021196302);
  for partition in
    select c.oid::regclass as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'telemetry.readings'::regclass and pg_relation_size(c.oid) > 0
      and c.relname < 'readings_' || to_char(before, 'YYYYMMDD')
      and exists (select from pg_trigger where tgrelid = c.oid and tgname = 'guard_sealed')
  loop
    execute format('select exists (select from %s)', partition.name) into something;
    if not something then
      begin
        execute format('truncate %s', partition.name);
        emptied := emptied + 1;
      exception when lock_not_available then
        raise notice '% is being read; its room is given back another time', partition.name;
      end;
    end if;
  end loop;
  return emptied;
end $$;

-- Joins the partitions of one past month or year, when nothing is in them any more; false when there is none. Whoever reads or writes waits for a moment; if that
-- moment does not come within two seconds it is tried again another time.
create function telemetry.join_sealed_partitions(before timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, telemetry, pg_temp set timezone = 'UTC' set lock_timeout = '2s' as $$
declare
  span record;
  partition name;
  something boolean;
begin
  perform pg_advisory_xact_lock(4021196301), pg_advisory_xact_lock(4021196302);
  for span in
    with partitions as (
      select c.relname, substr(c.relname, 10) as digits from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'telemetry.readings'::regclass),
    parts as (
      select relname, left(digits, length(digits) - 2) as whole,
        to_date(rpad(left(digits, length(digits) - 2), 8, '0101'), 'YYYYMMDD')::timestamptz as first,
        case length(digits) when 8 then interval '1 month' else interval '1 year' end as length
      from partitions where length(digits) in (6, 8))
    -- A day waits until its month is past, a month until its year is and no day of it is left.
    select whole, first, first + length as after, array_agg(relname) as names from parts p
    where first + length <= before
      and not exists (select from partitions d where length(p.whole) = 4 and length(d.digits) = 8 and left(d.digits, 4) = p.whole)
    group by whole, first, length order by whole
  loop
    something := false;
    foreach partition in array span.names loop
      if not something then execute format('select exists (select from telemetry.%I)', partition) into something; end if;
    end loop;
    continue when something;
    lock table only telemetry.readings in access exclusive mode;
    foreach partition in array span.names loop
      if not something then execute format('select exists (select from telemetry.%I)', partition) into something; end if;    -- what came while we waited
    end loop;
    continue when something;
    foreach partition in array span.names loop
      execute format('drop table telemetry.%I', partition);
    end loop;
    execute format('create table telemetry.%I (like telemetry.readings including defaults including constraints)', 'readings_' || span.whole);
    execute format('alter table telemetry.readings attach partition telemetry.%I for values from (%L) to (%L)', 'readings_' || span.whole, span.first, span.after);
    execute format('create trigger guard_sealed before insert on telemetry.%I for each row execute function telemetry.guard_sealed()', 'readings_' || span.whole);
    return true;
  end loop;
  return false;
exception when lock_not_available then
  raise notice 'readings are being read; partitions are joined another time';
  return false;
end $$;
revoke all on function telemetry.tidy_sealed(timestamptz), telemetry.join_sealed_partitions(timestamptz) from public;
grant execute on function telemetry.tidy_sealed(timestamptz), telemetry.join_sealed_partitions(timestamptz) to {runtime};
